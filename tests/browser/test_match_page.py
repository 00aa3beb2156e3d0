"""The match page as a broker works with it, with scripts and without: the plan, its map, and on."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from matching.geography import PARTNER_BOROUGHS
from tests.browser.conftest import Opens
from tests.browser.looking import lost, violations

SCRIPTS = pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
Worker = Callable[[], None]


def _rows(page: Page) -> dict[str, str]:
    """Each young person with a proposal, and the home."""
    table = page.get_by_role("table", name="Who could live where")
    found = {}
    for row in table.locator("tbody tr").all():
        cells = row.locator("th, td").all_inner_texts()
        home = re.search(r"SC\d+", cells[1])
        assert home is not None
        found[cells[0].strip()] = home[0]
    return found


def _again(page: Page, worker: Worker, scripts: bool) -> None:
    """Run the match again from the page that is open, and wait for its own page."""
    page.get_by_role("button", name="Run the match again").click()
    page.wait_for_url("**/jobs/*")
    worker()
    if not scripts:
        page.get_by_role("link", name="See how it stands now").click()
    page.wait_for_url("**/matches/*", timeout=30_000)
    expect(page.get_by_role("heading", name="Proposals")).to_be_visible()


@SCRIPTS
def test_a_broker_compares_bans_plans_again_and_sees_the_difference(
    opens: Opens, matched: str, worker: Worker, scripts: bool
) -> None:
    page = opens("broker", java_script_enabled=scripts)
    page.goto(matched)
    _again(page, worker, scripts)
    plan = page.url
    who, home = next(iter(_rows(page).items()))
    page.get_by_role("link", name=f"Compare choices for {who}").click()
    expect(page.get_by_role("table", name="What each choice does")).to_be_visible()
    expect(page.get_by_role("rowheader", name="in this plan")).to_contain_text(home)
    page.get_by_role("link", name=f"Pin or ban {home}").click()
    expect(page.get_by_label("Home", exact=True)).to_have_value(home)
    page.get_by_role("button", name="Save").click()
    expect(page).to_have_title(re.compile("^Error: "))
    page.get_by_label("Ban: keep them from this home").check()
    page.get_by_label("Reason").fill("It is on the road to where they were hurt.")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text(f"Kept from {home}")).to_be_visible()
    _again(page, worker, scripts)
    assert _rows(page).get(who) != home
    page.get_by_role("link", name="See the difference to match").click()
    moves = page.get_by_role("table", name="Who lives elsewhere")
    expect(moves.get_by_role("row", name=re.compile(rf"^{who}\b"))).to_contain_text(home)
    page.goto(f"{plan}/{who}/decide?home_id={home}")
    page.get_by_label("Take back what was said of this home").check()
    page.get_by_label("Reason").fill("It was another road.")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text(f"Kept from {home}")).to_have_count(0)


@SCRIPTS
def test_a_broker_sees_who_waits_why_what_would_change_it_and_who_fits_a_free_place(
    opens: Opens, matched: str, scripts: bool
) -> None:
    page = opens("broker", java_script_enabled=scripts)
    page.goto(matched)
    waiting = page.get_by_role("table", name="Who waits")
    work_out = waiting.get_by_role("link", name="Work it out").first
    who = (work_out.get_attribute("href") or "").split("/")[-1].partition("?")[0]
    work_out.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Why, for {who}")
    expect(page.get_by_role("heading", name="What would change it")).to_be_visible()
    page.goto(matched)
    page.get_by_role("table", name="Empty places").get_by_role(
        "link", name="Who fits"
    ).first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("^Who fits "))
    expect(page.get_by_role("heading", name="Who nearly fits")).to_be_visible()


@SCRIPTS
def test_the_map_says_what_its_tables_say_and_may_be_skipped(
    opens: Opens, matched: str, scripts: bool
) -> None:
    """With scripts each mark is a button that keys reach; without, the drawing stands."""
    page = opens("broker", java_script_enabled=scripts)
    page.goto(matched)
    homes = set(_rows(page).values())
    part = page.locator("[data-map]")
    if scripts:
        marks = part.get_by_role("button", name=re.compile("Proposed: "))
        expect(marks).to_have_count(len(homes))
        expect(part.locator("[data-front]")).to_have_count(0)
        first = marks.first
        words = first.get_attribute("aria-label") or ""
        first.focus()
        page.keyboard.press("Enter")
        expect(part.locator(".leaflet-popup")).to_have_text(re.compile(re.escape(words)))
        assert violations(page) == []
        page.keyboard.press("Escape")
        expect(part.locator(".leaflet-popup")).to_have_count(0)
    else:
        expect(part.get_by_role("img")).to_be_visible()
        expect(part.locator("[data-words]")).to_have_count(len(homes))
    page.get_by_role("link", name="Skip the map").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    inside = "!!document.activeElement.closest('[data-map]')"
    assert page.evaluate(inside) is False


def test_a_map_fits_a_narrow_screen_and_keys_move_it(opens: Opens, matched: str) -> None:
    page = opens("commissioner", viewport={"width": 320, "height": 640})
    page.goto(matched)
    part = page.locator("[data-map]")
    expect(part.locator(".leaflet-container")).to_be_visible()
    assert lost(page) == []
    where = "document.querySelector('.leaflet-map-pane').getBoundingClientRect().x"
    before = page.evaluate(where)
    part.locator(".leaflet-container").focus()
    page.keyboard.press("+")
    page.wait_for_timeout(500)
    page.keyboard.press("ArrowRight")
    page.wait_for_timeout(500)
    assert page.evaluate(where) != before


_BOXES = """() => [...document.querySelectorAll(".app-map__name, .app-map__mark")].map((one) => {
  const {left, top, right, bottom} = one.getBoundingClientRect();
  return [one.matches(".app-map__mark"), one.textContent.trim(), left, top, right, bottom];
})"""


@pytest.mark.parametrize("account", ["broker", "commissioner"])
@pytest.mark.parametrize("wide", [1280, 1920])
def test_no_name_on_the_drawn_map_lies_on_a_mark_or_on_another_name(
    opens: Opens, matched: str, account: str, wide: int
) -> None:
    """As the browser measures them, in the typeface that this computer has."""
    page = opens(account, java_script_enabled=False, viewport={"width": wide, "height": 900})
    for address in (matched, "/contracts/NEL-BLOCK-1"):
        page.goto(address)
        boxes = page.evaluate(_BOXES)
        names = [box for box in boxes if not box[0]]
        assert len(names) >= len(PARTNER_BOROUGHS)
        assert len(boxes) > len(names)
        for at, (_, text, left, top, right, bottom) in enumerate(names):
            on = [
                other[1]
                for other in [*names[:at], *(box for box in boxes if box[0])]
                if left < other[4] and other[2] < right and top < other[5] and other[3] < bottom
            ]
            assert not on, (address, text, on)
        titles = page.locator(".app-map__shape title")
        assert set(titles.all_text_contents()) >= set(PARTNER_BOROUGHS.values())
