"""Numbers and lists as people say them: one home for the words, so every view says the same."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import Final

from matching.data import need_tags

_ISO_DAY: Final = re.compile(r"(?<![\w-])\d{4}-\d{2}-\d{2}(?![\w-])")


def and_list(items: Sequence[str]) -> str:
    """`a, b and c`; `nothing` where there is none."""
    if not items:
        return "nothing"
    if len(items) == 1:
        return items[0]
    return ", ".join(items[:-1]) + " and " + items[-1]


def count(number: int, noun: str, plural: str = "") -> str:
    """`1 place`, `2 places`."""
    return f"{number} {noun if number == 1 else plural or noun + 's'}"


def miles_words(tenths: int) -> str:
    """Tenths of a mile as `28.4 miles`; a whole number without its decimal."""
    shown = f"{tenths // 10}" if tenths % 10 == 0 else f"{tenths // 10}.{tenths % 10}"
    return f"{shown} mile" if tenths == 10 else f"{shown} miles"


def pounds_words(pence: int) -> str:
    """Pence as `£4,500.00`."""
    return f"£{pence // 100:,}.{pence % 100:02d}"


def day_words(day: date) -> str:
    """A day as `7 September 2026`."""
    return f"{day.day} {day:%B} {day.year}"


def days_in_words(text: str) -> str:
    """A sentence that programs get as well, its days written as people write them.

    What is no day of the calendar stays as it is.
    """
    return _ISO_DAY.sub(lambda found: _in_words(found[0]), text)


def _in_words(written: str) -> str:
    try:
        return day_words(date.fromisoformat(written))
    except ValueError:
        return written


def band_words(band: str) -> str:
    """A need band in words."""
    return f"{band} need"


def tag_words(tag: str) -> str:
    """What a need tag means, in lower case."""
    meaning = need_tags()[tag]
    return meaning if meaning[:2].isupper() else meaning[0].lower() + meaning[1:]


def provision_words(provision: str) -> str:
    """A kind of provision in words."""
    return {"childrens_home": "children’s home"}.get(provision, provision.replace("_", " "))
