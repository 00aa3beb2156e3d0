"""What the next place adds: a void relieved, a whole fee, or nothing because none is left."""

from datetime import date
from fractions import Fraction

from pricing.availability import OutOfUse
from pricing.rates import case_rates
from pricing.value.against_spot import value_for_money
from pricing.value.margin import ABOVE, FULL, VOID, margin_rows
from pricing.value.show_value import render_value
from pricing.value.spot import SpotContract
from tests.unit.pricing.samples import HAVERING, SPOT_TEXT, contract_of, edited, stretch
from tests.unit.pricing.value.test_against_spot import small

SPOT = SpotContract(contract_of(SPOT_TEXT))
A, B, C, D = date(2026, 10, 1), date(2026, 11, 1), date(2026, 12, 1), date(2027, 1, 1)


def low_rows(
    text: str, *stays: tuple[date, date], out: OutOfUse | None = None
) -> list[tuple[date, date, str]]:
    block = contract_of(text)
    rows = [stretch(number, HAVERING, *stay) for number, stay in enumerate(stays)]
    made = margin_rows(block, rows, [out] if out else [], A, D, SPOT)
    return [(row.start, row.end, row.place) for row in made if row.band == "low"]


def test_the_next_place_is_a_void_then_above_the_guarantee_then_none() -> None:
    two_of_three = small(guarantee="67.00")
    found = low_rows(two_of_three, (A, D), (B, D), (C, D))
    assert found == [(A, B, VOID), (B, C, ABOVE), (C, D, FULL)]


def test_a_void_takes_its_relief_off_and_a_full_block_has_no_answer() -> None:
    block = contract_of(small(guarantee="67.00"))
    rows = [stretch(number, HAVERING, first, D) for number, first in enumerate((A, B, C))]
    made = margin_rows(block, rows, [], A, D, SPOT)
    high = [row for row in made if row.band == "high"]
    assert [row.relief for row in high] == [360_000, 0, 0]
    assert [row.adds for row in high] == [440_000, 800_000, None]
    assert [row.saving for row in high] == [899_999 - 440_000, 99_999, None]


def test_days_on_which_nothing_changes_are_one_row() -> None:
    assert low_rows(small(), (A, B), (B, D)) == [(A, D, VOID)]


def test_a_place_the_partnership_has_out_of_use_is_paid_for_but_nobody_can_move_in() -> None:
    out = OutOfUse("SC990001", B, C, 2, "partnership", "mix of residents")
    assert low_rows(small(), (A, D), out=out) == [(A, B, VOID), (B, C, FULL), (C, D, VOID)]


def test_a_place_the_provider_has_out_of_use_is_not_paid_for() -> None:
    out = OutOfUse("SC990001", B, C, 1, "provider", "staffing")
    text = small(guarantee="67.00")
    # Two of three are guaranteed, and with one out two are left: one of them is a void.
    assert low_rows(text, (A, D), out=out) == [(A, D, VOID)]
    assert low_rows(text, (A, D), (A, D), out=out) == [(A, B, ABOVE), (B, C, FULL), (C, D, ABOVE)]


def test_an_uplift_and_a_spot_uplift_each_begin_a_row() -> None:
    start, end = date(2027, 3, 1), date(2027, 7, 1)
    spot = SpotContract(
        contract_of(SPOT_TEXT + '\n[[uplifts]]\nfrom = 2027-05-01\npercent = "10.00"\n')
    )
    made = margin_rows(contract_of(small()), [], [], start, end, spot)
    low = [(row.start, row.fee, row.relief, row.spot) for row in made if row.band == "low"]
    assert low == [
        (start, 450_000, 360_000, 510_000),
        (date(2027, 4, 1), 462_600, Fraction(370_080), 510_000),
        (date(2027, 5, 1), 462_600, Fraction(370_080), 561_000),
    ]


def test_a_fee_below_the_void_it_relieves_is_shown_below_zero() -> None:
    text = edited(small(rate="100.00"), ('medium = "6000.00"', 'medium = "4400.00"'))
    made = margin_rows(contract_of(text), [], [], A, D, SPOT)
    assert [row.adds for row in made if row.band == "medium"] == [-10_000]
    rates = case_rates(contract_of(text), in_use=0)
    assert {rate.marginal_weekly_fee for rate in rates if rate.band == "medium"} == {0}


def test_where_fees_exceed_the_void_the_margin_is_the_one_that_rates_are_written_with() -> None:
    block = contract_of(small())
    made = margin_rows(block, [], [], A, D, SPOT)
    written = {
        rate.band: rate.marginal_weekly_fee
        for rate in case_rates(block, in_use=0)
        if rate.start == block.start
    }
    assert {row.band: row.adds for row in made} == written


def test_a_full_block_is_shown_with_a_dash() -> None:
    block = contract_of(small(places=2))
    rows = [stretch(number, HAVERING, A, D) for number in range(2)]
    said = render_value(value_for_money(block, rows, A, D, SPOT))
    line = next(line for line in said.splitlines() if "no place left" in line and " low " in line)
    assert line.split()[-3:] == ["-", "£5,100.00", "-"]
