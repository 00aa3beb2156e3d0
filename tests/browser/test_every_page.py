"""Every page in a real browser: axe finds nothing, nothing leaves a narrow screen or its host."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import Opens, sideways, violations

OPEN = (
    "/enter",
    "/help",
    "/words",
    "/accessibility",
    "/privacy",
    "/cookies",
    "/status",
    "/nothing",
)
PRICE = (
    "/price?contract=NEL-BLOCK-1&band=high&from-day=7&from-month=9&from-year=2026"
    "&to-day=7&to-month=6&to-year=2027&units-one_to_one=26"
)
WRONG = "/price?contract=NEL-BLOCK-1&from-day=31&from-month=2&from-year=2027&units-one_to_one=x"
OF_ROLES = {
    "broker": (
        "/",
        "/matches",
        "MATCH",
        "MATCH/R-01",
        "MATCH/R-16?ask=changes",
        "MATCH/R-01/choices",
        "MATCH/R-01/decide",
        "MATCH/against/1",
        "/homes/SC990002/who",
        "/homes/SC990002",
        "/moving-on",
        "/begin",
        "FIRST/shortlist",
        "/options/R-14",
        "/referrals",
        "/referrals?state=draft",
        "/referrals?state=ended",
        "/referrals?urgency=today&order=due",
        "/homes/add",
        "/registers/assessments/write",
    ),
    "provider": ("/", "/price", PRICE, WRONG, "/matches"),
    "commissioner": (
        "/",
        "/contracts",
        "MATCH",
        "/contracts/NEL-BLOCK-1",
        "/contracts/NEL-BLOCK-1?from-day=1&from-month=1&from-year=1999",
        "/weights",
        "/registers/agreements/write",
        "/registers/agreements/write?key=none",
        "/registers/due_diligence/write",
    ),
    "registered_manager": (
        "/",
        "/offers",
        "FIRST",
        "FIRST/impact",
        "FIRST/decline",
        "FIRST/dispute_band",
        "/registers/training",
        "/registers/training/write",
    ),
    "assessor": (
        "/duties",
        "FIRST",
        "FIRST/view",
        "FIRST/evidence",
        "FIRST/care",
        "FIRST/form/when-and-where",
        "FIRST/form/placement",
        "FIRST/form/check",
        "FIRST/sheets/SC990007",
        "FIRST/letter",
        "/options/R-14",
        "/options/R-17",
    ),
    "director": ("/approvals", "/borough", "FIRST/approve"),
}
NARROW = {"viewport": {"width": 320, "height": 640}}


def _pages(opens: Opens, account: str | None, matched: str, **settings: object) -> Iterator[Page]:
    addresses = OPEN if account is None else OF_ROLES[account]
    window = opens(None if account is None else account.replace("_", "-"), **settings)
    first: str | None = None
    for address in addresses:
        if address.startswith("FIRST") and first is None:
            window.goto("/referrals")
            first = window.locator("tbody a").first.get_attribute("href")
        window.goto(address.replace("MATCH", matched).replace("FIRST", first or ""))
        yield window


@pytest.mark.parametrize("account", [None, *OF_ROLES])
def test_axe_finds_nothing_wrong_and_every_title_says_what_it_is(
    opens: Opens, matched: str, account: str | None
) -> None:
    for page in _pages(opens, account, matched):
        assert violations(page) == [], page.url
        heading = page.get_by_role("heading", level=1).inner_text()
        error = "Error: " if page.locator(".govuk-error-summary").count() else ""
        assert page.title().startswith(f"{error}{heading} – "), page.url


@pytest.mark.parametrize("account", [None, *OF_ROLES])
def test_on_a_screen_of_320_pixels_nothing_is_lost(
    opens: Opens, matched: str, account: str | None
) -> None:
    for page in _pages(opens, account, matched, **NARROW):
        assert sideways(page) <= 0, page.url
        assert violations(page) == [], page.url


def test_a_page_weighs_less_than_300_kilobytes(opens: Opens, matched: str) -> None:
    page = opens("broker")
    weights: dict[str, int] = {}
    page.on("response", lambda answer: weights.update({answer.url: len(answer.body())}))
    page.goto(matched, wait_until="networkidle")
    of_map = [url for url in weights if re.search(r"/static/(leaflet|map)\.", url)]
    assert len(of_map) == 3
    assert len(weights) - len(of_map) >= 4
    assert sum(weight for url, weight in weights.items() if url not in of_map) < 300_000
