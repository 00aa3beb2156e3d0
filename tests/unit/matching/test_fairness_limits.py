"""The optional limits for the sake of fairness, on cases so small that the answer is plain."""

import json
from pathlib import Path

import pytest

from broker.cli import main
from matching.check import check_json
from matching.digest import case_sha256
from matching.evaluate import evaluate
from matching.exchange import write_case
from matching.fair_cost import LimitCost, costs_text, limit_costs
from matching.fair_limits import limits_broken, obeying
from matching.fairness import fairness
from matching.pairs import find_pairs
from matching.plan import Plan
from matching.policy import write_policy
from matching.problem import Problem
from matching.solve import Options, match
from tests.unit.matching.bench import Cells, errors, files_of, home, problem, referral, resident

HACKNEY, NEWHAM = "E09000012", "E09000025"
CEILING = "[fairness]\nhigh_share_ceiling_percent = 49\n"
HARD = '[fairness]\nborough_shortfall_percent = 10\nborough_shortfall_kind = "hard"\n'
WEIGHTED = "[fairness]\nborough_shortfall_percent = 10\nborough_shortfall_weight = {}\n"


def contract(policy: str = "") -> Problem:
    """Five places in two homes of one contract, one of them with a high-need resident to stay.

    A high-need resident leaves before the horizon. Three of high need and one of low ask.
    """
    return problem(
        "max_arrivals = 9\n" + policy,
        referrals=[
            referral("A", band="high", waiting_since="2026-03-30"),
            referral("B", band="high", waiting_since="2026-03-31"),
            referral("C", band="high"),
            referral("D", band="low"),
        ],
        homes=[
            home("H1", contract="B1", provider="P1", places="3"),
            home("H2", contract="B1", provider="P1", places="2"),
        ],
        residents=[
            resident("X1", "H1", band="high"),
            resident("X2", "H2", band="specialist", leaves_on="2026-04-09", leaving="confirmed"),
        ],
    )


def boroughs(policy: str = "") -> Problem:
    """Four places; four of Hackney live beside them, three of Newham five miles away."""
    far = {"easting": str(534400 + 5 * 1609), "borough": NEWHAM}
    people: list[Cells] = [referral(name) for name in "ABCD"]
    people += [referral(f"N{number}", **far) for number in range(3)]
    policy = "max_arrivals = 9\n" + policy
    return problem(policy, referrals=people, homes=[home("H", places="4")])


def costs(made: Problem, plan: Plan) -> list[LimitCost]:
    worth = evaluate(find_pairs(made), plan.homes)
    return limit_costs(made, worth, proven=plan.status == "optimal")


def of_newham(plan: Plan) -> int:
    return sum(who.startswith("N") for who in plan.homes)


def test_a_ceiling_counts_places_and_residents_who_stay() -> None:
    free = match(contract())
    assert len(free.placements) == 4
    plan = match(contract(CEILING))
    # 49% of 5 places are 2 whole ones; X1 has one of them, so one of three finds room.
    assert sorted(plan.homes) == ["A", "D"]
    assert plan.status == "optimal"
    assert plan.levels.points > free.levels.points
    found = limits_broken(find_pairs(contract(CEILING)), free.homes)
    facts = ("3 of high or specialist need beside 1 living there", "room for 1: 2 of 5 places")
    assert found == [("J7", "B1", *facts)]


def test_a_ceiling_that_residents_exceed_leaves_no_room_and_blames_nobody() -> None:
    plan = match(contract("[fairness]\nhigh_share_ceiling_percent = 0\n"))
    assert sorted(plan.homes) == ["D"]
    pairs = find_pairs(contract("[fairness]\nhigh_share_ceiling_percent = 0\n"))
    assert limits_broken(pairs, {}) == []


def test_a_ceiling_does_not_reach_homes_without_a_contract() -> None:
    made = problem(
        CEILING, referrals=[referral("A", band="high")], homes=[home("H"), home("K", places="1")]
    )
    assert match(made).homes == {"A": "H"} or match(made).homes == {"A": "K"}


def test_a_hard_limit_holds_and_a_plan_that_breaks_it_is_rejected() -> None:
    free = match(boroughs())
    assert (of_newham(free), len(free.homes)) == (0, 4)
    limited = boroughs(HARD)
    plan = match(limited)
    # Newham is 3 of 7, less 10 points: 32.9% of 4 placed is 1.3, so one whole place.
    assert (of_newham(plan), len(plan.homes)) == (1, 4)
    pairs = find_pairs(limited)
    codes = {
        one.code
        for one in check_json(pairs, free.to_json() | {"case_sha256": case_sha256(limited)})
    }
    assert codes == {"J8"}
    (broken,) = limits_broken(pairs, free.homes)
    assert broken[:3] == ("J8", NEWHAM, "0 of 4 placed")
    assert "1 more: it has 3 of the 7 whom some home fits" in broken[3]


@pytest.mark.parametrize(("percent", "newham"), [(17, 1), (18, 0), (0, 1), (100, 0)])
def test_a_part_of_a_place_is_not_short(percent: int, newham: int) -> None:
    # 3 of 7 less 17 points is 25.9%, of 4 placed one place and a part; less 18, no whole one.
    plan = match(boroughs(HARD.replace("10", str(percent))))
    assert (of_newham(plan), len(plan.homes)) == (newham, 4)


def test_nobody_whom_no_home_fits_counts_towards_a_boroughs_share() -> None:
    people = [referral(name) for name in "AB"]
    people += [referral(f"N{number}", borough=NEWHAM, needs="autism") for number in range(5)]
    made = problem(HARD, referrals=people, homes=[home("H")])
    assert sorted(match(made).homes) == ["A", "B"]


def test_a_weighted_limit_costs_its_points_and_may_be_paid() -> None:
    free = match(boroughs())
    cheap, dear = match(boroughs(WEIGHTED.format(1))), match(boroughs(WEIGHTED.format(60)))
    assert cheap.homes == free.homes
    assert cheap.levels.points == free.levels.points + 1
    assert cheap.to_json()["joint"]["borough_shortfall"] == 1
    assert of_newham(dear) == 1
    assert dear.to_json()["joint"]["borough_shortfall"] == 0
    assert "borough_shortfall" not in free.to_json()["joint"]
    assert "borough_shortfall" not in match(boroughs(HARD)).to_json()["joint"]


def test_a_claimed_shortfall_that_is_wrong_or_missing_is_a_violation() -> None:
    made = boroughs(WEIGHTED.format(1))
    pairs, plan = find_pairs(made), match(made).to_json()
    assert check_json(pairs, plan) == []
    missing = {key: value for key, value in plan["joint"].items() if key != "borough_shortfall"}
    for joint in (plan["joint"] | {"borough_shortfall": 0}, missing):
        (found,) = check_json(pairs, plan | {"joint": joint})
        assert (found.code, found.where, found.allowed) == ("joint", "borough_shortfall", "1")


def test_a_first_plan_gives_up_the_least_pressing_and_keeps_siblings_together() -> None:
    people = [
        referral("A", band="high", needed_by="2026-04-01"),
        referral("B", band="high", sibling_group="G", siblings="together"),
        referral("C", band="low", sibling_group="G"),
    ]
    made = problem(
        "max_arrivals = 9\n[fairness]\nhigh_share_ceiling_percent = 25\n",
        referrals=people,
        homes=[home("H", contract="B1")],
    )
    pairs = find_pairs(made)
    assert obeying(pairs, {"A": "H", "B": "H", "C": "H"}) == {"A": "H"}
    assert obeying(pairs, {"C": "H"}) == {"C": "H"}


def test_a_search_stopped_at_once_still_keeps_the_limits() -> None:
    for made in (contract(CEILING), boroughs(HARD)):
        plan = match(made, Options(time_limit=1e-9))
        assert plan.status == "feasible"
        assert check_json(find_pairs(made), plan.to_json()) == []


def test_the_cost_of_a_limit_is_the_best_plan_with_it_less_the_best_without() -> None:
    made = boroughs(WEIGHTED.format(60))
    plan, free = match(made), match(boroughs())
    (cost,) = costs(made, plan)
    assert cost.limit == "borough_shortfall_percent"
    assert cost.proven
    assert cost.to_json()["points"] == plan.levels.points - free.levels.points == 15 + 4
    assert cost.to_json()["placed"] == 0
    assert "the limit on how far a borough falls behind: 19 more points" in costs_text([cost])


def test_points_that_a_limit_itself_charges_are_no_cost_of_it() -> None:
    made = boroughs(WEIGHTED.format(1))
    (cost,) = costs(made, match(made))
    assert cost.to_json()["points"] == 0
    assert "nothing: the plan is worth the same" in cost.render()


def test_a_cost_against_a_plan_that_is_not_proven_says_so() -> None:
    made = boroughs(HARD)
    (cost,) = costs(made, match(made, Options(time_limit=1e-9)))
    assert cost.to_json()["proven"] is False
    assert "not proven best" in cost.render()


def test_each_of_two_limits_is_left_out_in_turn() -> None:
    both = CEILING + "borough_shortfall_percent = 100\n"
    made = contract(both)
    ceiling, shortfall = costs(made, match(made))
    assert (ceiling.limit, shortfall.limit) == (
        "high_share_ceiling_percent", "borough_shortfall_percent",
    )  # fmt: skip
    assert ceiling.to_json()["placed"] == -2
    assert "2 fewer placed" in ceiling.render()
    assert shortfall.to_json()["points"] == 0
    assert costs(contract(), match(contract())) == []


def test_the_report_shows_the_limits_and_adds_up_to_the_points() -> None:
    made = boroughs(WEIGHTED.format(1))
    plan = match(made)
    report = fairness(find_pairs(made), plan.homes)
    assert report.points == plan.levels.points
    assert "boroughs behind the policy’s limit 1" in report.render()
    newham = next(row for row in report.to_json()["limits"]["boroughs"] if row["borough"] == NEWHAM)
    assert newham["share_of_those_some_home_fits"] == {"count": 3, "of": 7, "percent": 42.9}
    assert newham["short"] == 1
    text = fairness(find_pairs(contract(CEILING)), {"A": "H1"}).render()
    assert "high or specialist need on 49% of a contract’s places at most" in text
    assert "limits" not in fairness(find_pairs(contract()), {}).to_json()


def test_a_policy_without_the_table_or_with_an_empty_one_is_what_it_was() -> None:
    plain, empty = boroughs(), boroughs("[fairness]\n")
    assert "fairness" not in write_policy(plain.policy)
    assert case_sha256(plain) == case_sha256(empty)
    assert plain.policy == empty.policy
    assert len({case_sha256(boroughs(p)) for p in ("", HARD, WEIGHTED.format(3))}) == 3


@pytest.mark.parametrize(
    ("table", "column", "allowed"),
    [
        ("high_share_ceiling_percent = 101", "high_share_ceiling_percent", "from 0 to 100"),
        ("high_share_ceiling_percent = -1", "high_share_ceiling_percent", "from 0 to 100"),
        ("high_share_ceiling_percent = true", "high_share_ceiling_percent", "from 0 to 100"),
        ("borough_shortfall_percent = 2.5", "borough_shortfall_percent", "from 0 to 100"),
        ('borough_shortfall_percent = 1\nborough_shortfall_kind = "firm"', "borough_shortfall_kind",
         "weighted or hard"),
        ("borough_shortfall_percent = 1\nborough_shortfall_kind = [1]", "borough_shortfall_kind",
         "weighted or hard"),
        ("borough_shortfall_percent = 1\nborough_shortfall_weight = -2", "borough_shortfall_weight",
         "whole number"),
        ("borough_shortfall_weight = 4", "borough_shortfall_weight",
         "beside borough_shortfall_percent only"),
        (HARD.removeprefix("[fairness]\n") + "borough_shortfall_weight = 4",
         "borough_shortfall_weight", "weighted"),
        ("ceiling = 4", "ceiling", "high_share_ceiling_percent"),
    ],
)  # fmt: skip
def test_a_fault_in_the_table_names_key_value_and_what_is_allowed(
    table: str, column: str, allowed: str
) -> None:
    (fault,) = errors(files_of(f"[fairness]\n{table}\n", referrals=[referral("A")], homes=[]))
    assert fault.column == f"fairness.{column}"
    assert allowed in fault.allowed


def test_a_fairness_that_is_no_table_is_refused() -> None:
    (fault,) = errors(files_of("fairness = 4\n", referrals=[referral("A")], homes=[]))
    assert (fault.column, fault.allowed) == ("fairness", "allowed: a table [fairness]")


def test_somebody_left_out_is_not_told_that_others_needed_it_sooner() -> None:
    waiting = {one.referral: one for one in match(contract(CEILING)).unplaced}
    assert waiting["C"].why == "places_went_to_others"
    assert "agreed to share" in waiting["C"].summary
    empty = match(contract(CEILING)).empty
    assert {one.why for one in empty} == {"others_fit_better"}
    assert all("limits that the boroughs agreed" in one.summary for one in empty)
    for one in match(boroughs()).unplaced:
        assert "agreed" not in one.summary


def test_the_command_shows_what_each_limit_costs(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = boroughs(HARD)
    write_case(made, tmp_path / "case")
    plan = tmp_path / "plan.json"
    plan.write_text(json.dumps(match(made).to_json()), encoding="utf-8")
    assert main(["fairness", str(tmp_path / "case"), str(plan)]) == 0
    assert "a borough falls behind: 19 more points" in capsys.readouterr().out
    assert main(["fairness", str(tmp_path / "case"), str(plan), "--json"]) == 0
    (cost,) = json.loads(capsys.readouterr().out)["limits"]["cost"]
    assert (cost["points"], cost["today_unplaced"], cost["weekly_cost"]) == (19, 0, "0.00")
    assert cost["with"]["points"] - cost["without"]["points"] == 19
