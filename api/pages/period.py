"""A period in an address: the days [from, to) in boxes, with what is wrong in words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Final

from api.lives import today
from api.pages.forms import day_sent, is_day
from matching.geography import authority_name
from matching.words import day_words, days_in_words
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
        "text": f"{one.value} cannot be used. Allowed: {one.allowed}",
    }


def _of_record(one: InputProblem) -> dict[str, str]:
    what, who = _ON_RECORD.get(one.file, _THE_REST)
    number = "" if one.row is None else f" number {one.row - 1},"
    key = one.key.removeprefix("columns ").removeprefix("column ").replace("_", " ")
    text = (
        f"The {what} on record do not fit the contract:{number} {key}: {one.value}. "
        f"Allowed: {one.allowed}. {who} can put this right."
    )
    named = _AREA.sub(lambda found: authority_name(found[0]), days_in_words(text))
    return {"href": "#main-content", "text": named}


_AREA: Final = re.compile(r"\bE[0-9]{8}\b")


_COMMISSIONER: Final = "A commissioner of the partnership"
_THE_REST: Final = ("contract and tables", "Who runs this service")
_ON_RECORD: Final = {
    "ledger.csv": ("placements", "A broker"),
    "availability.csv": ("rooms out of use", "A broker, or the provider of the home,"),
    "trades.csv": ("trades", _COMMISSIONER),
    "events.toml": ("exits", _COMMISSIONER),
    "results.csv": ("results", _COMMISSIONER),
    "homes.csv": ("places of the homes", "A broker"),
}
"""The tables of a contract by their files: what people call them, and who can change them."""


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
