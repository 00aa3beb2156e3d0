"""What the number formats of a workbook say of its cells: dates of either epoch, text, numbers.

A spreadsheet keeps a date as a count of days; only the format tells it from a number.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Context, Decimal, InvalidOperation
from typing import Final

from broker.spreadsheets.package import Package
from broker.spreadsheets.xml import parse

_DATES: Final = frozenset((*range(14, 18), 22, *range(27, 37), *range(50, 59)))
_TEXT: Final = 49
_NOT_CODE: Final = re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]')
_KEPT: Final = Context(prec=15, rounding=ROUND_HALF_UP)
"""A spreadsheet keeps 15 digits and writes up to 17, of which the last are noise."""
_LARGEST: Final = Decimal(10) ** 30
_FIRST_1900, _FIRST_1904 = date(1899, 12, 31), date(1904, 1, 1)
_DAY_THAT_NEVER_WAS: Final = 60


class Styles:
    """For each cell style of a workbook: whether it shows a date, and whether it marks text."""

    def __init__(self) -> None:
        self.dates: list[bool] = []
        self.meant: list[bool] = []

    def is_date(self, style: int) -> bool:
        """Whether cells of a style show a day."""
        return 0 <= style < len(self.dates) and self.dates[style]

    def is_meant(self, style: int) -> bool:
        """Whether cells of a style are marked as text."""
        return 0 <= style < len(self.meant) and self.meant[style]


def read_styles(package: Package, part: str) -> Styles:
    """The styles of a workbook; none where it has no such part."""
    made = Styles()
    data = package.read(part)
    if data is None:
        return made
    custom: dict[str, str] = {}
    inside: list[str] = []

    def start(name: str, attributes: Mapping[str, str]) -> None:
        inside.append(name)
        if name == "numFmt":
            custom[attributes.get("numFmtId", "")] = attributes.get("formatCode", "")
        elif name == "xf" and "cellXfs" in inside:
            known = attributes.get("numFmtId", "0")
            number = int(known) if known.isascii() and known.isdigit() else 0
            code = custom.get(known)
            made.dates.append(_shows_day(code) if code is not None else number in _DATES)
            marked = attributes.get("quotePrefix", "0") in ("1", "true")
            made.meant.append(marked or number == _TEXT or code == "@")

    def end(_: str) -> None:
        inside.pop()

    parse(data, package.file, part, start, end, lambda _: None)
    return made


def _shows_day(code: str) -> bool:
    first = _NOT_CODE.sub("", code).partition(";")[0].lower()
    return "general" not in first and ("y" in first or "d" in first)


def plain_number(text: str) -> str | None:
    """A number as a spreadsheet shows it, 15 digits, no exponent; None if it is no number."""
    try:
        number = _KEPT.plus(Decimal(text.strip()))
    except InvalidOperation:
        return None
    if not number.is_finite() or abs(number) >= _LARGEST or (number and abs(number) < 1 / _LARGEST):
        return None
    shown = f"{number:f}"
    shown = shown.rstrip("0").rstrip(".") if "." in shown else shown
    return "0" if shown in ("-0", "") else shown


def day_of(number: str, from_1904: bool) -> str | None:
    """The day of a count of days, as YYYY-MM-DD, with its time behind it if it has one.

    None where the count stands for no day, as 60 does, which one program takes for 29 February
    1900.
    """
    whole, _, part = number.partition(".")
    count = int(whole)
    if count < 0 or count > 4_000_000 or (not from_1904 and count == _DAY_THAT_NEVER_WAS):
        return None
    first = _FIRST_1904 if from_1904 else _FIRST_1900
    if not from_1904 and count > _DAY_THAT_NEVER_WAS:
        count -= 1
    try:
        day = (first + timedelta(days=count)).isoformat()
    except OverflowError:
        return None
    return f"{day} and {Decimal('0.' + part) * 24:.2f} hours" if part else day
