import ast
import re
from fractions import Fraction
from pathlib import Path

import pytest

import pricing
from pricing.money import (
    decimal_text,
    parse_decimal,
    parse_pounds,
    pounds,
    pounds_for_people,
    round_half_up,
    split_exactly,
)


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


def test_nothing_in_pricing_is_a_binary_fraction() -> None:
    """No module names `float`, rounds by `round` or holds a float constant.

    The one true division of whole numbers is the percentage shown at the very end.
    """
    shown = []
    for module in sorted(Path(pricing.__file__).parent.rglob("*.py")):
        text = module.read_text(encoding="utf-8")
        assert not re.search(r"\bfloat\b|\bmath\b|\bround\(", text), module.name
        constants = (node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Constant))
        assert not any(type(constant.value) is float for constant in constants), module.name
        shown += re.findall(r"tenths / 10\b", text)
    assert shown == ["tenths / 10"]
