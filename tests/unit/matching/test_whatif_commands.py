"""The what-if commands: one source for words and JSON, on the invented sample region."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from broker.cli import main
from broker.sample import REGION

Said = tuple[int, str, str]
Run = Callable[..., Said]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    monkeypatch.chdir(tmp_path)

    def broker(*words: object) -> Said:
        capsys.readouterr()
        code = main([str(word) for word in words])
        out, err = capsys.readouterr()
        assert "Traceback" not in out + err
        return code, out, err

    return broker


@pytest.fixture
def plan(run: Run, tmp_path: Path) -> Path:
    """The best plan of the region, in a file."""
    assert run("match", REGION, "--out", tmp_path / "plan.json")[0] == 0
    return tmp_path / "plan.json"


def answer(said: Said) -> Any:
    code, out, _ = said
    assert code == 0
    return json.loads(out)


def test_effects_rank_every_home_and_waiting_with_what_each_costs_the_others(
    run: Run, plan: Path
) -> None:
    asked = ("options", REGION, "--referral", "R-24", "--effects", "--plan", plan)
    found = answer(run(*asked, "--json"))
    choices = found["choices"]
    assert {choice["home_id"] for choice in choices} == {
        None,
        *(home["home_id"] for home in found["homes"]),
    }
    points = [choice["objective"]["points"] for choice in choices]
    assert points == sorted(points)
    best = json.loads(plan.read_text(encoding="utf-8"))["objective"]["points"]
    assert [c["change"]["points"] for c in choices] == [one - best for one in points]
    code, words, _ = run(*asked)
    assert code == 0
    for choice in choices:
        for move in choice["moves"][:6]:
            assert move["referral_id"] in words


def test_options_of_a_home_are_the_other_side_of_options_of_a_young_person(run: Run) -> None:
    view = answer(run("options", REGION, "--home", "SC990004", "--json"))
    for fit in view["fits"][:3]:
        found = answer(run("options", REGION, "--referral", fit["referral_id"], "--json"))
        here = next(home for home in found["homes"] if home["home_id"] == "SC990004")
        assert here["total"] == fit["total"]
    code, words, _ = run("options", REGION, "--home", "SC990004")
    assert code == 0
    assert f"Who fits, the most pressing first ({len(view['fits'])}):" in words
    shared = run("options", REGION, "--home", "SC990004", "--shared")[1]
    assert f"{len(view['fits'])} fit" in shared
    assert "R-" not in shared


def test_options_are_of_a_home_or_of_a_young_person(run: Run) -> None:
    assert run("options", REGION)[0] == 2
    assert run("options", REGION, "--home", "SC990004", "--referral", "R-01")[0] == 2
    code, _, said = run("options", REGION, "--home", "SC990004", "--effects")
    assert (code, "name --referral" in said) == (2, True)


def test_the_plan_of_a_match_is_evaluated_to_its_own_figures(run: Run, plan: Path) -> None:
    written = json.loads(plan.read_text(encoding="utf-8"))
    found = answer(run("evaluate", REGION, plan, "--json"))
    assert found["holds"] is True
    assert found["objective"] == written["objective"]
    assert sum(part["points"] for part in found["points_by_rule"]) == found["objective"]["points"]
    by_id = {one["referral_id"]: one for one in found["young_people"]}
    for placed in written["placements"]:
        assert by_id[placed["referral_id"]]["points"] == placed["points"]
        assert by_id[placed["referral_id"]]["weekly_fee"] == placed["weekly_fee"]
    assert run("evaluate", REGION, plan)[1].startswith("Every rule holds.")


def test_a_persons_list_of_placements_is_evaluated_against_the_best_plan(
    run: Run, tmp_path: Path
) -> None:
    mine = tmp_path / "mine.json"
    rows = [
        {"referral_id": "R-24", "home_id": "SC990004"},
        {"referral_id": "R-02", "home_id": "SC990004"},
        {"referral_id": "R-16", "home_id": "SC990005"},
    ]
    mine.write_text(json.dumps(rows), encoding="utf-8")
    code, out, _ = run("evaluate", REGION, mine, "--against", "best", "--json")
    found = json.loads(out)
    assert code == 1
    assert [one["code"] for one in found["violations"]] == ["R05", "J1", "J3"]
    change = found["against"]["change"]["points"]
    best = answer(run("match", REGION, "--json"))
    assert change == best["objective"]["points"] - found["objective"]["points"]
    parts = found["against"]["points_by_rule"]
    assert sum(part["change"] for part in parts) == change
    for form in ((), ("--json",)):
        code, out, _ = run("evaluate", REGION, mine, "--shared", "R-24", *form)
        assert code == 1
        assert "J1" in out
        assert "R-02" not in out
    assert run("evaluate", REGION, mine, "--shared", "R-99")[0] == 2
    words = run("evaluate", REGION, mine, "--against", "best")[1]
    assert "R05 R-16 at Elder (SC990005)" in words
    assert "and the best plan (second):" in words


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{}", "holds no placements"),
        ('[{"referral_id": "R-01"}, 3]', "placement 2: found 3"),
        ('[{"referral_id": "R-01", "home_id": 5}]', "placement 1"),
        ("[", "is not JSON"),
    ],
)
def test_a_file_that_holds_no_placements_is_refused_with_what_is_allowed(
    run: Run, tmp_path: Path, text: str, said: str
) -> None:
    mine = tmp_path / "mine.json"
    mine.write_text(text, encoding="utf-8")
    code, out, err = run("evaluate", REGION, mine)
    assert (code, out) == (2, "")
    assert said in err


def test_why_not_another_home_is_the_difference_of_two_plans(run: Run, plan: Path) -> None:
    asked = ("explain", REGION, "--referral", "R-24", "--instead", "SC990004", "--plan", plan)
    found = answer(run(*asked, "--json"))["instead"]
    assert found["possible"] is True
    assert sum(part["change"] for part in found["points_by_rule"]) == found["change"]["points"]
    effects = answer(
        run("options", REGION, "--referral", "R-24", "--effects", "--plan", plan, "--json")
    )
    there = next(one for one in effects["choices"] if one["home_id"] == "SC990004")
    assert there["change"] == found["change"]
    assert "(first) against the best plan with R-24 in Cedar" in run(*asked)[1]


def test_conflict_and_changes_stand_beside_the_explanation(run: Run, plan: Path) -> None:
    asked = ("explain", REGION, "--referral", "R-16", "--conflict", "--changes", "--plan", plan)
    found = answer(run(*asked, "--json"))
    assert found["conflict"]["why"] == "no_home_fits"
    assert [rule["code"] for rule in found["conflict"]["rules"]] == ["R05"]
    assert found["changes"]["changes"] == []
    assert "Between them these exclude every home:" in run(*asked)[1]


def test_what_explain_and_options_share_names_nobody_else(run: Run, plan: Path) -> None:
    young = {f"R-{number:02d}" for number in range(18, 31)} | {f"YP{n}" for n in range(100, 240)}
    for words in (
        ("explain", REGION, "--referral", "R-24", "--conflict"),
        ("explain", REGION, "--referral", "R-17", "--changes"),
        ("options", REGION, "--referral", "R-28", "--effects"),
        ("options", REGION, "--referral", "R-28"),
    ):
        for form in ((), ("--json",)):
            code, out, _ = run(*words, "--plan", plan, "--shared", *form)
            assert code == 0
            assert [name for name in young - {words[3]} if name in out] == []
            assert '"total"' not in out
    code, _, err = run("explain", REGION, "--referral", "R-28", "--instead", "SC990004", "--shared")
    assert (code, "no form to share" in err) == (2, True)


def test_alternatives_come_in_order_and_say_what_each_gives_up(run: Run, plan: Path) -> None:
    asked = ("alternatives", REGION, "-k", 2, "--differ", 4, "--plan", plan)
    found = answer(run(*asked, "--json"))
    points = [one["objective"]["points"] for one in found["alternatives"]]
    assert len(points) == 2
    assert points == sorted(points)
    assert all(len(one["moves"]) >= 4 for one in found["alternatives"])
    assert "instead of" in run(*asked)[1]
    assert run("alternatives", REGION, "-k", 0)[0] == 2


def test_worth_of_one_home_says_what_its_next_place_changes(run: Run, plan: Path) -> None:
    asked = ("worth", REGION, "--home", "SC990004", "--plan", plan)
    found = answer(run(*asked, "--json"))
    assert {place["home_id"] for place in found["places"]} == {"SC990004"}
    assert sorted(band for place in found["places"] for band in place["bands"]) == [
        "high",
        "low",
        "medium",
    ]
    assert "Cedar (SC990004), for" in run(*asked)[1]
    assert run("worth", REGION, "--home", "SC99000")[0] == 2


@pytest.mark.parametrize("command", ["sensitivity", "frontier"])
def test_weights_and_trade_offs_are_told_on_a_small_case(
    run: Run, tmp_path: Path, command: str
) -> None:
    case = tmp_path / "case"
    assert run("sample", case, "--referrals", 8, "--homes", 3, "--seed", 2)[0] == 0
    found = answer(run(command, case, "--json"))
    words = run(command, case)[1]
    if command == "sensitivity":
        assert len(found["weights"]) == 20
        assert all(one["lowest"] <= one["value"] <= one["highest"] for one in found["weights"])
        assert "the plan stays from" in words
    else:
        assert sum(plan["policy"] for plan in found["plans"]) == 1
        assert "this policy’s plan" in words
