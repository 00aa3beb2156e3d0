"""Markup in what is on record is shown and not run, in the signs of maps and parts of pages too."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pytest
from playwright.sync_api import Browser, Page

from broker.database import make_engine, writing
from broker.sample.showing import fill
from tests.addresses import ADDRESSES, NOBODY, filled_in
from tests.browser.conftest import PASSWORD, a_match, serving, windows
from tests.browser.test_every_page import account_of
from tests.conftest import cheap_hashing
from tests.integration.pages.conftest import MARKUP
from tests.planted import plant

_RUN = "[...document.querySelectorAll('main b')].filter((one) => one.textContent === 'Ash').length"
_MARKS = ".leaflet-marker-icon"


@pytest.fixture(scope="module")
def marked(
    chromium: Browser, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, Mapping[str, str]]]:
    """The service with markup in names and words, and what the words of addresses stand for."""
    records = f"sqlite:///{tmp_path_factory.mktemp('marked') / 'broker.sqlite3'}"
    engine = make_engine(records)
    with cheap_hashing():
        fill(engine, PASSWORD)
    with writing(engine) as session:
        referral = plant(session, MARKUP)
    engine.dispose()
    with serving(records) as site, windows(chromium, site) as opens:
        yield (
            site,
            {"REFERRAL": f"/referrals/{referral}", **a_match(opens("broker"), site, records)},
        )


def run_on(page: Page, address: str) -> list[str]:
    """What was run of the markup on a page, in the signs of its map and at their words too."""
    page.goto(address)
    wrong = [f"{address}: elements of it"] if page.evaluate(_RUN) else []
    for mark in page.locator(_MARKS).all():
        mark.press("Enter")
        wrong += [f"{address}: elements of it in a sign"] if page.evaluate(_RUN) else []
    return wrong


@pytest.mark.parametrize("role", [role for role in ADDRESSES if role != NOBODY])
def test_markup_is_shown_and_not_run(
    chromium: Browser, marked: tuple[str, Mapping[str, str]], role: str
) -> None:
    site, known = marked
    own = [filled_in(one, known) for one in ADDRESSES[role] if not one.startswith("SCENARIO")]
    shown = []
    with windows(chromium, site) as opens:
        page = opens(account_of(role))
        page.on("dialog", lambda said: shown.append(said.message))
        wrong = [found for address in own for found in run_on(page, address)]
    assert not wrong, "\n".join(wrong)
    assert not shown


def test_markup_that_is_run_would_be_found(
    chromium: Browser, marked: tuple[str, Mapping[str, str]]
) -> None:
    site, known = marked
    with windows(chromium, site) as opens:
        page = opens("broker")
        assert run_on(page, known["MATCH"]) == []
        assert page.locator(_MARKS).count()
        assert page.locator(".leaflet-popup-content").count()
        put = "(text) => { document.querySelector('main').insertAdjacentHTML('beforeend', text) }"
        page.evaluate(put, MARKUP)
        assert page.evaluate(_RUN)
