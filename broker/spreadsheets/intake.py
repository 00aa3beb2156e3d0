"""From sheets and what they are taken for to the tables of a case, with every fault at its cell.

A cell is taken as it stands or refused: formulas, error values, merged cells among the rows and
text that would run as a formula elsewhere. A number keeps its digits, a date becomes YYYY-MM-DD.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any, Final

from broker.spreadsheets.days import ISO, NotADay, day_of_text, short, stroked
from broker.spreadsheets.grid import Book, Cell, Grid, address, trimmed
from broker.spreadsheets.mapping import MOST_COLUMNS, SheetMap, header_of
from broker.spreadsheets.names import MEANING, POLICY, POLICY_COLUMNS
from matching import cells, formulas
from matching.exchange import POLICY_FILE, problem_of
from matching.faults import BadInput, Fault
from matching.problem import Problem
from matching.sheets import SHEETS
from matching.tables import RawTable

_NUMBER: Final = re.compile(r"-?[0-9]+(\.[0-9]+)?")
_LONGEST_NUMBER: Final = 15


@dataclass
class Located:
    """A fault, and the sheet and cell where a person finds it."""

    fault: Fault
    title: str
    cell: str

    def __str__(self) -> str:
        """Say where, what was found and what is allowed."""
        place = f"“{self.title}”, {self.cell}" if self.cell else f"“{self.title}”"
        return f"{place}: {self.fault}" if self.title else str(self.fault)


class Problems(BadInput):
    """The sheets are no case; every fault with its cell."""

    def __init__(self, located: Sequence[Located]) -> None:
        self.located = tuple(located)
        super().__init__([one.fault for one in located])

    def report(self) -> str:
        """As other bad input, each fault with its sheet and cell."""
        lines = super().report().splitlines()
        shown = {str(one.fault): str(one) for one in self.located}
        return "\n".join(f"  {shown.get(line.strip(), line.strip())}" if line.startswith("  ") else
                         line for line in lines)  # fmt: skip


@dataclass
class _Tables:
    policy: dict[str, Any] | None = None
    raw: dict[str, RawTable] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    places: dict[tuple[str, int | None, str], tuple[str, str]] = field(default_factory=dict)
    notices: list[str] = field(default_factory=list)

    def faults_of(self, file: str) -> list[Fault]:
        return [fault for fault in self.faults if fault.file == file]

    def refuse(self, file: str, row: int | None, column: str, told: Cell, words: str) -> None:
        self.faults.append(Fault(file, row, column, told.text, words, "bad cell"))


def read_sheets(book: Book, maps: Sequence[SheetMap], as_of: date | None = None) -> Problem:
    """The case in the sheets of a book; `as_of` is its day where no sheet holds a policy.

    Raises:
        Problems: every fault, with its cell.
    """
    made = _Tables()
    grids = {grid.title: grid for grid in book.grids}
    for one in maps:
        grid = grids.get(one.title)
        if grid is None:
            allowed = "no such sheet; there are: " + ", ".join(grids)
            made.faults.append(Fault(book.file, None, "", one.title, allowed, "missing sheet"))
        elif one.table in made.raw or (one.table == POLICY and made.policy is not None):
            allowed = f"another sheet is the table {one.table} already"
            made.faults.append(Fault(book.file, None, "", one.title, allowed, "table twice"))
        elif one.table == POLICY:
            _policy(grid, one, made)
        else:
            made.raw[one.table] = _table(grid, one, made)
    if made.policy is None and as_of is not None:
        made.policy = {"as_of": as_of}
    found = list(made.faults)
    bad = {(fault.file, fault.row, fault.column) for fault in found if fault.row is not None}
    problem = None
    try:
        problem = problem_of(made.policy or {}, made.raw)
    except BadInput as refused:
        found += [
            fault for fault in refused.faults if (fault.file, fault.row, fault.column) not in bad
        ]
    if problem is None or found:
        raise Problems([_located(fault, made, maps) for fault in BadInput(found).faults])
    return replace(problem, notices=(*problem.notices, *made.notices)) if made.notices else problem


def _located(fault: Fault, made: _Tables, maps: Sequence[SheetMap]) -> Located:
    table = fault.file.removesuffix(".csv").removesuffix(".toml")
    title = next((one.title for one in maps if one.table == table), "")
    for key in ((fault.file, fault.row, fault.column), (fault.file, None, fault.column)):
        if key in made.places:
            _, cell = made.places[key]
            if fault.row is not None and key[1] is None:
                letters = re.sub(r"[0-9]+", "", cell)
                cell = f"{letters}{fault.row}"
            return Located(fault, title, cell)
    return Located(fault, title, f"A{fault.row}" if fault.row and title else "")


def _table(grid: Grid, one: SheetMap, made: _Tables) -> RawTable:
    sheet = SHEETS[one.table]
    header, first = header_of(grid, one.header_row)
    if len(header) > MOST_COLUMNS:
        allowed = f"has {len(header)} columns; allowed: {MOST_COLUMNS}"
        made.faults.append(Fault(sheet.file, 1, "", "", allowed, "too many columns"))
        return RawTable(sheet.names, ())
    kinds = {column.name: column.kind for column in sheet.columns}
    names: dict[int, str] = {}
    for place, text in header.items():
        name = one.columns.get(text, text)
        if name:
            names[place] = name
            made.places[(sheet.file, None, name)] = (grid.title, address(one.header_row, place))
            made.places[(sheet.file, 1, name)] = (grid.title, address(one.header_row, place))
    _refuse_absent(one, header, sheet.file, made)
    _refuse_merged(grid, first, names, sheet.file, made)
    rows: list[tuple[int, Sequence[str]]] = []
    for number in sorted(row for row in grid.rows if row >= first):
        found = grid.rows[number]
        cells_of_row = []
        for place, name in names.items():
            told = found.get(place)
            if told is None:
                cells_of_row.append("")
                continue
            text, words = _worded_text(told, kinds.get(name), one, name)
            if words:
                made.refuse(sheet.file, number, name, told, words)
            cells_of_row.append(text)
        beyond = _refuse_beyond(grid, number, header, sheet.file, made)
        if any(cells_of_row) or beyond:
            rows.append((number, cells_of_row))
    return RawTable(tuple(names.values()), tuple(rows))


def _refuse_absent(one: SheetMap, header: Mapping[int, str], file: str, made: _Tables) -> None:
    """Every column that a mapping names is there."""
    known = set(header.values())
    for text in one.columns:
        if text not in known:
            allowed = "the mapping names a column that the sheet does not have"
            made.faults.append(Fault(file, 1, "", text, allowed, "missing column"))


def _refuse_beyond(
    grid: Grid, number: int, header: Mapping[int, str], file: str, made: _Tables
) -> bool:
    """No cell of a row stands under no header; whether one did."""
    found = grid.rows[number]
    beyond = [place for place, told in found.items() if place not in header and trimmed(told.text)]
    for place in beyond[:1]:
        allowed = "a cell beside the table, under no header; move it, or give it a header"
        where = address(number, place)
        made.refuse(file, number, where, found[place], allowed)
        made.places[(file, number, where)] = (grid.title, where)
    return bool(beyond)


def _refuse_merged(
    grid: Grid, first: int, names: Mapping[int, str], file: str, made: _Tables
) -> None:
    for one in grid.merged:
        if one.bottom < first or (one.top == one.bottom and one.left == one.right):
            continue
        top = max(first, one.top)
        place = next((p for p in range(one.left, one.right + 1) if p in names), None)
        if place is not None:
            told = grid.rows.get(one.top, {}).get(one.left, Cell("text", ""))
            words = "merged cells among the rows; unmerge them and fill each"
            made.refuse(file, top, names[place], told, words)


def _worded_text(
    told: Cell, kind: cells.Kind | None, one: SheetMap, column: str
) -> tuple[str, str]:
    """A cell as the case folder writes it, by the words and the order of days that a mapping gives;
    and why it is refused ("" where it is not).
    """
    text, words = cell_text(told, kind)
    given = one.values.get(column, {})
    if not words and text in given:
        return given[text], ""
    if words or kind is not cells.DATE or told.kind != "text":
        return text, words
    order = one.date_order.get(column)
    if not (stroked(text) or short(text)):
        return text, ""
    if order is None and stroked(text):
        return "", f"allowed: {ISO}, or one order for the whole column, named in a mapping file"
    try:
        return day_of_text(text, order or ISO), ""
    except NotADay as wrong:
        return "", str(wrong)


def cell_text(told: Cell, kind: cells.Kind | None = None) -> tuple[str, str]:
    """A cell as the case folder writes it, and why it is refused ("" where it is not)."""
    text = trimmed(told.text)
    if told.kind == "formula":
        return "", "a formula; allowed: values (copy, then paste as values)"
    if told.kind == "error":
        return "", "an error of the spreadsheet, or a day that is none"
    if told.kind == "number":
        digits = len(text.replace(".", "").lstrip("-0"))
        if kind is not None and kind.limits is None and digits > _LONGEST_NUMBER:
            return "", "a number longer than a spreadsheet keeps; format the cell as text"
        if kind is cells.DATE:
            return "", "a number, not a day; format the cell as a date"
        if kind is cells.MONEY and re.fullmatch(r"[0-9]+(\.[0-9]{1,2})?", text):
            return f"{Decimal(text):.2f}", ""
        return text, ""
    if told.kind == "text" and not told.meant and runs(text):
        words = "begins as a formula does; put an apostrophe before it, or format it as text"
        return "", words
    return text, ""


def runs(text: str) -> bool:
    """Whether a spreadsheet would take a text for a formula."""
    return formulas.runs(text) and not _NUMBER.fullmatch(text)


def _policy(grid: Grid, one: SheetMap, made: _Tables) -> None:
    """The policy of a sheet of keys and values; whatever else stands in it is told."""
    header, first = header_of(grid, one.header_row)
    named = {place: one.columns.get(text, text) for place, text in header.items()}
    titles = list(named.values())
    made.policy = {}
    for column in POLICY_COLUMNS:
        if titles.count(column) != 1:
            allowed = f"allowed: the columns key and value, each once; {column} is not"
            made.faults.append(Fault(POLICY_FILE, None, "", "", allowed, "missing column"))
    if made.faults_of(POLICY_FILE):
        return
    for place, name in named.items():
        made.places[(POLICY_FILE, None, name)] = (grid.title, address(one.header_row, place))
    _refuse_absent(one, header, POLICY_FILE, made)
    _refuse_merged(grid, first, named, POLICY_FILE, made)
    unused = sorted(set(titles) - {*POLICY_COLUMNS, MEANING, ""})
    if unused:
        made.notices.append(f"{POLICY_FILE}: columns not used were ignored: {', '.join(unused)}.")
    key_at, value_at = (titles.index(column) for column in POLICY_COLUMNS)
    places = list(named)
    for number in sorted(row for row in grid.rows if row >= first):
        row = grid.rows[number]
        _refuse_beyond(grid, number, header, POLICY_FILE, made)
        key = _worded(one, "key", trimmed(row.get(places[key_at], Cell("text", "")).text))
        told = row.get(places[value_at])
        if told is None or (told.kind == "text" and not trimmed(told.text)):
            continue
        if not key:
            where = address(number, places[key_at])
            made.places[(POLICY_FILE, number, "key")] = (grid.title, where)
            words = "a value whose key is empty; name the key, or clear the value"
            made.refuse(POLICY_FILE, number, "key", told, words)
            continue
        made.places[(POLICY_FILE, None, key)] = (grid.title, address(number, places[value_at]))
        text, words = cell_text(told)
        if words:
            made.refuse(POLICY_FILE, None, key, told, words)
        elif wrong := _put(made.policy, key, _value(_worded(one, "value", text))):
            made.refuse(POLICY_FILE, None, key, told, wrong)


def _worded(one: SheetMap, column: str, text: str) -> str:
    return one.values.get(column, {}).get(text, text)


def _put(table: dict[str, Any], key: str, value: object) -> str:
    """Set a value under a dotted key; why it cannot be, or "" where it was."""
    *outer, last = key.split(".")
    for part in outer:
        inner = table.setdefault(part, {})
        if not isinstance(inner, dict):
            return f"{part} has a value already, and cannot hold {last} as well"
        table = inner
    if last in table:
        return "the key stands twice"
    table[last] = value
    return ""


def _value(text: str) -> object:
    if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        try:
            return date.fromisoformat(text)
        except ValueError:
            return text
    if re.fullmatch(r"-?[0-9]{1,18}", text):
        return int(text)
    return Decimal(text) if re.fullmatch(r"-?[0-9]{1,9}\.[0-9]{1,9}", text) else text
