"""What a plan is worth, term by term, to the last figure."""

import pytest

from matching.evaluate import (
    Joint,
    above_part,
    balanced_contracts,
    caution_pairs,
    entitled,
    evaluate,
    groups_apart,
    high_need_living,
    pair_cautions,
    short_places,
)
from matching.pairs import find_pairs
from matching.problem import Problem, Referral
from tests.unit.matching.bench import home, problem, referral, resident

HACKNEY, NEWHAM = "E09000012", "E09000025"
MANY = "max_arrivals = 9\n"


def people(made: Problem, names: str) -> tuple[Referral, ...]:
    return tuple(made.referral_by_id[name] for name in names)


def test_caution_pairs_are_counted_among_those_who_share_a_home() -> None:
    rows = [referral(name) for name in "ABCDX"]
    living = [resident("YP-R", "H"), resident("YP-S", "K"), resident("YP-X", "H")]
    cautions = ["AB", "AC", "CD", "AR", "BS", "CR", "AX", "RS", "QA"]
    made = problem(
        referrals=rows,
        homes=[home("H"), home("K")],
        residents=living,
        relationships=[
            {"a": f"YP-{a}", "b": f"YP-{b}", "kind": "caution"} for a, b in map(tuple, cautions)
        ],
    )

    def number(**plan: str) -> int:
        return caution_pairs(made, plan)

    assert number() == 0
    assert number(A="H", B="H") == 2
    assert number(A="H", B="K") == 2
    assert number(A="K", B="H") == 0
    assert number(A="K", B="H", C="K", D="K") == 2
    assert number(C="H", A="H") == 3
    assert number(A="H", X="H") == 2
    assert number(A="H", X="K") == 1


def test_a_caution_with_a_resident_counts_whichever_of_the_two_ids_comes_first() -> None:
    made = problem(
        referrals=[referral("M")],
        homes=[home("H"), home("K")],
        residents=[resident("YP-B", "H"), resident("YP-T", "K")],
        relationships=[{"a": "YP-M", "b": f"YP-{name}", "kind": "caution"} for name in "BT"],
    )
    assert [caution_pairs(made, plan) for plan in ({}, {"M": "H"}, {"M": "K"})] == [0, 1, 1]
    only = problem(
        referrals=[referral("M")],
        homes=[home("H"), home("K")],
        residents=[resident("YP-B", "H")],
        relationships=[{"a": "YP-M", "b": "YP-B", "kind": "caution"}],
    )
    assert [caution_pairs(only, plan) for plan in ({}, {"M": "H"}, {"M": "K"})] == [0, 1, 0]


def test_a_caution_with_a_resident_ends_when_they_leave() -> None:
    made = problem(
        referrals=[referral("A", needed_by="2026-04-12"), referral("B", needed_by="2026-04-13")],
        homes=[home("H")],
        residents=[resident("YP-R", "H", leaves_on="2026-04-13", leaving="confirmed")],
        relationships=[{"a": "YP-R", "b": f"YP-{name}", "kind": "caution"} for name in "AB"],
    )
    assert caution_pairs(made, {"A": "H", "B": "H"}) == 1
    assert caution_pairs(made, {"B": "H"}) == 0


def test_caution_pairs_of_a_group_are_counted_two_by_two() -> None:
    made = problem(
        referrals=[referral(name) for name in "ABCD"],
        homes=[],
        relationships=[
            {"a": f"YP-{a}", "b": f"YP-{b}", "kind": "caution"} for a, b in ("AB", "CA", "BD")
        ],
    )
    assert [pair_cautions(made, people(made, names)) for names in ("A", "AB", "CD")] == [0, 1, 0]
    assert [pair_cautions(made, people(made, names)) for names in ("CBA", "ABCD")] == [2, 3]


def test_groups_apart_are_those_who_prefer_one_home_and_have_two() -> None:
    kinds = {"F": "preferred", "G": "preferred", "T": "together", "O": "apart_ok"}
    rows = [
        referral(f"{name}{number}", sibling_group=name, siblings=kind)
        for name, kind in kinds.items()
        for number in (1, 2, 3)
    ]
    made = problem(referrals=rows, homes=[home("H"), home("K")])
    assert groups_apart(made, {}) == 0
    assert groups_apart(made, {"F1": "H"}) == 0
    assert groups_apart(made, {"F1": "H", "F3": "H", "G1": "K", "G2": "K"}) == 0
    assert groups_apart(made, {"F1": "H", "F3": "K", "G1": "K", "G2": "K"}) == 1
    assert groups_apart(made, {"F1": "H", "F3": "K", "G1": "K", "G2": "H", "G3": "H"}) == 2
    assert groups_apart(made, {"T1": "H", "T2": "K", "O1": "H", "O2": "K"}) == 0


def test_a_borough_is_entitled_to_what_it_pays_for_and_could_use_contract_by_contract() -> None:
    rows = [
        referral("A"),
        referral("B", needed_by="2026-04-20"),
        referral("N", borough=NEWHAM),
        referral("M", young_person_id="YP-T"),
        referral("X", band="specialist"),
    ]
    living = [
        resident("YP-R", "H"),
        resident("YP-S", "H", leaves_on="2026-04-20", leaving="confirmed"),
        resident("YP-T", "K"),
        resident("YP-U", "K", borough=NEWHAM),
        resident("YP-V", "L"),
        resident("YP-W", "K", leaves_on="2026-04-21", leaving="confirmed"),
    ]
    shares = [
        ("B1", HACKNEY, "9"),
        ("B1", NEWHAM, "1"),
        ("B2", HACKNEY, "1"),
        ("B2", NEWHAM, "4"),
    ]
    made = problem(
        referrals=rows,
        homes=[
            home("H", contract="B1", places="9"),
            home("K", contract="B1", places="9"),
            home("L", contract="B2", places="9", sexes="M"),
            home("S", places="9"),
        ],
        residents=living,
        shares=[{"contract": c, "borough": b, "places": n} for c, b, n in shares],
    )
    found = entitled(find_pairs(made))
    assert found == {
        ("B1", HACKNEY): (5, 2),
        ("B1", NEWHAM): (1, 1),
        ("B2", HACKNEY): (1, 1),
        ("B2", NEWHAM): (0, 0),
    }
    assert short_places(made, {}, found) == 3
    assert short_places(made, {"A": "H"}, found) == 2
    assert short_places(made, {"A": "H", "B": "K"}, found) == 1
    assert short_places(made, {"A": "S", "N": "K"}, found) == 3
    assert short_places(made, {"A": "H", "B": "K", "M": "K", "X": "H"}, found) == 0


def balanced() -> Problem:
    return problem(
        MANY,
        referrals=[
            referral("A", band="high"),
            referral("B", band="specialist"),
            referral("C", band="medium"),
            referral("D", band="high", needed_by="2026-05-02"),
            referral("Z", needed_by="2026-09-09", dol="Y"),
        ],
        homes=[
            home("H", contract="B1", provider="P1", places="2"),
            home("I", contract="B1", provider="P1", places="1"),
            home("K", contract="B1", provider="P2", places="4"),
            home("L", contract="B2", provider="P3", places="5"),
            home("S", provider="P4"),
            home("T", provider="P5"),
        ],
        residents=[
            resident("YP-R", "H", band="high"),
            resident("YP-S", "H", band="specialist", leaves_on="2026-05-03", leaving="confirmed"),
            resident("YP-T", "K", band="high", leaves_on="2026-05-02", leaving="confirmed"),
            resident("YP-U", "I", band="medium"),
            resident("YP-V", "L", band="high"),
        ],
    )


def test_only_a_contract_with_two_providers_is_balanced() -> None:
    made = balanced()
    found = balanced_contracts(made)
    assert {name: [place.id for place in homes] for name, homes in found.items()} == {
        "B1": ["H", "I", "K"]
    }
    assert high_need_living(made) == {"H": 2, "L": 1}


@pytest.mark.parametrize(
    ("plan", "above"),
    [
        ({}, 2),
        ({"A": "H"}, 2),
        ({"A": "K"}, 1),
        ({"A": "K", "B": "K"}, 1),
        ({"A": "K", "B": "K", "D": "K"}, 1),
        ({"A": "H", "B": "I"}, 3),
        ({"C": "I"}, 2),
        ({"A": "L", "B": "L", "D": "S"}, 2),
        ({"A": "H", "B": "I", "D": "H"}, 3),
    ],
)
def test_high_need_above_a_providers_part_is_counted_over_its_homes(
    plan: dict[str, str], above: int
) -> None:
    made = balanced()
    placed = [one for one in made.referrals if one.id in plan]
    assert above_part(made, plan, placed) == above


def test_three_providers_of_one_contract_are_judged_each_by_its_own_part() -> None:
    """Of ten places one provider has two, the next three and the last five."""
    made = problem(
        referrals=[referral("A", band="high")],
        homes=[
            home(name, contract="B1", provider=f"P{name}", places=places)
            for name, places in (("H", "2"), ("I", "3"), ("K", "5"))
        ],
        residents=[
            resident(f"YP-{who}", where, band="high")
            for who, where in (("R", "H"), ("S", "I"), ("T", "I"))
        ],
    )
    assert above_part(made, {}, []) == 1 + 2
    assert above_part(made, {"A": "K"}, list(made.referrals)) == 1 + 1
    assert above_part(made, {"A": "H"}, list(made.referrals)) == 2 + 1


def test_the_worth_of_a_plan_is_every_figure_of_it() -> None:
    rates = [
        {"home_id": "H", "band": "medium", "weekly_fee": "50.00", "marginal_weekly_fee": "10.01"},
        {"home_id": "K", "band": "medium", "weekly_fee": "70.00", "marginal_weekly_fee": "20.02"},
        {"home_id": "K", "band": "high", "weekly_fee": "99.00", "marginal_weekly_fee": "40.04"},
    ]
    made = problem(
        "[points]\nper_mile = 10\ncaution = 7\nsiblings_apart = 300\n"
        "short_of_share = 2000\nprovider_balance = 50000\n",
        referrals=[
            referral("A", sibling_group="G", siblings="preferred"),
            referral("B", sibling_group="G"),
            referral("C", band="high"),
            referral("D", needed_by="2026-04-01"),
            referral("E", needed_by="2026-04-03", waiting_since="2026-03-30"),
            referral("F", dol="Y"),
            referral("G", dol="Y", needed_by="2026-04-01"),
        ],
        homes=[
            home("H", contract="B1", provider="P1", places="3"),
            home("K", contract="B1", provider="P2", northing=str(184200 + 1609)),
        ],
        residents=[resident("YP-R", "K")],
        relationships=[{"a": "YP-B", "b": f"YP-{name}", "kind": "caution"} for name in "CR"],
        rates=rates,
        shares=[{"contract": "B1", "borough": HACKNEY, "places": "5"}],
    )
    pairs = find_pairs(made)
    plan = {"A": "H", "B": "K", "C": "K"}
    worth = evaluate(pairs, plan)
    assert worth.joint == Joint(wait=402, caution=14, siblings_apart=300, share=2000, balance=50000)
    assert worth.joint.total == 402 + 14 + 300 + 2000 + 50000
    assert (worth.levels.today, worth.levels.cost) == (1, 1001 + 2002 + 4004)
    assert worth.levels.points == 10 + 10 + worth.joint.total
    assert list(worth.pairs) == ["A", "B", "C"]


def test_a_pair_that_is_not_eligible_has_no_worth() -> None:
    made = problem(referrals=[referral("A"), referral("B", sex="M")], homes=[home("H", sexes="F")])
    with pytest.raises(KeyError, match=r"^'B may not live in H'$"):
        evaluate(find_pairs(made), {"A": "H", "B": "H"})
