"""What people come to do, done in a browser: with scripts, without them, and by keys alone."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Opens, enter

SCRIPTS = pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])


def _day(page: Page, name: str, day: int, month: int, year: int) -> None:
    for part, value in (("day", day), ("month", month), ("year", year)):
        page.locator(f"#{name}-{part}").fill(str(value))


@SCRIPTS
def test_a_provider_checks_a_price_alone(opens: Opens, scripts: bool) -> None:
    page = opens("provider", java_script_enabled=scripts)
    page.get_by_role("link", name="Price check").first.click()
    page.get_by_role("button", name="Check the price").click()
    expect(page).to_have_title(re.compile("^Error: "))
    page.get_by_role("link", name="Choose a need band").click()
    page.get_by_label("High need").check()
    _day(page, "from", 7, 9, 2026)
    _day(page, "to", 14, 9, 2026)
    page.get_by_role("button", name="Check the price").click()
    expect(page.get_by_role("heading", name="£8,000.00 in all")).to_be_visible()
    again = opens("provider", java_script_enabled=scripts)
    again.goto(page.url)
    expect(again.get_by_role("heading", name="£8,000.00 in all")).to_be_visible()


@SCRIPTS
def test_a_broker_runs_a_match_and_asks_why(
    opens: Opens, worker: Callable[[], None], scripts: bool
) -> None:
    page = opens("broker", java_script_enabled=scripts)
    page.locator("main").get_by_role("link", name="Matches", exact=True).click()
    page.get_by_role("button", name="Run a match").click()
    page.wait_for_url("**/jobs/*")
    worker()
    if not scripts:
        page.get_by_role("link", name="See how it stands now").click()
    page.wait_for_url("**/matches/*", timeout=30_000)
    expect(page.get_by_role("heading", name="Who waits, and why")).to_be_visible()
    page.get_by_role("link", name="Work it out for R-16").click()
    expect(page.get_by_role("heading", name="What would change it")).to_be_visible()
    page.get_by_role("link", name="All homes for R-16").click()
    expect(page.get_by_role("heading", name="Homes that nearly fit")).to_be_visible()


@SCRIPTS
def test_a_commissioner_reads_a_contract(opens: Opens, scripts: bool) -> None:
    page = opens("commissioner", java_script_enabled=scripts)
    page.get_by_role("link", name="Contracts").first.click()
    _day(page, "from", 1, 9, 2026)
    _day(page, "to", 1, 10, 2026)
    page.get_by_role("button", name="Show this period").click()
    heading = "From 1 September 2026 to the day before 1 October 2026"
    expect(page.get_by_role("heading", name=heading)).to_be_visible()
    expect(page.get_by_role("table", name="What each borough owes")).to_be_visible()


def test_keys_alone_reach_everything_and_sign_in(opens: Opens) -> None:
    page = opens()
    page.goto("/enter")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to main content")).to_be_focused()
    page.keyboard.press("Enter")
    for word in ("provider", "a password of the browser tests"):
        page.keyboard.press("Tab")
        page.keyboard.type(word)
    page.keyboard.press("Enter")
    page.get_by_role("heading", level=1, name="What would you like to do?").wait_for()
    seen = set()
    for _ in range(40):
        page.keyboard.press("Tab")
        seen.add(page.evaluate("document.activeElement.textContent.trim()"))
    wanted = page.locator("a[href]:visible, button:visible").all_inner_texts()
    assert {one.strip() for one in wanted} <= seen


def test_after_an_error_the_summary_has_the_focus_and_leads_to_its_field(opens: Opens) -> None:
    page = opens()
    page.goto("/enter")
    page.get_by_role("button", name="Sign in").click()
    expect(page.locator(".govuk-error-summary")).to_be_focused()
    page.get_by_role("link", name="Enter your account name").click()
    expect(page.get_by_label("Account name")).to_be_focused()


@pytest.mark.parametrize(("where", "status"), [("/", 200), ("/matches", 403), ("/nothing", 404)])
def test_whoever_signs_out_is_out(opens: Opens, where: str, status: int) -> None:
    page = opens()
    enter(page, "finance")
    answer = page.goto(where)
    assert answer is not None
    assert answer.status == status
    page.get_by_role("button", name="Sign out").click()
    page.goto("/contracts")
    expect(page.get_by_role("heading", level=1, name="Sign in")).to_be_visible()
