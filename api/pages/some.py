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
    if wanted(request) is not None:
        return Some(every, 1 if every else 0, len(every), len(every), None, None)
    asked = request.query_params.get(name, "")
    start = int(asked[:6]) if asked.isascii() and asked.isdigit() else 0
    start = start if start < len(every) else 0
    items = every[start : start + AT_ONCE]

    def at(place: int) -> str:
        kept = {key: value for key, value in request.query_params.items() if key != name}
        return f"{request.url.path}?{urlencode({**kept, name: place})}"

    end = start + len(items)
    return Some(
        items,
        start + 1 if items else 0,
        end,
        len(every),
        at(end) if end < len(every) else None,
        at(max(0, start - AT_ONCE)) if start else None,
    )
