"""School years and working days, from calendars that are kept by others."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache

FIRST_OF_KEY_STAGE_4 = 10
LAST_OF_KEY_STAGE_4 = 11
_SEPTEMBER = 9


def school_year(born: date, on: date) -> int:
    """The school year in England on a day: reception is 0, by age on the 31 August before."""
    started = on.year if on.month >= _SEPTEMBER else on.year - 1
    turned = started - born.year - (1 if (born.month, born.day) > (8, 31) else 0)
    return turned - 4


def key_stage_4(born: date, on: date) -> bool:
    """Whether somebody is in years 10 or 11 on a day."""
    return FIRST_OF_KEY_STAGE_4 <= school_year(born, on) <= LAST_OF_KEY_STAGE_4


@cache
def _bank_holidays() -> tuple[frozenset[date], date, date]:
    from govuk_bank_holidays.bank_holidays import BankHolidays

    holidays = BankHolidays(use_cached_holidays=True).get_holidays(division="england-and-wales")
    days = frozenset(holiday["date"] for holiday in holidays)
    return days, min(days), max(days)


def working_day_after(day: date, number: int) -> date:
    """The day `number` working days (England and Wales) after a day.

    Beyond the years whose bank holidays are published weekdays alone are counted, so that the
    answer is never later than the true day.
    """
    holidays, _, _ = _bank_holidays()
    left = number
    while left:
        day += timedelta(days=1)
        if day.weekday() < 5 and day not in holidays:
            left -= 1
    return day


def add_months(day: date, months: int) -> date:
    """The same day of the month so many months on; the last day where there is no such day."""
    at = day.year * 12 + day.month - 1 + months
    year, month = divmod(at, 12)
    for last in range(day.day, 27, -1):
        try:
            return date(year, month + 1, last)
        except ValueError:
            continue
    return date(year, month + 1, day.day)
