from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from pricing.billed import Billed
from pricing.due import AdjustmentLine
from pricing.money import (
    decimal_text,
    parse_decimal,
    parse_pounds,
    parse_signed_pounds,
    pounds,
    pounds_for_people,
    round_half_up,
    split_exactly,
    whole_pence,
)
from pricing.months import Difference
from pricing.quote import quote
from pricing.rates import case_rates
from pricing.statement import Charge
from tests.unit.pricing.samples import BLOCK_TEXT, HAVERING, contract_of


@pytest.mark.parametrize(
    ("text", "pence"),
    [("4500.00", 450000), ("0.00", 0), ("0.09", 9), ("999999999.99", 99999999999), ("01.10", 110)],
)
def test_pounds_with_two_decimals_become_pence(text: str, pence: int) -> None:
    assert parse_pounds(text) == pence


@pytest.mark.parametrize(
    "text",
    ["", "4500", "4500.0", "4500.000", "-1.00", "+1.00", "£1.00", "1,000.00", " 1.00", "1.00\n",
     "1e3.00", "١.٠٠", "1234567890.00", ".50", "1_0.00"],
)  # fmt: skip
def test_anything_else_is_no_amount(text: str) -> None:
    assert parse_pounds(text) is None


@pytest.mark.parametrize(
    ("text", "value"),
    [("14", Fraction(14)), ("2.80", Fraction(14, 5)), ("0.333333333", Fraction("0.333333333"))],
)
def test_plain_decimals_are_exact(text: str, value: Fraction) -> None:
    assert parse_decimal(text) == value


@pytest.mark.parametrize("text", ["", "-1", "1/3", "1e3", ".5", "5.", "nan", "1 0", "1234567", "²"])
def test_anything_else_is_no_number(text: str) -> None:
    assert parse_decimal(text) is None


def test_amounts_are_written_with_two_decimals_and_one_sign() -> None:
    assert [pounds(pence) for pence in (450000, 5, 0, -5, -123456)] == [
        "4500.00",
        "0.05",
        "0.00",
        "-0.05",
        "-1234.56",
    ]
    assert pounds_for_people(123456789) == "£1,234,567.89"
    assert pounds_for_people(-123456) == "-£1,234.56"


def test_numbers_are_written_as_short_as_they_can_be() -> None:
    numbers = (Fraction(14), Fraction(29, 2), Fraction(0), Fraction("0.05"), Fraction(100))
    assert [decimal_text(number) for number in numbers] == ["14", "14.5", "0", "0.05", "100"]


@pytest.mark.parametrize(
    ("exact", "rounded"),
    [
        (Fraction(1, 2), 1),
        (Fraction(49, 100), 0),
        (Fraction(3, 2), 2),
        (Fraction(5, 2), 3),
        (Fraction(7), 7),
        (Fraction(-1, 2), 0),
        (Fraction(-3, 4), -1),
    ],
)
def test_a_half_always_goes_up(exact: Fraction, rounded: int) -> None:
    assert round_half_up(exact) == rounded


def test_pennies_left_go_to_the_largest_remainders_and_ties_to_the_first_code() -> None:
    exact = {"C": Fraction(10, 3), "B": Fraction(10, 3), "A": Fraction(10, 3)}
    assert split_exactly(10, exact) == {"A": 4, "B": 3, "C": 3}
    exact = {"A": Fraction("1.2"), "B": Fraction("0.7"), "C": Fraction("2.6"), "D": Fraction(0)}
    assert split_exactly(5, exact) == {"A": 1, "B": 1, "C": 3, "D": 0}
    assert split_exactly(4, exact) == {"A": 1, "B": 1, "C": 2, "D": 0}
    assert list(split_exactly(10, {"Z": Fraction(5), "A": Fraction(5)})) == ["A", "Z"]


@pytest.mark.parametrize("amount", [1.0, 0.1 + 0.2, Fraction(1), Decimal("1.00"), True, "1", None])
def test_nothing_but_whole_pence_is_written_as_money(amount: Any) -> None:
    for write in (pounds, pounds_for_people, whole_pence):
        with pytest.raises(TypeError, match="money is a whole number of pence, not"):
            write(amount)


@pytest.mark.parametrize("value", [0.5, Decimal("0.5"), "1/2", None])
def test_only_exact_fractions_are_rounded_to_money(value: Any) -> None:
    with pytest.raises(TypeError, match="only exact fractions are rounded to money, not"):
        round_half_up(value)


def test_no_amount_that_is_not_whole_pence_enters_a_contract_a_line_or_a_statement() -> None:
    block = contract_of(BLOCK_TEXT)
    week = (date(2026, 5, 1), date(2026, 5, 8))
    assert block.training is not None
    line = quote(block, "low", {}, *week).lines[0]
    billed = Billed("B1", week[0], "bill", week, "PL1", HAVERING, "fee", *week, 1)
    due = AdjustmentLine(week, "PL1", HAVERING, "fee", *week, 1, 1, "")
    wrong: Any = 4500.5
    guarded: list[tuple[Any, str]] = [
        (block.requirements[0], "price"),
        (block.training, "release_cost_per_day"),
        (line, "amount"),
        (Charge(1, 2, 3), "results"),
        (case_rates(block, 0)[0], "marginal_weekly_fee"),
        (billed, "amount"),
        (due, "due"),
        (Difference(0, 0, 0, 0), "rows"),
    ]
    for made, field in guarded:
        with pytest.raises(TypeError, match=r"money is a whole number of pence, not 4500\.5"):
            replace(made, **{field: wrong})
    with pytest.raises(TypeError, match="money is a whole number of pence"):
        replace(block, fees={**block.fees, "low": wrong})
    with pytest.raises(TypeError, match="only exact fractions"):
        replace(line, weekly=wrong).to_json()


@pytest.mark.parametrize(
    ("text", "pence"), [("-0.05", -5), ("-1234.56", -123456), ("0.00", 0), ("17.10", 1710)]
)
def test_an_amount_given_back_is_below_nought(text: str, pence: int) -> None:
    assert parse_signed_pounds(text) == pence
    assert pounds(pence) == text


@pytest.mark.parametrize("text", ["--1.00", "- 1.00", "+1.00", "-1", "1.0", "-£1.00", "−1.00", ""])
def test_anything_else_is_no_amount_given_back(text: str) -> None:
    assert parse_signed_pounds(text) is None
