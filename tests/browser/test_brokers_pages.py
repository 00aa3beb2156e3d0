"""The brokers' pages in a real browser: the queue and the price renewed in part, a spot home added.

Each with scripts and without: the way without is the whole page.
"""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Opens
from tests.browser.looking import violations

SCRIPTS = pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
MARK = "document.documentElement.dataset.same = 'yes'"
"""Put on the page as it was loaded: it is gone when another page is loaded."""


def _same(page: Page) -> bool:
    return page.locator("html").get_attribute("data-same") == "yes"


@SCRIPTS
def test_the_queue_is_filtered_and_the_filter_stands_in_the_address(
    opens: Opens, scripts: bool
) -> None:
    page = opens("broker", java_script_enabled=scripts)
    page.goto("/referrals")
    if scripts:
        page.evaluate(MARK)
    every = page.locator("tbody tr").count()
    assert every > 1
    page.get_by_label("Where it stands").select_option("draft")
    if not scripts:
        page.get_by_role("button", name="Show").click()
    page.wait_for_url("**/referrals?state=draft*")
    expect(page.locator("tbody tr")).to_have_count(1)
    expect(page.get_by_role("status")).to_have_text("1 referral is shown.")
    assert _same(page) is scripts
    address = page.url
    page.go_back()
    expect(page.locator("tbody tr")).to_have_count(every)
    again = opens("broker", java_script_enabled=scripts)
    again.goto(address)
    expect(again.locator("tbody tr")).to_have_count(1)
    expect(again.get_by_label("Where it stands")).to_have_value("draft")
    if scripts:
        assert violations(again) == []


def test_a_price_takes_the_place_of_the_question_and_the_focus_goes_to_it(opens: Opens) -> None:
    page = opens("provider")
    page.goto("/price?contract=NEL-BLOCK-1")
    page.evaluate(MARK)
    page.get_by_role("button", name="Check the price").click()
    expect(page).to_have_title(re.compile("^Error: "))
    expect(page.locator(".govuk-error-summary")).to_be_focused()
    page.get_by_label("High need").check()
    for name, day, month, year in (("from", 7, 9, 2026), ("to", 14, 9, 2026)):
        for part, value in (("day", day), ("month", month), ("year", year)):
            page.locator(f'[name="{name}-{part}"]').fill(str(value))
    page.get_by_role("button", name="Check the price").click()
    expect(page.locator("#the-price")).to_be_focused()
    expect(page).to_have_title(re.compile("^Price check"))
    assert _same(page)
    assert "band=high" in page.url
    assert violations(page) == []


def test_of_a_page_only_its_address_is_kept_in_the_browsers_own_store(opens: Opens) -> None:
    page = opens("broker")
    page.goto("/referrals")
    page.get_by_label("Where it stands").select_option("draft")
    page.wait_for_url("**/referrals?state=draft*")
    kept = page.evaluate("[Object.entries(localStorage), Object.entries(sessionStorage)]")
    address = page.url.removeprefix("http://").partition("/")[2]
    assert kept == [[], [["htmx-current-path-for-history", f"/{address}"]]]


SPOT = {
    "Ofsted number (URN)": "SC99088{}",
    "Provider": "Spot Care {}",
    "Full postcode": "E13 8AA",
    "Youngest age it takes": "11",
    "Oldest age it takes": "17",
    "Places in all": "2",
}
TICKED = ("Registered", "Female", "Medium", "High")


@SCRIPTS
def test_a_spot_home_is_found_by_phone_and_shortlisted_in_a_minute(
    opens: Opens, scripts: bool
) -> None:
    """From the homes to ring to the shortlist: 10 answers and 3 clicks, on 2 forms."""
    page = opens("broker", java_script_enabled=scripts)
    page.goto("/referrals?state=offered")
    referral = page.locator("tbody a").first.inner_text()
    page.goto(f"/referrals/{referral}")
    page.get_by_role("link", name="Homes to ring, best first").click()
    answers = clicks = 0
    page.get_by_role("link", name="Add a home that is not on file").click()
    clicks += 1
    for label, text in SPOT.items():
        page.get_by_label(label, exact=True).fill(text.format(int(scripts)))
        answers += 1
    for label in TICKED:
        page.get_by_label(label, exact=True).check()
        answers += 1
    page.get_by_role("button", name="Put the home on record").click()
    clicks += 1
    home = SPOT["Ofsted number (URN)"].format(int(scripts))
    expect(page.get_by_role("heading", level=1)).to_have_text("Put a home on the shortlist")
    expect(page.locator("#home_id")).to_have_value(home)
    expect(page.get_by_label("Found by hand").first).to_be_checked()
    page.locator("#reason").fill("rung today; a room is free")
    # whoever was asked already stays on the list
    page.locator("#home_id-2").fill("SC990007")
    page.locator('[name="source-2"][value="options"]').check()
    page.locator("#reason-2").fill("was asked before")
    page.locator("main form button").click()
    clicks += 1
    assert (answers, clicks) == (10, 3)
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Referral {referral}")
    expect(page.get_by_role("heading", level=3, name=home)).to_be_visible()
