"""What pages list is in the engine's own order, and each reason is the one the engine gives."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from fastapi import FastAPI
from sqlalchemy import Engine

from matching.geography import authority_name
from matching.tell import AREA_WORDS, COMPONENT_WORDS, URGENCY_WORDS
from tests.integration.api.world import World
from tests.integration.pages.browsing import Browser, table, words

Browsing = Callable[[str | None], Browser]
AtWork = tuple[FastAPI, World, Engine]
CAREFUL = "someone there to be careful with"
PLACED = 40
"""How many of a list a page shows at a time."""


def reasons(one: Mapping[str, Any]) -> list[str]:
    """What counts against a pair, as parts of a sentence; together they come to the total."""
    parts = [(COMPONENT_WORDS[name], number) for name, number in one["points"].items() if number]
    parts += [(CAREFUL, one["cautions"])] if one.get("cautions") else []
    assert sum(number for _, number in parts) == one["total"]
    total = "1 point" if one["total"] == 1 else f"{one['total']} points"
    return [*(f"{name} {number}" for name, number in parts), f"{total} in all"]


def miles(one: Mapping[str, Any]) -> str:
    far = one["distance_miles"]
    if far is None:
        return "distance not known"
    return "1 mile" if far == 1 else f"{far:g} miles"


def fee(one: Mapping[str, Any]) -> str:
    known = one["weekly_fee"]
    return "not known" if known is None else f"£{float(known):,.2f} a week"


def home(one: Mapping[str, Any]) -> str:
    return f"{one['name']} ({one['home_id']})" if one["name"] else one["home_id"]


def listed(one: Mapping[str, Any]) -> list[str]:
    """A home in the table of homes, without what counts against it."""
    where = f"{authority_name(one['borough'])}, {AREA_WORDS[one['area']]}"
    return [home(one), miles(one), where, str(one["free_places"]), fee(one)]


@pytest.mark.parametrize("who", ["R-06", "R-10", "R-14", "R-23"])
def test_homes_to_ring_are_listed_in_the_order_of_their_points_with_each_reason(
    browsing: Browsing, who: str
) -> None:
    broker = browsing("broker")
    found = broker.ask("/api/options", {"from": "database", "referral_id": who})
    homes = found["homes"]
    assert len(homes) > 1
    totals = [one["total"] for one in homes]
    assert totals == sorted(totals), "lower is better, and the best is first"
    page = broker.get(f"/options/{who}")
    shown = table(page, "Homes that fit")[1:]
    expected = [[f"{at}. {name}", *rest] for at, (name, *rest) in enumerate(map(listed, homes), 1)]
    assert [row[:5] for row in shown] == expected
    assert [re.split(r", ", row[5]) for row in shown] == [reasons(one) for one in homes]
    ring = [row[0] for row in table(page, "Ring in this order")[1:]]
    assert ring == [f"{at}. {one['name'] or one['home_id']}" for at, one in enumerate(homes, 1)]


@pytest.mark.parametrize("who", ["R-06", "R-16"])
def test_homes_that_nearly_fit_are_listed_as_the_engine_has_them_with_both_facts(
    browsing: Browsing, who: str
) -> None:
    broker = browsing("broker")
    found = broker.ask("/api/options", {"from": "database", "referral_id": who})
    page = broker.get(f"/options/{who}")
    lines = [words(one) for one in page.tree.iter("li") if "Found: " in words(one)]
    misses = found["near_misses"]
    assert misses
    assert len(lines) == len(misses)
    for line, one in zip(lines, misses, strict=True):
        assert line.startswith(f"{home(one)}, {authority_name(one['borough'])}, {miles(one)}:")
        for rule in one["failed"]:
            fact = f"Found: {rule['found']}. Allowed: {rule['allowed']} ({rule['code']})."
            assert f"{rule['sentence']}. {fact}" in line


@pytest.mark.parametrize("free", ["SC990002", "SC990006", "SC990017"])
def test_who_fits_a_free_place_is_listed_with_the_most_pressing_first_and_each_reason(
    browsing: Browsing, free: str
) -> None:
    broker = browsing("broker")
    found = broker.ask("/api/options", {"from": "database", "home_id": free})
    fits, near = found["fits"], found["near_misses"]
    assert len(fits) > 1
    order = [(one["urgency"] != "today", one["total"] - one["wait"]) for one in fits]
    assert order == sorted(order)
    page = broker.get(f"/homes/{free}/who")
    shown = table(page, "Who fits")[1:]
    assert [row[:5] for row in shown] == [
        [
            one["referral_id"],
            URGENCY_WORDS[one["urgency"]],
            str(one["age"]),
            one["band"],
            miles(one),
        ]
        for one in fits
    ]
    assert [row[5].split(", ") for row in shown] == [reasons(one) for one in fits]
    present, places = found["household"]["present"], found["household"]["free"]
    live = "young person lives" if present == 1 else "young people live"
    assert f"{places} {'place is' if places == 1 else 'places are'} free" in page.main
    assert f"{present} {live} there" in page.main
    lines = [words(one) for one in page.tree.iter("li") if "Found: " in words(one)]
    assert [line.partition(":")[0] for line in lines] == [one["referral_id"] for one in near]
    for line, one in zip(lines, near, strict=True):
        for rule in one["failed"]:
            assert f"Found: {rule['found']}. Allowed: {rule['allowed']} ({rule['code']})" in line


def test_who_fits_a_home_that_is_not_on_record_is_not_there(browsing: Browsing) -> None:
    assert browsing("broker").get("/homes/SC000000/who").status == 404


def test_each_proposal_of_a_match_says_what_counts_against_it_as_the_plan_has_it(
    browsing: Browsing, matched: str
) -> None:
    broker = browsing("broker")
    plan = broker.client.get(f"/api{matched}", headers=broker.headers).json()["plan"]
    proposals = plan["placements"]
    assert 1 < len(proposals) <= PLACED
    rows = table(broker.get(matched), "Who could live where")[1:]
    assert [row[0] for row in rows] == [one["referral_id"] for one in proposals]
    for row, one in zip(rows, proposals, strict=True):
        *parts, total = reasons(one)
        assert row[1].endswith(f"({one['home_id']})")
        assert row[2] == miles(one)
        assert row[4] == fee(one)
        assert row[5] == (f"{', '.join(parts)}; {total}" if parts else "nothing")


def test_whoever_waits_in_a_match_is_told_why_as_the_plan_has_it(
    browsing: Browsing, matched: str
) -> None:
    broker = browsing("broker")
    plan = broker.client.get(f"/api{matched}", headers=broker.headers).json()["plan"]
    rows = table(broker.get(matched), "Who waits")[1:]
    assert [row[:3] for row in rows] == [
        [one["referral_id"], URGENCY_WORDS[one["urgency"]], one["summary"]]
        for one in plan["unplaced"]
    ]


def test_the_page_of_a_placed_young_person_gives_the_reasons_of_the_plan(
    browsing: Browsing, matched: str
) -> None:
    broker = browsing("broker")
    plan = broker.client.get(f"/api{matched}", headers=broker.headers).json()["plan"]
    number = int(matched.rpartition("/")[2])
    for one in plan["placements"][:3]:
        who = one["referral_id"]
        body = {"from": "database", "referral_id": who, "match_id": number}
        why = broker.ask("/api/explanations", body)
        page = broker.get(f"{matched}/{who}")
        (row,) = table(page, "The home proposed")[1:]
        assert why["placed"]["home_id"] == one["home_id"]
        assert row[:5] == listed(why["placed"])
        assert row[5].split(", ") == reasons(why["placed"])
        assert why["placed"]["points"] == one["points"], "the page and the plan give one reason"
        assert why["summary"] in page.main
        for other in why["not_chosen"]:
            assert f"({other['home_id']}), {other['total']} point" in page.main
