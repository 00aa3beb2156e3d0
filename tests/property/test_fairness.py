"""Whatever the case and the plan: groups add up to the plan, and a second count agrees.

The second count knows rows of the case as the second reading of the contract holds them, and the
plan as plan.json holds it; it shares nothing with the report.
"""

from collections import Counter
from random import Random
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from matching.evaluate import evaluate
from matching.fair_figures import Group, Sum
from matching.fairness import Fairness, fairness
from matching.pairs import find_pairs
from matching.solve import match
from tests.oracle import read as oracle
from tests.soak import read_files
from tests.strategies import Files, cases, shuffled

SLOW = [HealthCheck.too_slow]
GROUPINGS = ("boroughs", "sexes", "ages", "bands")
COUNTED = (
    *("to_place", "placed", "waiting", "waiting_today", "nothing_fits", "by_hand", "away"),
    *("points_placed", "points_waiting"),
)


def thinned(homes: dict[str, str], seed: int) -> dict[str, str]:
    """A plan that leaves some of those placed without a home: no best plan, but a plan."""
    dice = Random(seed)
    return {who: home for who, home in homes.items() if dice.random() < 0.7}


def together(sums: list[Sum]) -> Sum:
    return Sum(
        known=sum(one.known for one in sums),
        not_known=sum(one.not_known for one in sums),
        sum=sum(one.sum for one in sums),
        most=max((one.most for one in sums if one.most is not None), default=None),
    )


def adds_up(groups: tuple[Group, ...], whole: Group) -> None:
    for name in COUNTED:
        assert sum(getattr(group, name) for group in groups) == getattr(whole, name), name
    for name in ("tenths", "waited_placed", "waited_waiting"):
        assert together([getattr(group, name) for group in groups]) == getattr(whole, name), name
    for area in whole.areas:
        assert sum(group.areas[area] for group in groups) == whole.areas[area]


@settings(suppress_health_check=SLOW, max_examples=30)
@given(files=cases(), seed=st.integers(0, 99))
def test_groups_providers_and_contracts_add_up_to_the_plan(files: Files, seed: int) -> None:
    problem = read_files(files)
    pairs, homes = find_pairs(problem), thinned(match(problem).homes, seed)
    report, worth = fairness(pairs, homes), evaluate(pairs, homes)
    weights = problem.policy.points
    for kind in GROUPINGS:
        adds_up(getattr(report, kind), report.everybody)
    everybody = report.everybody
    assert everybody.placed + everybody.waiting == everybody.to_place
    assert everybody.to_place + everybody.by_hand == len(problem.referrals)
    assert everybody.placed == len(homes) == everybody.tenths.all == sum(everybody.areas.values())
    assert everybody.waiting_today == worth.levels.today
    assert everybody.points_waiting == worth.joint.wait
    assert report.points == worth.levels.points
    assert sum(report.short_points.values()) == worth.joint.share
    assert weights["short_of_share"] * sum(o.short or 0 for o in report.held) == worth.joint.share
    assert sum(one.proposals for one in report.providers) == len(homes)
    above = [part.above or 0 for one in report.contracts for part in one.parts]
    assert weights["provider_balance"] * sum(above) == worth.joint.balance
    for one in report.contracts:
        for name in ("places", "people", "high", "proposed", "living"):
            parts = sum(getattr(part, name) for part in one.parts)
            assert parts == getattr(one.all, name), name


@settings(suppress_health_check=SLOW, max_examples=30)
@given(files=cases(), seed=st.integers(0, 99))
def test_the_order_of_rows_changes_nothing(files: Files, seed: int) -> None:
    one, other = read_files(files), read_files(shuffled(files, seed))
    homes = match(one).homes
    mixed = list(homes.items())
    Random(seed).shuffle(mixed)
    report = fairness(find_pairs(one), homes)
    again = fairness(find_pairs(other), dict(mixed))
    assert report.to_json() == again.to_json()
    assert report.render() == again.render()


def counted_again(files: Files, plan: dict[str, Any]) -> dict[str, Counter[str]]:
    """By borough, from the rows of the case and the lines of plan.json alone."""
    case = oracle.read_case(files)
    of = {row["referral_id"]: row for row in case["referrals"]}
    found: dict[str, Counter[str]] = {}
    for row in case["referrals"]:
        found.setdefault(row["borough"], Counter())["by_hand" if row["by_hand"] else "asking"] += 1
    for line in plan["placements"]:
        mine = found[of[line["referral_id"]]["borough"]]
        mine["placed"] += 1
        mine["points"] += line["total"]
        mine[line["area"]] += 1
        if line["distance_miles"] is None:
            mine["unknown"] += 1
        else:
            mine["tenths"] += round(line["distance_miles"] * 10)
    for line in plan["unplaced"]:
        mine = found[of[line["referral_id"]]["borough"]]
        if line["why"] != "by_hand":
            mine["waiting"] += 1
            mine["wait"] += line["wait"]
            mine["today"] += line["urgency"] == "today"
    return found


def counted(report: Fairness) -> dict[str, Counter[str]]:
    return {
        group.name: Counter(
            {
                "asking": group.to_place,
                "by_hand": group.by_hand,
                "placed": group.placed,
                "points": group.points_placed,
                **group.areas,
                "unknown": group.tenths.not_known,
                "tenths": group.tenths.sum,
                "waiting": group.waiting,
                "wait": group.points_waiting,
                "today": group.waiting_today,
            }
        )
        for group in report.boroughs
        if group.to_place or group.by_hand
    }


@settings(suppress_health_check=SLOW, max_examples=30)
@given(files=cases(max_referrals=9))
def test_a_second_count_from_the_files_alone_agrees(files: Files) -> None:
    problem = read_files(files)
    plan = match(problem)
    report = fairness(find_pairs(problem), plan.homes)
    assert counted(report) == counted_again(files, plan.to_json())


@settings(suppress_health_check=SLOW, max_examples=25)
@given(files=cases())
def test_every_rate_in_the_json_stands_with_its_counts_and_unknown_is_null(files: Files) -> None:
    problem = read_files(files)
    made = fairness(find_pairs(problem), match(problem).homes).to_json()
    rates = list(everywhere(made, "percent"))
    assert rates
    for rate in rates:
        assert set(rate) == {"count", "of", "percent"}
        assert 0 <= rate["count"] <= rate["of"]
        assert (rate["percent"] is None) == (rate["of"] == 0)
    for mean in everywhere(made, "mean_miles"):
        assert (mean["mean_miles"] is None) == (mean["known"] == 0)


def everywhere(made: Any, key: str) -> list[dict[str, Any]]:
    if isinstance(made, list):
        return [found for one in made for found in everywhere(one, key)]
    if not isinstance(made, dict):
        return []
    own = [made] if key in made else []
    return own + [found for one in made.values() for found in everywhere(one, key)]
