"""Money and reports in a real browser: a scenario played, a forecast taken away."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Opens
from tests.browser.looking import violations

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
