"""Every page is for a reader of grade eight or less, read without names and titles of law."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from fastapi import FastAPI

from broker.access.actor import Role
from matching.geography import authorities
from tests.browser import test_every_page, test_money_pages
from tests.browser.test_every_page import OPEN
from tests.integration.api.world import World
from tests.integration.pages.browsing import Browser
from tests.readability import blocks, grade, sentences, syllables

Browsing = Callable[[str | None], Browser]
HARDEST = 8.0
LAW = (
    r"(?:Children Act 1989|Care Planning(?:, Placement and Case Review \(England\))? Regulations "
    r"2010|Children’s Homes \(England\) Regulations 2015|Care Standards Act 2000|"
    r"Placements Data Standard v2|Equality Advisory and Support Service)"
    r"(?:,? (?:regulations?|reg|section|Part|s)\s?[\d(][\w(),. ]*(?: and [\w()]+)*)?",
    r"Director of Children’s Services|Ofsted",
)
NAMES = (
    r"North East London placement brokerage",
    *(rf"\b{name}\b" for name in authorities().values()),
)


OF_ROLES = {
    role: (*test_every_page.OF_ROLES.get(role, ()), *test_money_pages.OF_ROLES.get(role, ()))
    for role in {**test_every_page.OF_ROLES, **test_money_pages.OF_ROLES}
}


_COUNTED = {
    "cat": 1,
    "home": 1,
    "lived": 1,
    "wanted": 2,
    "table": 2,
    "borough": 2,
    "area": 2,
    "registered": 3,
    "authority": 4,
}


def test_the_formula_is_that_of_flesch_and_kincaid() -> None:
    text = ["The cat sat on the mat.", "The dog ran home.", "Of no account"]
    assert len(sentences(text)) == 2
    assert [syllables(word) for word in _COUNTED] == [*_COUNTED.values()]
    assert grade(text) == pytest.approx(0.39 * 10 / 2 + 11.8 * 10 / 10 - 15.59)
    assert grade(["R-01 £6,000.00 SC990001"]) == 0.0


@pytest.mark.parametrize("account", ["nobody", *OF_ROLES])
def test_no_page_is_harder_than_grade_eight(
    browsing: Browsing,
    at_work: tuple[FastAPI, World, object],
    matched: str,
    account: str,
) -> None:
    browser = browsing(None if account == "nobody" else account)
    first = f"/referrals/{at_work[1].newham}"
    addresses = OPEN if account == "nobody" else OF_ROLES[account]
    hard = []
    for address in addresses:
        page = browser.get(address.replace("MATCH", matched).replace("FIRST", first))
        main = page.tree.find(".//main")
        assert main is not None
        found = grade(blocks(main, (*LAW, *NAMES)))
        if found > HARDEST:
            hard.append(f"{address}: {found:.1f}")
    assert not hard
    assert account == "nobody" or Role(account)
