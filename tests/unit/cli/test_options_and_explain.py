import json
from pathlib import Path

import pytest

from tests.unit.cli.conftest import Broker


def test_options_lists_the_homes_that_fit_best_first(broker: Broker, region: Path) -> None:
    found = json.loads(broker("options", region, "--referral", "R-01", "--json").out)
    said = broker("options", region, "--referral", "R-01")
    assert said.code == 0
    totals = [home["total"] for home in found["homes"]]
    assert len(totals) > 2
    assert totals == sorted(totals)
    places = [said.out.index(home["home_id"]) for home in found["homes"]]
    assert places == sorted(places)


def test_options_for_nobody_known_names_who_is_like_it(broker: Broker, region: Path) -> None:
    for command in ("options", "explain"):
        answer = broker(command, region, "--referral", "R-O1")
        assert answer.code == 2
        assert "“R-O1”" in answer.err
        assert "did you mean R-" in answer.err
        assert answer.out == ""


def test_an_explanation_says_where_the_plan_puts_a_young_person(
    broker: Broker, region: Path
) -> None:
    plan = json.loads(broker("match", region, "--json").out)
    one = plan["placements"][3]
    answer = broker("explain", region, "--referral", one["referral_id"])
    assert answer.code == 0
    assert "The plan proposes:" in answer.out
    assert one["home_id"] in answer.out


def test_an_explanation_says_why_somebody_has_no_place(broker: Broker, region: Path) -> None:
    plan = json.loads(broker("match", region, "--json").out)
    for one in plan["unplaced"][:3]:
        found = json.loads(
            broker("explain", region, "--referral", one["referral_id"], "--json").out
        )
        assert found["placed"] is None
        assert found["why"] == one["why"]
        assert found["summary"] == one["summary"]


@pytest.mark.thorough
def test_a_plan_at_hand_is_explained_as_it_is_written(broker: Broker, region: Path) -> None:
    broker("match", region, "--time-limit", "0.000001", "--out", "plan.json")
    first = json.loads(Path("plan.json").read_text(encoding="utf-8"))
    best = json.loads(broker("match", region, "--json").out)
    differs = {p["referral_id"]: p["home_id"] for p in first["placements"]}.items() - {
        p["referral_id"]: p["home_id"] for p in best["placements"]
    }.items()
    who, home = sorted(differs)[0]
    answer = broker("explain", region, "--referral", who, "--plan", "plan.json", "--json")
    assert json.loads(answer.out)["placed"]["home_id"] == home


def test_a_plan_that_does_not_hold_is_not_explained(broker: Broker, region: Path) -> None:
    broker("match", region, "--out", "plan.json")
    plan = json.loads(Path("plan.json").read_text(encoding="utf-8"))
    plan["placements"].append(dict(plan["placements"][0], referral_id="R-16"))
    Path("plan.json").write_text(json.dumps(plan), encoding="utf-8")
    answer = broker("explain", region, "--referral", "R-16", "--plan", "plan.json")
    assert answer.code == 2
    assert "R05" in answer.err
