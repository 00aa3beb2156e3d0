"""What the pages for everybody tell is true of the service: cookies, signing in, status, demo."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from fastapi import FastAPI
from sqlalchemy import Engine

from api.pages.render import BUILT
from broker.access.sessions import SESSION_AT_MOST
from tests.integration.api.test_provider import settings_for
from tests.integration.api.world import World, calling, service
from tests.integration.pages.browsing import HTML, Browser, words

Browsing = Callable[[str | None], Browser]
AtWork = tuple[FastAPI, World, Engine]


def _cookies_told(browsing: Browsing) -> dict[str, str]:
    page = browsing(None).get("/cookies")
    told = {}
    for row in page.tree.iter("tr"):
        cells = [words(one) for one in row]
        told[cells[0]] = cells[-1]
    return told


def test_the_cookies_page_names_every_cookie_that_is_set_and_no_other(
    browsing: Browsing, at_work: AtWork
) -> None:
    told = _cookies_told(browsing)
    with calling(at_work[0]) as client:
        browser = Browser(client)
        browser.enter("finance")
        browser.get("/help")
        held = {one.name for one in client.cookies.jar}
    assert len(held) == 2
    state = at_work[0].state.service.settings.state_cookie
    assert set(told) - {"Name"} == held | {state}
    session = next(name for name in told if "session" in name)
    assert told[session].startswith(f"{int(SESSION_AT_MOST.total_seconds() // 3600)} hours")


def test_a_borough_account_is_offered_where_there_is_an_identity_provider_and_only_there(
    browsing: Browsing, at_work: AtWork
) -> None:
    assert "/sign-in" not in browsing(None).get("/enter").links()
    with calling(service(at_work[2], settings_for("http://127.0.0.1:9"))) as client:
        page = Browser(client).get("/enter")
        assert "/sign-in" in page.links()
        assert "your borough’s account" in page.main
        away = client.get("/sign-in", headers=HTML)
        assert away.status_code == 502
        assert "identity provider" in away.text


def test_the_status_page_says_when_the_records_cannot_be_reached(
    browsing: Browsing, at_work: AtWork, monkeypatch: pytest.MonkeyPatch
) -> None:
    from api.problems import ProblemError

    assert "The service works" in browsing(None).get("/status").main

    def away() -> None:
        raise ProblemError("database-away", "gone")

    monkeypatch.setattr(at_work[0].state.service.records, "check", away)
    page = browsing(None).get("/status")
    assert page.status == 503
    assert "cannot be reached" in page.main


def test_the_glossary_says_why_home_and_never_the_other_word(browsing: Browsing) -> None:
    page = browsing(None).get("/words")
    assert "Why we say home and place" in page.main
    shipped = Path("api/templates").rglob("*.html")
    assert not [one for one in shipped if re.search(r"\bbeds?\b", one.read_text("utf-8"), re.I)]


def test_every_page_leads_to_help_and_what_the_law_asks_for(browsing: Browsing) -> None:
    for role in (None, "broker", "provider"):
        links = browsing(role).get("/help").links()
        for place in ("/help", "/words", "/accessibility", "/privacy", "/cookies", "/status"):
            assert place in links


def test_on_paper_there_is_no_menu_and_no_button() -> None:
    style = (BUILT / "pages.css").read_text(encoding="utf-8")
    printed = " ".join(re.findall(r"@media print\s*\{((?:[^{}]|\{[^{}]*\})*)\}", style))
    hidden = " ".join(re.findall(r"([^{}]*)\{display:none", printed))
    for part in (".govuk-service-navigation", ".app-places", ".govuk-button", ".app-footer"):
        assert part in hidden, part
