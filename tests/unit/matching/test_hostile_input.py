"""Input that somebody made by hand in a hurry: refused or read, never a traceback."""

import json
import sys
import unicodedata
from collections.abc import Callable
from typing import Any

import pytest

from matching import cells
from matching.check import check_json
from matching.exchange import case_texts
from tests.unit.matching.bench import errors, home, read, referral, solved
from tests.unit.matching.test_bad_input import plain, with_cell, with_row


def test_a_rate_inside_a_longer_one_is_told_with_every_other() -> None:
    rows = "H,low,1.00,,2026-01-01,2027-01-01\nH,low,2.00,,2026-02-01,2026-03-01\n"
    rows += "H,low,3.00,,2026-04-01,2026-05-01"
    assert [fault.row for fault in errors(with_row("rates.csv", rows))] == [3, 4]


def test_a_row_of_blanks_is_an_empty_row() -> None:
    text = "contract,borough,places\n , , \nB1,E09000012,2\n"
    assert len(read(plain() | {"shares.csv": text}).shares) == 1


def test_an_empty_policy_is_not_asked_for_a_header_row() -> None:
    (fault,) = errors(plain() | {"policy.toml": " "})
    assert (fault.file, fault.kind) == ("policy.toml", "empty file")
    assert "header" not in fault.allowed


@pytest.mark.parametrize("code", ["E05000001", "E12000007", "E92000001"])
def test_a_ward_a_region_and_a_country_have_no_children_services_duties(code: str) -> None:
    (fault,) = errors(with_cell("homes.csv", "borough", code))
    assert (fault.column, fault.value) == ("borough", code)


def test_a_lone_carriage_return_in_what_somebody_said_survives_writing() -> None:
    files = plain()
    files["wishes.csv"] += 'A,H,wants,,"near my nan\rand the park"\n'
    made = read(files)
    assert made.wishes[0].words == "near my nan\rand the park"
    assert read(case_texts(made)) == made


def set_in(*path: str | int, value: object) -> Callable[[dict[str, Any]], None]:
    def change(plan: dict[str, Any]) -> None:
        inside: Any = plan
        for step in path[:-1]:
            inside = inside[step]
        inside[path[-1]] = value

    return change


HOSTILE = [
    set_in("bound", "weekly_cost", value="²"),
    set_in("bound", "weekly_cost", value="9" * 30),
    set_in("bound", "weekly_cost", value="0."),
    set_in("bound", "weekly_cost", value=[]),
    set_in("bound", "points", value=10**40),
    set_in("bound", "today_unplaced", value="0"),
    set_in("bound", "today_unplaced", value=False),
    set_in("objective", "weekly_cost", value={}),
    set_in("objective", "today_unplaced", value=False),
    set_in("joint", "caution", value=False),
    set_in("unplaced", 0, "referral_id", value=[]),
    set_in("unplaced", 0, "referral_id", value=None),
    set_in("unplaced", 0, value="B"),
    set_in("empty", 0, "home_id", value={}),
    set_in("placements", 0, value=[]),
    set_in("placements", 0, "points", value=7),
    set_in("placements", 0, "points", "distance", value=False),
    set_in("placements", 0, "distance_miles", value="0.0"),
    set_in("placements", 0, "home_id", value=["H"]),
    set_in("placements", value={"A": "H"}),
    set_in("status", value=["optimal"]),
    set_in("seed", value=True),
    set_in("joint", value=[]),
]


@pytest.mark.parametrize("change", HOSTILE, ids=range(len(HOSTILE)))
def test_a_plan_of_strange_values_is_rejected_with_a_sentence(
    change: Callable[[dict[str, Any]], None],
) -> None:
    pairs, plan = solved(
        referrals=[referral("A"), referral("B", sex="M")], homes=[home("H", sexes="F")]
    )
    written = json.loads(json.dumps(plan.to_json()))
    assert check_json(pairs, written) == []
    change(written)
    found = check_json(pairs, written)
    assert found
    assert all(str(one) for one in found)


@pytest.mark.parametrize("text", ["[]", "3", "null", '"plan"', "{}"])
def test_what_is_no_plan_is_rejected_with_a_sentence(text: str) -> None:
    pairs, _ = solved(referrals=[referral("A")], homes=[home("H")])
    assert {found.code for found in check_json(pairs, json.loads(text))} == {"shape"}


@pytest.mark.parametrize(
    ("file", "column", "value"),
    [
        ("referrals.csv", "date_of_birth", "0001-01-01"),
        ("referrals.csv", "needed_by", "9999-12-31"),
        ("homes.csv", "name", "El\x07m"),
        ("homes.csv", "home_id", "H\x1bH"),
    ],
)
def test_years_out_of_reach_and_control_characters_are_refused(
    file: str, column: str, value: str
) -> None:
    found = [one for one in errors(with_cell(file, column, value)) if one.file == file]
    assert [(one.row, one.column, one.value) for one in found] == [(2, column, value)]


@pytest.mark.parametrize(
    "text",
    [
        "as_of = 2026-04-01\nplanned_months = " + "9" * 5000 + "\n",
        "as_of = 2026-04-01\nreach_miles = " + "[" * 3000 + "]" * 3000 + "\n",
        "as_of = 2026-04-01\n" + "a." * 4000 + "a = 1\n",
        "as_of = 2026-04-01\n# " + "x" * 2_000_000 + "\n",
    ],
    ids=["digits", "nested", "dots", "long"],
)
def test_a_policy_made_to_break_the_reader_is_refused_with_a_sentence(text: str) -> None:
    found = errors(plain() | {"policy.toml": text})
    assert [one.file for one in found] == ["policy.toml"]
    assert len(str(found[0])) < 500


def test_what_somebody_said_may_have_lines_but_no_control_characters() -> None:
    files = plain()
    said = files | {"wishes.csv": files["wishes.csv"] + 'A,H,wants,,"one\nand\ttwo"\n'}
    assert read(said).wishes[0].words == "one\nand\ttwo"
    ringing = files | {"wishes.csv": files["wishes.csv"] + "A,H,wants,,ding\x07\n"}
    (fault,) = errors(ringing)
    assert (fault.column, fault.value) == ("words", "ding\x07")
    assert "\x07" not in str(fault)


def test_exactly_the_characters_that_control_or_break_lines_are_refused() -> None:
    for number in range(sys.maxunicode + 1):
        letter = chr(number)
        kind = unicodedata.category(letter)
        for parse, refused in (
            (cells.NAME.parse, kind in ("Cc", "Zl", "Zp")),
            (cells.TEXT.parse, kind == "Cc" and letter not in "\n\r\t"),
        ):
            try:
                parse(letter)
            except cells.RefusedCell:
                assert refused, hex(number)
            else:
                assert not refused, hex(number)
