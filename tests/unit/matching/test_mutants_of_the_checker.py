"""What the checker says of a wrong plan: rule or field, who and where, and both facts, in full."""

import copy
from typing import Any

import pytest

from matching.beside import FIRST
from matching.check import Violation, check_json
from matching.pairs import Pairs, find_pairs
from matching.solve import match
from tests.unit.matching.bench import Cells, home, problem, referral, resident

Written = dict[str, Any]
Told = tuple[str, str, str, str]


def made(*people: Cells, **tables: Any) -> tuple[Pairs, Written]:
    tables.setdefault("homes", [home("H"), home("K", northing="190000")])
    question = problem(referrals=list(people), **tables)
    return find_pairs(question), match(question).to_json()


def told(pairs: Pairs, plan: Any) -> list[Told]:
    found = check_json(pairs, plan)
    return [(one.code, one.where, one.found, one.allowed) for one in found]


PAIRS, PLAN = made(
    referral("A", waiting_since="2026-03-30"),
    referral("B", needed_by="2026-04-12"),
    referral("W", needed_by="2026-04-03", min_distance_miles="1"),
    homes=[home("H", places="2", max_arrivals="1"), home("K", places="1", northing="186000")],
    rates=[{"home_id": name, "band": "medium", "weekly_fee": "1234.50"} for name in "HK"],
)


def other(**parts: Any) -> Written:
    return {**copy.deepcopy(PLAN), **parts}


def within(part: str, **values: Any) -> Written:
    return other(**{part: {**PLAN[part], **values}})


def without(part: str, key: str) -> Written:
    return other(**{part: {name: value for name, value in PLAN[part].items() if name != key}})


def placed(*rows: tuple[str, str]) -> Written:
    return other(placements=[{"referral_id": who, "home_id": where} for who, where in rows])


def test_the_plan_to_be_spoilt_places_two_and_leaves_one_place_empty() -> None:
    assert told(PAIRS, PLAN) == []
    assert [(row["referral_id"], row["home_id"]) for row in PLAN["placements"]] == [
        ("A", "H"),
        ("W", "K"),
    ]
    assert [row["referral_id"] for row in PLAN["unplaced"]] == ["B"]
    assert [(row["home_id"], row["places"]) for row in PLAN["empty"]] == [("H", 1)]
    assert PLAN["objective"] == {"today_unplaced": 0, "points": 123, "weekly_cost": "2469.00"}


def test_a_violation_is_told_on_a_line_and_as_four_named_texts() -> None:
    one = Violation("R02", "A at H", "aged 18", "10 to 17")
    assert str(one) == "R02 A at H: aged 18; allowed: 10 to 17"
    assert one.to_json() == {
        "code": "R02",
        "where": "A at H",
        "found": "aged 18",
        "allowed": "10 to 17",
    }


@pytest.mark.parametrize(("plan", "found"), [([], "list"), (None, "NoneType"), ("plan", "str")])
def test_what_is_no_object_is_no_plan(plan: Any, found: str) -> None:
    assert told(PAIRS, plan) == [("shape", "plan", found, "an object")]


KINDS = {
    "schema": "str",
    "case_sha256": "str",
    "as_of": "str",
    "seed": "int",
    "status": "str",
    "objective": "dict",
    "bound": "dict",
    "placements": "list",
    "joint": "dict",
    "unplaced": "list",
    "empty": "list",
    "notices": "list",
}


@pytest.mark.parametrize(("key", "kind"), KINDS.items())
def test_a_part_that_is_missing_or_of_another_kind_is_told_with_its_kind(
    key: str, kind: str
) -> None:
    less = other()
    del less[key]
    assert told(PAIRS, less) == [("shape", key, "missing", f"required, {kind}")]
    assert told(PAIRS, other(**{key: 1.5})) == [("shape", key, "float", kind)]
    assert told(PAIRS, other(**{key: True})) == [("shape", key, "bool", kind)]


def test_every_part_that_is_missing_is_told_at_once() -> None:
    assert [where for _, where, _, _ in told(PAIRS, {})] == list(KINDS)


@pytest.mark.parametrize("part", ["objective", "bound"])
def test_a_level_that_is_missing_is_told_by_its_name(part: str) -> None:
    for level in ("today_unplaced", "points", "weekly_cost"):
        assert told(PAIRS, without(part, level)) == [
            ("shape", f"{part}.{level}", "missing", "required")
        ]
    both = other(objective={}, bound={})
    assert len(told(PAIRS, both)) == 6


@pytest.mark.parametrize(
    "row",
    [
        "A at H",
        ["A", "H"],
        {"referral_id": "A"},
        {"home_id": "H"},
        {"referral_id": "A", "home_id": None},
        {"referral_id": 7, "home_id": "H"},
    ],
)
def test_a_placement_without_referral_or_home_is_told_by_its_place(row: Any) -> None:
    allowed = "an object with referral_id and home_id"
    plan = other(placements=[PLAN["placements"][0], row])
    assert told(PAIRS, plan) == [("shape", "placements[1]", str(row), allowed)]


def test_a_long_row_is_shown_by_its_first_80_letters() -> None:
    (one,) = told(PAIRS, other(placements=["x" * 79 + "yz"]))
    assert one[2] == "x" * 79 + "y"


def test_a_plan_of_something_else_is_told_by_what_it_should_be() -> None:
    sha = PLAN["case_sha256"]
    assert told(PAIRS, other(schema="plan/0")) == [("identity", "schema", "plan/0", FIRST)]
    assert told(PAIRS, other(case_sha256="0f")) == [("identity", "case_sha256", "0f", sha)]
    assert told(PAIRS, other(as_of="2026-04-02")) == [
        ("identity", "as_of", "2026-04-02", "2026-04-01")
    ]
    assert told(PAIRS, other(status="best")) == [
        ("identity", "status", "best", "optimal or feasible or no_referrals")
    ]


def test_strangers_and_a_second_place_are_told_and_the_first_place_stands() -> None:
    def only(*rows: tuple[str, str]) -> list[Told]:
        return told(PAIRS, placed(*rows))

    assert only(("Z", "H"), ("A", "H")) == [
        ("identity", "Z", "not a referral", "a referral of the case")
    ]
    assert only(("A", "Z"), ("A", "H")) == [("identity", "Z", "not a home", "a home of the case")]
    assert only(("A", "H"), ("A", "K"), ("W", "K")) == [
        ("one", "A", "placed twice", "at most one home")
    ]


def test_a_pair_that_breaks_rules_is_told_with_the_facts_of_each_in_order() -> None:
    pairs, plan = made(
        referral("B", band="specialist", dol="Y"), referral("A", date_of_birth="2008-01-01")
    )
    plan["placements"] = [
        {"referral_id": "B", "home_id": "K"},
        {"referral_id": "A", "home_id": "H"},
    ]
    assert told(pairs, plan) == [
        ("R02", "A at H", "aged 18 on the day", "takes 10 to 17"),
        ("by_hand", "B at K", "placed", "placed by a named person only"),
        ("R04", "B at K", "specialist need", "takes low, medium and high"),
    ]


def test_what_two_break_together_is_told_by_home_and_names() -> None:
    people = [referral(name) for name in ("A", "B", "C", "D")]
    pairs, plan = made(*people, homes=[home("K", places="1"), home("H", max_arrivals="1")])
    rows = [("D", "H"), ("C", "K"), ("B", "H"), ("A", "K")]
    plan["placements"] = [{"referral_id": who, "home_id": where} for who, where in rows]
    assert told(pairs, plan) == [
        ("J6", "H with B, D", "2 arrivals", "at most 1"),
        ("J1", "K with A, C", "2 moving in by 10 April 2026", "1 free"),
    ]


def test_groups_kept_together_are_told_with_where_each_of_them_is() -> None:
    def member(name: str, kind: str) -> Cells:
        return referral(name, sibling_group=name[0], siblings=kind)

    rows = [("D", "preferred"), ("G", "together"), ("F", "together")]
    people = [member(f"{group}{number}", kind) for group, kind in rows for number in (1, 2)]
    pairs, plan = made(*people)
    rows = [("D1", "H"), ("G1", "H"), ("F1", "H"), ("F2", "K")]
    plan["placements"] = [{"referral_id": who, "home_id": where} for who, where in rows]
    sentence = "a sibling group that must stay together is placed whole in one home or not at all"
    found = [one for one in told(pairs, plan) if one[0] == "J4"]
    assert found == [
        ("J4", "F", "F1 at H, F2 at K", sentence),
        ("J4", "G", "G1 at H, G2 at no home", sentence),
    ]


def feasible(part: str, **values: Any) -> Written:
    return {**within(part, **values), "status": "feasible"}


def test_a_level_that_was_counted_wrong_is_told_with_both_figures() -> None:
    assert told(PAIRS, feasible("objective", today_unplaced=2)) == [
        ("objective", "today_unplaced", "2", "0")
    ]
    assert told(PAIRS, feasible("objective", points=124)) == [("objective", "points", "124", "123")]
    assert told(PAIRS, feasible("objective", weekly_cost="2469.05")) == [
        ("objective", "weekly_cost", "2469.05", "2469.00")
    ]


@pytest.mark.parametrize("term", ["wait", "caution", "siblings_apart", "share", "balance"])
def test_a_term_of_the_whole_plan_that_is_wrong_or_missing_is_told(term: str) -> None:
    true = {"wait": 120}.get(term, 0)
    assert told(PAIRS, within("joint", **{term: 7})) == [("joint", term, "7", str(true))]
    assert told(PAIRS, within("joint", **{term: None})) == [("joint", term, "None", str(true))]
    assert told(PAIRS, within("joint", **{term: False})) == [("joint", term, "False", str(true))]
    assert told(PAIRS, without("joint", term)) == [("joint", term, "missing", str(true))]


def test_everything_that_was_counted_wrong_is_told_at_once() -> None:
    plan = other(
        status="feasible",
        objective={**PLAN["objective"], "points": 999},
        joint={**PLAN["joint"], "wait": 1, "share": 2},
        unplaced=[],
        empty=[{**PLAN["empty"][0], "places": 4}],
    )
    plan["placements"][0]["total"] = 77
    assert told(PAIRS, plan) == [
        ("objective", "points", "999", "123"),
        ("joint", "wait", "1", "120"),
        ("joint", "share", "2", "0"),
        ("placements A", "total", "77", "0"),
        ("unplaced", "B", "not listed", "to be listed"),
        ("empty H", "places", "4", "1"),
    ]


def test_points_of_a_pair_are_compared_each_by_name() -> None:
    mine = PLAN["placements"][1]
    points = mine["points"]

    def only(value: Any) -> list[Told]:
        rows = [PLAN["placements"][0], {**mine, "points": value}]
        return told(PAIRS, other(placements=rows))

    more, less = {**points, "luck": 0}, {k: v for k, v in points.items() if k != "wish"}
    strange: list[Any] = [more, less, {**points, "wish": 1}, {**points, "cost": False}, [], 5, None]
    for wrong in strange:
        assert only(wrong) == [("placements W", "points", str(wrong), str(points))]
    assert only(dict(reversed(points.items()))) == []


TABLES = [("unplaced", "B"), ("empty", "H")]


@pytest.mark.parametrize(("table", "who"), TABLES)
def test_a_row_that_stands_twice_or_is_no_object_is_told_for_its_table(
    table: str, who: str
) -> None:
    (row,) = PLAN[table]
    key = "home_id" if table == "empty" else "referral_id"
    note = (table, table, "a row stands twice or is no object", "each once")
    assert told(PAIRS, other(**{table: [row, row]})) == [note]
    for strange in ("B", 5, ["H"], {}, {key: 5}, {key: None}):
        assert told(PAIRS, other(**{table: [row, strange]})) == [note]
    assert told(PAIRS, other(**{table: [row, {**row, key: "Z"}, {**row, key: "E"}]})) == [
        (table, "E", "listed", "not to be listed"),
        (table, "Z", "listed", "not to be listed"),
    ]
    assert told(PAIRS, other(**{table: []})) == [(table, who, "not listed", "to be listed")]


def test_a_row_of_a_table_is_compared_field_by_field_its_sentence_aside() -> None:
    (row,) = PLAN["unplaced"]
    wrong = {**row, "wait": 0, "why": "by_hand", "summary": "Other words."}
    del wrong["urgency"]
    assert told(PAIRS, other(unplaced=[wrong])) == [
        ("unplaced B", "urgency", "missing", "over_5_days"),
        ("unplaced B", "wait", "0", "120"),
        ("unplaced B", "why", "by_hand", "places_went_to_others"),
    ]


BOUNDS: list[tuple[str, Written, list[tuple[str, str, str]]]] = [
    ("optimal", {"today_unplaced": 1}, [("today_unplaced", "1", "0")]),
    ("optimal", {"today_unplaced": -1}, [("today_unplaced", "-1", "0")]),
    ("optimal", {"points": 122}, [("points", "122", "123")]),
    ("optimal", {"points": 124, "weekly_cost": "1.00"}, [("points", "124", "123")]),
    ("optimal", {"weekly_cost": "2469.01"}, [("weekly_cost", "2469.01", "2469.00")]),
    ("optimal", {"weekly_cost": "2468.99"}, [("weekly_cost", "2468.99", "2469.00")]),
    ("feasible", {"today_unplaced": 1}, [("today_unplaced", "1", "at most 0")]),
    ("feasible", {"today_unplaced": -1, "points": 999}, []),
    ("feasible", {"points": 124}, [("points", "124", "at most 123")]),
    ("feasible", {"points": 122, "weekly_cost": "9999.00"}, []),
    ("feasible", {"weekly_cost": "2469.01"}, [("weekly_cost", "2469.01", "at most 2469.00")]),
    ("feasible", {"weekly_cost": "2468.99"}, []),
    ("optimal", {"points": None}, [("points", "None", "a whole number")]),
    ("optimal", {"points": 123.0}, [("points", "123.0", "a whole number")]),
    ("optimal", {"today_unplaced": False}, [("today_unplaced", "False", "a whole number")]),
    ("optimal", {"today_unplaced": "0"}, [("today_unplaced", "0", "a whole number")]),
    (
        "optimal",
        {"weekly_cost": 2469},
        [("weekly_cost", "2469", "pounds with two decimals")],
    ),
]
NO_MONEY = ["2469", "2469.0", "2469.000", "2,469.00", "£2469.00", ".00", "-2469.00", "2469.00 ", ""]


@pytest.mark.parametrize(("status", "bound", "found"), BOUNDS)
def test_a_bound_that_does_not_fit_its_level_is_told_with_what_it_may_be(
    status: str, bound: Written, found: list[tuple[str, str, str]]
) -> None:
    plan = {**within("bound", **bound), "status": status}
    assert told(PAIRS, plan) == [("bound", *one) for one in found]


@pytest.mark.parametrize("text", NO_MONEY)
def test_a_bound_of_money_is_written_in_pounds_with_two_decimals(text: str) -> None:
    assert told(PAIRS, within("bound", weekly_cost=text)) == [
        ("bound", "weekly_cost", text, "pounds with two decimals")
    ]
    plan = {**within("bound", points=1, weekly_cost=text), "status": "feasible"}
    assert told(PAIRS, plan) == []


def test_a_level_that_equals_the_true_one_but_is_no_whole_number_is_refused() -> None:
    plan = other(
        objective={**PLAN["objective"], "points": 123.0},
        bound={**PLAN["bound"], "points": 123},
    )
    assert told(PAIRS, plan) == [("objective", "points", "123.0", "a whole number")]


def test_pence_are_shown_with_two_figures() -> None:
    rates = [{"home_id": "H", "band": "medium", "weekly_fee": "7.05"}]
    pairs, plan = made(referral("A"), homes=[home("H")], rates=rates)
    assert plan["objective"]["weekly_cost"] == "7.05"
    assert told(pairs, plan) == []
    plan["objective"] |= {"weekly_cost": "8.00"}
    plan["bound"] |= {"weekly_cost": "8.00"}
    assert told(pairs, plan) == [("objective", "weekly_cost", "8.00", "7.05")]


def test_the_status_says_that_nobody_was_asked_for_if_and_only_if_it_is_so() -> None:
    assert told(PAIRS, other(status="no_referrals")) == [
        ("status", "status", "no_referrals", "optimal or feasible")
    ]
    pairs, plan = made(referral("A", dol="Y"))
    assert plan["status"] == "no_referrals"
    assert told(pairs, plan) == []
    for status in ("optimal", "feasible"):
        assert told(pairs, plan | {"status": status}) == [
            ("status", "status", status, "no_referrals")
        ]
    pairs, plan = made(referral("A", dol="Y"), referral("B"), residents=[resident("YP-R", "H")])
    assert plan["status"] == "optimal"
    assert told(pairs, plan) == []
