"""A year beside its months, worked by hand: what rounding makes is shown and never hidden."""

from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

from pricing.calendar_months import months_of
from pricing.inputs import by_month_from_files
from pricing.months import by_month
from pricing.problems import BadInput
from pricing.render_months import render_by_month
from pricing.results import Achieved
from tests.unit.pricing.samples import (
    BLOCK_TEXT,
    CASES,
    HAVERING,
    NEWHAM,
    SPOT_TEXT,
    contract_of,
    stretch,
)

BLOCK = contract_of(BLOCK_TEXT)
SPOT = contract_of(SPOT_TEXT)
YEAR = (date(2026, 4, 1), date(2027, 4, 1))
AUTUMN = (date(2026, 10, 1), date(2026, 12, 1))
LIVING = [stretch(1, HAVERING, date(2026, 4, 1), None)]


def row(code: str, start: date, end: date, achieved: int | Fraction = 1) -> Achieved:
    return Achieved(code, start, end, Fraction(achieved), "E1", True, "PR1")


def test_twelve_months_of_one_placement_differ_from_the_year_by_pennies_that_are_shown() -> None:
    made = by_month(SPOT, [stretch(1, NEWHAM, date(2026, 2, 1), None, home="SC990090")], *YEAR)
    # 6,725.50 a week: the months' sevenths are rounded one by one
    weekly = Fraction(672550)
    months = [(end - start).days for start, end in months_of(*YEAR)]
    rounded = [int(weekly * days / 7 + Fraction(1, 2)) for days in months]
    whole = int(weekly * 365 / 7 + Fraction(1, 2))
    assert made.whole.charge.placements == whole
    assert [month.charge.placements for month in made.months] == rounded
    difference = made.boroughs[NEWHAM]
    assert difference.placements == whole - sum(rounded) == -1
    assert difference.total == made.difference.total == -1
    assert made.rounded_lines == (1, 12)


def test_a_yearly_row_of_results_counts_in_its_months_too() -> None:
    made = by_month(BLOCK, LIVING, *AUTUMN, results=[row("stability", *YEAR)])
    # 52,285.71 × 7% × 60 of 100; 26,571.43 and 25,714.29 of it by month
    assert made.whole.charge.results == 219600
    assert [month.charge.results for month in made.months] == [111600, 108000]
    assert (made.difference.results, made.difference.rows) == (0, 0)
    assert (made.difference.placements, made.difference.voids) == (-1, 1)
    assert made.difference.total == 0


def test_a_monthly_row_of_results_does_not_count_in_the_whole_and_that_is_told_apart() -> None:
    november = row("stability", date(2026, 11, 1), date(2026, 12, 1), Fraction(1, 2))
    made = by_month(BLOCK, LIVING, *AUTUMN, results=[november])
    assert made.whole.charge.results == 0
    assert [month.charge.results for month in made.months] == [0, 54000]
    assert (made.difference.results, made.difference.rows) == (0, -54000)
    assert made.boroughs[HAVERING].rows == -54000
    answer = made.to_json()
    assert answer["results"][1] == {  # type: ignore[index]
        "code": "stability",
        "whole": {"achieved": "0", "why": "no row covers the period"},
        "months": [
            {
                "from": "2026-10-01",
                "to": "2026-11-01",
                "achieved": "0",
                "why": "no row covers the period",
            },
            {
                "from": "2026-11-01",
                "to": "2026-12-01",
                "achieved": "0.5",
                "why": "achieved, with evidence",
            },
        ],
    }
    text = render_by_month(made)
    assert "  stability, the whole: 0 (no row covers the period)" in text
    assert "  stability, 2026-11-01 to 2026-12-01: 0.5 (achieved, with evidence)" in text
    assert "  stability, 2026-10-01" not in text


def test_a_page_shows_months_their_sum_the_rounding_and_the_whole() -> None:
    text = render_by_month(by_month(BLOCK, LIVING, *AUTUMN, results=[row("stability", *YEAR)]))
    lines = text.splitlines()
    assert lines[1] == "Statement 2026-10-01 to 2026-12-01 by month (the last day is not counted)"
    assert lines[3:10] == [
        "from               to          placements        voids    results        total",
        "2026-10-01         2026-11-01  £26,571.43  £478,285.71  £1,116.00  £505,973.14",
        "2026-11-01         2026-12-01  £25,714.29  £462,857.14  £1,080.00  £489,651.43",
        "sum of months                  £52,285.72  £941,142.85  £2,196.00  £995,624.57",
        "rounding                           -£0.01        £0.01      £0.00        £0.00",
        "other result rows                                           £0.00        £0.00",
        "the whole                      £52,285.71  £941,142.86  £2,196.00  £995,624.57",
    ]
    assert "E09000016  placements     £52,285.72    -£0.01              £0.00   £52,285.71" in lines
    assert "1 line of placements for the whole, 2 for the months." in text


def test_a_statement_without_boroughs_has_no_table_of_them() -> None:
    text = render_by_month(by_month(SPOT, [], *AUTUMN))
    assert "Each row adds up" not in text
    assert "Results, of which" not in text


def test_two_rows_that_cover_a_month_are_an_error_though_one_covers_the_whole(
    tmp_path: Path,
) -> None:
    rows = [row("stability", *YEAR), row("stability", date(2026, 11, 1), date(2026, 12, 1))]
    with pytest.raises(BadInput) as refused:
        by_month(BLOCK, [], *AUTUMN, results=rows)
    (problem,) = refused.value.problems
    assert problem.allowed == "one row that covers 2026-11-01 to 2026-12-01"
    results = tmp_path / "results.csv"
    results.write_text(
        "code,from,to,achieved,evidence,by_young_people,proposal\n"
        "stability,2026-04-01,2027-04-01,1,E1,N,\nstability,2026-11-01,2026-12-01,1,E2,N,\n",
        encoding="utf-8",
    )
    files = (CASES / "block.toml", CASES / "ledger.csv", *AUTUMN, None, results)
    with pytest.raises(BadInput) as refused:
        by_month_from_files(*files)
    (problem,) = refused.value.problems
    assert (problem.file, problem.row, problem.kind) == (
        "results.csv",
        3,
        "two rows for the period",
    )
    assert problem.allowed == "one row that covers 2026-11-01 to 2026-12-01; row 2 does too"


def test_everything_wrong_is_said_once_for_the_whole_and_its_months(tmp_path: Path) -> None:
    with pytest.raises(BadInput) as refused:
        by_month(BLOCK, [stretch(1, HAVERING, *AUTUMN, band="severe")], *AUTUMN)
    assert len(refused.value.problems) == 1
    with pytest.raises(BadInput) as refused:
        by_month_from_files(CASES / "block.toml", tmp_path / "absent.csv", AUTUMN[1], AUTUMN[0])
    assert [(problem.file, problem.kind) for problem in refused.value.problems] == [
        ("statement", "wrong order"),
        ("absent.csv", "file"),
    ]
