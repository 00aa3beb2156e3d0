"""A case means the same as JSON and as a folder, and every error of it is named at once."""

from __future__ import annotations

import json
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from api.case_json import case_json, read_case_json
from api.columns import Shape, codes_of, shape_of
from api.problems import InputError, ProblemError
from api.strict_json import parse
from matching.digest import case_sha256
from matching.exchange import read_case
from matching.problem import Problem
from matching.sheets import SHEETS
from tests.integration.api.conftest import CASES
from tests.strategies import Files, cases, write_case


def refused(case: Any, **options: Any) -> list[InputError]:
    """The errors of a case after a trip through JSON text."""
    document, found = parse(json.dumps({"case": case}).encode())
    with pytest.raises(ProblemError) as caught:
        read_case_json(document["case"], ("case",), known=found, **options)
    return list(caught.value.errors)


def understood(case: Any) -> Problem:
    """The problem of a case after a trip through JSON text."""
    document, errors = parse(json.dumps(case).encode())
    assert errors == []
    return read_case_json(document)


def told(errors: list[InputError]) -> dict[str, tuple[str | None, str]]:
    """Value and what is allowed, by pointer."""
    made = [error.to_json() for error in errors]
    return {entry["pointer"]: (entry.get("value"), entry["allowed"]) for entry in made}


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(files=cases(max_referrals=8, max_homes=5))
def test_any_case_folder_reads_back_from_json_as_the_same_problem(
    tmp_path: Path, files: Files
) -> None:
    folder = tmp_path / f"case-{len(list(tmp_path.iterdir()))}"
    write_case(files, folder)
    problem = read_case(folder)
    again = understood(case_json(problem))
    assert case_sha256(again) == case_sha256(problem)
    assert again.missing_safety == problem.missing_safety


def test_the_order_of_rows_and_keys_changes_nothing(case: dict[str, Any]) -> None:
    first = understood(case)
    chance = Random(7)
    mixed: dict[str, Any] = {}
    for name in reversed(case):
        mixed[name] = case[name]
        if isinstance(case[name], list):
            mixed[name] = [dict(reversed(row.items())) for row in case[name]]
            chance.shuffle(mixed[name])
    assert understood(mixed) == first


def test_null_absent_and_empty_all_say_that_nothing_is_known(case: dict[str, Any]) -> None:
    first = understood(case)
    for empty in (None, ""):
        for row in case["referrals"]:
            row["sibling_group"] = empty
        assert understood(case) == first
    case["referrals"][1]["needs"] = []
    case["policy"]["max_arrivals"] = None
    assert understood(case) == first


def test_a_safety_table_left_out_was_not_given_and_an_empty_one_was(case: dict[str, Any]) -> None:
    case["declines"] = []
    assert understood(case).missing_safety == ()
    del case["declines"]
    case["avoid"] = None
    assert set(understood(case).missing_safety) == {"declines.csv", "avoid.csv"}
    pointers = told(refused(case, require_safety=True))
    assert set(pointers) == {"#/case/avoid", "#/case/declines"}
    assert "require_safety" in pointers["#/case/avoid"][1]


def test_every_error_is_named_at_once_with_its_place(case: dict[str, Any]) -> None:
    referrals, homes = case["referrals"], case["homes"]
    case["policy"] = {"as_of": "2026-02-30", "points": {"per_mile": True}, "wiat": {}, "wait": []}
    referrals[0]["band"] = "hihg"
    referrals[1]["sex"] = False
    referrals[2]["nmae"] = 1
    referrals[2]["needs"] = ["autism;other"]
    del referrals[3]["borough"]
    referrals[3]["max_distance_miles"] = 2.25
    homes[0]["places"] = "3"
    homes[0]["due_diligence"] = "Y"
    homes[1]["min_age"] = 18
    case["rates"] = {"home_id": "SC990001"}
    case["wishes"][1] = 7
    case["shares"][2]["places"] = 1.0
    case["relationships"][0]["a/b~c"] = "x"
    found = told(refused(case))
    assert set(found) == {
        "#/case/policy/as_of",
        "#/case/policy/points/per_mile",
        "#/case/policy/wiat",
        "#/case/policy/wait",
        "#/case/referrals/0/band",
        "#/case/referrals/1/sex",
        "#/case/referrals/2/nmae",
        "#/case/referrals/2/needs",
        "#/case/referrals/3/borough",
        "#/case/referrals/3/max_distance_miles",
        "#/case/homes/0/places",
        "#/case/homes/0/due_diligence",
        "#/case/homes/1/min_age",
        "#/case/rates",
        "#/case/wishes/1",
        "#/case/shares/2/places",
        "#/case/relationships/0/a~1b~0c",
    }
    assert found["#/case/referrals/0/band"] == ("hihg", "low, medium, high, specialist")
    assert found["#/case/referrals/1/sex"] == ("false", "one of: M, F, U")
    assert found["#/case/referrals/3/borough"][0] is None
    assert found["#/case/referrals/3/borough"][1].startswith("required")
    assert found["#/case/homes/0/places"][0] == "3"
    assert "without quotes" in found["#/case/homes/0/places"][1]


def test_a_misspelt_column_says_which_was_meant(case: dict[str, Any]) -> None:
    case["homes"][0]["place"] = 3
    case["referals"] = []
    found = told(refused(case))
    assert found["#/case/homes/0/place"][1].startswith("did you mean places?")
    assert found["#/case/referals"][1].startswith("did you mean referrals?")


def test_a_bad_value_draws_no_error_elsewhere(case: dict[str, Any]) -> None:
    case["homes"][0]["home_id"] = 990001
    case["homes"][1]["easting"] = "534400"
    case["rates"][0]["from"] = 2026
    case["avoid"][0]["kind"] = None
    assert set(told(refused(case))) == {
        "#/case/homes/0/home_id",
        "#/case/homes/1/easting",
        "#/case/rates/0/from",
        "#/case/avoid/0/kind",
        # What points to the home whose id cannot be read has nothing to point to.
        *(f"#/case/rates/{row}/home_id" for row in range(3)),
        "#/case/residents/0/home_id",
        "#/case/wishes/0/home_id",
    }


def test_a_table_that_cannot_be_read_is_one_error_and_not_one_for_each_reference(
    case: dict[str, Any],
) -> None:
    case["homes"] = "homes.csv"
    assert set(told(refused(case))) == {"#/case/homes"}
    del case["homes"]
    assert told(refused(case))["#/case/homes"] == (None, "a list of objects")


def test_rows_that_clash_are_told_with_their_number_in_the_list(case: dict[str, Any]) -> None:
    case["homes"].append(dict(case["homes"][0]))
    case["rates"].append(dict(case["rates"][0]))
    found = {error.to_json()["pointer"]: error for error in refused(case)}
    home = found["#/case/homes/2/home_id"]
    assert (home.table, home.row, home.column) == ("homes", 3, "home_id")
    assert "row 1 already" in home.allowed
    assert found["#/case/rates/6/from"].row == 7


def test_a_pseudonym_that_looks_like_a_national_number_is_refused(case: dict[str, Any]) -> None:
    case["residents"][0]["young_person_id"] = "943 476 5919"
    found = told(refused(case))
    assert "NHS number" in found["#/case/residents/0/young_person_id"][1]


@pytest.mark.parametrize("case_value", [None, [], "case", 5, True])
def test_a_case_that_is_no_object_is_refused(case_value: Any) -> None:
    assert set(told(refused(case_value))) == {"#/case"}


@pytest.mark.parametrize(
    ("miles", "good"),
    [(5, True), (5.5, True), (0, True), (12.50, True), (-1, False), (0.25, False), (1e20, False)],
)
def test_miles_have_at_most_one_decimal(case: dict[str, Any], miles: float, good: bool) -> None:
    case["referrals"][1]["max_distance_miles"] = miles
    if good:
        assert understood(case).referrals[1].max_tenths == round(miles * 10)
    else:
        assert set(told(refused(case))) == {"#/case/referrals/1/max_distance_miles"}


def test_every_column_has_the_shape_its_cells_have() -> None:
    shapes = {
        (name, column.name): shape_of(column)
        for name, sheet in SHEETS.items()
        for column in sheet.columns
    }
    of = {shape: {place for place, other in shapes.items() if other is shape} for shape in Shape}
    assert of[Shape.YES_NO] == {
        ("referrals", "dol"),
        ("homes", "due_diligence"),
        ("people_and_places", "keep"),
    }
    assert of[Shape.LIST] == {
        ("referrals", "needs"),
        ("referrals", "provision"),
        ("homes", "sexes"),
        ("homes", "bands"),
        ("homes", "supports"),
    }
    assert of[Shape.MILES] == {
        ("referrals", "min_distance_miles"),
        ("referrals", "max_distance_miles"),
        ("avoid", "miles"),
    }
    assert {column for _, column in of[Shape.WHOLE]} == {
        *("easting", "northing", "planned_months", "moves_last_12_months", "min_age", "max_age"),
        *("places", "max_high", "load_limit", "max_arrivals", "visits_per_month"),
    }
    assert {column for _, column in of[Shape.CODE]} == {
        *("sex", "band", "band_status", "nearness", "siblings", "living_companions", "provision"),
        *("registration", "judgement", "leaving", "kind", "what", "wish"),
    }


def test_codes_are_those_of_the_tables() -> None:
    codes = {column.name: codes_of(column) for column in SHEETS["homes"].columns}
    assert codes["bands"] == ("low", "medium", "high", "specialist")
    assert "autism" in codes["supports"]
    assert codes["name"] == codes["borough"] == codes["places"] == ()


def test_the_worked_case_is_there() -> None:
    assert (CASES / "case-small" / "expected.json").is_file()
