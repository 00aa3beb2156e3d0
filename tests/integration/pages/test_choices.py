"""What else a plan could do: choices side by side, a pin that the next match keeps, who fits."""

from __future__ import annotations

from collections.abc import Callable

from fastapi import FastAPI
from sqlalchemy import Engine

from broker.database import reading
from broker.jobs.place import Here
from broker.jobs.worker import Worker
from broker.store.put import rows_of
from tests.integration.api.world import World
from tests.integration.pages.browsing import Browser

Browsing = Callable[[str | None], Browser]
AtWork = tuple[FastAPI, World, Engine]


def test_each_choice_says_what_it_does_to_the_others(browsing: Browsing, matched: str) -> None:
    broker = browsing("broker")
    page = broker.get(f"{matched}/R-01/choices")
    assert page.status == 200
    asked = {
        "from": "database",
        "referral_id": "R-01",
        "effects": True,
        "match_id": int(matched.rpartition("/")[2]),
    }
    answer = broker.client.post(
        "/api/options", json=asked, headers={**broker.headers, "accept": "application/json"}
    )
    if answer.status_code == 200:
        for choice in answer.json()["choices"]:
            assert (choice["home_id"] or "Wait") in page.main
    assert "in this plan" in page.main
    assert broker.get(f"{matched}/R-none/choices").status == 404


def test_a_pin_is_kept_by_the_next_match_and_the_difference_is_shown(
    browsing: Browsing, matched: str, at_work: AtWork
) -> None:
    broker = browsing("broker")
    plan = broker.client.get(f"/api{matched}", headers=broker.headers).json()["plan"]
    one = plan["placements"][0]
    who, home = one["referral_id"], one["home_id"]
    address = f"{matched}/{who}/decide"
    told = broker.send(broker.get(address), address, home_id=home, kind="ban", reason="too far")
    assert told.address == address
    assert f"Kept from {home}" in told.main
    job = broker.send(broker.get("/matches"), "/matches")
    Worker(at_work[2], place=Here()).work(once=True)
    again = broker.get(job.address)
    after = broker.client.get(f"/api{again.address}", headers=broker.headers).json()["plan"]
    assert (who, home) not in {(r["referral_id"], r["home_id"]) for r in after["placements"]}
    beside = broker.get(f"{again.address}/against/{matched.rpartition('/')[2]}")
    assert who in beside.main
    taken_back = broker.send(told, address, home_id=home, kind="none", reason="asked again")
    assert "Kept from" not in taken_back.main
    with reading(at_work[2]) as session:
        assert not rows_of(session, "decisions", {"referral_id": who})


def test_a_pin_that_no_plan_can_keep_is_refused_and_nothing_is_kept(
    browsing: Browsing, matched: str, at_work: AtWork
) -> None:
    broker = browsing("broker")
    options = broker.client.post(
        "/api/options",
        json={"from": "database", "referral_id": "R-14"},
        headers={**broker.headers, "accept": "application/json"},
    )
    miss = options.json()["near_misses"][0]["home_id"] if options.status_code == 200 else "SC990002"
    address = f"{matched}/R-14/decide"
    told = broker.send(broker.get(address), address, home_id=miss, kind="pin", reason="near")
    assert told.status == 422
    assert told.title.startswith("Error: ")
    assert told.form(address)["reason"] == "near"
    with reading(at_work[2]) as session:
        assert not rows_of(session, "decisions", {"referral_id": "R-14"})
    empty = broker.send(told, address, home_id="none", kind="", reason="")
    assert {field for field, _ in empty.errors} == {"#home_id", "#kind", "#reason"}


def test_a_free_place_lists_who_fits_and_who_nearly_does(browsing: Browsing) -> None:
    page = browsing("broker").get("/homes/SC990002/who")
    assert page.status == 200
    assert "Who nearly fits" in page.main
    assert "free" in page.main
    assert browsing("broker").get("/homes/SC000000/who").status == 404
