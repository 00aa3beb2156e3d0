"""A faulty row keeps its whole referral or home out of the match, loudly; the rest is matched."""

import csv
import io
import json
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from matching.check import check_json
from matching.exchange import read_case
from matching.faults import BadInput
from matching.pairs import find_pairs
from matching.problem import Problem
from matching.solve import match
from tests.oracle.generate.case import csv_text
from tests.strategies import Files, cases
from tests.unit.matching.bench import Cells, files_of, home, problem, referral, resident
from tests.unit.matching.test_decisions import COLUMNS, pin

FREE = {"timing", "notices", "set_aside", "schema"}


def read(files: Mapping[str, str]) -> Problem:
    with tempfile.TemporaryDirectory() as name:
        for file, text in files.items():
            (Path(name) / file).write_text(text, encoding="utf-8", newline="")
        return read_case(Path(name), set_aside=True)


def aside(made: Problem) -> list[tuple[str, str]]:
    return [(one.what, one.id) for one in made.set_aside]


def answer(made: Problem) -> dict[str, Any]:
    plan = match(made)
    told: dict[str, Any] = json.loads(json.dumps(plan.to_json()))
    assert check_json(find_pairs(made), told) == []
    return {key: value for key, value in told.items() if key not in FREE}


def tables() -> dict[str, Any]:
    """P, Q and R need a place, with X living in H; every small file says something of P."""
    return {
        "referrals": [referral("P"), referral("Q"), referral("R")],
        "homes": [home("H", places="2"), home("K", max_age="15", places="1")],
        "residents": [resident("X", "H")],
        "relationships": [{"a": "YP-P", "b": "YP-Q", "kind": "caution"}],
        "avoid": [{"young_person_id": "YP-P", "kind": "borough", "borough": "E09000033"}],
        "people_and_places": [{"referral_id": "P", "what": "school"}],
        "wishes": [{"referral_id": "P", "home_id": "H", "wish": "wants"}],
        "declines": [{"referral_id": "P", "home_id": "K"}],
        "rates": [{"home_id": "H", "band": "medium", "weekly_fee": "4000.00"}],
        "shares": [{"contract": "B", "borough": "E09000012", "places": "1"}],
    }


def spoilt(table: str, row: int, **cells: str) -> Files:
    changed = tables()
    changed[table][row] = changed[table][row] | cells
    return files_of(**changed)


def without(*, referrals: str = "", homes: str = "") -> Problem:
    """The case as somebody would write it who leaves out those referrals and homes."""
    rest: dict[str, Any] = {}
    young = {f"YP-{name}" for name in referrals}
    for name, rows in tables().items():
        rest[name] = [
            row
            for row in rows
            if row.get("referral_id", "-") not in referrals
            and row.get("home_id", "-") not in homes
            and (row.get("young_person_id") not in young or name == "residents")
        ]
    if young:
        rest["relationships"] = [
            row for row in rest["relationships"] if not {row["a"], row["b"]} & young
        ]
    return problem(**rest)


SPOILT: list[tuple[str, int, dict[str, str], str, str]] = [
    ("referrals", 0, {"band": "middling"}, "P", ""),
    ("referrals", 1, {"date_of_birth": "10/06/2012"}, "Q", ""),
    ("referrals", 2, {"needed_by": ""}, "R", ""),
    ("homes", 1, {"max_age": "9"}, "", "K"),
    ("homes", 0, {"places": "two"}, "", "H"),
    ("residents", 0, {"band": "?"}, "", "H"),
    ("residents", 0, {"leaves_on": "soon"}, "", "H"),
    ("relationships", 0, {"kind": "caution!"}, "PQ", ""),
    ("relationships", 0, {"a": "", "b": "YP-P"}, "P", ""),
    ("avoid", 0, {"kind": "ward"}, "P", ""),
    ("avoid", 0, {"borough": ""}, "P", ""),
    ("avoid", 0, {"kind": "home", "home_id": "HH"}, "P", ""),
    ("people_and_places", 0, {"what": "gym"}, "P", ""),
    ("wishes", 0, {"wish": "maybe"}, "P", ""),
    ("wishes", 0, {"home_id": "HH"}, "P", ""),
    ("declines", 0, {"home_id": "KK"}, "P", ""),
    ("rates", 0, {"weekly_fee": "-1"}, "", "H"),
]


@pytest.mark.parametrize(("table", "row", "cells", "referrals", "homes"), SPOILT)
def test_a_faulty_row_sets_its_referral_or_home_aside_and_the_rest_is_matched(
    table: str, row: int, cells: dict[str, str], referrals: str, homes: str
) -> None:
    made = read(spoilt(table, row, **cells))
    expected = [("home", name) for name in homes] + [("referral", name) for name in referrals]
    assert aside(made) == expected
    assert answer(made) == answer(without(referrals=referrals, homes=homes))
    told = match(made).to_json()
    assert told["schema"] == "plan/2"
    for place, (what, name) in enumerate(expected):
        assert told["set_aside"][place][f"{what}_id"] == name
        assert f"{table}.csv, row {row + 2}" in told["set_aside"][place]["faults"][0]
        assert told["notices"][place].startswith(f"Set aside, not matched: {what} {name}: ")


def test_a_relationship_of_a_resident_that_cannot_be_read_keeps_newcomers_out_of_that_home() -> (
    None
):
    made = read(spoilt("relationships", 0, a="YP-Q", b="X", kind="?"))
    assert aside(made) == [("home", "H"), ("referral", "Q")]
    assert [one.id for one in made.homes] == ["K"]


LOOSE: list[tuple[str, int, dict[str, str]]] = [
    ("referrals", 1, {"referral_id": "P"}),
    ("referrals", 1, {"young_person_id": "YP-P"}),
    ("referrals", 0, {"referral_id": ""}),
    ("homes", 1, {"home_id": "H"}),
    ("residents", 0, {"home_id": "HH"}),
    ("relationships", 0, {"a": "", "b": "somebody"}),
    ("avoid", 0, {"young_person_id": "somebody", "kind": "ward"}),
    ("declines", 0, {"referral_id": "PP"}),
    ("rates", 0, {"home_id": "HH"}),
    ("shares", 0, {"places": "few"}),
]


@pytest.mark.parametrize(("table", "row", "cells"), LOOSE)
def test_what_no_one_referral_or_home_answers_for_still_refuses_everything(
    table: str, row: int, cells: dict[str, str]
) -> None:
    with pytest.raises(BadInput, match=f"{table}.csv"):
        read(spoilt(table, row, **cells))


def test_a_missing_column_a_bad_policy_and_a_file_that_is_no_table_refuse_everything() -> None:
    files = files_of(**tables())
    for file, text in (
        ("homes.csv", files["homes.csv"].replace("places", "rooms")),
        ("policy.toml", "as_of = 2026-04-01\nreach_miles = -1\n"),
        ("declines.csv", "referral_id,home_id,reason,\x00\n"),
        ("avoid.csv", ""),
    ):
        with pytest.raises(BadInput, match=file):
            read({**files, file: text})


def test_a_second_fault_behind_the_first_is_found_too() -> None:
    """The rates of K overlap and R's wish is of a home that goes with them."""
    changed = tables()
    changed["rates"] += [
        {"home_id": "K", "band": "low", "weekly_fee": "1.00"},
        {"home_id": "K", "band": "low", "weekly_fee": "2.00"},
    ]
    changed["wishes"].append({"referral_id": "R", "home_id": "K", "wish": "unsure"})
    changed["referrals"][1]["sex"] = "X"
    made = read(files_of(**changed))
    assert aside(made) == [("home", "K"), ("referral", "Q")]
    assert [one.referral for one in made.wishes] == ["P"]


def test_siblings_who_must_stay_together_are_set_aside_together() -> None:
    changed = tables()
    for row in changed["referrals"][:2]:
        row |= {"sibling_group": "G", "siblings": "together"}
    changed["referrals"][0]["band"] = "?"
    made = read(files_of(**changed))
    assert aside(made) == [("referral", "P"), ("referral", "Q")]
    assert made.set_aside[1].faults == ("must stay together with P, who is set aside",)
    changed["referrals"][0] |= {"band": "medium", "siblings": "togther"}
    changed["referrals"][1]["siblings"] = ""
    assert aside(read(files_of(**changed))) == [("referral", "P"), ("referral", "Q")]


def test_whoever_is_pinned_to_a_home_that_is_set_aside_waits_and_goes_nowhere_else() -> None:
    changed = tables()
    changed["homes"][1]["places"] = "?"
    files = files_of(**changed) | {"decisions.csv": csv_text(COLUMNS, [pin("Q", "K")])}
    made = read(files)
    assert aside(made) == [("home", "K"), ("referral", "Q")]
    assert made.set_aside[1].faults == ("a person decided on K, which is set aside",)


def test_a_pin_that_is_refused_sets_its_referral_aside_with_the_rule() -> None:
    decisions = csv_text(COLUMNS, [pin("P", "K"), pin("Q", "K")])
    made = read(files_of(**tables()) | {"decisions.csv": decisions})
    assert aside(made) == [("referral", "P")]
    (fault,) = made.set_aside[0].faults
    assert "breaks R10" in fault


def test_an_avoided_borough_stays_though_its_row_names_a_home_that_is_set_aside() -> None:
    changed = tables()
    changed["homes"][1]["places"] = "?"
    changed["avoid"][0] |= {"borough": "E09000012", "home_id": "K"}
    made = read(files_of(**changed))
    assert [one.borough for one in made.avoids] == ["E09000012"]
    assert "P" not in match(made).homes


def test_what_may_identify_somebody_is_not_repeated() -> None:
    made = read(spoilt("relationships", 0, b="9434765919"))
    (one,) = made.set_aside
    assert one.id == "P"
    assert "it looks like an NHS number" in one.faults[0]
    assert "9434765919" not in " ".join(one.faults)


def test_a_case_without_faults_is_the_same_with_and_without_setting_aside() -> None:
    files = files_of(**tables())
    assert read(files) == problem(**tables())


BAD = {"referrals.csv": "band", "homes.csv": "places"}


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(files=cases(max_referrals=6), data=st.data())
def test_a_spoilt_referral_or_home_leaves_the_case_without_it(
    files: Files, data: st.DataObject
) -> None:
    file = data.draw(st.sampled_from(sorted(BAD)))
    key = "referral_id" if file == "referrals.csv" else "home_id"
    rows = rows_of(files[file])
    place = data.draw(st.integers(0, len(rows) - 1))
    gone = rows[place][key]
    bad = [row | ({BAD[file]: "?"} if row[key] == gone else {}) for row in rows]
    made = read({**files, file: csv_text(list(rows[0]), bad)})
    what = key.removesuffix("_id")
    assert (what, gone) in aside(made)
    left = {name for kind, name in aside(made) if kind == what}
    assume(left == {gone})
    person = rows[place].get("young_person_id", "-")
    rest = {}
    living = {row["young_person_id"] for row in rows_of(files.get("residents.csv", ""))}
    if what == "home":
        person = "-"
    for name, text in files.items():
        kept = [
            row
            for row in rows_of(text)
            if row.get(key) != gone
            and (name != "avoid.csv" or row["young_person_id"] != person)
            and (person in living or person not in {row.get("a"), row.get("b")})
        ]
        header = [cell.strip() for cell in text.removeprefix("\ufeff").splitlines()[0].split(",")]
        rest[name] = csv_text(header, kept) if name.endswith(".csv") else text
    assert answer(made) == answer(read(rest))


def rows_of(text: str) -> list[Cells]:
    reader = csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline=""))
    return [{key: (cell or "").strip() for key, cell in row.items()} for row in reader]
