"""Help with each page: every place of the menu says what it is for, and leads to its own part."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from xml.etree.ElementTree import Element

import pytest

from api.pages.menu import _PLACES
from api.pages.some import AT_ONCE
from api.written import KEPT_FOR
from broker.access.actor import Role
from broker.access.sessions import SESSION_AT_MOST, SESSION_IDLE
from tests.integration.pages.browsing import Browser, Page, words

Browsing = Callable[[str | None], Browser]
TASKS = (
    "approval", "audit", "offer", "register", "report", "fairness", "letter", "shortlist",
    "benchmark", "weight", "moving on", "sheet", "emergency", "duty", "dispute", "draft",
)  # fmt: skip


def part_of(page: Page, anchor: str) -> Element:
    """The part of the help page that an anchor leads to; it is there once."""
    found = [one for one in page.tree.iter() if one.get("id") == anchor]
    assert len(found) == 1, anchor
    return found[0]


def leads(page: Page) -> list[tuple[str, str]]:
    """The links of a page's head to help, and what each is called."""
    header = page.tree.find(".//header")
    assert header is not None
    links = [(a.get("href", ""), words(a)) for a in header.iter("a")]
    return [one for one in links if one[0].startswith("/help")]


@pytest.mark.parametrize("role", sorted(role.value for role in Role))
def test_every_place_of_a_role_says_what_it_is_for_and_leads_to_its_help(
    browsing: Browsing, role: str
) -> None:
    browser = browsing(role)
    told, start = browser.get("/help"), browser.get("/")
    places = [one for one in _PLACES if one[0] in start.links()]
    assert places
    for href, text, about in places:
        page = browser.get(href)
        assert page.status == 200, href
        assert about in page.main, f"{href} has no sentence of purpose"
        anchor = href.removeprefix("/")
        assert leads(page) == [(f"/help#{anchor}", "Help with this page")]
        part = part_of(told, anchor)
        assert text in words(part)
        assert about in words(part)
        assert len(re.findall(r"\.(?: |$)", words(part))) >= 3, f"{href} has hardly any help"
        assert href in [a.get("href") for a in part.iter("a")], "and back"


def test_help_has_a_part_of_every_place_and_every_task_by_name(browsing: Browsing) -> None:
    page = browsing(None).get("/help")
    for href, text, _ in _PLACES:
        assert text in words(part_of(page, href.removeprefix("/")))
        assert f"#{href.removeprefix('/')}" in page.links()
    assert [one for one in TASKS if one not in page.main.lower()] == []
    assert not [one for one in page.links() if one in {href for href, _, _ in _PLACES}], (
        "nobody is sent to where they may not go"
    )
    for link in page.links():
        if link.startswith("#") and link != "#main-content":
            part_of(page, link.removeprefix("#"))


@pytest.mark.parametrize(
    ("role", "address", "lead"),
    [
        ("broker", "/options/R-14", ("/help#referrals", "Help with this page")),
        ("broker", "/matches/4711", ("/help#matches", "Help with this page")),
        ("commissioner", "/purchases", ("/help#scenarios", "Help with this page")),
        ("commissioner", "/registers/trades", ("/help#registers", "Help with this page")),
        ("auditor", "/audit/chain", ("/help#audit", "Help with this page")),
        ("broker", "/", ("/help", "Help")),
        (None, "/enter", ("/help", "Help")),
    ],
)
def test_a_page_under_a_place_leads_to_the_help_with_that(
    browsing: Browsing, role: str | None, address: str, lead: tuple[str, str]
) -> None:
    assert leads(browsing(role).get(address)) == [lead]


def test_help_tells_the_hours_minutes_and_rows_that_hold(browsing: Browsing) -> None:
    told = browsing(None).get("/help").main
    assert f"signed in for {SESSION_AT_MOST // timedelta(hours=1)} hours at most" in told
    assert f"ask for no page for {SESSION_IDLE // timedelta(minutes=1)} minutes" in told
    assert f"It is kept for {int(KEPT_FOR) // 60} minutes" in told
    assert f"shows {AT_ONCE} at a time" in told
