"""The sheet and the letter for a young person on paper: all that is for them, and no more."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Opens

PAPER = {"width": 794, "height": 1123}
MOST_SHEETS = 2
A_SHEET = re.compile(rb"/Type\s*/Page\b")
_SEEN = """() => [...document.body.querySelectorAll("*")].filter((one) =>
  one.checkVisibility({visibilityProperty: true}) && one.getBoundingClientRect().height > 0)"""
_FAULTS = f"""() => {{
  const wrong = [], told = (what, one) => wrong.push(`${{what}}: ${{one.outerHTML.slice(0, 110)}}`);
  for (const one of ({_SEEN})()) {{
    const style = getComputedStyle(one);
    if (one.matches("nav, nav *, footer, footer *, .govuk-skip-link")) told("of the menu", one);
    if (one.matches("button, input, select, textarea, [role=button]")) told("a button", one);
    if (one.matches("a[href]") && one.closest("header") === null) {{
      const after = getComputedStyle(one, "::after").content;
      if (!after.includes(one.getAttribute("href"))) told("a link without its address", one);
    }}
    if (style.color !== "rgb(0, 0, 0)") told(`not in black but ${{style.color}}`, one);
    const white = ["rgba(0, 0, 0, 0)", "rgb(255, 255, 255)"];
    if (!white.includes(style.backgroundColor)) told(`on ${{style.backgroundColor}}`, one);
  }}
  return wrong;
}}"""
_PUT = "(text) => { document.querySelector('main').insertAdjacentHTML('beforeend', text) }"


def _open(opens: Opens, what: str, state: str = "moved_in") -> Page:
    """The sheet of a home or the letter of somebody where they stand, as paper would have it."""
    page = opens("assessor", viewport=PAPER)
    page.goto(f"/referrals?state={state}")
    page.locator("tbody a").first.click()
    page.get_by_role("link", name=what).first.click()
    expect(page.get_by_role("button", name="Print this page")).to_be_visible()
    page.emulate_media(media="print")
    return page


@pytest.mark.parametrize("state", ["offered", "moved_in", "stepping_down"])
@pytest.mark.parametrize(
    ("what", "last"),
    [("Sheet for the young person", "Please do not leave this sheet"), ("Letter", "Number R-")],
    ids=["sheet", "letter"],
)
def test_what_is_printed_for_a_young_person_is_plain_and_short(
    opens: Opens, what: str, last: str, state: str
) -> None:
    page = _open(opens, what, state)
    assert page.evaluate(_FAULTS) == []
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.get_by_text("North East London placement brokerage")).to_be_visible()
    expect(page.get_by_text(last)).to_be_visible()
    sheets = len(A_SHEET.findall(page.pdf(format="A4")))
    assert 1 <= sheets <= MOST_SHEETS


def test_what_is_looked_for_on_paper_would_be_found(opens: Opens) -> None:
    page = _open(opens, "Letter")
    for text, what in (
        ("<nav>Menu</nav>", "of the menu"),
        ("<button>Save</button>", "a button"),
        ("<a href='/help'>Help</a>", "a link without its address"),
        ("<p class='govuk-tag'>pale</p>", "on rgb"),
        ("<a class='govuk-error-message'>red</a>", "not in black"),
    ):
        page.evaluate(_PUT, text)
        assert what in " ".join(page.evaluate(_FAULTS)), text
    page.evaluate(_PUT, "<p>long</p>" * 200)
    assert len(A_SHEET.findall(page.pdf(format="A4"))) > MOST_SHEETS
    page.emulate_media(media="screen")
    assert "a button" in " ".join(page.evaluate(_FAULTS))
