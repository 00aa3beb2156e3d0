"""The periods that are offered to whoever asks for a report: whole quarters, and financial years.

A quarter of the financial year begins in April, July, October or January, and so is one of the
calendar. One that is not over is counted as far as it is, with as many days of its like beside it.
"""

from __future__ import annotations

from datetime import date

from broker.reports.figures import quarter_before
from broker.reports.form import Period
from pricing.calendar_months import add_months


def choices(day: date) -> list[tuple[str, Period]]:
    """Periods by their names, as somebody on a day says them."""
    last = quarter_before(day)
    year = financial_year(day)
    return [
        ("This quarter", Period(last.end, add_months(last.end, 3))),
        ("Last quarter", last),
        ("The quarter before", Period(add_months(last.start, -3), last.start)),
        ("This financial year", year),
        ("Last financial year", Period(add_months(year.start, -12), year.start)),
    ]


def financial_year(day: date) -> Period:
    """The financial year of a day: from 1 April."""
    start = date(day.year if day.month >= 4 else day.year - 1, 4, 1)
    return Period(start, add_months(start, 12))


def months_words(period: Period) -> str:
    """Whole months as people say them: `July to September 2026`."""
    last = add_months(period.end, -1)
    year = "" if last.year == period.start.year else f" {period.start.year}"
    return f"{period.start:%B}{year} to {last:%B} {last.year}"
