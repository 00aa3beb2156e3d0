"""What was billed, as a table: written, read again, and every error with its file and row."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from pricing.bill import bill_rows
from pricing.billed import BILLED_COLUMNS, Billed, billed_periods
from pricing.billing_inputs import adjustment_from_files
from pricing.problems import BadInput, InputProblem, Problems
from pricing.statement import statement
from pricing.tables import read_billed, read_ledger, read_results
from pricing.terms import Contract
from tests.unit.pricing.samples import BLOCK_TEXT, CASES, SPOT_TEXT, contract_of, edited

BLOCK = contract_of(BLOCK_TEXT)
SPOT = contract_of(SPOT_TEXT)
HEAD = ",".join(BILLED_COLUMNS)
ROW = (
    "B1,2026-11-03,bill,2026-10-01,2026-11-01,PL1,E09000016,fee,2026-10-12,2026-11-01,17142.86,why"
)
BACK = (
    "A1,2026-12-03,adjustment,2026-10-01,2026-11-01,PL1,E09000016,fee,2026-10-12,2026-11-01,"
    "-0.05,why"
)
VOID = "B1,2026-11-03,bill,2026-10-01,2026-11-01,,E09000016,voids,2026-10-01,2026-11-01,100.00,why"
NOTHING = "B1,2026-11-03,bill,2026-10-01,2026-11-01,,,nothing,2026-10-01,2026-11-01,0.00,"


def read(
    folder: Path, *rows: str, contract: Contract | None = BLOCK
) -> tuple[Sequence[Billed], list[InputProblem]]:
    path = folder / "billed.csv"
    path.write_text("\n".join([HEAD, *rows]) + "\n", encoding="utf-8")
    found = Problems()
    return read_billed([path], contract, found), list(found)


def test_a_bill_is_read_as_it_was_written(tmp_path: Path) -> None:
    found = Problems()
    ledger = read_ledger(CASES / "ledger.csv", BLOCK, found)
    period = (date(2026, 10, 1), date(2026, 11, 1))
    results = read_results(CASES / "results.csv", BLOCK, found, period)
    made = statement(BLOCK, ledger, *period, (), results)
    rows = bill_rows(made, date(2026, 11, 3))
    assert sum(row.amount for row in rows) == made.charge.total
    assert {row.bill_id for row in rows} == {"NEL-BLOCK-1-2026-10-01"}
    text = [",".join(f'"{cell}"' for cell in row.cells()) for row in rows]
    again, problems = read(tmp_path, *text)
    assert problems == []
    assert [replace(row, file="billed", row=None) for row in again] == list(rows)
    assert (again[0].file, again[0].row) == ("billed.csv", 2)
    assert billed_periods(again) == (period,)


def test_the_good_rows_have_no_problem(tmp_path: Path) -> None:
    for rows in ([ROW], [ROW, BACK], [VOID, ROW], [NOTHING], []):
        assert read(tmp_path, *rows)[1] == []


def test_amounts_below_nought_are_read_to_the_penny(tmp_path: Path) -> None:
    rows, _ = read(tmp_path, ROW, BACK)
    assert [row.amount for row in rows] == [1714286, -5]


TERM = "a day inside the term of NEL-BLOCK-1, 2026-04-01 to 2034-04-01"
BAD_CELLS = [
    (ROW, "B1", "", "bill_id", "bad value", '""', "a name or id, not empty"),
    (ROW, "2026-11-03", "3 November", "issued_on", "bad value", '"3 November"', "a day as year-"),
    (ROW, "bill", "credit", "kind", "bad value", '"credit"', "bill, adjustment"),
    (ROW, "2026-10-01", "October", "period_from", "bad value", '"October"', "a day as year-month"),
    (ROW, "2026-11-01", "", "period_to", "bad value", '""', "a day as year-month-day"),
    (ROW, "2026-10-01", "2026-03-31", "period_from", "outside the term", "2026-03-31", TERM),
    (ROW, "2026-11-01", "2034-04-02", "period_to", "outside the term", "2034-04-02", TERM),
    (ROW, "E09000016", "Havering", "borough", "bad value", '"Havering"', "a borough's ONS code"),
    (ROW, "E09000016", "", "borough", "bad value", '""', "a borough's ONS code"),
    (ROW, "fee", "pond", "what", "unknown code", '"pond"', "fee, one_to_one, family_session"),
    (ROW, "fee", "voids", "what", "unknown code", '"voids"', "fee, one_to_one, family_session"),
    (ROW, "fee", "", "what", "bad value", '""', "a name or id, not empty"),
    (ROW, "PL1", "", "placement_id", "missing placement", '""', "a placement, or voids, results"),
    (ROW, "2026-10-12", "12.10.", "from", "bad value", '"12.10."', "a day as year-month-day"),
    (
        ROW,
        "2026-10-12",
        "2026-09-30",
        "from",
        "outside the billed period",
        "2026-09-30",
        "days inside the billed period, 2026-10-01 to 2026-11-01",
    ),
    (
        ROW,
        "2026-11-01,17",
        "2026-11-02,17",
        "to",
        "outside the billed period",
        "2026-11-02",
        "days inside the billed period, 2026-10-01 to 2026-11-01",
    ),
    (
        ROW,
        "2026-11-01,17",
        "2026-10-12,17",
        "to",
        "wrong order",
        "2026-10-12",
        "a day after from, 2026-10-12",
    ),
    (ROW, "17142.86", "17142.9", "amount", "bad value", '"17142.9"', "pounds with two decimals"),
    (ROW, "17142.86", "£1.00", "amount", "bad value", '"£1.00"', "such as 4500.00 or -12.50"),
    (
        ROW,
        "17142.86",
        "-17142.86",
        "amount",
        "negative value",
        "-17142.86",
        "an amount from 0.00; only an adjustment gives back",
    ),
    (NOTHING, "0.00", "0.01", "amount", "bad value", "0.01", "0.00 in a row for nothing"),
    (
        NOTHING,
        ",,,",
        ",,E09000016,",
        "borough",
        "bad value",
        '"E09000016"',
        "empty in a row for nothing",
    ),
]


@pytest.mark.parametrize(
    ("row", "old", "new", "column", "kind", "value", "allowed"),
    BAD_CELLS,
    ids=[f"{case[3]}-{case[2]}" for case in BAD_CELLS],
)
def test_a_row_with_one_bad_cell_has_one_problem_with_its_place(
    row: str, old: str, new: str, column: str, kind: str, value: str, allowed: str, tmp_path: Path
) -> None:
    (problem,) = read(tmp_path, edited(row, (old, new)))[1]
    assert (problem.file, problem.row) == ("billed.csv", 2)
    assert (problem.key, problem.kind, problem.value) == (f"column {column}", kind, value)
    assert allowed in problem.allowed


def test_a_period_in_the_wrong_order_is_told_at_its_end(tmp_path: Path) -> None:
    problems = read(tmp_path, edited(ROW, ("2026-10-01", "2026-12-01")))[1]
    assert [(problem.key, problem.kind) for problem in problems] == [
        ("column period_to", "wrong order"),
        ("column from", "outside the billed period"),
        ("column to", "outside the billed period"),
    ]
    assert problems[0].allowed == "a day after from, 2026-12-01"


def test_a_contract_without_voids_or_results_was_never_billed_for_any(tmp_path: Path) -> None:
    for what, allowed in (
        ("voids", "no voids: SPOT-7 guarantees no place"),
        ("results", "no results: SPOT-7 pays none"),
    ):
        row = edited(VOID, ("voids", what))
        (problem,) = read(tmp_path, row, contract=SPOT)[1]
        assert (problem.key, problem.kind, problem.value) == (
            "column what",
            "forbidden row",
            f'"{what}"',
        )
        assert problem.allowed == allowed


def test_one_bill_has_one_kind_and_one_day(tmp_path: Path) -> None:
    other = edited(ROW, ("PL1", "PL2"), ("2026-11-03", "2026-11-04"))
    (problem,) = read(tmp_path, ROW, other)[1]
    assert (problem.row, problem.key, problem.kind, problem.value) == (
        3,
        "column issued_on",
        "one bill told twice",
        "2026-11-04",
    )
    assert problem.allowed == '2026-11-03, as "B1" has it in billed.csv, row 2'
    (problem,) = read(tmp_path, ROW, edited(ROW, ("PL1", "PL2"), ("bill", "adjustment")))[1]
    assert (problem.key, problem.value) == ("column kind", "adjustment")


def test_a_row_stands_once_in_a_bill(tmp_path: Path) -> None:
    (problem,) = read(tmp_path, ROW, VOID, edited(ROW, ("17142.86", "17142.87")))[1]
    assert (problem.row, problem.key, problem.kind, problem.value) == (
        4,
        "column what",
        "duplicate",
        '"PL1 fee"',
    )
    assert problem.allowed == 'each once in a bill; "B1" has it in billed.csv, row 2'
    (problem,) = read(tmp_path, VOID, VOID)[1]
    assert problem.value == '"voids"'


def test_billed_periods_do_not_overlap(tmp_path: Path) -> None:
    later = edited(
        ROW, ("B1", "B2"), ("2026-10-01,2026-11-01", "2026-10-31,2026-12-01"),
        ("2026-10-12", "2026-10-31"),
    )  # fmt: skip
    (problem,) = read(tmp_path, ROW, later)[1]
    assert (problem.row, problem.key, problem.kind, problem.value) == (
        3,
        "column period_from",
        "overlapping periods",
        "2026-10-31",
    )
    assert problem.allowed == "2026-11-01 or later, where the billed period before it ends"


def test_an_adjustment_is_of_a_period_that_was_billed(tmp_path: Path) -> None:
    (problem,) = read(tmp_path, BACK)[1]
    assert (problem.row, problem.key, problem.kind, problem.value) == (
        2,
        "column period_from",
        "period without a bill",
        "2026-10-01 to 2026-11-01",
    )
    assert problem.allowed == "a period that a row of kind bill has"


def test_rows_of_several_files_are_held_against_each_other(tmp_path: Path) -> None:
    bills, adjustments = tmp_path / "bills.csv", tmp_path / "adjustments.csv"
    bills.write_text(f"{HEAD}\n{ROW}\n", encoding="utf-8")
    adjustments.write_text(f"{HEAD}\n{BACK}\n{ROW}\n", encoding="utf-8")
    found = Problems()
    assert len(read_billed([bills, adjustments], BLOCK, found)) == 3
    (problem,) = found
    assert (problem.file, problem.row) == ("adjustments.csv", 3)
    assert problem.allowed.endswith('"B1" has it in bills.csv, row 2')


def test_a_bad_cell_is_not_held_against_other_rows(tmp_path: Path) -> None:
    problems = read(tmp_path, ROW, edited(BACK, ("2026-10-01", "soon")))[1]
    assert [(problem.row, problem.key) for problem in problems] == [(3, "column period_from")]


def test_rows_without_a_contract_are_checked_as_far_as_they_go(tmp_path: Path) -> None:
    problems = read(tmp_path, edited(ROW, ("fee", "pond")), BACK, ROW, ROW, contract=None)[1]
    assert [(problem.row, problem.kind) for problem in problems] == [(5, "duplicate")]


def test_every_column_must_be_there(tmp_path: Path) -> None:
    path = tmp_path / "billed.csv"
    for column in BILLED_COLUMNS:
        kept = [name for name in BILLED_COLUMNS if name != column]
        path.write_text(",".join(kept) + "\n", encoding="utf-8")
        found = Problems()
        assert read_billed([path], BLOCK, found) == ()
        assert [(problem.key, problem.kind) for problem in found] == [
            (f"column {column}", "missing column")
        ]


def test_the_problems_of_all_files_of_an_adjustment_come_together(tmp_path: Path) -> None:
    billed = tmp_path / "billed.csv"
    billed.write_text(f"{HEAD}\n{edited(ROW, ('17142.86', 'much'))}\n", encoding="utf-8")
    results = tmp_path / "results.csv"
    good = (CASES / "results.csv").read_text(encoding="utf-8")
    results.write_text(good + good.splitlines()[1] + "\n", encoding="utf-8")
    out = tmp_path / "availability.csv"
    out.write_text("home_id,from,to,places,side,reason\n", encoding="utf-8")
    contract = tmp_path / "contract.toml"
    contract.write_text(edited(BLOCK_TEXT, ("places = 35", "places = 36")), encoding="utf-8")
    for file, first in (
        (contract, ("contract.toml", None, "shares")),
        (CASES / "block.toml", ("billed.csv", 2, "column amount")),
    ):
        with pytest.raises(BadInput) as refused:
            adjustment_from_files(file, tmp_path / "absent.csv", [billed], out, results)
        found = [(problem.file, problem.row, problem.key) for problem in refused.value.problems]
        assert first in found
        assert ("absent.csv", None, "") in found
        assert ("results.csv", 4, "column code") in found
