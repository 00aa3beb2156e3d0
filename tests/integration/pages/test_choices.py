"""What else a plan could do: choices side by side, and a pin that the next match keeps."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from fastapi import FastAPI
from sqlalchemy import Engine

from broker.database import reading
from broker.jobs.place import Here
from broker.jobs.worker import Worker
from broker.store.put import rows_of
from tests.integration.api.world import World
from tests.integration.pages.browsing import Browser, table

Browsing = Callable[[str | None], Browser]
AtWork = tuple[FastAPI, World, Engine]


WHO = "R-01"
SECONDS = 20
"""How long the page gives the question: the same is asked here, for the same answer."""


def choices_of(broker: Browser, matched: str, who: str = WHO) -> list[dict[str, Any]]:
    """What the engine says of each choice for somebody in a match; all of it is proven."""
    asked = {"from": "database", "referral_id": who, "effects": True, "time_limit": SECONDS}
    number = int(matched.rpartition("/")[2])
    found: list[dict[str, Any]] = broker.ask("/api/options", {**asked, "match_id": number})[
        "choices"
    ]
    assert all(one["proven"] for one in found)
    return found


def plan_of(broker: Browser, address: str) -> dict[str, Any]:
    """The plan of the match at an address."""
    plan: dict[str, Any] = broker.client.get(f"/api{address}", headers=broker.headers).json()[
        "plan"
    ]
    return plan


def run_again(broker: Browser, at_work: AtWork) -> str:
    """The address of another match, of what is on record now."""
    job = broker.send(broker.get("/matches"), "/matches")
    Worker(at_work[2], place=Here()).work(once=True)
    address = broker.get(job.address).address
    assert address.startswith("/matches/")
    return address


@pytest.mark.parametrize("who", [WHO, "R-14", "R-26"])
def test_each_choice_says_what_it_does_to_the_others(
    browsing: Browsing, matched: str, at_work: AtWork, who: str
) -> None:
    broker = browsing("broker")
    page = broker.get(f"{matched}/{who}/choices")
    found = choices_of(broker, matched, who)
    with reading(at_work[2]) as session:
        names = {row["home_id"]: row["name"] for row in rows_of(session, "homes", {})}

    def place(home: str | None) -> str:
        return "waits" if home is None else f"{names[home]} ({home})"

    expected = []
    for one in found:
        name = "Wait" if one["home_id"] is None else place(one["home_id"])
        change = one["change"]
        cost = float(change["weekly_cost"])
        moves = [
            f"{move['referral_id']}: {place(move['from'])}, then {place(move['to'])}"
            for move in one["moves"]
        ]
        expected.append(
            [
                name + (", in this plan" if one["chosen"] else ""),
                str(change["today_unplaced"]),
                str(change["points"]),
                f"{'-' if cost < 0 else ''}£{abs(cost):,.2f}",
                "; ".join(moves) or "nobody",
            ]
        )
    shown = table(page, "What each choice does")[1:]
    assert [[row[0], *row[2:6]] for row in shown] == expected
    assert sum(one["chosen"] for one in found) == 1
    assert any(one["moves"] for one in found), "a choice that moves others is among those shown"
    best = [list(one["objective"].values()) for one in found]
    assert best == sorted(best, key=lambda one: (one[0], one[1], float(one[2])))


def test_the_choices_of_nobody_are_not_there(browsing: Browsing, matched: str) -> None:
    assert browsing("broker").get(f"{matched}/R-none/choices").status == 404


def test_a_pin_is_kept_through_the_page_and_the_next_match_is_what_the_choice_said(
    browsing: Browsing, matched: str, at_work: AtWork
) -> None:
    broker = browsing("broker")
    other = next(
        one
        for one in choices_of(broker, matched)
        if one["possible"] and one["home_id"] is not None and not one["chosen"]
    )
    home, address = other["home_id"], f"{matched}/{WHO}/decide"
    before = {row["referral_id"]: row["home_id"] for row in plan_of(broker, matched)["placements"]}
    assert before.get(WHO) != home
    form = broker.get(f"{address}?home_id={home}")
    assert form.form(address)["home_id"] == home
    told = broker.send(form, address, kind="pin", reason="her school is there")
    assert f"Held to {home}" in told.main
    assert "her school is there" in told.main
    again = plan_of(broker, run_again(broker, at_work))
    after = {row["referral_id"]: row["home_id"] for row in again["placements"]}
    assert after[WHO] == home
    assert again["objective"]["today_unplaced"] == other["objective"]["today_unplaced"]
    assert again["objective"]["points"] == other["objective"]["points"]
    assert again["objective"]["weekly_cost"] == other["objective"]["weekly_cost"]
    broker.send(told, address, home_id=home, kind="none", reason="she asked for it")
    with reading(at_work[2]) as session:
        assert not rows_of(session, "decisions", {"referral_id": WHO})
    back = plan_of(broker, run_again(broker, at_work))
    assert {row["referral_id"]: row["home_id"] for row in back["placements"]} == before


def test_a_ban_is_kept_by_the_next_match_and_the_difference_is_shown(
    browsing: Browsing, matched: str, at_work: AtWork
) -> None:
    broker = browsing("broker")
    one = plan_of(broker, matched)["placements"][0]
    who, home = one["referral_id"], one["home_id"]
    address = f"{matched}/{who}/decide"
    told = broker.send(broker.get(address), address, home_id=home, kind="ban", reason="too far")
    assert told.address == address
    assert f"Kept from {home}" in told.main
    again = run_again(broker, at_work)
    after = plan_of(broker, again)
    assert (who, home) not in {(r["referral_id"], r["home_id"]) for r in after["placements"]}
    beside = broker.get(f"{again}/against/{matched.rpartition('/')[2]}")
    assert who in beside.main
    taken_back = broker.send(told, address, home_id=home, kind="none", reason="asked again")
    assert "Kept from" not in taken_back.main
    with reading(at_work[2]) as session:
        assert not rows_of(session, "decisions", {"referral_id": who})


def test_a_pin_that_no_plan_can_keep_is_refused_and_nothing_is_kept(
    browsing: Browsing, matched: str, at_work: AtWork
) -> None:
    broker = browsing("broker")
    options = broker.ask("/api/options", {"from": "database", "referral_id": "R-14"})
    near = options["near_misses"][0]
    miss, broken = near["home_id"], near["failed"][0]
    address = f"{matched}/R-14/decide"
    told = broker.send(broker.get(address), address, home_id=miss, kind="pin", reason="near")
    assert told.status == 422
    assert told.title.startswith("Error: ")
    assert told.form(address)["reason"] == "near"
    assert broken["code"] in told.errors[0][1]
    with reading(at_work[2]) as session:
        assert not rows_of(session, "decisions", {"referral_id": "R-14"})
    empty = broker.send(told, address, home_id="none", kind="", reason="")
    assert {field for field, _ in empty.errors} == {"#home_id", "#kind", "#reason"}
