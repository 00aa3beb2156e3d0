"""A provider's own costs from a form, read by the reader of a file of costs.

Nothing is kept of them: they are worked with once, and are in the address only where whoever asks
wants a link that keeps them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from broker.capacity.desk.toml_parts import pounds, text
from pricing.forecast.costs import (
    HOME_MONTH,
    MONTH,
    PLACE_WEEK,
    USED_PLACE_WEEK,
    Costs,
    parse_costs,
)
from pricing.problems import BadInput, InputProblem
from pricing.terms import BANDS

FILE: Final = "the form"
UPLIFT: Final = "cost_uplift"
HOMES: Final = "homes"
MOST_HOMES: Final = 1_000


@dataclass(frozen=True, slots=True)
class Cost:
    """A cost that the form asks: its field, its label, and what it is counted by."""

    field: str
    label: str
    name: str
    per: str
    band: str | None = None


COSTS: Final = (
    Cost("cost_month", "A month, for the whole organisation", "Organisation", MONTH),
    Cost("cost_home", "A month, for each home", "Homes", HOME_MONTH),
    Cost("cost_place", "A week, for each place, used or not", "Places", PLACE_WEEK),
    *(
        Cost(f"cost_{band}", f"A week, for each place used by {band} need", "Places used",
             USED_PLACE_WEEK, band)
        for band in BANDS
    ),
)  # fmt: skip
FIELDS: Final = (*(one.field for one in COSTS), UPLIFT, HOMES)
"""Every field about a provider's own costs."""


def has_costs(fields: Mapping[str, str]) -> bool:
    """Whether anything is said about costs."""
    return any(fields.get(one.field, "").strip() for one in COSTS)


def costs_sent(
    fields: Mapping[str, str], by: str, day: date
) -> tuple[Costs | None, list[dict[str, str]]]:
    """The costs in the fields of a form, told by somebody on a day; None, and why, where wrong."""
    asked = [one for one in COSTS if fields.get(one.field, "").strip()]
    if not asked:
        return None, []
    source = text(f"told in the form by {by}")
    known = f"source = {source}\nday = {day.isoformat()}\n"
    percent = pounds(fields.get(UPLIFT, "").strip() or "0")
    parts = [
        f"name = {text(f'Costs told by {by}')}\n",
        f"[uplift]\npercent = {percent}\n{known}",
        *(
            f"[[costs]]\ncode = {text(one.field)}\nname = {text(one.name)}\n"
            f"per = {text(one.per)}\namount = {pounds(fields[one.field])}\n"
            f"{'' if one.band is None else f'band = {text(one.band)}' + chr(10)}{known}"
            for one in asked
        ),
    ]
    try:
        return parse_costs("".join(parts).encode(), FILE), []
    except BadInput as refused:
        return None, list(_errors(refused.problems, asked, fields))


def _errors(
    problems: tuple[InputProblem, ...], asked: list[Cost], fields: Mapping[str, str]
) -> Iterator[dict[str, str]]:
    for one in problems:
        place = re.match(r"costs\[([0-9]+)\]", one.key)
        if place is not None:
            cost = asked[int(place[1]) - 1]
            told = f"{cost.label}: it must be pounds, such as 9250 or 9250.50"
            yield {"href": f"#{cost.field}", "text": told}
        elif one.kind == "missing band":
            for cost in COSTS:
                if cost.band is not None and not fields.get(cost.field, "").strip():
                    told = f"{cost.label}: fill this in for every band, or for none"
                    yield {"href": f"#{cost.field}", "text": told}
        else:
            told = "How much your costs rise must be a percentage, such as 3 or 2.5"
            yield {"href": f"#{UPLIFT}", "text": told}
