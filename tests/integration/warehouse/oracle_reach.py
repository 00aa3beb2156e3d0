"""How far the records reach, a second way: days before they begin and days to come are not told."""

from __future__ import annotations

from datetime import date, timedelta

from tests.integration.warehouse.oracle import Steps

Days = tuple[date, date]


def told(steps: Steps, start: date, end: date, today: date) -> bool:
    """Whether there is any day of [start, end) of which something is known."""
    begun = [some[0]["taken_on"] for some in steps.values()]
    return any(min(begun) < end and start <= today and day <= today for day in begun)


def whole(steps: Steps, start: date, end: date, today: date) -> bool:
    """Whether the records reach over every day of [start, end), and the last is over."""
    begun = [some[0]["taken_on"] for some in steps.values()]
    return bool(begun) and min(begun) <= start and end <= today


def beside(start: date, end: date, today: date) -> dict[str, Days]:
    """The days before and the year before, as many as are over by today of those asked for."""
    months = 12 * (end.year - start.year) + end.month - start.month
    found = {}
    if (start.day, end.day) == (1, 1) and months:
        found["period before"] = (earlier(start, months), start)
    year = (earlier(start, 12), earlier(end, 12))
    if year not in found.values():
        found["a year before"] = year
    if not start <= today < end - timedelta(days=1):
        return found
    over = (today - start).days + 1
    return {
        name: (first, min(last, first + timedelta(days=over)))
        for name, (first, last) in found.items()
    }


def earlier(day: date, months: int) -> date:
    """The same day so many months before, or the last day of a month that has no such day."""
    year, month = day.year, day.month
    for _ in range(months):
        year, month = (year - 1, 12) if month == 1 else (year, month - 1)
    for number in range(day.day, 0, -1):
        try:
            return date(year, month, number)
        except ValueError:
            continue
    raise AssertionError


def quarters(steps: Steps, end: date, today: date) -> dict[str, Days]:
    """The last eight quarters up to a day of which there is anything, by name."""
    last = end - timedelta(days=1)
    first = date(last.year, last.month - (last.month - 1) % 3, 1)
    found = {}
    for back in range(21, -1, -3):
        start = earlier(first, back)
        after = earlier(date(start.year + 1, start.month, 1), 9)
        if told(steps, start, after, today):
            part = "" if whole(steps, start, after, today) else " (part)"
            found[f"{start.year}-Q{(start.month + 2) // 3}{part}"] = (start, after)
    return found
