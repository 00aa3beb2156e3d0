"""What is said of one young person's homes is what the second reading of the contract finds."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from matching.explain import explain, options_for
from matching.pairs import find_pairs
from matching.rules import RULES
from matching.solve import match
from tests.oracle.pairs import all_pairs
from tests.oracle.plan import cautions_with_residents, violations
from tests.oracle.read import read_case
from tests.soak import read_files
from tests.strategies import Files, cases


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(files=cases(max_referrals=6, max_homes=6), data=st.data())
def test_options_and_explanations_hold_against_the_second_reading(
    files: Files, data: st.DataObject
) -> None:
    problem, case = read_files(files), read_case(files)
    pairs, known, plan = find_pairs(problem), all_pairs(case), match(problem)
    who = data.draw(st.sampled_from([referral.id for referral in problem.referrals]))
    row = next(row for row in case["referrals"] if row["referral_id"] == who)
    own = {home: pair for (name, home), pair in known.items() if name == who}
    caution = case["policy"]["points"]["caution"]

    told = options_for(pairs, who)
    costs = {
        home: pair["total"] + caution * cautions_with_residents(case, row, home)
        for home, pair in own.items()
    }
    assert {o.home.id: o.cost for o in told.homes} == {
        home: costs[home] for home, pair in own.items() if pair["eligible"]
    }
    assert [o.cost for o in told.homes] == sorted(o.cost for o in told.homes)
    for option in (*told.homes, *told.near_misses):
        pair = own[option.home.id]
        assert [failed.code for failed in option.failed] == pair["failed"]
        assert (option.tenths, option.fee) == (pair["tenths"], pair["known_fee"])
        if pair["eligible"]:
            assert dict(option.points) == pair["points"]
    near = [home for home, pair in own.items() if len(pair["failed"]) in (1, 2)]
    assert len(told.near_misses) == min(10, len(near))
    assert {o.home.id for o in told.near_misses} <= set(near)

    found = explain(pairs, plan, who)
    assert found.homes == len(case["homes"])
    if not row["by_hand"]:
        broken = [set(pair["failed"]) for pair in own.values()]
        for number, step in enumerate(found.funnel, 1):
            judged = {rule.code for rule in RULES[:number]}
            assert step.left == sum(not codes & judged for codes in broken)
    homes = dict(plan.homes)
    assert (found.chosen.home.id if found.chosen else None) == homes.pop(who, None)
    for one in found.others:
        there = {name: at for name, at in homes.items() if at == one.option.home.id}
        moved = there | {who: one.option.home.id}
        expected = {code for code, _ in violations(case, known, moved)} - {"J4"}
        assert {b.code for b in one.in_the_way} == expected
        assert sorted(there) == list(one.living_there)
    assert who in found.render()
    assert found.to_json()["why"] == found.why
