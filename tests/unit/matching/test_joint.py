"""Each rule and each term of the whole plan decides alone, at its boundary."""

from typing import Any

import pytest

from matching.joint import JOINT_RULES
from tests.unit.matching.bench import Cells, home, referral, resident, solved, violations

MANY = "max_arrivals = 9\n"


def north(miles: float) -> Cells:
    """A home so many miles north of where everybody should live near."""
    return {"northing": str(184200 + round(miles * 1609.3))}


def leaves(day: str, **cells: str) -> list[Cells]:
    return [resident("YP-R", "H", leaves_on=day, leaving="confirmed", **cells)]


def related(kind: str, a: str = "YP-A", b: str = "YP-B") -> list[Cells]:
    return [{"a": a, "b": b, "kind": kind}]


def three(**cells: str) -> list[Cells]:
    return [referral(name, **cells) for name in ("A", "B", "C")]


Case = dict[str, Any]


def two(
    a: Cells | None = None,
    b: Cells | None = None,
    place: Cells | None = None,
    policy: str = MANY,
    **tables: Any,
) -> Case:
    people = [referral("A") | (a or {}), referral("B") | (b or {})]
    return {"policy": policy, "referrals": people, "homes": [home("H") | (place or {})]} | tables


BOTH = {"A": "H", "B": "H"}
ALONE: list[tuple[str, Case, Case]] = [
    ("J1", two(place={"places": "1"}), two(place={"places": "2"})),
    (
        "J1",
        two(b={"needed_by": "2026-04-14"}, place={"places": "2"}, residents=leaves("2026-04-15")),
        two(b={"needed_by": "2026-04-15"}, place={"places": "2"}, residents=leaves("2026-04-15")),
    ),
    ("J2", two(relationships=related("must_not_live_together")), two(relationships=[])),
    (
        "J2",
        two(b={"needed_by": "2027-01-01"}, relationships=related("must_not_live_together")),
        two(relationships=related("must_not_live_together", "YP-A", "YP-C")),
    ),
    (
        "J3",
        two({"band": "high"}, {"band": "high"}, {"max_high": "1"}),
        two({"band": "high"}, {"band": "medium"}, {"max_high": "1"}),
    ),
    ("J3", two(place={"load_limit": "3"}), two(place={"load_limit": "4"})),
    (
        "J3",
        two(
            {"band": "high"},
            {"band": "high", "needed_by": "2026-04-14"},
            {"max_high": "2"},
            residents=leaves("2026-04-15", band="specialist"),
        ),
        two(
            {"band": "high"},
            {"band": "high", "needed_by": "2026-04-15"},
            {"max_high": "2"},
            residents=leaves("2026-04-15", band="specialist"),
        ),
    ),
    (
        "J3",
        two(
            b={"needed_by": "2026-04-14"},
            place={"load_limit": "9"},
            residents=leaves("2026-04-15", band="specialist"),
        ),
        two(
            b={"needed_by": "2026-04-15"},
            place={"load_limit": "9"},
            residents=leaves("2026-04-15", band="specialist"),
        ),
    ),
    ("J5", two({"living_companions": "solo"}), two({"living_companions": "with_others"})),
    (
        "J5",
        two({"living_companions": "only_older"}),
        two({"living_companions": "only_older"}, {"date_of_birth": "2012-06-09"}),
    ),
    (
        "J5",
        two(b={"living_companions": "only_younger"}),
        two({"date_of_birth": "2012-06-11"}, {"living_companions": "only_younger"}),
    ),
    (
        "J5",
        two({"living_companions": "only_older"}, {"living_companions": "only_older"}),
        two({"living_companions": "no_preference"}),
    ),
    ("J6", two(policy="max_arrivals = 1\n"), two(policy="max_arrivals = 2\n")),
    ("J6", two(place={"max_arrivals": "1"}), two(place={"max_arrivals": "2"})),
    (
        "J6",
        two(policy="max_arrivals = 1\n"),
        two(
            {"sibling_group": "G", "siblings": "together"},
            {"sibling_group": "G"},
            policy="max_arrivals = 1\n",
        ),
    ),
    (
        "J6",
        two({"sibling_group": "G", "siblings": "preferred"}, {"sibling_group": "G"}, policy="")
        | {"policy": "max_arrivals = 1\n"},
        two(place={"max_arrivals": "2"}, policy="max_arrivals = 0\n"),
    ),
]


@pytest.mark.parametrize(("code", "broken", "mended"), ALONE)
def test_a_joint_rule_alone_keeps_two_from_one_home(code: str, broken: Case, mended: Case) -> None:
    pairs, plan = solved(**broken)
    assert len(plan.homes) == 1
    assert len(pairs) == 2
    assert {found.code for found in violations(pairs, BOTH)} == {code}
    pairs, plan = solved(**mended)
    assert plan.homes == BOTH
    assert violations(pairs, BOTH) == []


def group(a: str, b: str, **cells: Any) -> Case:
    people = [
        referral("A", sibling_group="G", siblings=a),
        referral("B", sibling_group="G", siblings=b, sex="M"),
    ]
    return {"referrals": people} | cells


@pytest.mark.parametrize(
    ("a", "b", "homes", "placed"),
    [
        ("together", "", {"H": "F;M"}, {"A": "H", "B": "H"}),
        ("together", "apart_ok", {"H": "F"}, {}),
        ("apart_ok", "together", {"H": "F", "K": "M"}, {}),
        ("preferred", "", {"H": "F", "K": "M"}, {"A": "H", "B": "K"}),
        ("preferred", "", {"H": "F"}, {"A": "H"}),
        ("", "", {"H": "F"}, {"A": "H"}),
    ],
)
def test_a_group_kept_together_is_placed_whole_in_one_home_or_not_at_all(
    a: str, b: str, homes: dict[str, str], placed: dict[str, str]
) -> None:
    places = [home(name, sexes=sexes) for name, sexes in homes.items()]
    pairs, plan = solved(**group(a, b, homes=places))
    assert plan.homes == placed
    alone = [found.code for found in violations(pairs, {"A": "H"})]
    assert alone == (["J4"] if "together" in (a, b) else [])


def test_a_group_with_a_member_by_hand_is_not_placed() -> None:
    case = group("together", "", homes=[home("H")])
    case["referrals"][1]["dol"] = "Y"
    pairs, plan = solved(**case)
    assert plan.homes == {}
    assert [found.code for found in violations(pairs, {"A": "H"})] == ["J4"]
    assert (plan.levels.points, plan.status) == (120, "optimal")


def test_a_group_of_one_referral_has_no_joint_rule() -> None:
    case: Case = {
        "policy": "max_arrivals = 1\n",
        "referrals": [referral("A", sibling_group="G", siblings="together"), referral("B")],
        "homes": [home("H"), home("K", northing="190000")],
    }
    pairs, plan = solved(**case)
    assert set(plan.homes.values()) == {"H", "K"}
    assert [found.code for found in violations(pairs, BOTH)] == ["J6"]


def test_a_group_may_not_live_where_two_of_it_must_not_live_together() -> None:
    case = group("together", "", homes=[home("H")])
    _, plan = solved(**case, relationships=related("must_not_live_together"))
    assert plan.homes == {}
    case["referrals"][0]["living_companions"] = "solo"
    assert solved(**case)[1].homes == {}


def test_a_place_is_promised_only_to_those_who_need_it_after_it_falls_free() -> None:
    people = [
        referral("A", needed_by="2026-04-02"),
        referral("B", needed_by="2026-04-15"),
        referral("C", needed_by="2026-04-14"),
    ]
    pairs, plan = solved(
        MANY, referrals=people, homes=[home("H", places="1")], residents=leaves("2026-04-15")
    )
    assert plan.homes == {"B": "H"}
    assert len(pairs) == 1


def test_every_joint_rule_decides_alone_somewhere() -> None:
    assert {code for code, *_ in ALONE} | {"J4"} == {rule.code for rule in JOINT_RULES}


@pytest.mark.parametrize(
    ("needed_by", "since", "wait"),
    [
        ("2026-04-01", "2026-01-01", 0),
        ("2025-01-01", "", 0),
        ("2026-04-02", "", 400),
        ("2026-04-06", "2026-04-01", 400),
        ("2026-04-06", "2026-03-31", 401),
        ("2026-04-07", "", 120),
        ("2026-04-07", "2026-02-01", 179),
        ("2026-04-07", "2026-01-31", 180),
        ("2026-04-07", "2026-01-30", 180),
        ("2026-04-07", "2020-01-01", 180),
    ],
)
def test_waiting_costs_by_urgency_and_by_days_up_to_the_cap(
    needed_by: str, since: str, wait: int
) -> None:
    _, plan = solved(referrals=[referral("A", needed_by=needed_by, waiting_since=since)], homes=[])
    assert (plan.joint.wait, plan.unplaced[0].wait) == (wait, wait)
    assert plan.levels.today == (wait == 0)
    urgency = {0: "today", 4: "within_5_days", 1: "over_5_days"}[wait // 100]
    assert plan.unplaced[0].urgency == urgency


@pytest.mark.parametrize("first", ["A", "B"])
def test_the_one_who_waited_longer_is_placed_where_there_is_one_place(first: str) -> None:
    people = [referral("A", waiting_since="2026-03-20"), referral("B", waiting_since="2026-03-20")]
    people["AB".index(first)]["waiting_since"] = "2026-03-19"
    _, plan = solved(referrals=people, homes=[home("H", places="1")])
    assert plan.homes == {first: "H"}
    even = [row | {"waiting_since": "2020-01-01"} for row in people]
    assert solved(referrals=even, homes=[home("H", places="1")])[1].joint.wait == 180


@pytest.mark.parametrize(("wait", "placed"), [(26, False), (28, True)])
def test_a_match_worse_than_waiting_is_not_proposed(wait: int, placed: bool) -> None:
    _, plan = solved(
        f"[wait]\nover_5_days = {wait}\n", referrals=[referral("A")], homes=[home("H") | north(9)]
    )
    assert bool(plan.homes) == placed


def test_nobody_of_today_waits_for_the_sake_of_points() -> None:
    people = [referral("A", needed_by="2026-04-01", nearness="near"), *three(sex="F")[1:]]
    people[0] |= {"northing": str(184200 + 59 * 1609), "borough": "E10000012"}
    _, plan = solved(
        "max_arrivals = 1\n[wait]\nover_5_days = 5000\n", referrals=people, homes=[home("H")]
    )
    assert plan.homes == {"A": "H"}
    assert (plan.levels.today, plan.levels.points) == (0, 10000 + 177 + 15)


TERMS: list[tuple[str, int, Case, dict[str, str], dict[str, str]]] = [
    (
        "caution",
        25,
        {"referrals": [referral("A"), referral("B", sex="M")], "relationships": related("caution")},
        {"A": "K", "B": "H"},
        BOTH,
    ),
    (
        "siblings_apart",
        60,
        {
            "referrals": [
                referral("A", sibling_group="G", siblings="preferred"),
                referral("B", sibling_group="G", sex="M"),
            ],
            "wishes": [
                {"referral_id": "B", "home_id": "H", "wish": "unsure"},
            ],
        },
        BOTH,
        {"A": "H", "B": "K"},
    ),
    (
        "short_of_share",
        12,
        {
            "referrals": [referral("A")],
            "shares": [{"contract": "B1", "borough": "E09000012", "places": "1"}],
        },
        {"A": "K"},
        {"A": "H"},
    ),
    (
        "provider_balance",
        5,
        {
            "referrals": [referral("A", band="high")],
            "residents": [resident("YP-R", "H", band="high")],
        },
        {"A": "K"},
        {"A": "H"},
    ),
]


@pytest.mark.parametrize(("weight", "points", "case", "with_it", "without"), TERMS)
def test_a_term_of_the_plan_alone_decides_who_goes_where(
    weight: str, points: int, case: Case, with_it: dict[str, str], without: dict[str, str]
) -> None:
    """Its saving costs a few points of another kind: fewer than the term, or more."""
    homes = {
        "caution": [home("H"), home("K", sexes="F") | north(1)],
        "siblings_apart": [home("H"), home("K", sexes="M")],
        "short_of_share": [home("H"), home("K", contract="B1") | north(1)],
        "provider_balance": [
            home("H", contract="B1", provider="P1", places="2"),
            home("K", contract="B1", provider="P2", places="7") | north(1),
        ],
    }[weight]
    other = "wish_unsure" if weight == "siblings_apart" else "per_mile"

    def homes_taken(weighs: int, extra: int) -> dict[str, str]:
        text = f"[points]\n{other} = {extra}\n{weight} = {weighs}\n"
        return solved(text, **case, homes=homes)[1].homes

    assert homes_taken(points, points - 1) == with_it
    assert homes_taken(points, points + 1) == without
    assert homes_taken(0, 1) == without


def caution(**tables: Any) -> int:
    return solved(MANY, **tables)[1].joint.caution


def test_a_caution_counts_once_a_pair_and_not_with_a_resident_who_has_a_referral() -> None:
    people = [referral("A"), referral("B")]
    one = {"homes": [home("H", places="9")]}
    assert caution(referrals=people, **one, relationships=related("caution")) == 25
    twice = related("caution") + related("caution", "YP-B", "YP-A")
    assert caution(referrals=people, **one, relationships=twice) == 25
    with_resident = related("caution", "YP-R", "YP-A")
    living = {"residents": [resident("YP-R", "H")]}
    assert caution(referrals=people, **one, **living, relationships=with_resident) == 25
    gone = {"residents": leaves("2026-04-10")}
    assert caution(referrals=people, **one, **gone, relationships=with_resident) == 0
    later = {"residents": leaves("2026-04-11")}
    assert caution(referrals=people, **one, **later, relationships=with_resident) == 25
    mover = [*people, referral("R", young_person_id="YP-R")]
    assert caution(referrals=mover, **one, **living, relationships=with_resident) == 0
    elsewhere = {"homes": [*one["homes"], home("K", sexes="M")]}
    in_k = {"residents": [resident("YP-R", "K")]}
    assert caution(referrals=people, **elsewhere, **in_k, relationships=with_resident) == 0
    both_kinds = related("caution") + related("must_not_live_together")
    assert caution(referrals=people, **one, relationships=both_kinds) == 0


def test_preferred_siblings_apart_cost_once_a_group() -> None:
    people = [referral(name, sibling_group="G") for name in ("A", "B", "C")]
    people[2]["siblings"] = "preferred"
    ones = [home(name, places="1") for name in ("H", "K", "L")]
    assert solved(referrals=people, homes=ones)[1].joint.siblings_apart == 60
    assert solved(referrals=people, homes=ones[:1])[1].joint.siblings_apart == 0
    assert solved(MANY, referrals=people, homes=[home("H")])[1].joint.siblings_apart == 0
    unsaid = [row | {"siblings": ""} for row in people]
    assert solved(referrals=unsaid, homes=ones)[1].joint.siblings_apart == 0


@pytest.mark.parametrize(
    ("places", "short"),
    [("5", 2), ("4", 2), ("3", 1), ("2", 0), ("0", 0)],
)
def test_a_borough_is_short_only_of_what_it_pays_for_and_could_use(places: str, short: int) -> None:
    """Two residents hold places, two referrals could: the block home takes nobody more."""
    people = [
        referral("A", needed_by="2026-04-20"),
        referral("B"),
        referral("N", borough="E09000025"),
        referral("X", band="specialist"),
    ]
    living = [
        resident("YP-R", "H"),
        resident("YP-S", "H"),
        resident("YP-A", "K"),
        resident("YP-T", "H", leaves_on="2026-04-20", leaving="confirmed"),
        resident("YP-N", "H", borough="E09000025"),
    ]
    shares = [{"contract": "B1", "borough": "E09000012", "places": places}]
    _, plan = solved(
        referrals=people,
        homes=[
            home("H", contract="B1", places="9", max_arrivals="0"),
            home("K", contract="B1", places="1"),
        ],
        residents=living,
        shares=shares,
    )
    assert plan.homes == {}
    assert plan.joint.share == 12 * short


@pytest.mark.parametrize(
    ("mine", "others", "placed", "above"),
    [
        (3, 2, 0, 0),
        (3, 2, 1, 1),
        (3, 2, 2, 1),
        (3, 3, 2, 1),
        (3, 4, 2, 2),
        (3, 9, 3, 3),
        (9, 1, 3, 1),
    ],
)
def test_high_need_above_a_providers_part_is_rounded_up(
    mine: int, others: int, placed: int, above: int
) -> None:
    """All of high need are with P1, so the other provider never is above its part."""
    people = [referral(name, band="high") for name in ("A", "B", "C")[:placed]]
    _, plan = solved(
        MANY,
        referrals=[*people, referral("Z", band="low")],
        homes=[
            home("H", provider="P1", contract="B1", places=str(mine), bands="high"),
            home("K", provider="", contract="B1", places=str(others), bands="low"),
            home(
                "L",
                provider="P3",
                contract="B2",
                places="1",
                bands="high",
                registration="restricted",
            ),
        ],
    )
    assert plan.joint.balance == 5 * above
    assert sorted(plan.homes) == sorted(row["referral_id"] for row in [*people, referral("Z")])


def test_high_need_residents_count_for_balance_also_with_a_referral_of_their_own() -> None:
    homes = [
        home("H", provider="P1", contract="B1", places="2", bands="high"),
        home("K", provider="P2", contract="B1", places="4", bands="high"),
    ]

    def balance(*living: Cells, **tables: Any) -> int:
        people = [
            referral("A", band="high", sex="M"),
            referral("B", needed_by="2026-04-20", dol="Y"),
        ]
        closed = [row | {"max_arrivals": "0"} for row in homes]
        joint = solved(referrals=people, homes=closed, residents=list(living), **tables)[1].joint
        return joint.balance

    mover = resident("YP-A", "H", band="high")
    stays = resident("YP-R", "H", band="specialist")
    assert balance() == 0
    assert balance(mover) == 5
    assert balance(mover, stays) == 10
    assert balance(mover, stays | {"band": "medium"}) == 5
    assert balance(mover, stays | {"leaves_on": "2026-04-10", "leaving": "confirmed"}) == 5
    assert balance(mover, stays | {"leaves_on": "2026-04-11", "leaving": "confirmed"}) == 10


def test_money_decides_only_between_plans_that_are_equally_good() -> None:
    rates = [
        {"home_id": "H", "band": "medium", "weekly_fee": "9000.00", "marginal_weekly_fee": "9.00"},
        {"home_id": "K", "band": "medium", "weekly_fee": "10.00"},
    ]
    person = [referral("A")]
    homes = [home("H"), home("K")]
    _, plan = solved(referrals=person, homes=homes, rates=rates)
    assert (plan.homes, plan.levels.cost) == ({"A": "H"}, 900)
    rates[0]["marginal_weekly_fee"] = "11.00"
    assert solved(referrals=person, homes=homes, rates=rates)[1].homes == {"A": "K"}
    nearer = [homes[0], homes[1] | north(0.4)]
    assert solved(referrals=person, homes=nearer, rates=rates)[1].homes == {"A": "H"}
