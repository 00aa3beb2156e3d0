"""The words of the contract, each against a value worked out another way."""

from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from random import Random

import pytest

from tests.oracle.words import age_on, birthday, half_up, tenths_between, whole_months


def test_miles_agree_with_the_formula_at_sixty_digits() -> None:
    chance = Random(7)
    for _ in range(400):
        reach = chance.choice((30, 900, 20_000, 400_000))
        a = (530_000, 180_000)
        b = (a[0] + chance.randint(-reach, reach), a[1] + chance.randint(-reach, reach))
        squared = Decimal((a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2)
        miles = squared.sqrt() / 1000 / Decimal("1.6093")
        rounded = miles.quantize(Decimal("0.1"), ROUND_HALF_UP)
        assert tenths_between(a, b) == int(rounded * 10)


def test_miles_to_the_same_point_are_none_and_to_an_unknown_point_unknown() -> None:
    assert tenths_between((530_000, 180_000), (530_000, 180_000)) == 0
    assert tenths_between((530_000, 180_000), None) is None


def test_five_whole_miles_to_the_metre() -> None:
    assert tenths_between((0, 0), (80_465, 0)) == 500
    assert tenths_between((0, 0), (80_384, 0)) == 499
    assert tenths_between((0, 0), (80_385, 0)) == 500


@pytest.mark.parametrize(
    ("born", "day", "age"),
    [
        (date(2012, 2, 29), date(2026, 2, 28), 13),
        (date(2012, 2, 29), date(2026, 3, 1), 14),
        (date(2012, 2, 29), date(2028, 2, 28), 15),
        (date(2012, 2, 29), date(2028, 2, 29), 16),
        (date(2010, 4, 1), date(2026, 4, 1), 16),
        (date(2010, 4, 2), date(2026, 4, 1), 15),
        (date(2026, 3, 31), date(2026, 4, 1), 0),
    ],
)
def test_age_is_whole_years_on_the_day(born: date, day: date, age: int) -> None:
    assert age_on(born, day) == age


def test_age_goes_up_on_the_birthday_and_on_no_other_day() -> None:
    born = date(2008, 2, 29)
    day = date(2024, 1, 1)
    while day < date(2029, 1, 1):
        older = age_on(born, day + timedelta(days=1)) - age_on(born, day)
        expected = day + timedelta(days=1) == birthday(born, age_on(born, day) + 1)
        assert older == expected
        day += timedelta(days=1)


@pytest.mark.parametrize(
    ("a", "b", "months"),
    [
        (date(2026, 4, 1), date(2026, 4, 1), 0),
        (date(2026, 1, 31), date(2026, 2, 28), 0),
        (date(2026, 1, 28), date(2026, 2, 28), 1),
        (date(2026, 4, 4), date(2027, 5, 1), 12),
        (date(2026, 4, 4), date(2025, 5, 1), 0),
        (date(2026, 12, 15), date(2027, 1, 15), 1),
    ],
)
def test_whole_months_less_one_if_the_day_of_the_month_is_earlier(
    a: date, b: date, months: int
) -> None:
    assert whole_months(a, b) == months


@pytest.mark.parametrize(
    ("above", "below", "whole"), [(15, 10, 2), (14, 10, 1), (25, 10, 3), (0, 10, 0), (499, 1000, 0)]
)
def test_a_half_goes_up_never_to_the_even_neighbour(above: int, below: int, whole: int) -> None:
    assert half_up(above, below) == whole
