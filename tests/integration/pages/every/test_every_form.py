"""What must hold of every form, found on the pages themselves, and of every refusal as a page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from xml.etree.ElementTree import Element

import pytest
from html5lib.html5parser import ParseError
from starlette.testclient import TestClient

import api.pages.start
from api.access import ROUTES as FOR_PROGRAMS
from api.pages.access import OPEN, PAGES
from api.pages.filled import FRESH, filled
from api.problems import KINDS, ProblemError
from api.settings import Settings
from tests.addresses import ADDRESSES, NOBODY, ROUTES, WITHOUT_FORMS, WRONG
from tests.integration.api.world import OFTEN, calling, service
from tests.integration.pages.browsing import HTML, Browser, Page, parsed
from tests.integration.pages.conftest import MARKUP
from tests.integration.pages.every.conftest import AtWork, Browsing, Looks
from tests.integration.pages.every.test_every_page import faults
from tests.integration.pages.test_who_may_see import BY_HAND

UNWRITTEN = ("hidden", "submit", "radio", "checkbox")
TAKEN = sorted((method, route.path) for method, route in ROUTES if method != "GET")
LOOKERS = sorted(ADDRESSES)


def _forms(page: Page) -> Iterator[tuple[str, str, Element]]:
    """The forms of a page in which something can be written or chosen: method, action, form."""
    for form in page.tree.iter("form"):
        boxes = [one for one in form.iter("input") if one.get("type") not in ("hidden", "submit")]
        if boxes or list(form.iter("textarea")) or list(form.iter("select")):
            action = form.get("action") or page.address.partition("?")[0]
            yield form.get("method", "get").lower(), action, form


def _written(form: Element, text: str) -> dict[str, str]:
    """A form as it is sent with a text in every box, nothing chosen; what is hidden is kept."""
    told = {}
    for one in form.iter("input"):
        if one.get("type") == "hidden":
            told[one.get("name", "")] = one.get("value", "")
        elif one.get("type") not in UNWRITTEN:
            told[one.get("name", "")] = text
    told |= {one.get("name", ""): text for one in form.iter("textarea")}
    return told


def _send(browser: Browser, method: str, action: str, fields: Mapping[str, str]) -> Page:
    client: TestClient = browser.client
    headers = HTML | browser.headers
    if method == "post":
        return browser.post(action, fields)
    return browser._page(client.get(action, params=dict(fields), headers=headers))


@pytest.mark.parametrize("text", ["", MARKUP], ids=["empty", "markup"])
@pytest.mark.parametrize("role", LOOKERS)
def test_every_form_sent_empty_or_with_markup_is_answered_by_a_whole_page(
    browsing: Browsing, look: Looks, role: str, text: str
) -> None:
    browser = browsing(None if role == NOBODY else role)
    wrong, sent = [], 0
    for address in (*ADDRESSES[role], *WRONG.get(role, ())):
        # Who is not signed in has a token of the last page alone.
        page = browser.get(address) if role == NOBODY else look(role, address)
        for method, action, form in _forms(page):
            try:
                answer = _send(browser, method, action, _written(form, text))
            except ParseError as error:
                wrong.append(f"{action}: {error}")
                continue
            sent += 1
            wrong += [f"{action} of {address}: {one}" for one in faults(answer, round_too=True)]
            if answer.status not in (200, 401, 404, 409, 412, 422):
                wrong.append(f"{action} of {address}: {answer.status}, {answer.main[:200]}")
            if answer.status == 422 and not answer.errors:
                wrong.append(f"{action} of {address}: not told at its fields: {answer.main[:200]}")
    assert not wrong, "\n".join(wrong)
    assert sent or role in WITHOUT_FORMS


@pytest.mark.parametrize("route", TAKEN, ids=" ".join)
@pytest.mark.parametrize("token", [None, "", "made up"])
def test_no_form_is_taken_without_the_token_of_a_page_of_ours(
    browsing: Browsing, route: tuple[str, str], token: str | None
) -> None:
    path = BY_HAND[route].address or route[1]
    fields = {"once": "a-key"} | ({} if token is None else {"page_token": token})
    allowed = NOBODY if PAGES[route] == OPEN else min(BY_HAND[route].who)
    for browser in (browsing(allowed), browsing(None)):
        page = browser.post(path, fields)
        assert page.status == 403
        assert "not of a page of ours" in page.main
        assert not list(faults(page))


def _filled_in(form: Element, text: str) -> list[tuple[str, str]]:
    """A form with a text in every box, the last of each choice made and every box ticked."""
    told: dict[str, list[str]] = {}
    for one in form.iter("input"):
        name, kind = one.get("name", ""), one.get("type", "text")
        if kind == "radio":
            told[name] = [one.get("value", "on")]
        elif kind != "submit":
            written = one.get("value", "on") if kind in UNWRITTEN else text
            told.setdefault(name, []).append(written)
    for one in form.iter("textarea"):
        told.setdefault(one.get("name", ""), []).append(f"\n{text}\n{text}")
    for one in form.iter("select"):
        told[one.get("name", "")] = [[*one.iter("option")][-1].get("value", "")]
    return [(name, value) for name, values in told.items() for value in values]


def _stands(form: Element) -> list[tuple[str, str]]:
    """What a browser would send of a form as it stands."""
    told: dict[str, list[str]] = {}
    for one in form.iter("input"):
        unchosen = one.get("type") in ("radio", "checkbox") and one.get("checked") is None
        if not unchosen and one.get("type") != "submit":
            told.setdefault(one.get("name", ""), []).append(one.get("value", "on"))
    for one in form.iter("textarea"):
        told.setdefault(one.get("name", ""), []).append(one.text or "")
    for one in form.iter("select"):
        chosen = [option for option in one.iter("option") if option.get("selected") is not None]
        told[one.get("name", "")] = [option.get("value", "") for option in chosen]
    return [(name, value) for name, values in told.items() for value in values]


@pytest.mark.parametrize("role", sorted({*ADDRESSES} - {NOBODY, "auditor"}))
def test_every_form_can_be_given_back_as_it_was_filled_in(look: Looks, role: str) -> None:
    """The rest of the page stays as it is, and every box has what was written."""
    given = 0
    for address in ADDRESSES[role]:
        page = look(role, address)
        for method, action, form in _forms(page):
            if method != "post":
                continue
            fields = _filled_in(form, MARKUP)
            made = filled(page.text, action, fields)
            assert not made.left, f"{action} of {address}"
            tree = parsed(made.text)
            again = next(one for one in tree.iter("form") if one.get("action") == action)
            fresh = {name: value for name, value in _stands(form) if name in FRESH}
            sent = [(name, fresh.get(name, value)) for name, value in fields]
            assert sorted(_stands(again)) == sorted(sent), f"{action} of {address}"
            assert filled(made.text, "/nowhere", fields).text == made.text
            given += 1
    assert given or role in WITHOUT_FORMS | {"finance", "provider"}


def test_no_route_of_pages_changes_anything_but_by_a_form() -> None:
    assert {method for method, _ in PAGES} == {"GET", "POST"}
    assert not [path for _, path in FOR_PROGRAMS if ("POST", path) in PAGES]


@pytest.mark.parametrize("kind", sorted(set(KINDS) - {"not-signed-in"}))
def test_every_kind_of_refusal_is_a_whole_page(
    browsing: Browsing, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    def refused(*_: object, **__: object) -> None:
        raise ProblemError(kind, f"Not done: {MARKUP}")

    monkeypatch.setattr(api.pages.start, "page", refused)
    page = browsing("broker").get("/")
    assert page.status == KINDS[kind].status
    of_the_records = kind in ("database-away", "database-unfit")
    assert (MARKUP in page.main) is not of_the_records
    assert ("The records cannot be " in page.main) is of_the_records
    assert not list(faults(page))


def test_what_the_frame_refuses_is_a_whole_page_too(
    browsing: Browsing, monkeypatch: pytest.MonkeyPatch
) -> None:
    broker = browsing("broker")
    token = broker.get("/help").form("/leave")["page_token"]
    told = {
        403: browsing("provider").get("/matches"),
        404: broker.get("/nothing"),
        405: broker.post("/help", {"page_token": token}),
        413: broker.post("/begin", {"page_token": token, "once": "k", "note": "x" * 3_000_000}),
        422: broker.get("/referrals?state=nonsense"),
        428: broker.post("/begin", {"page_token": token}),
    }

    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("a secret of the inside")

    monkeypatch.setattr(api.pages.start, "page", broken)
    told[500] = broker.get("/")
    for status, page in told.items():
        assert page.status == status, page.main
        assert not list(faults(page)), status
        assert "secret" not in page.text


def test_whoever_asks_too_often_is_told_so_by_a_page(at_work: AtWork) -> None:
    seldom = Settings(rates=replace(OFTEN, address="2/day"))
    with calling(service(at_work[2], seldom)) as client:
        answers = [client.get("/help", headers=HTML) for _ in range(3)]
    assert [one.status_code for one in answers] == [200, 200, 429]
    assert answers[-1].headers["retry-after"]
    text = answers[-1].text
    assert not list(faults(Page(429, "/help", parsed(text), text, answers[-1].headers)))
