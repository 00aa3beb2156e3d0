"""School years, and the working days by which duties are counted."""

from __future__ import annotations

from datetime import date
from functools import cache

from pricing.working_days import Calendar, england_and_wales

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


def working_day_after(day: date, number: int) -> date:
    """The day `number` working days (England and Wales) after a day.

    Beyond the years whose bank holidays are published weekdays alone are counted, so that the
    answer is never later than the true day.
    """
    return _always().after(day, number)


@cache
def _always() -> Calendar:
    """The published calendar, with no bank holidays in the years for which none are known."""
    return Calendar(date.min.year, date.max.year, england_and_wales().holidays)
