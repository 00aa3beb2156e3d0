"""Every refusal of the readers in its whole message, as the person who must act reads it.

The last test reads the source: each sentence with which `pricing` refuses something stands in a
test. Kinds and places of the commoner faults are in test_contract_errors, test_tables,
test_ledger_rules and test_billed.
"""

import ast
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest

from pricing.availability import OutOfUse, availability_problems
from pricing.contract import parse_contract
from pricing.ledger import ledger_problems
from pricing.problems import BadInput, Problems
from pricing.tables import read_availability, read_ledger, read_results
from pricing.terms import Contract
from pricing.toml_section import Section
from tests.unit.pricing.samples import (
    BLOCK_TEXT,
    HACKNEY,
    HAVERING,
    contract_of,
    edited,
    stretch,
)

ROOT = Path(__file__).parents[3]
BLOCK = contract_of(BLOCK_TEXT)
LEDGER = (
    "placement_id,young_person_id,borough,home_id,band,from,to,requirements\n"
    "PL1,YP1,E09000016,SC990001,medium,2026-10-12,2027-02-01,one_to_one=14\n"
)
OUT = "home_id,from,to,places,side,reason\nSC990002,2026-10-10,2026-10-20,2,provider,staffing\n"
RESULTS = (
    "code,from,to,achieved,evidence,by_young_people,proposal\n"
    "stability,2026-04-01,2027-04-01,0.75,E14,Y,PR3\n"
)
Reader = Callable[[Path, Contract | None, Problems], object]
TABLES: dict[str, tuple[str, Reader]] = {
    "ledger.csv": (LEDGER, read_ledger),
    "availability.csv": (OUT, read_availability),
    "results.csv": (RESULTS, read_results),
}

CONTRACT = [
    (
        ('id = "NEL-BLOCK-1"\n', ""),
        "id: missing key: missing; allowed: this key is required",
    ),
    (
        ('"2.80"', '"-2.80"'),
        'uplifts[2].percent: negative value: "-2.80"; allowed: a percentage from 0 to 100, in'
        ' quotes, such as "2.80"',
    ),
    (
        ("medium = 10", "medium = -10"),
        "requirements[1].included.medium: negative value: -10; allowed: a number of units a week"
        " from 0, such as 10",
    ),
    (
        ("release_days_per_place = 6", "release_days_per_place = true"),
        "training.release_days_per_place: bad value: true; allowed: a number of days a year from"
        " 0, such as 10",
    ),
    (
        ('["SC990003"]', '"SC990003"'),
        'providers.P2: bad value: "SC990003"; allowed: a list of texts, such as ["SC990001"]',
    ),
    (
        ('["SC990003"]', '["SC990003", "SC990002"]'),
        'providers.P2: duplicate: "SC990002", also P1; allowed: each home once, under one provider',
    ),
    (
        ("end = 2034-04-01", "end = 2024-04-01"),
        "end: wrong order: 2024-04-01; allowed: a day after start, 2026-04-01",
    ),
    (
        ("from = 2027-04-01", "from = 2034-04-01"),
        "uplifts[2].from: outside the term: 2034-04-01; allowed: a day strictly inside the term,"
        " after 2026-04-01 and before 2034-04-01",
    ),
    (
        ("E09000016 = 9", "E09000016 = 10"),
        "shares: wrong sum: shares that sum to 36; allowed: shares sum to places, which is 35",
    ),
    (
        ('["SC990001", "SC990002"]\nP2 = ["SC990003"]', "[]"),
        "providers: bad value: no home; allowed: at least one provider with a home",
    ),
]

CELLS = [
    (
        "ledger.csv",
        ("2027-02-01", "later"),
        'row 2, column to: bad value: "later"; allowed: a day as year-month-day, such as'
        " 2026-04-01, or empty",
    ),
    (
        "ledger.csv",
        ("=14", "=-1"),
        'row 2, column requirements: bad value: "one_to_one=-1"; allowed: code=units, units a week'
        " from 0, such as 14 or 2.5",
    ),
    (
        "ledger.csv",
        (",band,", ",bands,"),
        "row 1, column band: missing column: missing; allowed: once in the header",
    ),
    (
        "ledger.csv",
        ("PL1,YP1,", "PL1,"),
        "row 2: wrong number of cells: 7 cells; allowed: 8 cells, as in the header",
    ),
    (
        "ledger.csv",
        ("PL1", '"PL"1'),
        "row 2: file: not CSV: ',' expected after '\"'; allowed: comma-separated cells",
    ),
    (
        "ledger.csv",
        ("SC990001", "SC1"),
        'row 2, column home_id: unknown home: "SC1"; allowed: a home of NEL-BLOCK-1: SC990001,'
        " SC990002, SC990003",
    ),
    (
        "ledger.csv",
        ("2026-10-12", "2026-03-31"),
        "row 2, column from: outside the term: 2026-03-31; allowed: inside the term of"
        " NEL-BLOCK-1, 2026-04-01 to 2034-04-01",
    ),
    (
        "availability.csv",
        (",2,", ",1.5,"),
        'row 2, column places: bad value: "1.5"; allowed: a whole number from 0 to 1000000',
    ),
    (
        "availability.csv",
        (",2,", ",36,"),
        "row 2, column places: bad value: 36; allowed: from 0 to the contract's places, 35",
    ),
    (
        "results.csv",
        ("0.75", "1.01"),
        'row 2, column achieved: bad value: "1.01"; allowed: a number from 0 to 1, such as 0.75',
    ),
    (
        "results.csv",
        (",Y,", ",yes,"),
        'row 2, column by_young_people: bad value: "yes"; allowed: Y or N (empty means N)',
    ),
    (
        "results.csv",
        ("stability", "pond"),
        'row 2, column code: unknown code: "pond"; allowed: garden_project, stability',
    ),
]


@pytest.mark.parametrize(("change", "message"), CONTRACT)
def test_a_contract_is_refused_in_so_many_words(change: tuple[str, str], message: str) -> None:
    with pytest.raises(BadInput) as refused:
        contract_of(edited(BLOCK_TEXT, change))
    (problem,) = refused.value.problems
    assert str(problem) == f"contract.toml, {message}"


@pytest.mark.parametrize(("table", "change", "message"), CELLS)
def test_a_table_is_refused_in_so_many_words(
    table: str, change: tuple[str, str], message: str, tmp_path: Path
) -> None:
    good, read = TABLES[table]
    path = tmp_path / table
    path.write_text(edited(good, change), encoding="utf-8")
    found = Problems()
    read(path, BLOCK, found)
    (problem,) = found
    assert str(problem) == f"{table}, {message}"


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b" \n", ": file: the file is empty; allowed: a file with content"),
        (
            b"id = [",
            ": file: not TOML: Invalid value (at end of document); allowed: valid TOML 1.0",
        ),
        (b"a" + b".a" * 60 + b" = 1", ": file: more than 50 dots in line 1; allowed: short keys"),
        (b"\xff", ", line 1: file: a byte that is not UTF-8; allowed: UTF-8 text"),
        (b"#" * 4194305, ": file: too large for a contract; allowed: 4 MB"),
    ],
)
def test_a_file_is_refused_in_so_many_words(data: bytes, message: str) -> None:
    with pytest.raises(BadInput) as refused:
        parse_contract(data, "contract.toml")
    assert str(refused.value.problems[0]) == f"contract.toml{message}"


def test_files_that_cannot_be_opened_are_refused_in_so_many_words(tmp_path: Path) -> None:
    for name, reason in (
        ("absent.csv", "no such file or directory"),
        ("with\0nul.csv", "not a usable path"),
    ):
        found = Problems()
        read_ledger(tmp_path / name, BLOCK, found)
        (problem,) = found
        assert problem.value == f"cannot be read: {reason}"
        assert problem.allowed == "a file that exists"


def test_a_switch_of_a_toml_file_is_true_or_false_and_nothing_else() -> None:
    found = Problems()
    section = Section({"on": True, "off": "false"}, "", "terms.toml", found)
    assert (section.flag("on"), section.flag("off")) == (True, False)
    assert [str(problem) for problem in found] == [
        'terms.toml, off: bad value: "false"; allowed: true or false, without quotes'
    ]


def test_rows_at_odds_are_refused_in_so_many_words() -> None:
    start = date(2026, 5, 1)
    wrong = stretch(1, HAVERING, start, None, one_to_one=-1)
    (problem,) = ledger_problems(BLOCK, [wrong])
    assert str(problem) == (
        'ledger, column requirements: negative value: "one_to_one=-1"; allowed: units from 0'
    )
    shared = [
        stretch(1, HAVERING, start, None),
        stretch(1, HACKNEY, start, None, young_person="Y2"),
    ]
    (problem,) = ledger_problems(BLOCK, shared)
    assert str(problem) == (
        'ledger, column young_person_id: placement of two young people: "Y2"; allowed: one young'
        ' person a placement; "PL1" is of "YP1"'
    )
    twice = [
        stretch(1, HAVERING, start, None),
        stretch(2, HAVERING, start, None, young_person="YP1"),
    ]
    (problem,) = ledger_problems(BLOCK, twice)
    assert str(problem) == (
        "ledger, column from: two stretches on one day: 2026-05-01; allowed: one stretch of a young"
        ' person on a day; "YP1" is placed until the end of the term'
    )
    many = [stretch(number, HAVERING, start, None) for number in range(36)]
    (problem,) = ledger_problems(BLOCK, many)
    assert str(problem) == (
        "ledger, columns from and to: more in use than places: 36 places in use, too many from"
        " 2026-05-01 on; allowed: the contract's places, 35"
    )
    out = OutOfUse("SC990001", start, date(2026, 6, 1), -1, "provider", "")
    (problem,) = availability_problems(BLOCK, [out])
    assert str(problem) == (
        "availability, column places: bad value: -1; allowed: from 0 to the contract's places, 35"
    )


REFUSING = (
    "refuse", "add", "problem", "_problem", "InputProblem", "_bad_file", "matching", "choice",
    "_read", "take", "_not_text", "_unreadable",
)  # fmt: skip
READERS = sorted(
    path
    for pattern in (
        "contract.py", "toml_*.py", "cells.py", "record.py", "text_file.py", "tables.py",
        "ledger.py", "availability.py", "results.py", "quote.py", "billed.py",
    )
    for path in (ROOT / "pricing").glob(pattern)
)  # fmt: skip
SHORTEST = 5


def words_of_refusals(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """The fixed words of every refusal, with their line; what is put between them is left out."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = ast.unparse(node.func).rpartition(".")[2]
            if name in REFUSING:
                given = [*node.args, *(each.value for each in node.keywords)]
                for part in (part for each in given for part in ast.walk(each)):
                    if isinstance(part, ast.Constant) and isinstance(part.value, str):
                        yield node.lineno, part.value.strip()


@pytest.fixture(scope="module")
def said() -> str:
    """Every text that a test of `pricing` holds."""
    return "\n".join(
        node.value
        for test in Path(__file__).parent.rglob("test_*.py")
        for node in ast.walk(ast.parse(test.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    )


@pytest.mark.parametrize("reader", READERS, ids=lambda path: path.stem)
def test_every_sentence_that_refuses_something_stands_in_a_test(reader: Path, said: str) -> None:
    untested = [
        (line, words)
        for line, words in words_of_refusals(ast.parse(reader.read_text(encoding="utf-8")))
        if len(words) >= SHORTEST and words not in said
    ]
    assert untested == []
