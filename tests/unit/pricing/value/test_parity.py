"""Rate parity on a few rows, worked out by hand, and every error of its file."""

from datetime import date
from pathlib import Path

import pytest

from pricing.problems import Problems
from pricing.value.parity import Paid, parity
from pricing.value.parity_file import paid_under, read_paid
from pricing.value.show_parity import parity_json, render_parity
from tests.unit.pricing.samples import BLOCK_TEXT, HACKNEY, HAVERING, contract_of, edited, stretch

HEAD = "borough,home_id,provider,band,from,to,weekly_fee,source\n"


def read(path: Path, *lines: str) -> list[Paid]:
    path.write_text(HEAD + "\n".join(lines) + "\n", encoding="utf-8")
    found = Problems()
    rows = read_paid(path, found)
    assert not found.found
    return rows


@pytest.fixture
def rates(tmp_path: Path) -> Path:
    return tmp_path / "paid.csv"


def test_a_deviation_has_both_rows_the_days_they_share_and_what_they_come_to(
    rates: Path,
) -> None:
    rows = read(
        rates,
        "E09000016,SC990001,P1,medium,2026-04-01,2026-10-01,6000.00,invoice 7",
        "E09000012,SC990001,P1,medium,2026-09-07,2027-01-04,6450.00,invoice 9",
    )
    (found,) = parity(rows).deviations
    assert (found.dearer.borough, found.cheaper.borough) == (HACKNEY, HAVERING)
    assert (found.start, found.end, found.days) == (date(2026, 9, 7), date(2026, 10, 1), 24)
    # 450.00 × 24 / 7 = 1,542.857
    assert (found.weekly, found.total) == (45_000, 154_286)
    said = render_parity(parity(rows))
    assert "paid.csv, row 3 (invoice 9) against paid.csv, row 2 (invoice 7)" in said
    assert "£1,542.86" in said


def test_days_that_only_touch_are_not_shared(rates: Path) -> None:
    rows = read(
        rates,
        "E09000016,SC990001,P1,medium,2026-04-01,2026-10-01,6000.00,a",
        "E09000012,SC990001,P1,medium,2026-10-01,2027-01-04,6450.00,b",
    )
    assert not parity(rows).deviations
    assert "No deviation" in render_parity(parity(rows))


def test_another_home_or_band_is_another_price(rates: Path) -> None:
    rows = read(
        rates,
        "E09000016,SC990001,P1,medium,2026-04-01,,6000.00,a",
        "E09000012,SC990001,P1,high,2026-04-01,,8000.00,b",
        "E09000012,SC990002,P1,medium,2026-04-01,,6450.00,c",
    )
    assert not parity(rows).deviations


def test_two_prices_of_one_borough_are_a_deviation_and_said_to_be_its_own(rates: Path) -> None:
    rows = read(
        rates,
        "E09000016,SC990001,P1,medium,2026-04-01,2026-04-08,6000.00,a",
        "E09000016,SC990001,P1,medium,2026-04-01,2026-04-08,6007.00,b",
    )
    (found,) = parity(rows).deviations
    assert found.same_borough
    assert found.total == 700
    assert "(a), one borough" in render_parity(parity(rows))


def test_amounts_that_both_go_on_come_to_no_known_sum_until_a_day_is_named(rates: Path) -> None:
    rows = read(
        rates,
        "E09000016,SC990001,P1,medium,2026-04-01,,6000.00,a",
        "E09000012,SC990001,P1,medium,2026-04-08,,6070.00,b",
    )
    (found,) = parity(rows).deviations
    assert (found.days, found.total) == (None, None)
    answer = parity_json(parity(rows))["deviations"]
    assert isinstance(answer, list)
    assert (answer[0]["to"], answer[0]["total_difference"]) == (None, None)
    (clipped,) = parity(rows, date(2026, 4, 15), date(2026, 4, 20)).deviations
    assert (clipped.start, clipped.days, clipped.total) == (date(2026, 4, 15), 5, 5_000)


def test_a_price_that_is_unknown_is_told_and_compared_with_nothing(rates: Path) -> None:
    rows = read(
        rates,
        "E09000016,SC990001,P1,medium,2026-04-01,,6000.00,a",
        "E09000012,SC990001,P1,medium,2026-04-08,,,b",
    )
    made = parity(rows)
    assert not made.deviations
    assert [paid.row for paid in made.unknown] == [3]
    whole = made.ranges[0]
    assert (whole.rows, whole.unknown, whole.lowest, whole.highest) == (2, 1, 600_000, 600_000)
    assert "paid.csv, row 3: E09000012, SC990001, medium, from 2026-04-08" in render_parity(made)


def test_ranges_are_by_band_then_provider_with_a_median(rates: Path) -> None:
    rows = read(
        rates,
        "E09000016,SC990009,P2,high,2026-04-01,,8100.00,a",
        "E09000016,SC990001,P1,low,2026-04-01,,4400.00,b",
        "E09000012,SC990002,P1,high,2026-04-01,,8000.01,c",
        "E09000012,SC990003,P1,high,2026-04-01,,9000.02,d",
        "E09000012,SC990004,P1,high,2026-04-01,,8200.00,e",
    )
    found = [
        (each.band, each.provider, each.rows, each.lowest, each.median, each.highest)
        for each in parity(rows).ranges
    ]
    assert found == [
        ("low", None, 1, 440_000, 440_000, 440_000),
        ("low", "P1", 1, 440_000, 440_000, 440_000),
        ("high", None, 4, 800_001, 815_000, 900_002),
        ("high", "P1", 3, 800_001, 820_000, 900_002),
        ("high", "P2", 1, 810_000, 810_000, 810_000),
    ]


def test_a_period_without_a_row_has_no_range(rates: Path) -> None:
    rows = read(rates, "E09000016,SC990009,P2,high,2026-04-01,2026-05-01,8100.00,a")
    made = parity(rows, date(2026, 5, 1))
    assert not made.compared
    assert "No row has a day in the period" in render_parity(made)


def test_one_contract_gives_parity_and_two_that_share_a_home_may_not() -> None:
    block = contract_of(BLOCK_TEXT)
    rows = [
        stretch(1, HAVERING, date(2026, 5, 4), date(2028, 5, 1)),
        stretch(2, HACKNEY, date(2026, 9, 7), None),
    ]
    one = list(paid_under(block, rows, "ledger.csv"))
    assert not parity(one).deviations
    # The uplift of 0% in 2029 changes no amount, so it begins no row.
    second = [paid for paid in one if paid.borough == HACKNEY]
    assert [(paid.start.year, paid.weekly) for paid in second] == [
        (2026, 600_000),
        (2027, 616_800),
        (2028, 636_229),
    ]
    assert second[-1].end == block.end
    other = contract_of(edited(BLOCK_TEXT, ('medium = "6000.00"', 'medium = "6100.00"')))
    two = [*one, *paid_under(other, [stretch(3, HACKNEY, date(2027, 1, 1), None)], "second.csv")]
    assert {found.dearer.file for found in parity(two).deviations} == {"second.csv"}


FEE = "pounds from 0.00 with two decimals, such as 4500.00, or empty for unknown"
GOOD = "E09000016,SC990001,P1,medium,2026-04-01,2026-10-01,6000.00,invoice 7"

ONE_WRONG = {
    "no borough": (
        ("E09000016", "Havering"),
        'column borough: bad value: "Havering"; allowed: a borough\'s ONS code, E and eight digits,'
        " such as E09000016",
    ),
    "no home": (
        ("SC990001", ""),
        'column home_id: bad value: ""; allowed: a name or id, not empty',
    ),
    "no provider": (
        (",P1,", ",,"),
        'column provider: bad value: ""; allowed: a name or id, not empty',
    ),
    "an unknown band": (
        ("medium", "middling"),
        'column band: bad value: "middling"; allowed: low, medium, high, specialist',
    ),
    "no first day": (
        ("2026-04-01", ""),
        'column from: bad value: ""; allowed: a day as year-month-day, such as 2026-04-01',
    ),
    "a last day that is none": (
        ("2026-10-01", "October"),
        'column to: bad value: "October"; allowed: a day as year-month-day, such as 2026-04-01,'
        " or empty",
    ),
    "an end before the start": (
        ("2026-10-01", "2026-04-01"),
        "column to: wrong order: 2026-04-01; allowed: a day after from, 2026-04-01",
    ),
    "a negative fee": (
        ("6000.00", "-6000.00"),
        f'column weekly_fee: negative value: "-6000.00"; allowed: {FEE}',
    ),
    "a fee without pence": (
        ("6000.00", "6000"),
        f'column weekly_fee: bad value: "6000"; allowed: {FEE}',
    ),
    "no source": (
        ("invoice 7", ""),
        'column source: bad value: ""; allowed: a name or id, not empty',
    ),
}


@pytest.mark.parametrize(("change", "message"), ONE_WRONG.values(), ids=ONE_WRONG)
def test_each_error_of_a_table_of_rates_is_said(
    change: tuple[str, str], message: str, rates: Path
) -> None:
    rates.write_text(f"{HEAD}{GOOD}\n{edited(GOOD, change)}\n", encoding="utf-8")
    found = Problems()
    read_paid(rates, found)
    assert [str(problem) for problem in found] == [f"paid.csv, row 3, {message}"]


def test_a_missing_column_is_said(rates: Path) -> None:
    rates.write_text(HEAD.replace(",source", "") + "\n", encoding="utf-8")
    found = Problems()
    read_paid(rates, found)
    assert [str(problem) for problem in found] == [
        "paid.csv, row 1, column source: missing column: missing; allowed: once in the header"
    ]
