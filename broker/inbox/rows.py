"""The rows of a case-management system's file, each a draft of our form or why it is none."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from pydantic import ValidationError

from broker.inbox.fields import NotThat, cell_fields, value_of
from broker.inbox.lists import Items, items_of, put
from broker.inbox.mapping import InboxMapping
from broker.life.form import Form
from broker.spreadsheets.grid import Book, Grid, trimmed
from broker.spreadsheets.intake import cell_text
from broker.spreadsheets.mapping import MOST_COLUMNS, header_of
from broker.spreadsheets.package import refuse
from matching.faults import BadInput, Fault

MOST_ROWS: Final = 5000
"""Rows of one file; it is taken in one transaction. Our starting assumption."""


@dataclass(frozen=True)
class InboxCells:
    """A row as the file has it: its number, its cells by header, and what is wrong with them."""

    number: int
    cells: Mapping[str, str]
    faults: tuple[str, ...] = ()


def rows_of(book: Book, mapping: InboxMapping) -> list[InboxCells]:
    """Every row of a file that holds anything, under the headers that the mapping names.

    Raises:
        BadInput: the file as a whole does not fit the mapping; nothing of it is taken.
    """
    grid = _grid(book, mapping)
    header, first = header_of(grid, mapping.header_row)
    faults = []
    names = list(header.values())
    if len(names) > MOST_COLUMNS:
        refuse(book.file, f"has {len(names)} columns; allowed: {MOST_COLUMNS}", "too large")
    for name in sorted(mapping.headers - set(names)):
        faults.append(Fault(book.file, mapping.header_row, name, "", "missing column", "column"))
    for name in sorted(set(names) - mapping.headers):
        words = 'the mapping does not name it; name its field, or "" to leave it out'
        faults.append(Fault(book.file, mapping.header_row, name, "", words, "column"))
    for name in sorted({name for name in names if names.count(name) > 1}):
        faults.append(Fault(book.file, mapping.header_row, name, "", "stands twice", "column"))
    for one in grid.merged:
        if one.bottom >= first:
            words = "merged cells among the rows; unmerge them"
            faults.append(Fault(book.file, max(first, one.top), "", "", words, "column"))
    rows = [row for row in sorted(grid.rows) if row >= first]
    made = [_row(row, grid, header) for row in rows]
    made = [one for one in made if any(one.cells.values()) or one.faults]
    if len(made) > MOST_ROWS:
        refuse(book.file, f"has {len(made)} rows; allowed: {MOST_ROWS}", "too large")
    if not made and not faults:
        faults.append(Fault(book.file, None, "", "", "has no row below the header", "empty file"))
    if faults:
        raise BadInput(faults)
    return made


def not_read(book: Book, mapping: InboxMapping) -> list[str]:
    """What a person must know of a file beside its rows: how it was read, what of it was not."""
    grid = _grid(book, mapping)
    others = [one for one in book.grids if one is not grid]
    return [
        *book.remarks,
        *grid.remarks,
        *(f"sheet “{one.title}” is not the mapping's and was not read" for one in others),
    ]


def _grid(book: Book, mapping: InboxMapping) -> Grid:
    if mapping.sheet is None and len(book.grids) == 1:
        return book.grids[0]
    found = [grid for grid in book.grids if grid.title == mapping.sheet]
    if not found:
        titles = ", ".join(grid.title for grid in book.grids)
        refuse(book.file, f"the mapping must name its sheet, one of: {titles}", "sheet")
    return found[0]


def _row(number: int, grid: Grid, header: Mapping[int, str]) -> InboxCells:
    cells, faults = {}, []
    for place, told in grid.rows[number].items():
        name = header.get(place)
        if name is None:
            if trimmed(told.text):
                faults.append(f"column {place}: a cell under no header: “{told.text[:40]}”")
            continue
        text, words = cell_text(told)
        cells[name] = text or trimmed(told.text)
        if words:
            faults.append(f"{name}: {words}")
    return InboxCells(number, cells, tuple(faults))


def draft(row: InboxCells, mapping: InboxMapping, borough: str) -> Form | list[str]:
    """A row as a draft of the form, or every reason why it is none."""
    reasons = list(row.faults)
    told: dict[str, Any] = {"borough": borough}
    for header, field in mapping.columns.items():
        text = row.cells.get(header, "")
        if not field or not text:
            continue
        kind = cell_fields()[field]
        words = mapping.values.get(field, {})
        if kind == "list":
            text = ";".join(words.get(item.strip(), item.strip()) for item in text.split(";"))
        text = words.get(text, text)
        try:
            value = value_of(kind, text, mapping.date_order)
        except NotThat as wrong:
            reasons.append(f"{header}: found “{text[:80]}”; {wrong}")
            continue
        put(told, field, value)
    items = items_of(row.cells, mapping.lists, mapping.date_order)
    reasons += items.reasons
    told |= items.told
    back = {field: header for header, field in mapping.columns.items() if field}
    if not row.cells.get(back["young_person_id"]):
        reasons.append(f"{back['young_person_id']}: is empty; it says who it is")
    if reasons:
        return reasons
    try:
        return Form.model_validate_json(json.dumps(told))
    except ValidationError as refused:
        return [_reason(one, back, items) for one in refused.errors(include_url=False)]


def _reason(one: Any, back: Mapping[str, str], items: Items) -> str:
    given = "" if one["type"] == "missing" else str(one.get("input"))
    of_item = items.reason(one["loc"], given, one["msg"])
    if of_item is not None:
        return of_item
    aliases = {field.alias: name for name, field in Form.model_fields.items() if field.alias}
    path = [str(part) for part in one["loc"] if isinstance(part, str)]
    path = [aliases.get(part, part) for part in path]
    field = ".".join(path)
    header = back.get(field) or next(
        (name for key, name in back.items() if field and key.startswith(f"{field}.")), field
    )
    return f"{header}: found “{given[:80]}”; {one['msg']}"
