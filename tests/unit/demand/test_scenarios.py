"""Named assumptions turn one demand into another; what they leave alone stays as it was."""

from __future__ import annotations

import json
from copy import deepcopy
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from broker.capacity.scenarios.apply import apply, factor_on
from broker.capacity.scenarios.file import parse_scenarios
from broker.capacity.scenarios.render import arrivals_by_year
from broker.capacity.scenarios.survival import MONTHS, curve
from tests.unit.cli.conftest import Broker, broker

__all__ = ["broker"]

EXAMPLE = Path(__file__).parents[3] / "docs" / "examples" / "capacity" / "scenarios.toml"
DEMAND: dict[str, Any] = {
    "schema": "demand/1",
    "source": {"as_of": "2026-04-01"},
    "assumptions": [],
    "age_groups": [[11, 13], [14, 15]],
    "arrivals": [
        {"borough": "E09000016", "age_group": [11, 13], "sex": "M", "route": "entry",
         "per_year": 2.0},
        {"borough": "E09000025", "age_group": [14, 15], "sex": "F", "route": "move",
         "per_year": 7.0},
    ],
    "stays": {
        "groups": [
            {"age_group": [11, 13], "route": "entry", "family": "weibull",
             "parameters": {"shape": 0.8, "scale_months": 11.0}, "covariance": [[1, 0], [0, 1]]},
        ],
        "spells": [],
    },
}  # fmt: skip


def under(changes: str) -> dict[str, Any]:
    """The demand above under one scenario."""
    text = f'title = "t"\n[[scenarios]]\nid = "a"\nname = "n"\nsource = "s"\n{changes}'
    file = parse_scenarios(text.encode(), "s.toml")
    before = deepcopy(DEMAND)
    made = apply(DEMAND, file.scenarios[0], file)
    assert before == DEMAND
    return made


def change(**given: object) -> str:
    def written(value: object) -> str:
        return value.isoformat() if isinstance(value, date) else json.dumps(value)

    lines = [f"{key} = {written(value)}" for key, value in given.items()]
    return "[[scenarios.changes]]\n" + "\n".join(lines) + "\n"


def test_growth_is_a_step_each_year_and_then_stays() -> None:
    made = under(change(kind="growth", percent_per_year="10", years=3))
    assert arrivals_by_year(made)[:5] == pytest.approx([9.9, 10.89, 11.979, 11.979, 11.979])


def test_a_change_of_practice_holds_from_its_day_to_its_day_for_those_it_names() -> None:
    made = under(
        change(
            kind="arrivals",
            percent_of_now="60",
            routes=["entry"],
            age_groups=[[11, 13]],
            boroughs=["E09000016"],
            **{"from": date(2027, 4, 1), "to": date(2028, 4, 1)},
        )
    )
    entry, move = made["arrivals"]
    assert [factor_on(made, entry, date(year, 6, 1)) for year in (2026, 2027, 2028)] == [1, 0.6, 1]
    assert factor_on(made, move, date(2027, 6, 1)) == 1
    assert factor_on(made, entry, date(2027, 4, 1)) == 0.6
    assert factor_on(made, entry, date(2028, 3, 31)) == 0.6


@pytest.mark.parametrize(
    "whom", [{"routes": ["move"]}, {"boroughs": ["E09000025"]}, {"age_groups": [[14, 15]]}]
)
def test_each_of_borough_route_and_age_narrows_a_change(whom: dict[str, object]) -> None:
    made = under(change(kind="arrivals", percent_of_now="50", **whom))
    assert arrivals_by_year(made)[0] == pytest.approx(2 + 3.5)


def test_two_changes_of_one_scenario_multiply() -> None:
    made = under(
        change(kind="arrivals", percent_of_now="50")
        + change(kind="growth", percent_per_year="-20", years=1)
    )
    assert arrivals_by_year(made)[0] == pytest.approx(9 * 0.5 * 0.8)


def test_step_down_is_the_share_of_stays_drawn_by_chance() -> None:
    """An independent simulation: three in ten end at 6 to 9 months if they would last longer."""
    made = under(change(kind="step_down", percent_of_stays="30", from_months=6, to_months=9))
    random = np.random.default_rng(8)
    lasts = 11.0 * random.weibull(0.8, 200_000)
    down = random.random(lasts.size) < 0.3
    lasts = np.where(down, np.minimum(lasts, random.uniform(6, 9, lasts.size)), lasts)
    (group,) = made["stays"]["groups"]
    for month in (1, 5, 6.5, 8, 9, 15, 40):
        seen = (lasts > month).mean()
        assert curve(group, np.array([month]))[0] == pytest.approx(seen, abs=0.006)
    assert group["family"] == "kaplan_meier"
    assert group["months_median"] == pytest.approx(np.median(lasts), abs=0.26)
    assert group["months_mean"] == pytest.approx(np.minimum(lasts, 84).mean(), rel=0.01)


def test_stays_ended_early_last_part_of_their_length_and_changes_come_in_order() -> None:
    early = change(kind="ended_early", percent_of_stays="40", percent_of_length="50")
    down = change(kind="step_down", percent_of_stays="25", from_months=3, to_months=5)
    random = np.random.default_rng(9)
    lasts = 11.0 * random.weibull(0.8, 200_000)
    lasts = np.where(random.random(lasts.size) < 0.4, lasts / 2, lasts)
    (one,) = under(early)["stays"]["groups"]
    assert curve(one, np.array([7.0]))[0] == pytest.approx((lasts > 7).mean(), abs=0.006)
    cut = np.minimum(lasts, random.uniform(3, 5, lasts.size))
    lasts = np.where(random.random(lasts.size) < 0.25, cut, lasts)
    (two,) = under(early + down)["stays"]["groups"]
    assert curve(two, np.array([4.0]))[0] == pytest.approx((lasts > 4).mean(), abs=0.006)


def test_a_curve_never_rises_and_begins_whole() -> None:
    made = under(change(kind="step_down", percent_of_stays="90", from_months=0, to_months=1))
    share = curve(made["stays"]["groups"][0], MONTHS)
    assert share[0] == 1
    assert (np.diff(share) <= 1e-6).all()


def test_supply_is_passed_on_and_demand_is_left_as_it_is() -> None:
    made = under(
        change(kind="prices", percent="-5.5", side="spot")
        + change(kind="opening", homes=2, places=4, every_months=6)
        + change(kind="training", need="fire_setting", homes=1, months=6)
    )
    assert made["supply"] == {
        "prices": [{"percent": -5.5, "side": "spot"}],
        "opening": [{"homes": 2, "places": 4, "every_months": 6}],
        "training": [{"need": "fire_setting", "homes": 1, "months": 6}],
    }
    assert made["arrivals"] == DEMAND["arrivals"]
    assert made["stays"] == DEMAND["stays"]
    assert made["course"] == []


def test_the_other_demand_names_its_scenario_and_who_assumed_it() -> None:
    made = under(change(kind="prices", percent="1", side="block"))
    assert made["scenario"]["id"] == "a"
    assert made["assumptions"][-1] == {
        "name": "scenario a", "value": "n", "source": "s", "status": "assumption",
    }  # fmt: skip


def test_the_example_is_read_and_every_kind_of_change_is_in_it() -> None:
    file = parse_scenarios(EXAMPLE.read_bytes(), EXAMPLE.name)
    kinds = {type(each).__name__ for one in file.scenarios for each in one.changes}
    assert kinds == {
        "Growth", "Practice", "StepDown", "EndedEarly", "Prices", "Opening", "Training", "Flow",
    }  # fmt: skip


def test_a_scenario_is_applied_from_the_command_line(broker: Broker, tmp_path: Path) -> None:
    demand = tmp_path / "demand.json"
    demand.write_text(json.dumps(DEMAND))
    listed = broker("scenario", EXAMPLE)
    assert listed.code == 0
    assert "tri-borough: The flow of the Tri-borough bid" in listed.out
    out = tmp_path / "other.json"
    answer = broker("scenario", EXAMPLE, "--demand", demand, "--id", "supply", "--out", out)
    assert answer.code == 0
    assert "3 homes of 3 places, one every 6 months" in answer.out
    assert "prices of spot placements +5%" in answer.out
    as_json = broker("scenario", EXAMPLE, "--demand", demand, "--id", "supply", "--json").out
    assert as_json == out.read_text()
    again = broker("scenario", EXAMPLE, "--demand", out, "--id", "growth")
    assert again.code == 2
    assert "is a demand under scenario supply already" in again.err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--id", "growth"], "Name both --demand and --id"),
        (["--demand", "demand.json", "--id", "none"], "has growth, edge-of-care, step-down"),
        (["--demand", "other.json", "--id", "growth"], "its schema is not demand/1"),
        (["--demand", "part.json", "--id", "growth"], "is not a whole demand: source"),
    ],
)
def test_what_cannot_be_applied_says_why(
    broker: Broker, tmp_path: Path, words: list[str], said: str
) -> None:
    (tmp_path / "demand.json").write_text(json.dumps(DEMAND))
    (tmp_path / "other.json").write_text('{"schema": "plan/1"}')
    (tmp_path / "part.json").write_text('{"schema": "demand/1"}')
    answer = broker("scenario", EXAMPLE, *words)
    assert answer.code == 2
    assert said in answer.err


def test_a_demand_without_rates_says_that_no_arrival_is_changed(
    broker: Broker, tmp_path: Path
) -> None:
    (tmp_path / "demand.json").write_text(json.dumps(DEMAND | {"arrivals": []}))
    answer = broker("scenario", EXAMPLE, "--demand", "demand.json", "--id", "growth")
    assert "the demand has no rates, so nothing is changed" in answer.out
