"""What helps whoever fills a workbook in: a note on each header, and lists to choose from.

A list stands in the rule itself where it fits, else on a hidden sheet. A cell that breaks a rule is
refused by the spreadsheet program; the reader of the workbook judges all of it again.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from openpyxl.comments import Comment
from openpyxl.utils.cell import get_column_letter, quote_sheetname
from openpyxl.worksheet.datavalidation import DataValidation

if TYPE_CHECKING:
    from openpyxl.workbook import Workbook

    from broker.workbook import Column, Sheet

ROOM: Final = 1000
"""So many rows below those there are have the rules too."""
LISTS: Final = "Lists"
_LONGEST_RULE: Final = 250
_LONGEST_PROMPT: Final = 250


def guide(book: Workbook, sheets: Sequence[Sheet]) -> None:
    """Put notes and rules on the sheets of a book, which stand in it in this order."""
    pages = list(zip(book.worksheets, sheets, strict=True))
    long: list[Sequence[str]] = []
    ranges = {}
    for page, sheet in pages:
        first, last = _rows(sheet)
        for place, column in enumerate(sheet.columns, start=1):
            letter = get_column_letter(place)
            ranges[(sheet.title, column.title)] = (
                f"{quote_sheetname(page.title)}!${letter}${first}:${letter}${last}"
            )
    for page, sheet in pages:
        first, last = _rows(sheet)
        for place, column in enumerate(sheet.columns, start=1):
            if column.note:
                note = Comment(column.note, "broker", height=120, width=320)
                page.cell(first - 1, place).comment = note
            rule = _rule(column, ranges, long)
            if rule is not None:
                letter = get_column_letter(place)
                rule.add(f"{letter}{first}:{letter}{last}")
                page.add_data_validation(rule)
    if long:
        hidden = book.create_sheet(LISTS)
        hidden.sheet_state = "hidden"
        for place, words in enumerate(long, start=1):
            for row, word in enumerate(words, start=1):
                hidden.cell(row, place).value = word


def _rows(sheet: Sheet) -> tuple[int, int]:
    first = len(sheet.notes) + 4
    return first, first + len(sheet.rows) + ROOM


def _rule(
    column: Column, ranges: dict[tuple[str, str], str], long: list[Sequence[str]]
) -> DataValidation | None:
    if column.choices:
        inline = ",".join(column.choices)
        if len(inline) <= _LONGEST_RULE:
            formula = f'"{inline}"'
        else:
            long.append(column.choices)
            letter = get_column_letter(len(long))
            formula = f"{LISTS}!${letter}$1:${letter}${len(column.choices)}"
        rule = DataValidation(type="list", formula1=formula)
    elif column.listed_in is not None and column.listed_in in ranges:
        rule = DataValidation(type="list", formula1=ranges[column.listed_in])
    elif column.limits is not None:
        low, high = map(str, column.limits)
        rule = DataValidation(type="whole", operator="between", formula1=low, formula2=high)
    else:
        return None
    rule.allow_blank = True
    rule.showErrorMessage = True
    rule.errorTitle = column.title
    rule.error = column.note[:_LONGEST_PROMPT]
    return rule
