"""`broker match --lookahead` and `broker capacity replay`, as people run them."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from broker.capacity.replay import run as replaying
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
        (("--lookahead", "groups.json"), "stays.groups is missing"),
        (("--lookahead", "mix.json"), "needs.band_mix is {'x': 1}; allowed: a share for each"),
        (("--lookahead", "nobody.json"), "the demand has no rate of arrival by authority"),
    ],
)
def test_a_demand_that_cannot_be_drawn_from_is_refused_and_nothing_written(
    broker: Broker, small: Path, words: tuple[str, ...], said: str
) -> None:
    made: dict[str, dict[str, Any]] = {
        name: demand()
        for name in ("bad", "part", "cell", "rate", "group", "groups", "mix", "nobody")
    }
    made["bad"]["schema"] = "replay/1"
    del made["part"]["stays"]
    del made["cell"]["arrivals"][0]["borough"]
    made["rate"]["arrivals"][1]["rate"] = 0
    del made["group"]["stays"]["groups"][2]["family"]
    made["groups"]["stays"] = {}
    made["mix"]["needs"]["band_mix"] = {"x": 1}
    made["nobody"]["arrivals"] = []
    for name, content in made.items():
        Path(f"{name}.json").write_text(json.dumps(content), encoding="utf-8")
    answer = broker("match", small, *words, "--out", "p.json")
    assert answer.code == 2
    assert said in answer.err
    assert not Path("p.json").exists()


REPLAY = ("--weeks", 5, "--seeds", 3, "--seed", 4, *FEW, "--patience", 2)


def test_a_replay_is_the_same_on_one_process_and_on_two(
    broker: Broker, small: Path, asked: Path
) -> None:
    one = broker("capacity", "replay", small, "--demand", asked, *REPLAY, "--out", "one")
    two = broker(
        "capacity", "replay", small, "--demand", asked, *REPLAY, "--out", "two", "--processes", 2
    )
    assert (one.code, two.code) == (0, 0)
    for name in ("replay.json", "replay.csv", "replay.html"):
        assert Path("one", name).read_bytes() == Path("two", name).read_bytes()
    told = json.loads(Path("one", "replay.json").read_text(encoding="utf-8"))
    assert told["schema"] == "replay/1"
    assert told["verdict"] in ("worth_having", "not_shown", "worse")
    rows = list(csv.DictReader(Path("one", "replay.csv").read_text(encoding="utf-8").splitlines()))
    assert len(rows) == 3 * 4
    page = Path("one", "replay.html").read_text(encoding="utf-8")
    assert "<svg" in page
    assert "<script" not in page
    assert told["words"].split(".")[0] in page
    assert told["words"] in one.out


def test_a_replay_that_is_stopped_keeps_what_is_done(
    broker: Broker, small: Path, asked: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = replaying.replay

    def stopped(*given: Any) -> Iterator[Any]:
        yield next(whole(*given))
        raise KeyboardInterrupt

    monkeypatch.setattr(replaying, "replay", stopped)
    said = broker("capacity", "replay", small, "--demand", asked, *REPLAY, "--out", "part")
    assert said.code == 130
    assert "Stopped after 1 of 3 replications" in said.err
    told = json.loads(Path("part", "replay.json").read_text(encoding="utf-8"))
    assert (len(told["replications"]), told["asked_for"]) == (1, 3)
    assert "1 of 3 replications" in told["notes"][0]


def test_a_replay_writes_over_nothing(broker: Broker, small: Path, asked: Path) -> None:
    Path("used").mkdir()
    Path("used", "replay.csv").write_text("mine", encoding="utf-8")
    said = broker("capacity", "replay", small, "--demand", asked, "--out", "used")
    assert said.code == 2
    assert "holds replay.csv already" in said.err
    none = broker("capacity", "replay", small, "--demand", asked, "--out", asked)
    assert none.code == 2
    assert "is no folder" in none.err


def test_a_year_of_one_week_is_none(broker: Broker, small: Path, asked: Path) -> None:
    said = broker("capacity", "replay", small, "--demand", asked, "--weeks", 1)
    assert said.code == 2
    assert "allowed: from 2 to 520 weeks" in said.err
