"""Figures and years in files that people write: exact, and unknown where they say so."""

import re
from collections.abc import Callable
from fractions import Fraction
from typing import Final

from pricing.record import T
from pricing.toml_section import Section

UNKNOWN: Final = "unknown"
FIGURE_ALLOWED: Final = 'a number from 0, in quotes, such as "52" or "2.5"'
YEAR_ALLOWED: Final = 'a year such as "2026", or a financial year such as "2026-27", in quotes'

_FIGURE = re.compile(r"[0-9]{1,12}(\.[0-9]{1,6})?")
_YEAR = re.compile(r"([0-9]{4})(?:-([0-9]{2}))?")


def is_year(text: str) -> bool:
    """Whether a text names a year, or a financial year whose second part follows its first."""
    matched = _YEAR.fullmatch(text)
    if matched is None:
        return False
    first, second = matched.groups()
    return second is None or int(second) == (int(first) + 1) % 100


def known(section: Section, key: str, read: Callable[[str], T]) -> T | None:
    """The value of a key, or None where it is absent or said to be unknown."""
    return None if section.table.get(key, UNKNOWN) == UNKNOWN else read(key)


def figure(section: Section, key: str) -> Fraction:
    """An exact number from 0, written in quotes so that its decimals are kept."""
    if key not in section.table:
        return Fraction()
    return section.take(key, section.table[key], as_figure, FIGURE_ALLOWED, Fraction())


def as_figure(value: object) -> Fraction | None:
    """The exact number in a text such as "52" or "2.5", else None."""
    return Fraction(value) if isinstance(value, str) and _FIGURE.fullmatch(value) else None


def year(section: Section, key: str) -> str:
    """A year or a financial year; "" where there is none."""

    def accept(value: object) -> str | None:
        return value if isinstance(value, str) and is_year(value) else None

    if key not in section.table:
        return ""
    return section.take(key, section.table[key], accept, YEAR_ALLOWED, "")
