"""Calendar months, years and working days, by dates that anybody can look up."""

from datetime import date, timedelta

import pytest

from pricing.calendar_months import add_months, month_ends, months_of, years_of
from pricing.working_days import CalendarUnknown, england_and_wales

CALENDAR = england_and_wales()


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2026, 1, 15), 3, date(2026, 4, 15)),
        (date(2026, 11, 30), 3, date(2027, 2, 28)),
        (date(2027, 11, 30), 3, date(2028, 2, 29)),
        (date(2026, 12, 31), 3, date(2027, 3, 31)),
        (date(2026, 8, 31), 3, date(2026, 11, 30)),
        (date(2026, 10, 1), 3, date(2027, 1, 1)),
        (date(2026, 10, 1), 0, date(2026, 10, 1)),
    ],
)
def test_three_months_are_over_on_the_same_day_or_the_months_last(
    day: date, months: int, later: date
) -> None:
    assert add_months(day, months) == later


def test_no_month_is_after_the_last_year_of_the_calendar() -> None:
    with pytest.raises(ValueError, match="3 months after 9999-11-01"):
        add_months(date(9999, 11, 1), 3)


def test_months_turn_on_the_first_and_over_the_year() -> None:
    assert months_of(date(2026, 11, 29), date(2027, 2, 2)) == [
        (date(2026, 11, 29), date(2026, 12, 1)),
        (date(2026, 12, 1), date(2027, 1, 1)),
        (date(2027, 1, 1), date(2027, 2, 1)),
        (date(2027, 2, 1), date(2027, 2, 2)),
    ]
    assert months_of(date(2026, 5, 1), date(2026, 6, 1)) == [(date(2026, 5, 1), date(2026, 6, 1))]
    assert months_of(date(9999, 12, 1), date(9999, 12, 31)) == [
        (date(9999, 12, 1), date(9999, 12, 31))
    ]
    assert months_of(date(2026, 6, 1), date(2026, 5, 1)) == []


def test_years_run_from_anniversary_to_anniversary_and_the_last_to_the_end() -> None:
    assert years_of(date(2024, 2, 29), date(2027, 4, 1)) == [
        (date(2024, 2, 29), date(2025, 2, 28)),
        (date(2025, 2, 28), date(2026, 2, 28)),
        (date(2026, 2, 28), date(2027, 2, 28)),
        (date(2027, 2, 28), date(2027, 4, 1)),
    ]
    assert years_of(date(2024, 2, 29), date(2028, 3, 1))[-1] == (
        date(2028, 2, 29),
        date(2028, 3, 1),
    )
    assert years_of(date(2026, 4, 1), date.max)[-1] == (date(9999, 4, 1), date.max)


def test_months_of_a_year_are_counted_from_its_first_day() -> None:
    assert list(month_ends(date(2026, 1, 31), date(2026, 5, 1))) == [
        date(2026, 2, 28),
        date(2026, 3, 31),
        date(2026, 4, 30),
        date(2026, 5, 1),
    ]
    assert list(month_ends(date(9999, 11, 30), date(9999, 12, 31))) == [
        date(9999, 12, 30),
        date(9999, 12, 31),
    ]
    assert list(month_ends(date(2026, 10, 5), date(2026, 10, 12))) == [date(2026, 10, 12)]
    assert len(list(month_ends(date(2026, 4, 1), date(2026, 4, 1) + timedelta(days=365)))) == 12


@pytest.mark.parametrize(
    ("day", "due"),
    [
        (date(2026, 10, 1), date(2026, 10, 15)),
        (date(2026, 10, 2), date(2026, 10, 16)),
        (date(2026, 10, 3), date(2026, 10, 16)),  # a Saturday: the first day counted is Monday
        (date(2026, 12, 18), date(2027, 1, 6)),  # Christmas, Boxing Day's Monday, New Year's Day
        (date(2026, 3, 27), date(2026, 4, 14)),  # Good Friday and Easter Monday
        (date(2022, 9, 9), date(2022, 9, 26)),  # the State Funeral's Monday, 19 September
    ],
)
def test_ten_working_days_pass_over_weekends_and_bank_holidays(day: date, due: date) -> None:
    assert CALENDAR.after(day, 10) == due
    assert CALENDAR.between(day, due) == 10


def test_boxing_day_on_a_saturday_is_kept_on_monday_and_scotlands_days_are_worked() -> None:
    assert not CALENDAR.is_working_day(date(2026, 12, 28))
    assert CALENDAR.is_working_day(date(2026, 11, 30))  # St Andrew's Day
    assert CALENDAR.is_working_day(date(2026, 7, 13))  # Northern Ireland's


def test_the_calendar_says_what_it_does_not_know_and_never_guesses() -> None:
    assert (CALENDAR.first, CALENDAR.last) == (2012, 2028)
    assert CALENDAR.after(date(2028, 12, 13), 10) == date(2028, 12, 29)
    with pytest.raises(
        CalendarUnknown, match="2029-01-01 is outside the years whose bank holidays"
    ):
        CALENDAR.after(date(2028, 12, 20), 10)
    with pytest.raises(CalendarUnknown, match="2011-12-31 is outside"):
        CALENDAR.after(date(2011, 12, 31), 0)
    with pytest.raises(CalendarUnknown, match="2029-01-01"):
        CALENDAR.between(date(2028, 12, 1), date(2030, 1, 1))
    with pytest.raises(CalendarUnknown):
        CALENDAR.is_working_day(date(2029, 1, 2))
