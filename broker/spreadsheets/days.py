"""Days written as text: in which orders they may be read, and what they are in one of them.

YYYY-MM-DD is always read so. With strokes the order must be said: 04/09/2026 is one day in Britain
and another elsewhere, and nothing in the cell tells which.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Final

ISO: Final = "YYYY-MM-DD"
BRITISH: Final = "DD/MM/YYYY"
AMERICAN: Final = "MM/DD/YYYY"
STROKED: Final = (BRITISH, AMERICAN)
"""The orders in which a day with strokes may be read."""
_STROKES: Final = re.compile(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})")
_PATTERNS: Final[Mapping[str, tuple[re.Pattern[str], tuple[int, int, int]]]] = {
    ISO: (re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})"), (1, 2, 3)),
    BRITISH: (_STROKES, (3, 2, 1)),
    AMERICAN: (_STROKES, (3, 1, 2)),
}
_SHORT: Final = re.compile(r"[0-9]{1,2}([/.-])[0-9]{1,2}\1[0-9]{2}")
_LAST_MONTH: Final = 12
_LAST_DAY: Final = 31


class NotADay(ValueError):
    """The text is no day in the order it is to be read in; in words."""


def day_of_text(text: str, order: str) -> str:
    """A day written in an order, or YYYY-MM-DD, as YYYY-MM-DD.

    Raises:
        NotADay: it is none, or its year has two digits, which may be of two centuries.
    """
    for known in dict.fromkeys((ISO, order)):
        pattern, places = _PATTERNS[known]
        found = pattern.fullmatch(text)
        if found:
            try:
                return date(*(int(found[place]) for place in places)).isoformat()
            except ValueError:
                raise NotADay("no such day") from None
    if _SHORT.fullmatch(text):
        raise NotADay("a year of two digits, which says no century; write all four")
    raise NotADay(f"allowed: a day written {order}")


def stroked(text: str) -> bool:
    """Whether a text is written as days are whose order must be said."""
    return _STROKES.fullmatch(text) is not None


def short(text: str) -> bool:
    """Whether a text is written as a day whose year has two digits."""
    return _SHORT.fullmatch(text) is not None


def fitting(texts: Iterable[str]) -> tuple[str, ...] | None:
    """The orders in which each of the days with strokes may be read; None where none has any."""
    left, any_at_all = list(STROKED), False
    for text in texts:
        found = _STROKES.fullmatch(text)
        if found is None:
            continue
        any_at_all = True
        first, second = int(found[1]), int(found[2])
        could = {BRITISH: (first, second), AMERICAN: (second, first)}
        left = [one for one in left if _may_be(*could[one])]
    return tuple(left) if any_at_all else None


def _may_be(day: int, month: int) -> bool:
    return 1 <= day <= _LAST_DAY and 1 <= month <= _LAST_MONTH
