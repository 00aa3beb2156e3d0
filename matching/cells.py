"""How one cell of a table is read: what it may hold, and the words that say so.

A `Kind` turns a trimmed, non-empty cell into a value or refuses it with what is allowed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from typing import Any

from matching.formulas import runs
from matching.policy import FIRST_YEAR, LAST_YEAR


class RefusedCell(ValueError):
    """The cell does not hold what its column allows."""


@dataclass(frozen=True, slots=True)
class Kind:
    """What a column's cells may hold: a parser and the sentence that says what is allowed.

    `codes` are the words a cell may hold, `many` says that several may stand in one cell, and
    `limits` are the ends of a range of whole numbers; all as the parser takes them.
    """

    parse: Callable[[str], Any]
    allowed: str
    codes: tuple[str, ...] = ()
    many: bool = False
    limits: tuple[int, int] | None = None


def one_of(*codes: str) -> Kind:
    """Exactly one of a list of codes; codes are case-sensitive."""
    known = frozenset(codes)

    def parse(cell: str) -> str:
        if cell not in known:
            raise RefusedCell
        return cell

    return Kind(parse, "allowed: " + ", ".join(codes), codes)


def list_of(codes: Iterable[str], hint: str = "") -> Kind:
    """One or more codes separated by `;`, trimmed; order and repeats mean nothing."""
    ordered = tuple(codes)
    known = frozenset(ordered)

    def parse(cell: str) -> frozenset[str]:
        items = [item.strip() for item in cell.split(";")]
        unknown = [item for item in items if item not in known]
        if unknown:
            like = [near for item in unknown for near in get_close_matches(item, known, n=1)]
            hint = f"; did you mean {' or '.join(like)}?" if like else ""
            raise RefusedCell(
                "not known: " + ", ".join(item or "(empty)" for item in unknown) + hint
            )
        return frozenset(items)

    words = "allowed: " + (hint or ", ".join(ordered)) + ", separated by ;"
    return Kind(parse, words, ordered, many=True)


def whole(low: int, high: int) -> Kind:
    """A whole number in a range, both ends included."""

    def parse(cell: str) -> int:
        if not re.fullmatch(r"-?[0-9]{1,9}", cell) or not low <= int(cell) <= high:
            raise RefusedCell
        return int(cell)

    return Kind(parse, f"allowed: a whole number from {low} to {high}", limits=(low, high))


def _date(cell: str) -> date:
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", cell):
        raise RefusedCell
    try:
        day = date.fromisoformat(cell)
    except ValueError as problem:
        raise RefusedCell(str(problem)) from problem
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise RefusedCell(f"allowed: years from {FIRST_YEAR} to {LAST_YEAR}")
    return day


def _miles(cell: str) -> int:
    found = re.fullmatch(r"([0-9]{1,5})(?:\.([0-9]))?", cell)
    if not found:
        raise RefusedCell
    return int(found[1]) * 10 + int(found[2] or 0)


def _money(cell: str) -> int:
    found = re.fullmatch(r"([0-9]{1,9})(?:\.([0-9]{2}))?", cell)
    if not found:
        raise RefusedCell
    return int(found[1]) * 100 + int(found[2] or 0)


def _authority(cell: str) -> str:
    if not re.fullmatch(r"(E06|E08|E09|E10|W06|S12|N09)[0-9]{6}", cell):
        raise RefusedCell
    return cell


def _text(cell: str) -> str:
    if not cell.isprintable() and any(
        unicodedata.category(letter) == "Cc" and letter not in "\n\r\t" for letter in cell
    ):
        raise RefusedCell("it holds control characters")
    return cell


def _name(cell: str) -> str:
    if not cell.isprintable() and any(
        unicodedata.category(letter) in ("Cc", "Zl", "Zp") for letter in cell
    ):
        raise RefusedCell("it holds control characters or line breaks")
    return cell


def _pseudonym(cell: str) -> str:
    _name(cell)
    if runs(cell):
        raise RefusedCell("it begins as a formula does")
    if is_nhs_number(cell) or re.fullmatch(r"[A-Za-z][0-9]{11}[0-9A-Za-z]", cell):
        raise RefusedCell("it looks like an NHS number or a UPN")
    return cell


def is_nhs_number(text: str) -> bool:
    """Ten digits of which the last is the check digit of the others (modulus 11)."""
    if len(text) < 10:
        return False
    digits = re.sub(r"[ -]", "", text)
    if not re.fullmatch(r"[0-9]{10}", digits):
        return False
    total = sum((10 - place) * int(digit) for place, digit in enumerate(digits[:9]))
    check = (11 - total % 11) % 11
    return check != 10 and check == int(digits[9])


TEXT = Kind(_text, "allowed: text")
NAME = Kind(_name, "allowed: text on one line")
DATE = Kind(_date, "allowed: a date written YYYY-MM-DD")
MILES = Kind(_miles, "allowed: miles from 0, with at most one decimal")
MONEY = Kind(_money, "allowed: pounds with two decimals, such as 4500.00, never negative")
AUTHORITY = Kind(
    _authority,
    "allowed: the ONS code of an authority with children's services duties, such as E09000016, "
    "never a district",
)
PSEUDONYM = Kind(_pseudonym, "allowed: a pseudonym, never an NHS number or a UPN")
YES_NO = Kind(one_of("Y", "N").parse, "allowed: Y or N", ("Y", "N"))
EASTING = whole(0, 700_000)
NORTHING = whole(0, 1_300_000)
AGE = whole(0, 99)
COUNT = whole(0, 100_000)
