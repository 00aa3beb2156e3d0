"""What no ledger may say: rows against each other and against the contract."""

from datetime import date
from fractions import Fraction
from pathlib import Path

from pricing.availability import OutOfUse, availability_problems
from pricing.ledger import LedgerRow, ledger_problems
from tests.unit.pricing.samples import (
    BLOCK_TEXT,
    HACKNEY,
    HAVERING,
    SPOT_TEXT,
    contract_of,
    edited,
    stretch,
)
from tests.unit.pricing.table_samples import (
    LEDGER_HEAD,
    LEDGER_ROW,
    problems_of,
)

BLOCK = contract_of(BLOCK_TEXT)
SPOT = contract_of(SPOT_TEXT)


def test_a_ledger_of_a_spot_contract_has_no_limit_of_places() -> None:
    rows = [
        stretch(number, HAVERING, date(2026, 5, 1), None, home="SC990090") for number in range(50)
    ]
    assert list(ledger_problems(SPOT, rows)) == []


def test_two_stretches_of_one_young_person_on_one_day_are_an_error_naming_both_rows(
    tmp_path: Path,
) -> None:
    rows = [
        "PL1,YP1,E09000016,SC990001,low,2026-05-01,2026-09-01,",
        "PL2,YP2,E09000016,SC990001,low,2026-05-01,,",
        "PL1,YP1,E09000016,SC990001,low,2026-09-01,2026-10-01,",
        "PL3,YP1,E09000016,SC990002,low,2026-08-31,2026-09-02,",
        "PL4,YP2,E09000016,SC990002,severe,2033-05-01,2033-06-01,",
    ]
    problems = problems_of("ledger", "\n".join([LEDGER_HEAD, *rows]), tmp_path)
    overlaps = [problem for problem in problems if problem.kind == "two stretches on one day"]
    assert [(problem.row, problem.value, problem.allowed) for problem in overlaps] == [
        (
            5,
            "2026-08-31",
            'one stretch of a young person on a day; "YP1" in row 2 is placed until 2026-09-01',
        ),
        (
            4,
            "2026-09-01",
            'one stretch of a young person on a day; "YP1" in row 5 is placed until 2026-09-02',
        ),
        (
            6,
            "2033-05-01",
            'one stretch of a young person on a day; "YP2" in row 3 is placed until'
            " the end of the term",
        ),
    ]
    assert len(problems) == 4  # and the band


def test_a_long_stretch_is_compared_with_all_that_follow_it() -> None:
    rows = [
        stretch(1, HAVERING, date(2026, 5, 1), date(2027, 5, 1)),
        stretch(2, HAVERING, date(2026, 6, 1), date(2026, 7, 1), young_person="YP1"),
        stretch(3, HAVERING, date(2026, 8, 1), date(2026, 9, 1), young_person="YP1"),
    ]
    problems = list(ledger_problems(BLOCK, rows))
    assert [problem.value for problem in problems] == ["2026-06-01", "2026-08-01"]
    assert '"YP1" is placed until 2027-05-01' in problems[1].allowed


def test_one_placement_of_two_young_people_is_an_error(tmp_path: Path) -> None:
    text = f"{LEDGER_HEAD}\n{LEDGER_ROW}\n{LEDGER_ROW.replace('YP1', 'YP2')}\n"
    (problem,) = problems_of("ledger", text, tmp_path)
    assert (problem.row, problem.value) == (3, '"YP2"')
    assert problem.allowed == 'one young person a placement; "PL1" in row 2 is of "YP1"'


def test_more_in_use_than_places_is_one_error_for_each_time_it_happens() -> None:
    text = edited(BLOCK_TEXT, ("places = 35", "places = 2"))
    shares = "E09000016 = 2\n"
    head, _, rest = text.partition("[shares]\n")
    contract = contract_of(
        head + "[shares]\n" + shares + "\n[training]" + rest.split("[training]")[1]
    )
    rows = [
        stretch(1, HAVERING, date(2026, 5, 1), None),
        stretch(2, HACKNEY, date(2026, 6, 1), date(2026, 9, 1)),
        stretch(3, HACKNEY, date(2026, 9, 1), date(2026, 12, 1)),
    ]
    assert list(ledger_problems(contract, rows)) == []
    rows += [
        stretch(4, HACKNEY, date(2026, 8, 31), date(2026, 9, 10)),
        stretch(5, HACKNEY, date(2026, 9, 5), date(2026, 9, 8)),
        stretch(6, HACKNEY, date(2026, 11, 30), date(2026, 12, 1)),
    ]
    problems = list(ledger_problems(contract, rows))
    assert [(problem.key, problem.value, problem.allowed) for problem in problems] == [
        (
            "columns from and to",
            "4 places in use, too many from 2026-08-31 on",
            "the contract's places, 2",
        ),
        (
            "columns from and to",
            "3 places in use, too many from 2026-11-30 on",
            "the contract's places, 2",
        ),
    ]


def test_rows_that_did_not_come_from_a_file_are_checked_as_strictly() -> None:
    bad = LedgerRow(
        "PL1", "YP1", HAVERING, "SC1", "severe", date(2026, 5, 2), date(2026, 5, 2),
        {"one_to_one": Fraction(-1), "swimming": Fraction(1)},
    )  # fmt: skip
    problems = list(ledger_problems(BLOCK, [bad]))
    assert [(problem.file, problem.row, problem.kind) for problem in problems] == [
        ("ledger", None, "unknown home"),
        ("ledger", None, "bad value"),
        ("ledger", None, "negative value"),
        ("ledger", None, "unknown code"),
        ("ledger", None, "wrong order"),
    ]
    out = OutOfUse("SC990090", date(2026, 5, 1), date(2026, 6, 1), -1, "provider", "")
    (problem,) = availability_problems(SPOT, [out])
    assert (problem.value, problem.allowed) == ("-1", "places from 0")


def test_the_homes_in_a_message_are_few() -> None:
    homes = ", ".join(f'"SC99{number:04d}"' for number in range(12))
    contract = contract_of(edited(SPOT_TEXT, ('["SC990090"]', f"[{homes}]")))
    row = stretch(1, HAVERING, date(2026, 5, 1), None, home="SC1")
    (problem,) = ledger_problems(contract, [row])
    assert problem.allowed.endswith("SC990006, SC990007 and 4 more")
