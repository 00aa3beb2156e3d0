"""`broker match --lookahead`, as people run it."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from broker.commands.search import search
from broker.sample import write_generated
from tests.unit.capacity.invented import demand
from tests.unit.cli.conftest import Broker


@pytest.fixture
def asked(tmp_path: Path) -> Path:
    file = tmp_path / "demand.json"
    file.write_text(json.dumps(demand(per_year=60.0)), encoding="utf-8")
    return file


FEW = ("--lookahead-futures", 2, "--lookahead-weeks", 8)


def test_a_match_that_looks_ahead_says_so_and_its_plan_stands_the_check(
    broker: Broker, small: Path, asked: Path
) -> None:
    before = json.loads(broker("match", small, "--json").out)
    assert "lookahead" not in before
    assert "lookahead" not in before["joint"]
    said = broker(
        "match", small, "--lookahead", asked, *FEW, "--lookahead-out", "v.json", "--out", "p.json"
    )
    assert said.code == 0
    assert "Look-ahead is on: 2 simulated futures of 8 weeks, seed 0" in said.out
    plan = json.loads(Path("p.json").read_text(encoding="utf-8"))
    held = json.loads(Path("v.json").read_text(encoding="utf-8"))
    assert held["schema"] == "lookahead/1"
    assert "starting assumption" in held["status"]
    assert held["source"] == plan["lookahead"]["source"]
    who = {row["referral_id"] for row in before["placements"]}
    assert who <= {row["referral_id"] for row in plan["placements"]}
    assert broker("check", small, "p.json").code == 0
    assert broker("check", small, "p.json", "--lookahead", "v.json").code == 0
    again = broker("match", small, "--lookahead", "v.json", "--json")
    same = json.loads(again.out)
    assert {**same, "timing": 0} == {**plan, "timing": 0}
    counted = json.loads(broker("evaluate", small, "p.json", "--json").out)
    parts = {row["rule"]: row["points"] for row in counted["points_by_rule"]}
    assert parts["lookahead"] == plan["joint"]["lookahead"]
    assert counted["objective"] == plan["objective"]
    one = plan["placements"][0]["referral_id"]
    assert broker("explain", small, "--referral", one, "--plan", "p.json").code == 0


@pytest.fixture
def wide(tmp_path: Path) -> Path:
    """A case with homes to spare."""
    write_generated(tmp_path / "wide", 8, 24, 4)
    return tmp_path / "wide"


def worth_keeping(broker: Broker, case: Path, asked: Path, homes: dict[str, str]) -> list[str]:
    """Writes v.json, in which every home that somebody was proposed is worth 5,000 points."""
    assert broker("match", case, "--lookahead", asked, *FEW, "--lookahead-out", "v.json").code == 0
    values = json.loads(Path("v.json").read_text(encoding="utf-8"))
    for row in values["homes"]:
        taken = row["home_id"] in homes.values()
        row["points"] = dict.fromkeys(row["points"], 5000 if taken else 0)
        row["kept_for"] = {"band": "specialist", "percent": 70} if taken else None
    Path("v.json").write_text(json.dumps(values), encoding="utf-8")
    return sorted(homes)


def test_every_use_is_named_at_its_proposal_with_what_it_costs_and_nobody_is_left_without(
    broker: Broker, wide: Path, asked: Path
) -> None:
    plain = json.loads(broker("match", wide, "--json").out)
    before = {row["referral_id"]: row["home_id"] for row in plain["placements"]}
    placed = worth_keeping(broker, wide, asked, before)
    said = broker("match", wide, "--lookahead", "v.json", "--out", "p.json")
    plan = json.loads(Path("p.json").read_text(encoding="utf-8"))
    after = {row["referral_id"]: row["home_id"] for row in plan["placements"]}
    assert set(placed) <= set(after)
    assert plan["objective"]["today_unplaced"] == plain["objective"]["today_unplaced"]
    uses = {one["referral_id"]: one for one in plan["lookahead"]["uses"]}
    assert uses.keys() == {who for who in after if after[who] != before.get(who)}
    assert any(one["instead_of"] for one in uses.values())
    lines = said.out.splitlines()
    assert broker("match", wide, "--pairs", "pairs.csv").code == 0
    rows = csv.DictReader(Path("pairs.csv").read_text(encoding="utf-8").splitlines())
    alone = {(row["referral_id"], row["home_id"]): int(row["total"]) for row in rows}
    for who, use in uses.items():
        if use["instead_of"] is not None:
            more = alone[who, after[who]] - alone[who, before[who]]
            assert (use["instead_of"], use["points_more"]) == (before[who], more)
        at = next(n for n, line in enumerate(lines) if line.startswith(f"  {who}  "))
        assert use["why"] in [line.strip() for line in lines[at : at + 4]]
        assert use["why"] in broker("explain", wide, "--referral", who, "--plan", "p.json").out
        if use["points_more"] is not None and use["points_more"] > 0:
            assert f"costs this young person {use['points_more']} point" in use["why"]
    assert f"{len(uses)} proposals differ from the plan without it" in said.out
    assert broker("check", wide, "p.json").code == 0


@pytest.mark.parametrize("searches", [1, 2])
def test_a_search_that_is_stopped_leaves_nobody_without_who_has_a_place_without_look_ahead(
    broker: Broker, wide: Path, asked: Path, monkeypatch: pytest.MonkeyPatch, searches: int
) -> None:
    plain = json.loads(broker("match", wide, "--json").out)
    before = {row["referral_id"]: row["home_id"] for row in plain["placements"]}
    worth_keeping(broker, wide, asked, before)
    began: list[int] = []

    def stopped(*given: Any, **how: Any) -> Any:
        began.append(1)
        found = search(*given, **how)
        return replace(found, interrupted=True) if len(began) == searches else found

    monkeypatch.setattr("broker.commands.looking_ahead.search", stopped)
    said = broker("match", wide, "--lookahead", "v.json", "--out", "p.json")
    assert said.code == 130
    assert len(began) == searches
    plan = json.loads(Path("p.json").read_text(encoding="utf-8"))
    assert set(before) <= {row["referral_id"] for row in plan["placements"]}
    assert ("Look-ahead had not begun: this is the plan without it." in said.err) == (searches == 1)
    assert ("lookahead" in plan) == (searches == 2)


def test_a_plan_of_other_values_is_a_violation(broker: Broker, small: Path, asked: Path) -> None:
    words = ("match", small, "--lookahead", asked, *FEW)
    assert broker(*words, "--lookahead-out", "v.json", "--out", "p.json").code == 0
    assert broker(*words, "--seed", 5, "--lookahead-out", "w.json", "--out", "q.json").code == 0
    assert broker("match", small, "--out", "plain.json").code == 0
    other = broker("check", small, "q.json", "--lookahead", "v.json")
    assert other.code == 1
    assert "lookahead values: other values, as of" in other.out
    none = broker("check", small, "plain.json", "--lookahead", "v.json")
    assert none.code == 1
    assert "lookahead values: none; allowed: those of v.json" in none.out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--lookahead-out", "v.json"), "--lookahead-out is for a match with --lookahead"),
        (("--lookahead", "bad.json"), "is not a demand: its schema is not demand/1"),
        (("--lookahead", "part.json"), "is not a whole demand: stays missing"),
        (("--lookahead", "cell.json"), "arrivals[0] lacks borough"),
        (("--lookahead", "rate.json"), "arrivals[1].rate is 0; allowed: a number above 0"),
        (("--lookahead", "group.json"), "stays.groups[2] lacks family"),
        (("--lookahead", "spread.json"), "stays.groups[1] lacks covariance"),
        (("--lookahead", "route.json"), "stays.groups has no move of ages 14 to 15"),
        (("--lookahead", "where.json"), "no authority is known by E99999999"),
        (("--lookahead", "groups.json"), "stays.groups is missing"),
        (("--lookahead", "mix.json"), "needs.band_mix is {'x': 1}; allowed: a share for each"),
        (("--lookahead", "nobody.json"), "The demand has no rates of arrival"),
    ],
)
def test_a_demand_that_cannot_be_drawn_from_is_refused_and_nothing_written(
    broker: Broker, small: Path, words: tuple[str, ...], said: str
) -> None:
    made: dict[str, dict[str, Any]] = {
        name: demand()
        for name in (
            "bad",
            "part",
            "cell",
            "rate",
            "group",
            "spread",
            "route",
            "where",
            "groups",
            "mix",
            "nobody",
        )
    }
    made["bad"]["schema"] = "replay/1"
    del made["part"]["stays"]
    del made["cell"]["arrivals"][0]["borough"]
    made["rate"]["arrivals"][1]["rate"] = 0
    del made["group"]["stays"]["groups"][2]["family"]
    del made["spread"]["stays"]["groups"][1]["covariance"]
    made["route"]["stays"]["groups"] = [
        one
        for one in made["route"]["stays"]["groups"]
        if (one["age_group"], one["route"]) != ([14, 15], "move")
    ]
    made["where"]["arrivals"][0]["borough"] = "E99999999"
    made["groups"]["stays"] = {}
    made["mix"]["needs"]["band_mix"] = {"x": 1}
    made["nobody"]["arrivals"] = []
    for name, content in made.items():
        Path(f"{name}.json").write_text(json.dumps(content), encoding="utf-8")
    answer = broker("match", small, *words, "--out", "p.json")
    assert answer.code == 2
    assert said in answer.err
    assert not Path("p.json").exists()
