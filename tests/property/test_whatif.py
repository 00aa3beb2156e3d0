"""Every explanation is held against solving again; on tiny cases, against all plans there are."""

import itertools
import json
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

import pytest

from matching.alternatives import alternatives_of
from matching.anyplan import evaluate_any
from matching.board import View
from matching.changes import applied, remedies_for
from matching.check import check_json
from matching.conflict import Conflict, conflict_of
from matching.contrast import change_of
from matching.effects import effects_of
from matching.evaluate import Levels, evaluate
from matching.explain import options_for
from matching.frontier import aims_of, frontier_of
from matching.held import Region
from matching.holding import Held
from matching.homeview import home_view
from matching.joint import breaks
from matching.pairs import Pairs, find_pairs
from matching.plan import Plan
from matching.problem import Problem
from matching.rules import RULES, eligible
from matching.rules import tests as rule_tests
from matching.sensitivity import sensitivity_of, with_weight
from matching.solve import match
from matching.worth import with_home, with_place, worth_of_places
from tests.soak import read_files
from tests.strategies import random_case, shuffled

TINY = range(9100, 9118)
SMALL = range(9200, 9206)


@lru_cache(maxsize=64)
def case(seed: int, referrals: int, homes: int, policy: str = "default") -> Problem:
    return read_files(random_case(seed, referrals=referrals, homes=homes, policy=policy))


def tiny(seed: int) -> Problem:
    return case(seed, 4, 3, "random" if seed % 2 else "default")


def small(seed: int) -> Problem:
    return case(seed, 12, 5)


@lru_cache(maxsize=64)
def solved(problem_key: tuple[int, int, int, str]) -> tuple[Region, Plan]:
    problem = case(*problem_key)
    plan = match(problem)
    return Region(find_pairs(problem), plan.homes), plan


def at_hand(seed: int, size: str = "tiny") -> tuple[Region, Plan]:
    if size == "tiny":
        return solved((seed, 4, 3, "random" if seed % 2 else "default"))
    return solved((seed, 12, 5, "default"))


@lru_cache(maxsize=32)
def all_plans(seed: int) -> tuple[tuple[dict[str, str], Levels], ...]:
    """Every plan of a tiny case that breaks no rule, judged by people and not by the programme."""
    problem = tiny(seed)
    pairs = find_pairs(problem)
    return tuple(
        (plan, evaluate(pairs, plan).levels)
        for plan in assignments(pairs)
        if evaluate_any(pairs, plan).holds
    )


def assignments(pairs: Pairs) -> Iterator[dict[str, str]]:
    problem = pairs.problem
    homes: list[list[str | None]] = [
        [None, *(problem.homes[int(at)].id for at in pairs.home[pairs.of(number)])]
        for number in range(len(problem.referrals))
    ]
    for chosen in itertools.product(*homes):
        named = zip(problem.referrals, chosen, strict=True)
        yield {referral.id: home for referral, home in named if home is not None}


@pytest.mark.parametrize("seed", TINY)
def test_the_best_plan_with_nothing_held_is_the_plan_itself(seed: int) -> None:
    region, plan = at_hand(seed)
    best = region.best()
    assert best is not None
    assert best.proven
    assert best.levels == plan.levels
    assert best.plan == plan.homes
    assert plan.levels == min(levels for _, levels in all_plans(seed))


@pytest.mark.parametrize("seed", TINY)
def test_each_choice_leads_to_the_best_of_all_plans_with_it(seed: int) -> None:
    region, plan = at_hand(seed)
    for referral in region.problem.referrals:
        effects = effects_of(region, referral.id)
        assert len(effects.ranked) == len(effects.options.homes) + (not referral.by_hand)
        for effect in effects.ranked:
            home = None if effect.option is None else effect.option.home.id
            having = [levels for other, levels in all_plans(seed) if other.get(referral.id) == home]
            assert effect.possible == bool(having)
            if having:
                assert effect.levels == min(having)
                assert effect.change == change_of(plan.levels, min(having))
            else:
                assert effect.in_the_way
        ranked = [effect.levels for effect in effects.ranked if effect.levels is not None]
        assert ranked == sorted(ranked)


@pytest.mark.parametrize("seed", SMALL)
def test_a_choice_held_moves_nobody_who_could_have_stayed(seed: int) -> None:
    region, plan = at_hand(seed, "small")
    who = next(r.id for r in region.problem.referrals if len(options_for(region.pairs, r.id).homes))
    for effect in effects_of(region, who).ranked:
        if effect.change is None:
            continue
        moved = {move.referral: move.after for move in effect.moves}
        home = None if effect.option is None else effect.option.home.id
        then = {**plan.homes, **{who: home}, **moved}
        result = {name: place for name, place in then.items() if place is not None}
        assert evaluate_any(region.pairs, result).levels == effect.levels
        assert evaluate_any(region.pairs, result).holds
        if effect.chosen:
            assert effect.change.nothing
            assert not effect.moves


@pytest.mark.parametrize("seed", TINY)
def test_alternatives_are_the_next_best_of_all_plans_that_differ_enough(seed: int) -> None:
    region, plan = at_hand(seed)
    differ = 1 + seed % 2
    found = alternatives_of(region, 4, differ)
    before: list[Mapping[str, str]] = [plan.homes]
    for one in found.plans:
        far = [
            levels
            for other, levels in all_plans(seed)
            if all(region.apart(other, earlier) >= differ for earlier in before)
        ]
        assert one.levels == min(far)
        assert evaluate_any(region.pairs, one.plan).holds
        assert min(region.apart(one.plan, earlier) for earlier in before) >= differ
        assert one.contrast.change == change_of(plan.levels, one.levels)
        before.append(one.plan)
    if len(found.plans) < 4:
        assert not any(
            all(region.apart(other, earlier) >= differ for earlier in before)
            for other, _ in all_plans(seed)
        )


@pytest.mark.parametrize("seed", range(9300, 9315))
def test_any_plan_is_counted_as_the_checker_and_the_solver_count_it(seed: int) -> None:
    problem = case(seed, 8, 4)
    pairs = find_pairs(problem)
    wild = {
        referral.id: problem.homes[(number * 7 + seed) % len(problem.homes)].id
        for number, referral in enumerate(problem.referrals)
        if (number + seed) % 5
    }
    for plan in (match(problem).homes, wild):
        found = evaluate_any(pairs, plan)
        asked = match(problem).to_json()
        asked["placements"] = [{"referral_id": w, "home_id": h} for w, h in plan.items()]
        said = [one.code for one in check_json(pairs, asked)]
        rules = [code for code in said if code[0] in "RJ" or code == "by_hand"]
        assert sorted(one.code for one in found.broken) == sorted(rules)
        allowed = {
            who: home
            for who, home in plan.items()
            if eligible_for(pairs, who)[pairs.board.index[home]]
        }
        worth, counted = evaluate(pairs, allowed), evaluate_any(pairs, allowed)
        assert counted.levels == worth.levels
        assert counted.joint == worth.joint
        assert sum(counted.parts.values()) == worth.levels.points
        assert sum(term.points for term in counted.terms) == worth.joint.total - worth.joint.wait


def eligible_for(pairs: Pairs, who: str) -> Sequence[bool]:
    flags: list[bool] = eligible(View(pairs.board, pairs.problem.referral_by_id[who])).tolist()
    return flags


@pytest.mark.parametrize("seed", range(9400, 9420))
def test_a_conflict_cannot_be_met_and_can_without_any_one_of_it(seed: int) -> None:
    region, plan = solved((seed, 9, 3, "default"))
    for one in plan.unplaced:
        found = conflict_of(region, one.referral)
        if one.why == "by_hand":
            assert found.why == "by_hand"
            continue
        nowhere = not region.columns(one.referral)
        assert (found.why == "no_home_fits") == nowhere
        assert one.why != "no_eligible_home" or nowhere
        if nowhere and len(region.group(region.problem.referral_by_id[one.referral])) == 1:
            excluded = failing(region, one.referral)
            codes = [limit.code for limit in found.limits]
            assert all(any(code in home for code in codes) for home in excluded)
            assert not any(
                all(set(fewer) & home for home in excluded)
                for fewer in itertools.combinations([rule.code for rule in RULES], len(codes) - 1)
            )
        if found.why == "possible":
            outcome = region.best(Held(placed=frozenset({*plan.homes, one.referral})))
            assert outcome is not None
            assert found.change == change_of(plan.levels, outcome.levels)
        if found.why == "compete":
            everything = elements(region, found)
            assert one.referral in found.referrals
            assert found.smallest
            assert not met(region, everything)
            assert all(met(region, everything - {left_out}) for left_out in everything)


def failing(region: Region, referral_id: str) -> list[set[str]]:
    """For each home the rules that exclude a young person."""
    view = View(region.pairs.board, region.problem.referral_by_id[referral_id])
    holds = rule_tests(view)
    return [
        {rule.code for rule, ok in zip(RULES, holds[:, at], strict=True) if not ok}
        for at in range(holds.shape[1])
    ]


def elements(region: Region, found: Conflict) -> frozenset[tuple[str, str]]:
    """The conflict as things to be met: ("place", unit's first member) and (code, home)."""
    firsts = {
        region.problem.referrals[region.choices.units[unit].members[0]].id
        for unit in (region.unit(who) for who in found.referrals)
        if unit is not None
    }
    rules = {(limit.code, limit.home) for limit in found.limits}
    return frozenset({("place", who) for who in firsts} | rules)


def met(region: Region, wanted: frozenset[tuple[str, str]]) -> bool:
    """Whether all of it can be met, by trying every way to place them."""
    problem, choices = region.problem, region.choices
    who = sorted(name for kind, name in wanted if kind == "place")
    units = [region.unit(name) for name in who]
    spans = [range(choices.of(u).start, choices.of(u).stop) for u in units if u is not None]
    codes: dict[str, set[str]] = {}
    for code, home in wanted:
        if code != "place":
            codes.setdefault(home, set()).add(code)

    def place(at: int, moving: dict[str, list[int]]) -> bool:
        if at == len(spans):
            return True
        for k in spans[at]:
            home = problem.homes[int(choices.home[k])]
            here = [*moving.get(home.id, []), k]
            people = [person for choice in here for person in choices.people(choice)]
            broken = {one.code for one in breaks(problem, home, people)}
            if not broken & codes.get(home.id, set()) and place(at + 1, {**moving, home.id: here}):
                return True
        return False

    return place(0, {})


@pytest.mark.thorough
@pytest.mark.parametrize("seed", range(9400, 9420))
def test_no_smaller_conflict_exists(seed: int) -> None:
    region, plan = solved((seed, 9, 3, "default"))
    everybody = frozenset(plan.homes)
    for one in plan.unplaced:
        found = conflict_of(region, one.referral)
        size = len(elements(region, found))
        if found.why != "compete" or size > 5:
            continue
        units = {region.unit(who) for who in (*everybody, one.referral)} - {None}
        firsts = [
            ("place", region.problem.referrals[region.choices.units[unit].members[0]].id)
            for unit in sorted(u for u in units if u is not None)
        ]
        homes = {home for _, home in found_homes(region)}
        rules = [(code, home) for home in sorted(homes) for code in ("J1", "J2", "J3", "J5", "J6")]
        for smaller in itertools.combinations([*firsts, *rules], size - 1):
            assert met(region, frozenset(smaller))


def found_homes(region: Region) -> set[tuple[int, str]]:
    homes = region.problem.homes
    return {(int(at), homes[int(at)].id) for at in region.choices.home}


@pytest.mark.thorough
@pytest.mark.parametrize("seed", [50005, 50017, *range(9500, 9506)])
def test_each_change_proposed_places_them_and_none_of_its_steps_can_be_left_out(seed: int) -> None:
    region, plan = solved((seed, 9, 4, "default"))
    for one in plan.unplaced[:3]:
        for remedy in remedies_for(region, one.referral, most=3).found:
            again = match(remedy.problem)
            assert again.homes[one.referral] == remedy.home.id
            assert again.levels == remedy.levels
            assert remedy.change == change_of(plan.levels, again.levels)
            assert remedy.steps
            for step in remedy.steps:
                fewer = [other for other in remedy.steps if other is not step]
                without = match(applied(region.problem, one.referral, fewer))
                assert one.referral not in without.homes


@pytest.mark.parametrize("seed", range(9600, 9604))
def test_one_more_place_changes_what_solving_again_says(seed: int) -> None:
    region, plan = solved((seed, 8, 3, "default"))
    problem = region.problem
    found = worth_of_places(region)
    kinds = {(place.home.id, band) for place in found.ranked for band in place.bands}
    assert kinds == {
        (home.id, band)
        for home in problem.homes
        if home.registration == "registered"
        for band in home.bands
    }
    for place in found.ranked:
        changed = with_place(place.home, place.bands[0], problem.policy.load)
        again = match(with_home(problem, changed))
        assert place.levels == again.levels
        assert place.change == change_of(plan.levels, again.levels)


@pytest.mark.thorough
@pytest.mark.parametrize("seed", [9701, 9703])
def test_a_weight_moves_as_far_as_is_said_and_no_further(seed: int) -> None:
    region, plan = solved((seed, 7, 3, "default"))
    for reach in sensitivity_of(region).reaches:
        for value in {reach.lowest, reach.highest}:
            problem = with_weight(region.problem, reach.table, reach.weight, value)
            assert match(problem).levels == evaluate(find_pairs(problem), plan.homes).levels
        for turn in (reach.below, reach.above):
            if turn is None:
                continue
            assert turn.value in {reach.lowest - 1, reach.highest + 1}
            problem = with_weight(region.problem, reach.table, reach.weight, turn.value)
            before = evaluate(find_pairs(problem), plan.homes).levels
            after = match(problem).levels
            assert after < before
            assert turn.change == change_of(before, after)
            assert turn.moves


@pytest.mark.parametrize("seed", SMALL)
def test_no_plan_of_the_frontier_is_dominated_and_the_policy_stands_in_it(seed: int) -> None:
    region, plan = at_hand(seed, "small")
    found = frontier_of(region)
    assert [dict(one.plan) for one in found.plans if one.policy] == [plan.homes]
    for place, one in enumerate(found.plans):
        assert evaluate_any(region.pairs, one.plan).holds
        assert one.aims == aims_of(region, one.plan)
        assert one.aims.today == plan.levels.today
        worse = [at for at, other in enumerate(found.plans) if other.aims.dominates(one.aims)]
        assert list(one.worse_than) == worse
        assert one.policy or not worse
        assert place == 0 or one.aims != found.plans[place - 1].aims


@pytest.mark.parametrize("seed", SMALL)
def test_a_home_sees_whom_the_young_people_see_it_with(seed: int) -> None:
    pairs = find_pairs(small(seed))
    there = {
        (fit.referral.id, home.id, fit.option.cost)
        for home in pairs.problem.homes
        for fit in home_view(pairs, home.id).fits
    }
    here = {
        (referral.id, option.home.id, option.cost)
        for referral in pairs.problem.referrals
        for option in options_for(pairs, referral.id).homes
    }
    assert there == here
    for home in pairs.problem.homes:
        view = home_view(pairs, home.id)
        assert view.funnel[-1].left == len(view.fits)


@pytest.mark.parametrize("seed", [9204, 9205])
def test_the_order_of_rows_changes_no_explanation(seed: int) -> None:
    files = random_case(seed, referrals=10, homes=4)
    said = []
    for order in (files, shuffled(files, 5)):
        problem = read_files(order)
        region = Region(find_pairs(problem), match(problem).homes)
        who = problem.referrals[2].id
        said.append(
            json.dumps(
                [
                    effects_of(region, who).to_json(),
                    conflict_of(region, who).to_json(),
                    remedies_for(region, who).to_json(),
                    alternatives_of(region, 2).to_json(),
                ]
            )
        )
    assert said[0] == said[1]
