"""The tables beside a contract: read whole, and every error with its row and column."""

from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

from pricing.availability import OutOfUse
from pricing.ledger import LedgerRow
from pricing.problems import Problems
from pricing.results import Achieved
from pricing.tables import read_availability, read_ledger, read_results
from tests.unit.pricing.samples import (
    BLOCK_TEXT,
    CASES,
    HAVERING,
    contract_of,
    edited,
)
from tests.unit.pricing.table_samples import (
    LEDGER_HEAD,
    LEDGER_ROW,
    TABLES,
    problems_of,
)

BLOCK = contract_of(BLOCK_TEXT)


def test_a_ledger_is_read_with_its_units_and_its_open_end() -> None:
    found = Problems()
    rows = read_ledger(CASES / "ledger.csv", BLOCK, found)
    assert not found.found
    assert rows[1] == LedgerRow(
        "PL1",
        "YP1",
        HAVERING,
        "SC990001",
        "medium",
        date(2026, 10, 12),
        None,
        {"one_to_one": Fraction(14)},
        row=3,
    )
    assert rows[2].requirements == {"one_to_one": Fraction(63, 2), "family_session": Fraction(2)}
    assert rows[0].requirements == {}


def test_availability_and_results_are_read() -> None:
    found = Problems()
    out = read_availability(CASES / "availability.csv", BLOCK, found)
    results = read_results(CASES / "results.csv", BLOCK, found)
    assert not found.found
    assert out[0] == OutOfUse(
        "SC990002", date(2026, 10, 10), date(2026, 10, 20), 6, "provider", "staffing", row=2
    )
    assert results[0] == Achieved(
        "garden_project",
        date(2026, 4, 1),
        date(2027, 4, 1),
        Fraction(3, 4),
        "E14;E15",
        True,
        "PR3",
        row=2,
    )
    assert not results[1].by_young_people


def test_a_table_survives_what_spreadsheets_do_to_it(tmp_path: Path) -> None:
    text = (
        "\ufeffnote, placement_id ,young_person_id,borough,home_id,band,from,to,requirements\r\n"
        "\r\n"
        '"two\r\nlines", PL1 ,YP1,E09000016,SC990001,medium,2026-10-12,2027-02-01,'
        '" one_to_one = 14 ; "\r\n'
        ",,,,,,,,\r\n"
        "x,PL2,YP2,E09000016,SC990001,severe,2026-10-12,2027-02-01,\r\n"
    )
    (problem,) = problems_of("ledger", text, tmp_path)
    assert str(problem) == (
        'ledger.csv, row 5, column band: bad value: "severe";'
        " allowed: low, medium, high, specialist"
    )


@pytest.mark.parametrize("table", TABLES)
def test_the_good_row_of_every_table_has_no_problem(table: str, tmp_path: Path) -> None:
    _, head, row, _ = TABLES[table]
    assert problems_of(table, f"{head}\n{row}\n", tmp_path) == []


BAD_CELLS = [
    ("ledger", "PL1", "", "placement_id", "bad value", '""', "a name or id, not empty"),
    ("ledger", "YP1", "", "young_person_id", "bad value", '""', "a name or id, not empty"),
    ("ledger", "E09000016", "Havering", "borough", "bad value", '"Havering"', "ONS code"),
    ("ledger", "E09000016", "E0900001", "borough", "bad value", '"E0900001"', "ONS code"),
    ("ledger", "SC990001", "SC1", "home_id", "unknown home", '"SC1"', "SC990001, SC990002, SC9"),
    ("ledger", "medium", "Medium", "band", "bad value", '"Medium"', "low, medium, high"),
    ("ledger", "2026-10-12", "12/10/2026", "from", "bad value", '"12/10/2026"', "a day as year"),
    ("ledger", "2026-10-12", "20261012", "from", "bad value", '"20261012"', "a day as year"),
    ("ledger", "2026-10-12", "2026-13-12", "from", "bad value", '"2026-13-12"', "a day as year"),
    ("ledger", "2026-10-12", "", "from", "bad value", '""', "a day as year"),
    ("ledger", "2027-02-01", "later", "to", "bad value", '"later"', "or empty"),
    ("ledger", "2027-02-01", "2026-10-12", "to", "wrong order", "2026-10-12", "after from, 2026"),
    ("ledger", "2026-10-12", "2026-03-31", "from", "outside the term", "2026-03-31", "to 2034"),
    ("ledger", "2027-02-01", "2034-04-02", "to", "outside the term", "2034-04-02", "to 2034"),
    ("ledger", "one_to_one=14", "one_to_one", "requirements", "bad value", '"one_to_one"', "code="),
    ("ledger", "=14", "=-1", "requirements", "bad value", '"one_to_one=-1"', "code=units"),
    (
        "ledger",
        "=14",
        "=1;one_to_one=2",
        "requirements",
        "bad value",
        "=2",
        "each requirement once",
    ),
    ("ledger", "one_to_one", "swimming", "requirements", "unknown code", '"swimming"', "family_se"),
    ("availability", "SC990002", "", "home_id", "bad value", '""', "a name or id, not empty"),
    ("availability", "SC990002", "SC1", "home_id", "unknown home", '"SC1"', "a home of NEL-BLOCK"),
    ("availability", "2026-10-20", "", "to", "bad value", '""', "a day as year"),
    ("availability", "2026-10-20", "2026-10-09", "to", "wrong order", "2026-10-09", "after from"),
    ("availability", ",2,", ",-2,", "places", "negative value", '"-2"', "a whole number from 0"),
    ("availability", ",2,", ",1.5,", "places", "bad value", '"1.5"', "a whole number from 0"),
    ("availability", ",2,", ",1000001,", "places", "bad value", '"1000001"', "to 1000000"),
    ("availability", ",2,", ",36,", "places", "bad value", "36", "0 to the contract's places, 35"),
    (
        "availability",
        "provider",
        "theirs",
        "side",
        "bad value",
        '"theirs"',
        "provider, partnership",
    ),
    ("results", "garden_project", "", "code", "bad value", '""', "a name or id"),
    ("results", "garden_project", "pond", "code", "unknown code", '"pond"', "garden_project, stab"),
    ("results", "2026-04-01", "1 April", "from", "bad value", '"1 April"', "a day as year"),
    ("results", "2027-04-01", "2026-04-01", "to", "wrong order", "2026-04-01", "after from"),
    ("results", "0.75", "1.01", "achieved", "bad value", '"1.01"', "a number from 0 to 1"),
    ("results", "0.75", "-0.1", "achieved", "negative value", '"-0.1"', "a number from 0 to 1"),
    ("results", "0.75", "75%", "achieved", "bad value", '"75%"', "a number from 0 to 1"),
    ("results", ",Y,", ",yes,", "by_young_people", "bad value", '"yes"', "Y or N"),
]


@pytest.mark.parametrize(
    ("table", "old", "new", "column", "kind", "value", "allowed"),
    BAD_CELLS,
    ids=[f"{case[0]}-{case[3]}-{case[2]}" for case in BAD_CELLS],
)
def test_a_row_with_one_bad_cell_has_one_problem(
    table: str,
    old: str,
    new: str,
    column: str,
    kind: str,
    value: str,
    allowed: str,
    tmp_path: Path,
) -> None:
    name, head, row, _ = TABLES[table]
    (problem,) = problems_of(table, f"{head}\n{edited(row, (old, new))}\n", tmp_path)
    assert (problem.file, problem.row) == (name, 2)
    assert (problem.key, problem.kind) == (f"column {column}", kind)
    assert value in problem.value
    assert allowed in problem.allowed


def test_all_problems_of_a_row_and_of_all_rows_are_reported_at_once(tmp_path: Path) -> None:
    bad = ",YP1,X,SC1,mid,2026-10-12,2025-01-01,one_to_one"
    text = "\n".join([LEDGER_HEAD, bad, LEDGER_ROW, "PL3,,,,,,,"])
    problems = problems_of("ledger", text, tmp_path)
    assert [(problem.row, problem.key.removeprefix("column ")) for problem in problems] == [
        (2, "to"),
        (2, "requirements"),
        (2, "placement_id"),
        (2, "borough"),
        (2, "band"),
        (2, "home_id"),
        (4, "from"),
        (4, "young_person_id"),
        (4, "borough"),
        (4, "home_id"),
        (4, "band"),
    ]


def test_the_problems_of_the_cells_are_found_without_a_contract_too(tmp_path: Path) -> None:
    for table, (_, head, row, _) in TABLES.items():
        text = f"{head}\n{row.replace('2026', '026')}\n{row.replace('SC99', 'SC88')}\n"
        problems = problems_of(table, text, tmp_path, contract=None)
        assert {problem.row for problem in problems} == {2}


@pytest.mark.parametrize("table", TABLES)
def test_every_column_must_stand_once_in_the_header(table: str, tmp_path: Path) -> None:
    _, head, row, _ = TABLES[table]
    for column in head.split(","):
        (problem,) = problems_of(table, f"{head.replace(column, 'other')}\n{row}\n", tmp_path)
        assert (problem.key, problem.kind, problem.row) == (f"column {column}", "missing column", 1)
        (problem,) = problems_of(table, f"{head},{column}\n{row},\n", tmp_path)
        assert (problem.key, problem.kind, problem.value) == (
            f"column {column}",
            "duplicate",
            "2 columns of this name",
        )


@pytest.mark.parametrize(
    ("text", "kind", "value", "row"),
    [
        ("", "file", "the file is empty", None),
        (b"placement_id\xe9", "file", "a byte that is not UTF-8", None),
        (f"{LEDGER_HEAD}\n\0", "file", "a NUL byte", None),
        (f"{LEDGER_HEAD}\nPL1,YP1\n", "wrong number of cells", "2 cells", 2),
        (f"{LEDGER_HEAD}\n{LEDGER_ROW},x\n", "wrong number of cells", "9 cells", 2),
        (f'{LEDGER_HEAD}\n{LEDGER_ROW}\n"PL2,YP2\n', "file", "not CSV: unexpected end", 3),
        (f'{LEDGER_HEAD}\n"PL"1,YP2\n', "file", "not CSV: ',' expected after", 2),
        (f"{LEDGER_HEAD}\n{'x' * 200_000}\n", "file", "not CSV: field larger than", 2),
    ],
)
def test_a_file_that_is_no_table_is_refused_with_its_row(
    text: str | bytes, kind: str, value: str, row: int | None, tmp_path: Path
) -> None:
    (problem,) = problems_of("ledger", text, tmp_path)
    assert (problem.kind, problem.row) == (kind, row)
    assert problem.value.startswith(value)


def test_reading_stops_when_nothing_in_a_file_is_right(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pricing.problems.MOST_PROBLEMS", 20)
    rows = "x,,,,,,,\n" * 500
    problems = problems_of("ledger", f"{LEDGER_HEAD}\n{rows}", tmp_path)
    assert 20 <= len(problems) < 30
    assert problems[-1].value == "too much is wrong"
    assert problems[-1].allowed == "the rest was not read"


def test_a_file_with_nothing_but_a_header_is_an_empty_table(tmp_path: Path) -> None:
    assert problems_of("ledger", LEDGER_HEAD, tmp_path) == []
