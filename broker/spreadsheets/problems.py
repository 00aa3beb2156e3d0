"""A copy of what somebody gave, with a sheet of every problem that leads to the cells.

The copy holds the cells at their places, each as it was read: text stays text, and a formula stands
as the text that it is, so that nothing in the copy runs. Cells with a problem are coloured.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Final

from broker.spreadsheets.grid import Book, Cell, Grid, address
from broker.spreadsheets.intake import Located
from broker.workbook import LONGEST_TEXT, cell_text, dateless, sheet_titles
from matching.formulas import runs

if TYPE_CHECKING:
    from openpyxl.cell.cell import Cell as PageCell
    from openpyxl.cell.cell import MergedCell
    from openpyxl.worksheet.worksheet import Worksheet

PROBLEMS: Final = "Problems"
HEADER: Final = ("Where", "Sheet", "Column", "Found", "What is wrong, what is allowed", "Kind")
MOST_SHOWN: Final = 10_000
_WIDTHS: Final = (10, 22, 22, 30, 80, 22)
_NO_DAY: Final = datetime(1980, 1, 1)
"""A copy says of no day that it was made then: it would be another copy on another day."""


def problems_book(book: Book, located: Sequence[Located]) -> bytes:
    """The bytes of the copy; the same input gives the same bytes."""
    from openpyxl import Workbook
    from openpyxl.styles import Font
    from openpyxl.utils.cell import get_column_letter
    from openpyxl.writer.excel import ExcelWriter

    made = Workbook()
    first = made.worksheets[0]
    titles = sheet_titles([PROBLEMS, *(grid.title for grid in book.grids)])
    first.title = titles[0]
    pages: dict[str, Worksheet] = {}
    for grid, title in zip(book.grids, titles[1:], strict=True):
        pages[grid.title] = page = made.create_sheet(title)
        _copy(grid, page)
    for place, (words, width) in enumerate(zip(HEADER, _WIDTHS, strict=True), start=1):
        cell = _text(first.cell(1, place), words)
        cell.font = Font(bold=True)
        first.column_dimensions[get_column_letter(place)].width = width
    first.freeze_panes = "A2"
    for row, one in enumerate(located[:MOST_SHOWN], start=2):
        _problem(first, row, one, pages.get(one.title))
    if len(located) > MOST_SHOWN:
        _text(first.cell(MOST_SHOWN + 2, 1), f"and {len(located) - MOST_SHOWN} more")
    made.properties.creator = "broker"
    made.properties.created = made.properties.modified = _NO_DAY
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        ExcelWriter(made, archive).write_data()
    return dateless(packed)


def _problem(first: Worksheet, row: int, one: Located, page: Worksheet | None) -> None:
    from openpyxl.styles import Font, PatternFill
    from openpyxl.utils.cell import quote_sheetname
    from openpyxl.worksheet.hyperlink import Hyperlink

    fault = one.fault
    title = page.title if page is not None else one.title
    shown = (one.cell, title, fault.column, fault.value, fault.allowed, fault.kind)
    for place, words in enumerate(shown, start=1):
        _text(first.cell(row, place), words)
    if page is not None:
        where = one.cell or "A1"
        link = first.cell(row, 1)
        if not one.cell:
            _text(link, "sheet")
        link.hyperlink = Hyperlink(
            ref=link.coordinate, location=f"{quote_sheetname(page.title)}!{where}"
        )
        link.font = Font(color="0563C1", underline="single")
        page[where].fill = PatternFill("solid", fgColor="FFEB9C")


def _copy(grid: Grid, page: Worksheet) -> None:
    for row, cells in grid.rows.items():
        for column, told in cells.items():
            _put(page.cell(row, column), told)
    for one in grid.merged:
        if (one.bottom - one.top + 1) * (one.right - one.left + 1) <= MOST_SHOWN:
            page.merge_cells(f"{address(one.top, one.left)}:{address(one.bottom, one.right)}")


def _put(cell: PageCell | MergedCell, told: Cell) -> None:
    if told.kind == "number":
        cell.value = told.text
        cell.data_type = "n"
    else:
        words = f"(a formula) {told.text}" if told.kind == "formula" else told.text
        _text(cell, words)


def _text(cell: PageCell | MergedCell, words: str) -> PageCell | MergedCell:
    cell.value = cell_text(words[: LONGEST_TEXT - 1])
    cell.data_type = "s"
    cell.number_format = "@"
    cell.quotePrefix = runs(words)
    return cell
