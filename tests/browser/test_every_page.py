"""Every page in a real browser: axe finds nothing, nothing is lost on a narrow screen or in large
text, all is reached by keys, and nothing comes from another host."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest
from playwright.sync_api import Page

from tests.addresses import ADDRESSES, FILES, NOBODY, REFUSED, ROUTES, WRONG, filled_in, route_of
from tests.browser.conftest import Opens
from tests.browser.looking import (
    lost_in_large_text,
    lost_when_narrow,
    mistitled,
    not_reached_by_keys,
    too_heavy,
    violations,
)

Looked = Callable[[Page], list[str]]
ROLES = tuple(ADDRESSES)
FIRST_OF_ITS_ROUTE = {
    route_of(one): (role, one) for role in reversed(ROLES) for one in reversed(ADDRESSES[role])
}


def account_of(role: str) -> str | None:
    """The account of a role in the browser's world; none for nobody."""
    return None if role == NOBODY else role.replace("_", "-")


def looked_at(page: Page, addresses: Mapping[str, str], *ways: Looked) -> list[str]:
    """What is wrong with pages, by address: each is opened once and looked at in several ways."""
    wrong = []
    for address, where in addresses.items():
        page.goto(where)
        wrong += [f"{address}: {one}" for way in ways for one in way(page)]
    return wrong


def of_role(role: str, known: Mapping[str, str]) -> dict[str, str]:
    """The addresses of a role, with errors and refusals too."""
    every = (*ADDRESSES[role], *WRONG.get(role, ()), *REFUSED.get(role, ()))
    return {address: filled_in(address, known) for address in every}


def test_every_page_is_looked_at() -> None:
    pages = {route.path for method, route in ROUTES if method == "GET"} - FILES
    assert set(FIRST_OF_ITS_ROUTE) == pages


@pytest.mark.parametrize("role", ROLES)
def test_axe_finds_nothing_and_nothing_is_lost_when_it_is_narrow_or_large(
    opens: Opens, known: Mapping[str, str], role: str
) -> None:
    page = opens(account_of(role))
    ways = (mistitled, too_heavy, violations, lost_when_narrow, lost_in_large_text)
    wrong = looked_at(page, of_role(role, known), *ways)
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("role", ROLES)
def test_on_a_screen_of_320_pixels_axe_finds_nothing(
    opens: Opens, known: Mapping[str, str], role: str
) -> None:
    page = opens(account_of(role), viewport={"width": 320, "height": 640})
    own = {one: filled_in(one, known) for at, one in FIRST_OF_ITS_ROUTE.values() if at == role}
    wrong = looked_at(page, own, violations)
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("role", ROLES)
def test_keys_alone_reach_everything_in_order_and_show_where_they_are(
    opens: Opens, known: Mapping[str, str], role: str
) -> None:
    page = opens(account_of(role))
    own = {one: filled_in(one, known) for at, one in FIRST_OF_ITS_ROUTE.values() if at == role}
    wrong = looked_at(page, own, not_reached_by_keys)
    assert not wrong, "\n".join(wrong)


def test_what_is_looked_for_would_be_found(opens: Opens) -> None:
    page = opens()
    page.goto("/help")
    put = "(text) => { document.querySelector('main').insertAdjacentHTML('beforeend', text) }"
    for text, way, what in (
        ("<img src='/static/mark.svg'>", violations, "image-alt"),
        ("<p>" + "w" * 300 + "</p>", lost_when_narrow, ""),
    ):
        page.evaluate(put, text)
        found = way(page)
        assert (what in " ".join(found)) if what else found == []
    page.evaluate(put, "<img src='/static/mark.svg' alt='' width='700'>")
    assert "the page is wider than its window" in lost_when_narrow(page)
    assert too_heavy(page, most=1_000)
    page.goto("/help")
    page.evaluate(put, "<a id='odd' href='/' tabindex='3'>first</a>")
    assert "out of order" in " ".join(not_reached_by_keys(page))
    page.goto("/help")
    page.evaluate(put, "<a id='odd' href='/'>unmarked</a>")
    page.evaluate(
        "() => { document.querySelector('#odd').style.cssText ="
        " 'outline: none; box-shadow: none; background: none' }"
    )
    assert "no visible focus" in " ".join(not_reached_by_keys(page))
