"""Ages, birthdays and whole months, as the rules count them. Source: docs/case-folder.md, Words."""

from __future__ import annotations

from datetime import date


def birthday(born: date, age: int) -> date:
    """The day on which somebody becomes `age`; born on 29 February, 1 March in other years."""
    year = born.year + age
    try:
        return born.replace(year=year)
    except ValueError:
        return date(year, 3, 1)


def age_on(born: date, day: date) -> int:
    """Whole years on a day; below 0 before birth."""
    age = day.year - born.year
    return age if birthday(born, age) <= day else age - 1


def whole_months(start: date, end: date) -> int:
    """Whole months from `start` to `end`; 0 if `end` is before `start`."""
    months = 12 * (end.year - start.year) + end.month - start.month
    return max(0, months - (end.day < start.day))
