"""A period in an address: the days [from, to) in boxes, with what is wrong in words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from api.lives import today
from api.pages.forms import day_sent, is_day
from matching.words import day_words
from pricing.problems import BadInput, InputProblem


def period_sent(
    fields: Mapping[str, str],
) -> tuple[tuple[date, date] | None, list[dict[str, str]]]:
    """The period in the fields of a form; None, and why not, where there is none."""
    sent = {name: day_sent(fields, name) for name in ("from", "to")}
    errors = [
        {
            "href": f"#{name}-day",
            "text": f"{words} must be a real day, such as {day_words(today())}",
        }
        for name, words in (("from", "The first day"), ("to", "The day after the last"))
        if not is_day(sent[name])
    ]
    if errors:
        return None, errors
    start, end = (date.fromisoformat(sent[name]) for name in ("from", "to"))
    return (start, end), []


def in_order(period: tuple[date, date]) -> list[dict[str, str]]:
    """What is wrong with a period whose last day comes before its first."""
    start, end = period
    if start < end:
        return []
    text = f"The day after the last must be a day after {day_words(start)}"
    return [{"href": "#to-day", "text": text}]


def refused_of(refused: BadInput) -> list[dict[str, str]]:
    """What is wrong with a period, at its boxes; and with what is on record, by table and row."""
    return [_of_period(one) if one.key in ("from", "to") and one.row is None else _of_record(one)
            for one in refused.problems]  # fmt: skip


def _of_period(one: InputProblem) -> dict[str, str]:
    return {
        "href": f"#{one.key}-day",
        "text": f"{one.value} cannot be used. Allowed: "
        + one.allowed.replace("after from,", "after the first day,"),
    }


def _of_record(one: InputProblem) -> dict[str, str]:
    row = "" if one.row is None else f", row {one.row}"
    text = f"On record, {one.file}{row}, {one.key}: {one.value}. Allowed: {one.allowed}"
    return {"href": "#main-content", "text": text}


def boxes_of(start: date, end: date) -> dict[str, str]:
    """A period as the fields of a form."""
    made: dict[str, str] = {}
    for name, day in (("from", start), ("to", end)):
        made |= {
            f"{name}-day": str(day.day),
            f"{name}-month": str(day.month),
            f"{name}-year": str(day.year),
        }
    return made
