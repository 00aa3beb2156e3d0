"""A referral from the form to moving in, each step by whoever takes it; also without scripts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta

import pytest
from playwright.sync_api import Page, expect

from api.pages.asked import TITLES
from api.pages.form_asked import fields_of_part
from tests.browser.conftest import Opens, enter
from tests.browser.keys import Keys, today

SOON = today() + timedelta(days=3)
NEARLY_A_YEAR_ON = date(SOON.year + 1, SOON.month, 1)
WHO = {
    "borough": "E09000025",
    "identity.name": "Invented Name",
    "person.ethnicity": "not told here",
    "person.religion": "none told",
    "person.culture": "none told",
    "person.language": "English",
    "person.disability": "none",
}
REST: Mapping[str, Mapping[str, object]] = {
    "when-and-where": {
        "needed_by": SOON,
        "home_place.postcode": "E6 4",
        "matters": "school, E6 4, 20, keep",
        "avoid": "none",
    },
    "with-whom": {
        "living_companions": "No preference",
        "must_not_live_with": "none",
        "caution_with": "none",
    },
    "needs": {
        "needs": "adhd",
        "communication_needs": "N",
        "communication": "None",
        "home_adaptation": "no",
        "cultural_needs": "Not required",
        "pets": "No",
    },
    "risks": {one.name: "No known risk" for one in fields_of_part("risks") if one.how == "choice"},
    "placement": {
        "foster_care": "Unsuitable",
        "residential_care": "Preferred",
        "supported_accommodation": "Unsuitable",
        "family_considered": "asked, and not possible now",
        "fostering_considered": "two families were asked",
        "why_residential": "a small home",
    },
    "own-part": {"wishes": "near my nan", "advocate_offered": "yes"},
}


def _fill(page: Page, said: Mapping[str, object]) -> None:
    for name, value in said.items():
        if isinstance(value, date):
            for part in ("day", "month", "year"):
                page.locator(f'[name="{name}-{part}"]').fill(str(getattr(value, part)))
            continue
        field = page.locator(f'[name="{name}"]')
        kind = field.first.get_attribute("type")
        if kind in ("radio", "checkbox"):
            page.locator(f'[name="{name}"][value="{value}"]').check()
        elif field.evaluate("one => one.tagName") == "SELECT":
            field.select_option(str(value))
        else:
            field.fill(str(value))


class Mouse:
    """Somebody at a page who clicks."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def enter(self, account: str) -> None:
        """Sign in."""
        enter(self.page, account)

    def follow(self, text: str) -> None:
        """Click a link, or else a button."""
        link = self.page.get_by_role("link", name=text, exact=True)
        there = link if link.count() else self.page.get_by_role("button", name=text, exact=True)
        with self.page.expect_navigation():
            there.first.click()

    def answer(self, said: Mapping[str, object]) -> None:
        """Answer a part of a form."""
        _fill(self.page, said)

    def send(self) -> None:
        """Click the button of the page's form."""
        with self.page.expect_navigation():
            self.page.locator("main form button").last.click()


BY_THE_MENU = {
    "registered-manager": "Offers",
    "nominated-officer": "Approvals",
    "director": "Approvals",
}
"""Where those start who are asked; all others start from the queue."""


@pytest.mark.parametrize(
    ("scripts", "home", "sex", "born"),
    [(True, "SC990007", "F", date(2012, 5, 2)), (False, "SC990006", "M", date(2012, 6, 3))],
    ids=["scripts", "no-scripts"],
)
def test_a_referral_goes_from_the_form_to_moving_in(
    opens: Opens, scripts: bool, home: str, sex: str, born: date
) -> None:
    goes_from_form_to_moving_in(opens, Mouse, home, sex, born, scripts=scripts)


def goes_from_form_to_moving_in(
    opens: Opens,
    hands: type[Mouse | Keys],
    home: str,
    sex: str,
    born: date,
    *,
    scripts: bool = True,
) -> None:
    """Take a referral from its form to moving in, each step by whoever takes it."""
    at: dict[str, Mouse | Keys] = {}

    def window(account: str) -> Mouse | Keys:
        if account not in at:
            at[account] = hands(opens(java_script_enabled=scripts))
            at[account].enter(account)
        return at[account]

    def take(account: str, kind: str, **said: object) -> None:
        new = account not in at
        who = window(account)
        if new:
            who.follow(BY_THE_MENU.get(account, "Referrals"))
        who.page.goto(f"/referrals/{referral}")
        who.follow(TITLES[kind])
        who.answer(said)
        who.send()
        told = who.page.get_by_role("main").inner_text()
        assert who.page.get_by_role("heading", level=1).inner_text() == f"Referral {referral}", told

    assessor = window("assessor")
    page = assessor.page
    assessor.follow("New referral")
    assessor.follow("Save and go on")
    expect(page).to_have_title(re.compile("^Error: "))
    assessor.answer(
        {**WHO, "young_person_id": f"YP-{born.year}{born.month}", "date_of_birth": born, "sex": sex}
    )
    assessor.follow("Save and go on")
    for part, said in REST.items():
        page.wait_for_url(f"**/form/{part}")
        assessor.answer(said)
        assessor.follow("Save and go on")
    expect(page.get_by_role("heading", level=1)).to_have_text("Check your answers")
    referral = page.url.split("/")[-3]
    assessor.follow("Go on and ask for a place")
    assessor.send()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Referral {referral}")

    take("assessor", "band", band="medium", thresholds="t1", reason="by the thresholds in force")
    take("verifier", "verify", need_met="yes", funding_agreed="yes", reason="both are checked")
    take("broker", "shortlist", home_id=home, source="options", reason="the nearest that fits")
    page.goto(f"/referrals/{referral}/sheets/{home}")
    expect(page.get_by_role("heading", name="How to say no")).to_be_visible()
    view = {
        "home_id": home,
        "said_on": today(),
        "wish": "wants",
        "words": "It looks quiet.",
        "heard_by": "social worker",
        "how_considered": "You said it looks quiet, so we asked this home first.",
    }
    take("assessor", "view", **view)
    take("broker", "offer", home_id=home, starts_on=today(), answer_by=SOON)
    take(
        "registered-manager",
        "impact",
        home_id=home,
        on_residents="a new face may be hard at first",
        on_young_person="the evenings are quiet",
        what_will_be_done="a shared meal first",
        can_live_together="yes",
        signed="yes",
    )
    take("registered-manager", "accept", home_id=home)
    take("assessor", "visit", home_id=home, visited_on=today())
    take("assessor", "view", **view)
    for officer, approval in (("nominated-officer", "nominated_officer"), ("director", "director")):
        take(officer, "approve", home_id=home, approval=approval, granted="yes", reason="read it")
    take(
        "assessor",
        "evidence",
        evidence="area_notified",
        home_id=home,
        done_on=today(),
        reference="letter of the day",
    )
    take(
        "broker",
        "confirm",
        home_id=home,
        starts_on=today(),
        planned_until=NEARLY_A_YEAR_ON,
        reason="It is near your school and your nan.",
        school_kept="yes",
    )
    page.goto(f"/referrals/{referral}/letter")
    expect(page.get_by_text("It is near your school and your nan.")).to_be_visible()
    take("assessor", "move_in", moved_in_on=today())
    expect(page.get_by_text("Moved in").first).to_be_visible()
    take(
        "assessor",
        "care",
        child=f"4711{born.month}",
        ethnicity="NOBT",
        upn="UN3",
        home_postcode="E13 8AA",
        place_provider="PR4",
        category_of_need="N1",
        looked_after_since=date(2026, 4, 2),
        legal="2 April 2026, C1\n30 June 2026, C2",
        elsewhere="2 April 2026, 1 September 2026, U6, PR1, E13 8AA",
    )
    page.goto(f"/referrals/{referral}/care")
    expect(page.locator("#legal")).to_have_value("2 April 2026, C1\n30 June 2026, C2")
