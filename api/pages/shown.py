"""Tables as pages show them: the same sheets that workbooks are made of, in the words of pages."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any, Final

from broker.workbook import Column, Kind, Sheet, Value
from matching.words import day_words, days_in_words, pounds_words
from pricing.money import round_half_up
from pricing.numbers import with_decimals

UNKNOWN = "not known"
MINUS: Final = "\u2212"
"""What stands before an amount below 0: a hyphen is read out as nothing."""
_HYPHEN: Final = re.compile(r"(?<![\w.])-(?=£?[0-9])")


def with_minus(text: str) -> str:
    """A text in which an amount below 0 has a minus sign, not a hyphen."""
    return _HYPHEN.sub(MINUS, text)


@dataclass(frozen=True, slots=True)
class ShownTable:
    """A table ready for a page: heads, which of them are numbers, rows of text, and notes."""

    title: str
    heads: Sequence[str]
    numeric: Sequence[int]
    rows: Sequence[Sequence[str]]
    notes: Sequence[str] = ()
    total: bool = False


def shown_sheet(sheet: Sheet, *, notes: bool = True, total: bool = False) -> ShownTable:
    """A sheet of a workbook as a table of a page."""
    rows = [
        [days_in_words(one) if isinstance(one, str) else one for one in row] for row in sheet.rows
    ]
    return shown_table(sheet.title, sheet.columns, rows, sheet.notes if notes else (), total=total)


def shown_table(
    title: str,
    columns: Sequence[Column],
    rows: Iterable[Sequence[Value]],
    notes: Sequence[str] = (),
    *,
    total: bool = False,
    unknown: str = UNKNOWN,
) -> ShownTable:
    """Rows of values as a table of a page; `total` says that the last row is the sum.

    `unknown` stands where there is no value.
    """
    kinds = [column.kind for column in columns]
    return ShownTable(
        title=title,
        heads=[column.title for column in columns],
        numeric=[at for at, kind in enumerate(kinds) if kind not in (Kind.TEXT, Kind.DATE)],
        rows=[
            [
                unknown if value is None else in_words(kind, value)
                for kind, value in zip(kinds, row, strict=True)
            ]
            for row in rows
        ],
        notes=notes,
        total=total,
    )


def in_words(kind: Kind, value: Any) -> str:
    """A value as pages write it: to the penny, shares and numbers with one decimal."""
    if value is None:
        return UNKNOWN
    if isinstance(value, str):
        return value
    if isinstance(value, date):
        return day_words(value)
    exact = Fraction(value)
    if kind is Kind.MONEY:
        pence = round_half_up(exact)
        return pounds_words(pence) if pence >= 0 else f"{MINUS}{pounds_words(-pence)}"
    if kind is Kind.PERCENT:
        return with_minus(f"{with_decimals(exact * 100, 1)}%")
    return with_minus(with_decimals(exact, 0 if kind is Kind.COUNT else 1))
