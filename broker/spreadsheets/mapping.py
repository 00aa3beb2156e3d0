"""Which sheet is which table, and which header which column: proposed, shown, and confirmed.

A sheet and header named as the case folder names them need no confirmation. Everything else that
is recognised is a guess, and a guess counts only where a person accepts it or writes it down in a
mapping file (TOML). So is the order in which days with strokes are written: it is proposed where
the days of a column fit one alone, or fit both and those of the other columns fit one alone.
"""

from __future__ import annotations

import json
import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from broker.spreadsheets.days import ISO, STROKED, fitting
from broker.spreadsheets.grid import Book, Grid, trimmed
from broker.spreadsheets.names import POLICY, POLICY_COLUMNS, column_of, table_of
from matching.cells import DATE
from matching.sheets import SHEETS
from pricing.problems import Problems, describe
from pricing.text_file import decode, read_file
from pricing.toml_section import Section, as_text

HEADER_WITHIN: Final = 30
"""A header is looked for in so many rows, below titles and notes."""
MOST_COLUMNS: Final = 500
"""A row of more texts is no header of a table of ours."""


@dataclass(frozen=True)
class SheetMap:
    """What a sheet is: a table, in which row its header stands, and what its columns are called.

    `columns` gives for a header the column, or "" where it is left out; `values` gives for a column
    what a person's word for a value stands for; `date_order` gives for a column of days the order
    they are written in where that is not YYYY-MM-DD, or "" where only a person can say.
    """

    title: str
    table: str
    header_row: int
    columns: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    date_order: Mapping[str, str] = field(default_factory=dict)

    @property
    def names(self) -> tuple[str, ...]:
        """The columns that the table has."""
        return columns_of(self.table)


@dataclass(frozen=True)
class Proposal:
    """What the sheets of a book are taken for; `guesses` are the sentences to be confirmed.

    `doubts` are what only a mapping file can settle.
    """

    maps: tuple[SheetMap, ...]
    guesses: tuple[str, ...]
    doubts: tuple[str, ...]
    unused: tuple[str, ...]


def columns_of(table: str) -> tuple[str, ...]:
    """The columns of a table of the case, or of the policy."""
    return POLICY_COLUMNS if table == POLICY else SHEETS[table].names


def days_of(table: str) -> tuple[str, ...]:
    """The columns of a table of the case that hold days."""
    if table == POLICY:
        return ()
    return tuple(column.name for column in SHEETS[table].columns if column.kind is DATE)


def propose(book: Book, given: Iterable[SheetMap] = ()) -> Proposal:
    """What each sheet is, as far as it shows; what a mapping file gives stands."""
    known = {one.title: one for one in given}
    maps: list[SheetMap] = []
    guesses: list[str] = []
    doubts: list[str] = []
    unused: list[str] = []
    for grid in book.grids:
        if grid.title in known:
            maps.append(known[grid.title])
            continue
        found = _of_grid(grid)
        if found is None:
            unused.append(grid.title)
            continue
        maps.append(found)
        if found.table != grid.title:
            guesses.append(f"sheet “{grid.title}” is the table {found.table}")
        guesses += [
            f"sheet “{grid.title}”, column “{header}” is {column}"
            for header, column in found.columns.items()
        ]
        doubts += _doubts(grid, found)
    tables = [one.table for one in maps]
    for table in sorted({one for one in tables if tables.count(one) > 1}):
        sheets = ", ".join(f"“{one.title}”" for one in maps if one.table == table)
        doubts.append(f"{sheets} are each the table {table}; one of them can be")
    orders = _orders(book, maps)
    for at, one in enumerate(maps):
        own = {column: order for (title, column), order in orders.items() if title == one.title}
        for column, order in own.items():
            where = f"sheet “{one.title}”, column {column}: its days are written"
            if not order:
                doubts.append(f"{where} {' or '.join(STROKED)}; they fit both")
            elif one.title in known:
                doubts.append(f"{where} {order}, and the mapping names no date_order")
            else:
                guesses.append(f"{where} {order}")
        if one.title not in known and own:
            maps[at] = replace(one, date_order=own)
    return Proposal(tuple(maps), tuple(guesses), tuple(doubts), tuple(unused))


def _orders(book: Book, maps: Iterable[SheetMap]) -> dict[tuple[str, str], str]:
    """By sheet and column: the order of days with strokes that nobody said yet; "" for both.

    Where a column's days fit none, each is refused at its cell.
    """
    grids = {grid.title: grid for grid in book.grids}
    fits = {
        (one.title, column): found
        for one in maps
        if one.title in grids and one.table != POLICY
        for column, texts in _days_of(grids[one.title], one).items()
        if (found := fitting(texts)) and column not in one.date_order
    }
    told = {found[0] for found in fits.values() if len(found) == 1}
    told |= {order for one in maps for order in one.date_order.values() if order in STROKED}
    of_others = told.pop() if len(told) == 1 else ""
    return {where: found[0] if len(found) == 1 else of_others for where, found in fits.items()}


def _days_of(grid: Grid, one: SheetMap) -> dict[str, list[str]]:
    """The texts in each column of days that no word of the mapping stands for."""
    header, first = header_of(grid, one.header_row)
    days = days_of(one.table)
    named = {place: one.columns.get(text, text) for place, text in header.items()}
    found: dict[str, list[str]] = {}
    for place, name in named.items():
        if name in days:
            words = one.values.get(name, {})
            cells = (row.get(place) for number, row in grid.rows.items() if number >= first)
            texts = [trimmed(cell.text) for cell in cells if cell and cell.kind == "text"]
            found.setdefault(name, []).extend(text for text in texts if text not in words)
    return found


def _doubts(grid: Grid, found: SheetMap) -> list[str]:
    """Headers of which several stand for one column that no header names outright."""
    header, _ = header_of(grid, found.header_row)
    like: dict[str, list[str]] = {}
    for text in header.values():
        column = column_of(text, found.names)
        if column is not None:
            like.setdefault(column, []).append(text)
    return [
        f"sheet “{grid.title}”: each of {', '.join(f'“{text}”' for text in texts)} may be {column}"
        for column, texts in like.items()
        if len(texts) > 1 and column not in texts
    ]


def header_of(grid: Grid, row: int) -> tuple[dict[int, str], int]:
    """The header that begins in a row, by column, and the first row below it.

    Under a title merged over several columns stand their own names, a row further down.
    """
    wide = [one for one in grid.merged if one.top <= row <= one.bottom]
    bottom = max((one.bottom for one in wide), default=row)
    inner: set[int] = set()
    under: dict[int, str] = {}
    below = grid.shown(bottom + 1)
    for one in wide:
        if one.right > one.left:
            columns = range(one.left, min(one.right, grid.last_column) + 1)
            inner.update(columns[1:])
            under.update({column: below[column] for column in columns if column in below})
    split = bool(under) and set(grid.rows.get(bottom + 1, {})) <= set(under)
    header = {column: text for column, text in grid.shown(row).items() if column not in inner}
    if split:
        header |= under
    return dict(sorted(header.items())), bottom + (2 if split else 1)


def _of_grid(grid: Grid) -> SheetMap | None:
    """The table that a sheet is by its title, else by its header; None where it is none."""
    named = grid.title if grid.title in (*SHEETS, POLICY) else table_of(grid.title)
    best: tuple[int, int, str] | None = None
    for row in sorted(number for number in grid.rows if number <= HEADER_WITHIN):
        header, _ = header_of(grid, row)
        if len(header) > MOST_COLUMNS:
            continue
        for table in (named,) if named is not None else SHEETS:
            found = {column_of(text, columns_of(table)) for text in header.values()} - {None}
            needed = {c.name for c in SHEETS[table].columns if c.required} if not named else set()
            if found and needed <= found and (best is None or len(found) > best[0]):
                best = (len(found), row, table)
    if best is None:
        return SheetMap(grid.title, named, 1) if named in (*SHEETS, POLICY) else None
    _, row, table = best
    header, _ = header_of(grid, row)
    taken = set(header.values())
    columns = {}
    for text in header.values():
        column = column_of(text, columns_of(table))
        if column is not None and column != text and column not in taken:
            columns[text] = column
    times = Counter(columns.values())
    doubled = {column for column, number in times.items() if number > 1}
    kept = {text: column for text, column in columns.items() if column not in doubled}
    return SheetMap(grid.title, table, row, kept)


def mapping_text(maps: Iterable[SheetMap]) -> str:
    """A mapping file, for a person to look through and change."""
    lines = [
        "# Which sheet is which table, and which header which column. Change it as it should be."
    ]
    for one in maps:
        lines += ["", "[[sheet]]", f"title = {_quoted(one.title)}", f"table = {_quoted(one.table)}"]
        lines.append(f"header_row = {one.header_row}")
        named = [("columns", one.columns), ("date_order", one.date_order), *_values(one)]
        for name, pairs in named:
            if pairs:
                lines += ["", f"[sheet.{name}]"]
                lines += [f"{_quoted(key)} = {_quoted(value)}" for key, value in pairs.items()]
    return "\n".join(lines) + "\n"


def _values(one: SheetMap) -> list[tuple[str, Mapping[str, str]]]:
    return [(f"values.{column}", pairs) for column, pairs in one.values.items()]


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def read_mapping(path: Path) -> list[SheetMap]:
    """The sheets of a mapping file.

    Raises:
        BadInput: every key that is wrong.
    """
    found = Problems()
    try:
        table = tomllib.loads(decode(read_file(path), path.name))
    except (ValueError, RecursionError) as problem:
        if type(problem).__name__ == "BadInput":
            raise
        found.add(path.name, "", f"not TOML: {problem}", "a mapping file", "file")
        found.raise_if_any()
        raise
    top = Section(table, "", path.name, found)
    top.check_keys(("sheet",))
    made = [_read_sheet(one) for one in top.sections("sheet")]
    titles = [one.title for one in made]
    for title in sorted({title for title in titles if titles.count(title) > 1}):
        found.add(path.name, "sheet", describe(title), "each sheet once", "duplicate")
    found.raise_if_any()
    return made


def _read_sheet(one: Section) -> SheetMap:
    one.check_keys(("title", "table"), ("header_row", "columns", "date_order", "values"))
    table = one.choice("table", (*SHEETS, POLICY))
    known = columns_of(table) if table else ()
    columns = texts_of(one.section("columns"), ("", *known))
    values = {}
    section = one.section("values")
    section.check_keys((), known)
    for column in section.table:
        values[column] = texts_of(section.section(column))
    return SheetMap(
        one.text("title"),
        table,
        one.whole("header_row", 1, 1_048_576) if "header_row" in one.table else 1,
        columns,
        values,
        _date_order(one, table),
    )


def _date_order(one: Section, table: str) -> dict[str, str]:
    """In which order the days of each column are written."""
    section = one.section("date_order")
    section.check_keys((), days_of(table) if table else ())
    return {column: section.choice(column, (ISO, *STROKED)) for column in section.table}


def texts_of(section: Section, allowed: Iterable[str] | None = None) -> dict[str, str]:
    """A table of texts by text, each among those allowed."""
    made = {}
    words = None if allowed is None else list(allowed)
    for key, value in section.table.items():
        if not isinstance(value, str) or (words is not None and value not in words):
            told = "text in quotes" if words is None else " ".join(words) + ' or ""'
            section.refuse(key, describe(value), told, "bad value")
        elif as_text(key) is None:
            section.refuse(key, describe(key), "a name as it stands in the file", "bad value")
        else:
            made[key] = value
    return made
