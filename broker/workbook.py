"""Tables as an Excel workbook that any program reads: exact money, dates as dates, text as text.

A sheet has its title and notes at the top, then a frozen header and the rows. Nothing that a person
wrote can become a formula. The same sheets give the same bytes, whenever and wherever.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from typing import TYPE_CHECKING, Final, TypeAlias

from matching.formulas import runs
from pricing.money import pounds, round_half_up

if TYPE_CHECKING:
    from pathlib import Path

    from openpyxl.cell.cell import Cell as SheetCell
    from openpyxl.workbook import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

Value: TypeAlias = str | int | Fraction | Decimal | date | None

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
MOST_ROWS: Final = 1_048_576
LONGEST_TEXT: Final = 32_767
PLACES: Final = 9
"""Decimals of a number or share, rounded half-up; money has two, exactly."""

_EARLIEST_IN_A_ZIP: Final = (1980, 1, 1, 0, 0, 0)
_LONGEST_TITLE: Final = 31
_WIDEST: Final = 60
_BAD_IN_TITLE = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
_ESCAPED_ALREADY = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f]")
_NOT_IN_XML = re.compile(r"[\ud800-\udfff\ufffe\uffff]")
_TITLE_OF_EXCEL: Final = "history"


class Kind(Enum):
    """What a column holds, by the number format of its cells."""

    TEXT = "@"
    MONEY = "£#,##0.00;[Red]-£#,##0.00"
    DATE = "yyyy-mm-dd"
    COUNT = "#,##0"
    NUMBER = "#,##0.0"
    PERCENT = "0.0%"


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its header, and what it holds.

    For whoever fills it in: a `note` on the header, the `choices` that a cell may hold, or the
    `limits` of a whole number, or the sheet and column whose values it names (`listed_in`).
    """

    title: str
    kind: Kind = Kind.TEXT
    note: str = ""
    choices: tuple[str, ...] = ()
    limits: tuple[int, int] | None = None
    listed_in: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table with what it is and where its figures are from.

    `notes` name source, day and version, a few lines at most: they stay in sight with the header.
    Values by kind: text; money in whole pence; a date; a count; an exact number; a share, where 1
    is 100%. None is an empty cell: not known is never zero.
    """

    title: str
    notes: Sequence[str]
    columns: Sequence[Column]
    rows: Sequence[Sequence[Value]]


def write_workbook(path: Path, sheets: Sequence[Sheet], made: datetime = EPOCH) -> None:
    """Write a workbook whole or not at all; `made` is the time it says that it was made."""
    from broker.commands.files import write_bytes

    write_bytes(path, [workbook_bytes(sheets, made)])


def workbook_bytes(sheets: Sequence[Sheet], made: datetime = EPOCH) -> bytes:
    """The bytes of a workbook of one or more sheets.

    Raises:
        ValueError: no sheet, a row that does not fit the columns, a text or table too long, or a
            value that is not of its column's kind.
    """
    from openpyxl import Workbook
    from openpyxl.writer.excel import ExcelWriter

    if not sheets:
        raise ValueError("a workbook needs at least one sheet")
    book = Workbook()
    book.remove(book.worksheets[0])
    for sheet, title in zip(sheets, sheet_titles([sheet.title for sheet in sheets]), strict=True):
        _fill(book, sheet, title)
    if any(column.note or column.choices or column.limits for s in sheets for column in s.columns):
        from broker.spreadsheets.guidance import guide

        guide(book, sheets)
    book.properties.creator = "broker"
    book.properties.created = book.properties.modified = made.astimezone(UTC).replace(tzinfo=None)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        ExcelWriter(book, archive).write_data()
    return dateless(packed)


def sheet_titles(wanted: Iterable[str]) -> list[str]:
    """Titles that Excel takes: allowed characters, at most 31 of them, each different."""
    titles: list[str] = []
    for title in wanted:
        clean = _NOT_IN_XML.sub("\ufffd", _BAD_IN_TITLE.sub(" ", title))
        clean = " ".join(clean.split()).strip("' ") or "Sheet"
        if clean.lower() == _TITLE_OF_EXCEL:
            clean = f"{clean} sheet"
        number, candidate = 1, clean[:_LONGEST_TITLE].strip("' ")
        while candidate.lower() in {known.lower() for known in titles}:
            number += 1
            ending = f" {number}"
            candidate = clean[: _LONGEST_TITLE - len(ending)].rstrip("' ") + ending
        titles.append(candidate)
    return titles


def cell_text(text: str) -> str:
    """A text as the format stores it: what XML cannot hold and what reads as an escape, escaped."""
    if len(text) > LONGEST_TEXT:
        raise ValueError(f"a text of {len(text)} characters; a cell holds {LONGEST_TEXT}")
    safe = _NOT_IN_XML.sub("\ufffd", _ESCAPED_ALREADY.sub("_x005F_", text))
    return _CONTROL.sub(lambda found: f"_x{ord(found[0]):04X}_", safe)


def _fill(book: Workbook, sheet: Sheet, title: str) -> None:
    from openpyxl.styles import Alignment, Border, Font, Side
    from openpyxl.utils import get_column_letter

    page = book.create_sheet(title)
    _text_cell(page.cell(1, 1), sheet.title).font = Font(bold=True, size=14)
    for row, note in enumerate(sheet.notes, start=2):
        _text_cell(page.cell(row, 1), note)
    header = len(sheet.notes) + 3
    if header + len(sheet.rows) > MOST_ROWS:
        raise ValueError(f"{title}: {len(sheet.rows)} rows are more than a sheet holds")
    for place, column in enumerate(sheet.columns, start=1):
        cell = _text_cell(page.cell(header, place), column.title)
        cell.font = Font(bold=True)
        cell.border = Border(bottom=Side(style="thin"))
        across = "left" if column.kind is Kind.TEXT else "right"
        cell.alignment = Alignment(horizontal=across, vertical="top", wrap_text=True)
    for row, values in enumerate(sheet.rows, start=header + 1):
        if len(values) != len(sheet.columns):
            raise ValueError(f"{title}: {len(values)} values for {len(sheet.columns)} columns")
        for place, (column, value) in enumerate(zip(sheet.columns, values, strict=True), start=1):
            if value is not None:
                _WRITERS[column.kind](page.cell(row, place), value)
    for place, column in enumerate(sheet.columns, start=1):
        width = _width(column, [values[place - 1] for values in sheet.rows])
        page.column_dimensions[get_column_letter(place)].width = width
    page.freeze_panes = page.cell(header + 1, 1)
    _for_paper(page, header)


def _for_paper(page: Worksheet, header: int) -> None:
    """Printed across the page, as wide as it, the header on every sheet of paper."""
    from openpyxl.worksheet.properties import PageSetupProperties

    page.page_setup.orientation = "landscape"
    page.page_setup.fitToHeight = 0
    page.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    page.print_title_rows = f"{header}:{header}"


def _text_cell(cell: SheetCell, value: object) -> SheetCell:
    """Text, whatever it begins with: the type is set, so that it is never taken for a formula."""
    if not isinstance(value, str):
        raise _wrong(cell, value, "text")
    cell.value = cell_text(value)
    cell.data_type = "s"
    cell.number_format = Kind.TEXT.value
    cell.quotePrefix = runs(value)
    return cell


def _number_cell(cell: SheetCell, kind: Kind, text: str) -> None:
    """A number by its exact digits: the library would print a Decimal through a binary float."""
    cell.value = text
    cell.data_type = "n"
    cell.number_format = kind.value


def _money_cell(cell: SheetCell, value: object) -> None:
    if type(value) is not int:
        raise _wrong(cell, value, "whole pence")
    _number_cell(cell, Kind.MONEY, pounds(value))


def _count_cell(cell: SheetCell, value: object) -> None:
    if type(value) is not int:
        raise _wrong(cell, value, "a whole number")
    _number_cell(cell, Kind.COUNT, str(value))


def _date_cell(cell: SheetCell, value: object) -> None:
    if type(value) is not date:
        raise _wrong(cell, value, "a date")
    cell.value = value
    cell.number_format = Kind.DATE.value


def _exact_cell(kind: Kind) -> Callable[[SheetCell, object], None]:
    def write(cell: SheetCell, value: object) -> None:
        if isinstance(value, bool) or not isinstance(value, int | Fraction | Decimal):
            raise _wrong(cell, value, "an exact number")
        _number_cell(cell, kind, _digits(Fraction(value)))

    return write


_WRITERS: Final[Mapping[Kind, Callable[[SheetCell, object], object]]] = {
    Kind.TEXT: _text_cell,
    Kind.MONEY: _money_cell,
    Kind.DATE: _date_cell,
    Kind.COUNT: _count_cell,
    Kind.NUMBER: _exact_cell(Kind.NUMBER),
    Kind.PERCENT: _exact_cell(Kind.PERCENT),
}


def _digits(value: Fraction) -> str:
    whole, part = divmod(abs(round_half_up(value * 10**PLACES)), 10**PLACES)
    digits = f"{part:0{PLACES}d}".rstrip("0")
    return f"{'-' if value < 0 else ''}{whole}{'.' if digits else ''}{digits}"


def _width(column: Column, values: Sequence[Value]) -> int:
    longest = max((_shown_length(column.kind, value) for value in values), default=0)
    return min(_WIDEST, max(longest, min(len(column.title), 16)) + 2)


def _shown_length(kind: Kind, value: Value) -> int:
    if value is None:
        return 0
    if isinstance(value, str):
        return max(map(len, value.split("\n")))
    if isinstance(value, date):
        return 10
    whole = len(str(int(value) // (100 if kind is Kind.MONEY else 1)))
    return whole + whole // 3 + 5


def _wrong(cell: SheetCell, value: object, wanted: str) -> ValueError:
    return ValueError(f"{cell.parent.title} {cell.coordinate}: {value!r} is not {wanted}")


def dateless(packed: io.BytesIO) -> bytes:
    """The same archive with every file of it dated alike."""
    still = io.BytesIO()
    with zipfile.ZipFile(packed) as old, zipfile.ZipFile(still, "w") as new:
        for name in old.namelist():
            member = zipfile.ZipInfo(name, _EARLIEST_IN_A_ZIP)
            member.compress_type = zipfile.ZIP_DEFLATED
            member.external_attr = 0o644 << 16
            new.writestr(member, old.read(name))
    return still.getvalue()
