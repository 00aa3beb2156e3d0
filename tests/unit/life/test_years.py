"""School years, working days and months, against reckonings of their own."""

from __future__ import annotations

import calendar
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broker.life.years import key_stage_4, school_year, working_day_after
from pricing.calendar_months import add_months

DAYS = st.dates(date(2005, 1, 1), date(2040, 12, 31))
HOLIDAYS_2026 = {
    date(2026, 1, 1),
    date(2026, 4, 3),
    date(2026, 4, 6),
    date(2026, 5, 4),
    date(2026, 5, 25),
    date(2026, 8, 31),
    date(2026, 12, 25),
    date(2026, 12, 28),
}
"""England and Wales; Boxing Day is a Saturday and kept on the Monday."""


@pytest.mark.parametrize(
    ("born", "on", "year"),
    [
        (date(2010, 8, 31), date(2026, 9, 1), 12),
        (date(2010, 9, 1), date(2026, 9, 1), 11),
        (date(2010, 9, 1), date(2026, 8, 31), 10),
        (date(2011, 8, 31), date(2026, 9, 1), 11),
        (date(2012, 2, 29), date(2027, 8, 31), 10),
        (date(2022, 8, 31), date(2026, 9, 1), 0),
        (date(2015, 9, 1), date(2026, 9, 1), 6),
    ],
)
def test_the_school_year_turns_on_the_first_of_september(born: date, on: date, year: int) -> None:
    assert school_year(born, on) == year


@given(DAYS, st.integers(0, 6_000))
def test_the_school_year_is_the_age_on_the_first_of_september_before(born: date, days: int) -> None:
    on = born + timedelta(days=days)
    began = date(on.year if on >= date(on.year, 9, 1) else on.year - 1, 9, 1)
    age = sum(1 for year in range(born.year + 1, began.year + 1)
              if (began.year > year or (born.month, born.day) < (9, 1)))  # fmt: skip
    if began > born:  # on the day of birth itself nobody has an age of the August before
        assert school_year(born, on) == age - 4


@pytest.mark.parametrize(
    ("on", "is_so"),
    [
        (date(2026, 8, 31), False),
        (date(2026, 9, 1), True),
        (date(2028, 8, 31), True),
        (date(2028, 9, 1), False),
    ],
)
def test_key_stage_4_is_the_two_years_before_sixteen(on: date, is_so: bool) -> None:
    assert key_stage_4(date(2012, 3, 9), on) is is_so


def plainly(day: date, number: int) -> date:
    """The day by counting each one: the second reckoning of 2026's working days."""
    while number:
        day += timedelta(days=1)
        number -= day.weekday() < 5 and day not in HOLIDAYS_2026
    return day


@given(st.dates(date(2026, 1, 1), date(2026, 11, 20)), st.integers(0, 20))
def test_working_days_leave_out_weekends_and_bank_holidays(day: date, number: int) -> None:
    found = working_day_after(day, number)
    assert found == plainly(day, number)
    assert number == 0 or (found.weekday() < 5 and found not in HOLIDAYS_2026)


def test_beyond_the_published_years_the_day_is_never_later_than_the_true_one() -> None:
    day = date(2090, 12, 20)
    found = working_day_after(day, 10)
    assert found.weekday() < 5
    assert found == date(2091, 1, 3), "weekdays alone; with holidays it would be later"


@given(DAYS, st.integers(-240, 240))
def test_so_many_months_on_is_the_same_day_or_the_last(day: date, months: int) -> None:
    found = add_months(day, months)
    assert (found.year * 12 + found.month) - (day.year * 12 + day.month) == months
    last = calendar.monthrange(found.year, found.month)[1]
    assert found.day == min(day.day, last)


def test_months_from_the_end_of_a_long_month() -> None:
    assert add_months(date(2026, 8, 31), 6) == date(2027, 2, 28)
    assert add_months(date(2027, 8, 31), 6) == date(2028, 2, 29)
    assert add_months(date(2026, 9, 30), 9) == date(2027, 6, 30)
