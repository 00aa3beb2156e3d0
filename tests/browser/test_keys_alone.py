"""Main journeys by keyboard alone: a price check, a scenario, and a referral from its form to the
decision, with an officer's approval and a manager's yes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from broker.database import make_engine, writing
from tests.browser.conftest import PASSWORD, Opens
from tests.browser.test_from_form_to_moving_in import REST, WHO
from tests.whole_life import ASSESSOR, DIRECTOR, HOME, Teller

MOST_STOPS = 250
_WHERE = """() => {
  const one = document.activeElement;
  const label = one.labels && one.labels[0];
  return [one.name || "", one.value || "", (label || one).textContent.trim().replace(/\\s+/g, " ")];
}"""


def _today() -> date:
    """The service's own day."""
    return datetime.now(UTC).date()


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
        listed = self.page.evaluate("document.activeElement.tagName") == "SELECT"
        self.page.keyboard.press("Home" if listed else "Space")
        for _ in range(MOST_STOPS):
            if self._at()[1] == value:
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"{name} has no choice {value}")

    def tick(self, name: str, value: str) -> None:
        """Go to one of several boxes of a name and tick it."""
        for _ in range(MOST_STOPS):
            self._to(name, name=True)
            if self._at()[1] == value:
                self.page.keyboard.press("Space")
                return
        raise AssertionError(f"{name} has no box {value}")

    def answer(self, said: Mapping[str, object]) -> None:
        """Answer a part of a form, each field in the way it is made for."""
        for name, value in said.items():
            if isinstance(value, date):
                self.write_day(name, value)
                continue
            field = self.page.locator(f'[name="{name}"]').first
            kind = field.get_attribute("type")
            listed = field.evaluate("one => one.tagName") == "SELECT"
            if kind == "checkbox":
                self.tick(name, str(value))
            elif kind == "radio" or listed:
                self.choose(name, str(value))
            else:
                self.write(name, str(value))

    def send(self) -> None:
        """Go to the button of the page's form and press Enter."""
        self.follow(" ".join(self.page.locator("main form button").last.inner_text().split()))

    def day(self, name: str, days: int) -> None:
        """Write a day from today on into its three boxes."""
        self.write_day(name, _today() + timedelta(days=days))

    def write_day(self, name: str, when: date) -> None:
        """Write a day into its three boxes."""
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


def test_a_referral_is_filled_in_and_a_place_is_asked_for_by_keys_alone(opens: Opens) -> None:
    page = opens()
    keys = Keys(page)
    keys.enter("assessor")
    keys.follow("New referral")
    assert page.url.endswith("/begin")
    born = date(2012, 5, 2)
    keys.answer({**WHO, "young_person_id": "YP-KEYS", "date_of_birth": born, "sex": "F"})
    keys.follow("Save and go on")
    for part, said in REST.items():
        assert page.url.endswith(f"/form/{part}"), page.url
        keys.answer(said)
        keys.follow("Save and go on")
    expect(page.get_by_role("heading", level=1)).to_have_text("Check your answers")
    referral = page.url.split("/")[-3]
    keys.follow("Go on and ask for a place")
    keys.send()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Referral {referral}")
    page.goto("/referrals?state=received")
    expect(page.get_by_role("link", name=referral)).to_be_visible()


@contextmanager
def _telling(records: str, referral: str | None = None) -> Iterator[Teller]:
    """Who tells what the others did, by a life on record or a new one, at this minute."""
    engine = make_engine(records)
    with writing(engine) as session:
        told = Teller(session)
        at = datetime.now(UTC)
        told.today = at.date()
        told.minutes = at.hour * 60 + at.minute - 9 * 60 - 10
        if referral is not None:
            told.read(referral)
        yield told
    engine.dispose()


@pytest.fixture(scope="module")
def asked_of_linden(address_of_records: str) -> str:
    """A referral about which Linden is asked, with its manager's assessment."""
    with _telling(address_of_records) as told:
        told.to_verified(
            young_person_id="YP-978", date_of_birth=date(2012, 8, 7), needed_by=_today()
        )
        told.shortlist(HOME)
        told.view(HOME)
        told.offer(HOME, starts_on=_today())
        told.impact(HOME)
        return told.life.referral


def test_a_manager_an_officer_and_a_broker_decide_by_keys_alone(
    opens: Opens, address_of_records: str, asked_of_linden: str
) -> None:
    referral = asked_of_linden
    manager, officer, broker = opens(), opens(), opens()
    at_manager, at_officer, at_broker = Keys(manager), Keys(officer), Keys(broker)
    title = f"Referral {referral}"

    at_manager.enter("registered-manager")
    at_manager.follow("Offers")
    at_manager.follow(f"Accept {referral}")
    at_manager.choose("home_id", HOME)
    at_manager.send()
    expect(manager.get_by_role("heading", level=1)).to_have_text(title)
    with _telling(address_of_records, referral) as told:
        told.take(ASSESSOR, "visit", home_id=HOME, visited_on=_today())
        told.view(HOME)
        told.take(
            DIRECTOR, "approve", home_id=HOME, approval="director", granted=True, reason="read it"
        )
        for evidence in ("area_notified", "area_consulted", "care_plan_copied"):
            told.take(
                ASSESSOR, "evidence", evidence=evidence, home_id=HOME, done_on=_today(),
                reference="letter of the day",
            )  # fmt: skip

    at_officer.enter("nominated-officer")
    at_officer.follow("Approvals")
    asked = officer.locator(f'a[href*="/{referral}/approve"]').first.text_content() or ""
    assert asked.startswith("Say yes or no")
    at_officer.follow(" ".join(asked.split()))
    at_officer.choose("granted", "yes")
    at_officer.write("reason", "I read the plan.")
    at_officer.send()
    expect(officer.get_by_role("heading", level=1)).to_have_text(title)

    at_broker.enter("broker")
    at_broker.follow("Referrals")
    broker.goto(f"/referrals/{referral}")
    at_broker.follow("Decide on a home")
    at_broker.choose("home_id", HOME)
    at_broker.day("starts_on", 0)
    at_broker.day("planned_until", 200)
    at_broker.write("reason", "It is near your school.")
    at_broker.choose("school_kept", "yes")
    at_broker.send()
    expect(broker.get_by_role("heading", level=1)).to_have_text(title)
    broker.goto(f"/referrals/{referral}/letter")
    expect(broker.get_by_text("It is near your school.")).to_be_visible()
