"""Some of many: a long list shown a part at a time, by its place in the page's address.

The spreadsheet of a table has the whole list.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from starlette.requests import Request

from api.pages.spreadsheet import wanted

AT_ONCE: Final = 40
"""How many of a long list one page shows: all of them would weigh too much to be read or sent."""


@dataclass(frozen=True, slots=True)
class Some:
    """A part of a list: its items, where they stand in the whole, and the address of the rest."""

    items: Sequence[Any]
    first: int
    last: int
    of: int
    next: str | None
    before: str | None


def some_of(request: Request, name: str, every: Sequence[Any]) -> Some:
    """The part of a list that an address asks for by `name`, its first part where it asks none."""
    start, most = asked_for(request, name)
    start = start if start < len(every) else 0
    items = every[start:] if most is None else every[start : start + most]
    return some(request, name, items, start, len(items), len(every))


def asked_for(request: Request, name: str) -> tuple[int, int | None]:
    """Where the part begins that an address asks for by `name`, and how many may be in it.

    The spreadsheet has all: then there is no most.
    """
    if wanted(request) is not None:
        return 0, None
    asked = request.query_params.get(name, "")
    return (int(asked[:6]) if asked.isascii() and asked.isdigit() else 0), AT_ONCE


def some(
    request: Request, name: str, items: Sequence[Any], start: int, number: int, of: int
) -> Some:
    """A part of a list of `of`: what it shows of the `number` from `start` on."""

    def at(place: int) -> str:
        kept = {key: value for key, value in request.query_params.items() if key != name}
        return f"{request.url.path}?{urlencode({**kept, name: place})}"

    end = start + number
    return Some(
        items,
        start + 1 if number else 0,
        end,
        of,
        at(end) if end < of else None,
        at(max(0, start - AT_ONCE)) if start else None,
    )
