"""Money and reports in a real browser: a scenario played, a forecast taken away."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.addresses import FORECAST
from tests.browser.conftest import Opens
from tests.browser.looking import lost, too_heavy, violations

SCRIPTS = pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])


@SCRIPTS
def test_a_commissioner_plays_a_scenario(
    opens: Opens, simulates: Callable[[], None], scripts: bool
) -> None:
    page = opens("commissioner", java_script_enabled=scripts)
    page.get_by_role("link", name="Scenarios").first.click()
    page.get_by_label("What to call it").fill("Dearer places")
    page.get_by_label("Prices change by percent").fill("much")
    page.get_by_label("Weeks", exact=True).fill("13")
    page.get_by_label("How often").fill("2")
    page.get_by_role("button", name="Run the simulation").click()
    expect(page).to_have_title(re.compile("^Error: "))
    expect(page.get_by_label("What to call it")).to_have_value("Dearer places")
    page.get_by_label("Prices change by percent").fill("10")
    page.get_by_role("button", name="Run the simulation").click()
    page.wait_for_url("**/scenarios/*")
    left = page.url
    page.goto("/")
    simulates()
    page.goto("/scenarios")
    page.get_by_role("link", name="Simulation", exact=False).first.click()
    assert page.url == left
    expect(page.get_by_role("table", name="Main figures over all years")).to_be_visible()
    if scripts:
        assert violations(page) == []
    page.get_by_role("link", name="How full the homes are").click()
    expect(page.get_by_role("heading", level=1, name="How full the homes are")).to_be_visible()
    chart = page.locator(".app-chart img").first
    expect(chart).to_have_attribute("alt", re.compile("."))
    if scripts:
        assert violations(page) == []
        chart.scroll_into_view_if_needed()
        expect(chart).to_have_js_property("complete", True)
        assert chart.evaluate("image => image.naturalWidth") > 100


@SCRIPTS
def test_a_provider_forecasts_its_income_and_takes_it_away(opens: Opens, scripts: bool) -> None:
    page = opens("provider", java_script_enabled=scripts)
    page.goto("/forecast")
    page.get_by_role("button", name="Show the forecast").click()
    expect(page).to_have_title(re.compile("^Error: "))
    page.get_by_label("How many places it is about").fill("10")
    page.get_by_role("button", name="Show the forecast").click()
    expect(page.get_by_role("table", name="Cases")).to_be_visible()
    with page.expect_download() as taken:
        page.get_by_role("link", name="Every month as a workbook").click()
    assert taken.value.suggested_filename == "forecast.xlsx"
    with page.expect_download() as taken:
        page.get_by_role("link", name="Spreadsheet of the table: Cases").click()
    assert taken.value.suggested_filename == "cases.xlsx"


def test_a_provider_sees_its_margin_and_takes_it_away_while_no_address_has_its_costs(
    opens: Opens,
) -> None:
    page = opens("provider", java_script_enabled=True)
    page.goto(FORECAST)
    page.get_by_label("A month, for the whole organisation").fill("much")
    page.get_by_role("button", name="Show the forecast").click()
    expect(page).to_have_title(re.compile("^Error: "))
    assert violations(page) == []
    page.get_by_label("A month, for the whole organisation").fill("21,500.25")
    page.get_by_role("button", name="Show the forecast").click()
    expect(page.get_by_role("columnheader", name="Margin").first).to_be_visible()
    assert violations(page) == []
    assert page.url.endswith("/forecast")
    with page.expect_download() as taken:
        page.get_by_role("button", name="Download every table").click()
    assert taken.value.suggested_filename == "forecast.xlsx"


def test_a_commissioner_weighs_which_places_to_buy_without_scripts(
    opens: Opens, simulates: Callable[[], None]
) -> None:
    page = opens("commissioner", java_script_enabled=False)
    page.goto("/scenarios")
    page.get_by_role("link", name="Weigh which places to buy").click()
    page.get_by_label("What to call it").fill("Three in Havering")
    page.locator("#home_1").select_option("SC990009")
    page.locator("#places_1").fill("3")
    page.get_by_label("Weeks", exact=True).fill("13")
    page.get_by_role("button", name="Weigh what to buy").click()
    expect(page).to_have_title(re.compile("^Error: "))
    expect(page.get_by_label("What to call it")).to_have_value("Three in Havering")
    page.locator("#most_1").fill("1")
    page.get_by_label("How often").fill("2")
    for band, fee in (("low", 5400), ("medium", 7300), ("high", 9650), ("specialist", 12000)):
        page.locator(f"#spot_{band}").fill(str(fee))
    page.get_by_role("button", name="Weigh what to buy").click()
    page.wait_for_url("**/scenarios/*")
    left = page.url
    simulates()
    page.goto(left)
    parts = page.locator('main a[href*="/parts/"]')
    links = [one.get_attribute("href") or "" for one in parts.all()]
    scripted, shown = opens("commissioner"), ""
    for address in (left, *links):
        scripted.goto(address)
        assert violations(scripted) == [], address
        assert lost(scripted) == [], address
        assert too_heavy(scripted) == [], address
        shown += scripted.locator("main").inner_text()
    for name in ("Portfolios out of sample", "One assumption at a time"):
        assert name in shown


def test_a_manager_disputes_a_band_and_the_broker_answers(opens: Opens) -> None:
    manager = opens("registered-manager", java_script_enabled=False)
    manager.goto("/offers")
    manager.get_by_role("link", name="Dispute the band").first.click()
    manager.get_by_role("radio", name="Specialist", exact=False).check()
    manager.get_by_role("button", name="Save").click()
    expect(manager).to_have_title(re.compile("^Error: "))
    manager.get_by_role("radio", name="SC990", exact=False).first.check()
    manager.get_by_label("Reason").fill("Awake most nights, by our logs.")
    manager.get_by_role("button", name="Save").click()
    table = manager.get_by_role("table", name="Disputes of the need band")
    expect(table).to_contain_text("not yet")
    where = manager.url
    broker = opens("broker", java_script_enabled=True)
    broker.goto(where)
    broker.get_by_role("link", name="Answer a dispute of the need band").click()
    assert violations(broker) == []
    broker.get_by_role("radio", name="SC990", exact=False).first.check()
    broker.get_by_role("radio", name="No", exact=True).check()
    broker.get_by_label("Reason").fill("The logs were counted at the time.")
    broker.get_by_role("button", name="Save").click()
    manager.goto(where)
    expect(table).to_contain_text("Not upheld. The logs were counted at the time.")
