"""Main journeys by keyboard alone: a price check, a scenario, a match with a ban, a trade, a
refusal, and a referral from its form to moving in."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

from playwright.sync_api import Page, expect

from tests.browser.conftest import Opens
from tests.browser.keys import Keys
from tests.browser.test_from_form_to_moving_in import goes_from_form_to_moving_in


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


def test_a_referral_goes_from_the_form_to_moving_in_by_keys_alone(opens: Opens) -> None:
    goes_from_form_to_moving_in(opens, Keys, "SC990007", "F", date(2012, 7, 4))


def test_a_manager_says_no_by_keys_alone(opens: Opens) -> None:
    page = opens()
    keys = Keys(page)
    keys.enter("registered-manager")
    keys.follow("Offers")
    text = text_of(page, 'a[href*="/decline?"]')
    keys.follow(text)
    home = page.locator('[name="home_id"]').first
    keys.choose("home_id", home.get_attribute("value") or "")
    keys.choose("code", page.locator('[name="code"]').first.get_attribute("value") or "")
    keys.write("words", "The house is in mourning; ask again in a month.")
    keys.send()
    expect(page.get_by_role("heading", level=1)).to_have_text(
        f"Referral {text.removeprefix('Decline ')}"
    )


def test_a_match_is_run_and_a_home_is_banned_by_keys_alone(
    opens: Opens, worker: Callable[[], None]
) -> None:
    page = opens()
    keys = Keys(page)
    keys.enter("broker")
    keys.follow("Matches")
    keys.follow_to("/matches")
    keys.follow("Run a match")
    worker()
    page.wait_for_url("**/matches/*")
    keys.follow(text_of(page, 'a[href$="/choices"]'))
    home = text_of(page, 'a[href*="/decide?"]')
    keys.follow(home)
    keys.choose("kind", "ban")
    keys.write("reason", "It is on the road to where they were hurt.")
    keys.follow("Save")
    expect(page.get_by_text(f"Kept from {home.removeprefix('Pin or ban ')}")).to_be_visible()


def test_a_trade_of_places_is_written_by_keys_alone(opens: Opens) -> None:
    page = opens()
    keys = Keys(page)
    keys.enter("commissioner")
    keys.follow("Contracts")
    assert page.url.endswith("/contracts/NEL-BLOCK-1")
    keys.follow(text_of(page, 'a[href$="/write/trades"]'))
    keys.answer(
        {
            "trade": "by-keys-alone",
            "released_by": "E09000025",
            "used_by": "E09000012",
            "places": 2,
            "holds_from": date(2026, 9, 7),
            "holds_to": date(2026, 11, 7),
            "price_per_place_week": "3600.10",
        }
    )
    keys.send()
    expect(page).to_have_title(re.compile("^(?!Error)"))
    expect(page.get_by_role("main").get_by_text("by-keys-alone").first).to_be_visible()


def text_of(page: Page, where: str) -> str:
    """What the first of some links says, as a person reads it."""
    return " ".join((page.locator(f"main {where}").first.text_content() or "").split())
