import json
import re
from pathlib import Path

import pytest

from tests.unit.cli.conftest import Broker

PLAN_KEYS = {
    "schema", "case_sha256", "as_of", "seed", "status", "objective", "bound", "placements",
    "joint", "unplaced", "empty", "notices", "timing",
}  # fmt: skip


def without_timing(text: str) -> dict[str, object]:
    plan: dict[str, object] = json.loads(text)
    plan.pop("timing")
    return plan


def test_the_worked_case_comes_out_as_it_was_worked_by_hand(broker: Broker, small: Path) -> None:
    expected = json.loads((small / "expected.json").read_text(encoding="utf-8"))
    answer = broker("match", small, "--json")
    assert answer.code == 0
    plan = json.loads(answer.out)
    assert set(plan) == PLAN_KEYS
    assert plan["status"] == "optimal"
    assert plan["objective"] == plan["bound"] == expected["objective"]
    assert {p["referral_id"]: p["home_id"] for p in plan["placements"]} == expected["placements"]
    assert {p["referral_id"]: p["total"] for p in plan["placements"]} == expected["totals"]
    assert plan["joint"] == expected["joint"]


def test_the_plan_goes_to_out_and_the_summary_to_stdout(broker: Broker, small: Path) -> None:
    shown = broker("match", small, "--out", "plan.json")
    asked = broker("match", small, "--json")
    assert shown.code == asked.code == 0
    assert shown.err == asked.err == ""
    written = Path("plan.json").read_text(encoding="utf-8")
    assert without_timing(written) == without_timing(asked.out)
    assert "schema" not in shown.out


def test_reading_the_case_counts_in_the_time_of_the_match(broker: Broker, small: Path) -> None:
    timing = json.loads(broker("match", small, "--json").out)["timing"]
    parts = [timing[name] for name in ("read", "pairs", "solve", "check")]
    assert timing["read"] > 0
    assert sum(parts) <= timing["total"] + 0.001


def test_the_summary_counts_who_is_placed_who_waits_and_who_cannot_be_placed(
    broker: Broker, region: Path
) -> None:
    plan = json.loads(broker("match", region, "--json").out)
    said = broker("match", region).out
    placed = len(plan["placements"])
    nowhere = sum(one["why"] == "no_eligible_home" for one in plan["unplaced"])
    by_hand = sum(one["why"] == "by_hand" for one in plan["unplaced"])
    waiting = len(plan["unplaced"]) - nowhere - by_hand
    assert min(placed, nowhere, by_hand, waiting) > 0
    assert re.search(rf"^ +{placed}  placed \(3 of 3 who need a place today\)$", said, re.M)
    assert re.search(rf"^ +{waiting}  waiting$", said, re.M)
    assert re.search(rf"^ +{nowhere}  not placeable: no home fits$", said, re.M)
    assert re.search(rf"^ +{by_hand}  by hand", said, re.M)


def test_the_summary_names_everybody_every_reason_and_every_empty_place(
    broker: Broker, region: Path
) -> None:
    plan = json.loads(broker("match", region, "--json").out)
    said = broker("match", region).out
    for one in plan["placements"]:
        line = next(
            line for line in said.splitlines() if line.startswith(f"  {one['referral_id']} ")
        )
        assert one["home_id"] in line
        assert "£" in line
        assert f"{one['total']} point" in said
    for one in (*plan["unplaced"], *plan["empty"]):
        assert one["summary"] in said
    for notice in plan["notices"]:
        assert notice in said
    points = plan["objective"]["points"]
    assert f"{points:,}  points, lower is better" in said
    assert "proven" in said
    assert "A person decides." in said


def test_the_points_of_the_levels_add_up_in_the_summary(broker: Broker, region: Path) -> None:
    said = broker("match", region).out
    inside = re.search(r"\(placements ([^)]*)\)", said)
    total = re.search(r"([\d,]+)  points, lower", said)
    assert inside is not None
    assert total is not None
    parts = [
        int(n.replace(",", "")) for n in re.findall(r"(\d[\d,]*\d|\d)(?=,? |$)", inside[1] + " ")
    ]
    assert sum(parts) == int(total[1].replace(",", ""))


def test_missing_safety_information_stands_before_everything_else(
    broker: Broker, small: Path
) -> None:
    for file in ("relationships.csv", "avoid.csv", "declines.csv"):
        (small / file).unlink()
    said = broker("match", small).out.splitlines()
    assert said[:3] == [
        "! No information on who must not live together was given.",
        "! No information on where young people must not live was given.",
        "! No information on what providers have declined was given.",
    ]


def test_missing_safety_information_is_an_error_where_it_is_required(
    broker: Broker, small: Path
) -> None:
    (small / "avoid.csv").unlink()
    (small / "declines.csv").unlink()
    answer = broker("match", small, "--require-safety", "--out", "plan.json")
    assert answer.code == 2
    assert "avoid.csv" in answer.err
    assert "declines.csv" in answer.err
    assert not Path("plan.json").exists()


def test_a_case_with_nobody_to_place_is_answered(broker: Broker, small: Path) -> None:
    rows = (small / "referrals.csv").read_text(encoding="utf-8").splitlines()
    (small / "referrals.csv").write_text(rows[0] + "\n", encoding="utf-8")
    for file in ("wishes.csv", "people_and_places.csv"):
        (small / file).unlink()
    said = broker("match", small).out
    assert "There is nobody to place." in said
    assert json.loads(broker("match", small, "--json").out)["status"] == "no_referrals"


@pytest.mark.thorough
def test_a_time_limit_gives_a_plan_that_holds_and_says_what_it_is(
    broker: Broker, region: Path
) -> None:
    answer = broker("match", region, "--time-limit", "0.000001", "--out", "plan.json")
    assert answer.code == 0
    assert json.loads(Path("plan.json").read_text(encoding="utf-8"))["status"] == "feasible"
    assert "The time limit came first" in answer.out
    assert "not proven best" in answer.out
    assert broker("check", region, "plan.json").code == 0


def test_the_same_seed_gives_the_same_plan_whatever_the_order_of_rows(
    broker: Broker, region: Path
) -> None:
    first = broker("match", region, "--json", "--seed", "7")
    for file in ("referrals.csv", "homes.csv", "rates.csv", "residents.csv"):
        header, *rows = (region / file).read_text(encoding="utf-8").splitlines()
        text = "\n".join([header, *reversed(rows)]) + "\n"
        (region / file).write_text(text, encoding="utf-8")
    second = broker("match", region, "--json", "--seed", "7")
    assert without_timing(first.out) == without_timing(second.out)
    assert json.loads(first.out)["seed"] == 7


def test_a_long_list_is_cut_unless_everybody_is_asked_for(
    broker: Broker, region: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("broker.commands.summary.LISTED", 5)
    cut, whole = broker("match", region).out, broker("match", region, "--all").out
    placed = len(json.loads(broker("match", region, "--json").out)["placements"])
    assert f"… and {placed - 5} more" in cut
    assert "more (" not in whole
    assert len(whole.splitlines()) > len(cut.splitlines())
