"""Main journeys by keyboard alone: a price check, a home shortlisted and asked, a scenario."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from playwright.sync_api import Page, expect

from tests.browser.conftest import PASSWORD, Opens

MOST_STOPS = 250
_WHERE = """() => {
  const one = document.activeElement;
  const label = one.labels && one.labels[0];
  return [one.name || "", one.value || "", (label || one).textContent.trim().replace(/\\s+/g, " ")];
}"""


class Keys:
    """Somebody at a page who has a keyboard and nothing else."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def _at(self) -> tuple[str, str, str]:
        name, value, text = self.page.evaluate(_WHERE)
        return name, value, text

    def _to(self, there: str, *, name: bool) -> None:
        """Go on by Tab until what has the focus has this name, or says this."""
        for _ in range(MOST_STOPS):
            self.page.keyboard.press("Tab")
            at = self._at()
            if (at[0] == there) if name else (at[2] == there):
                return
        raise AssertionError(f"no key leads to {there} on {self.page.url}")

    def follow(self, text: str) -> None:
        """Go to a link or a button and press Enter."""
        self._to(text, name=False)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def write(self, name: str, text: str) -> None:
        """Go to a box and write into it."""
        self._to(name, name=True)
        self.page.keyboard.press("ControlOrMeta+a")
        self.page.keyboard.type(text)

    def choose(self, name: str, value: str) -> None:
        """Go to a group of choices and move to one by the arrows."""
        self._to(name, name=True)
        self.page.keyboard.press("Space")
        for _ in range(MOST_STOPS):
            if self._at()[1] == value:
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"{name} has no choice {value}")

    def day(self, name: str, days: int) -> None:
        """Write a day from today on into its three boxes."""
        when = datetime.now(UTC).date() + timedelta(days=days)
        for part in ("day", "month", "year"):
            self.write(f"{name}-{part}", str(getattr(when, part)))

    def enter(self, account: str) -> None:
        """Sign in."""
        self.page.goto("/enter")
        self.write("account", account)
        self.write("password", PASSWORD)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")


def test_a_price_is_checked_by_keys_alone(opens: Opens) -> None:
    page = opens()
    keys = Keys(page)
    keys.enter("provider")
    keys.follow("Price check")
    keys.choose("band", "high")
    for name, text in (("from", ("7", "9", "2026")), ("to", ("14", "9", "2026"))):
        for part, written in zip(("day", "month", "year"), text, strict=True):
            keys.write(f"{name}-{part}", written)
    keys.follow("Check the price")
    expect(page.get_by_role("heading", name="£8,000.00 in all")).to_be_visible()


def test_a_home_is_shortlisted_and_asked_by_keys_alone(opens: Opens) -> None:
    broker, assessor = opens(), opens()
    at_broker, at_assessor = Keys(broker), Keys(assessor)
    at_broker.enter("broker")
    at_assessor.enter("assessor")
    broker.goto("/referrals?state=offered")
    number = broker.locator("tbody a").first.inner_text()
    at_broker.follow(number)
    at_broker.follow("Put a home on the shortlist")
    home = "SC990004"
    for end, listed in (("", "SC990007"), ("-2", home)):
        at_broker.write(f"home_id{end}", listed)
        at_broker.choose(f"source{end}", "options")
        at_broker.write(f"reason{end}", "it fits")
    at_broker.follow("Save: put a home on the shortlist")
    expect(broker.get_by_role("heading", level=1)).to_have_text(f"Referral {number}")

    assessor.goto(f"/referrals/{number}")
    at_assessor.follow("Write down what the young person says")
    at_assessor.choose("home_id", home)
    at_assessor.day("said_on", 0)
    at_assessor.choose("wish", "wants")
    at_assessor.write("words", "It is near my school.")
    at_assessor.write("heard_by", "social worker")
    at_assessor.write("how_considered", "asked at once")
    at_assessor.follow("Save: write down what the young person says")
    expect(assessor.get_by_role("heading", level=1)).to_have_text(f"Referral {number}")

    broker.reload()
    at_broker.follow("Ask a home")
    at_broker.choose("home_id", home)
    at_broker.day("starts_on", 0)
    at_broker.day("answer_by", 3)
    at_broker.follow("Save: ask a home")
    expect(broker.get_by_role("heading", level=1)).to_have_text(f"Referral {number}")


def test_a_scenario_is_asked_for_by_keys_alone(opens: Opens) -> None:
    page = opens()
    keys = Keys(page)
    keys.enter("commissioner")
    keys.follow("Scenarios")
    keys.write("name", "By keys alone")
    keys.write("weeks", "13")
    keys.write("replications", "2")
    keys.follow("Run the simulation")
    expect(page).to_have_url(re.compile(r"/scenarios/\d+$"))
