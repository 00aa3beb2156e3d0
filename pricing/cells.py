"""CSV tables as checked rows: header, cells and types, every problem with its row and column.

UTF-8 with or without a byte-order mark, comma-separated, a header row, ISO dates, cells trimmed.
Every column of the page must be there; others are ignored. Rows count from 1 for the header, as a
spreadsheet counts; wholly blank rows are passed over. After 100,000 problems reading stops.
"""

import csv
import io
import re
from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction
from pathlib import Path

from pricing.money import Pence, parse_decimal, parse_pounds, parse_signed_pounds
from pricing.problems import BadInput, Problems, describe
from pricing.record import Record, T
from pricing.text_file import decode, read_file
from pricing.toml_section import WHOLE_LIMIT, as_text

_ISO_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_WHOLE = re.compile(r"[0-9]{1,7}")

DAY_ALLOWED = "a day as year-month-day, such as 2026-04-01"


class Row(Record):
    """One row of a table, with typed, checked reading of its cells."""

    def __init__(self, cells: dict[str, str], file: str, row: int, found: Problems) -> None:
        super().__init__(file, found, row)
        self.number = row
        self.cells = cells

    def where(self, key: str) -> str:
        """How a message names the column."""
        return f"column {key}"

    def text(self, column: str) -> str:
        """A name or id, not empty."""
        return self._read(column, as_text, "a name or id, not empty", "")

    def choice(self, column: str, allowed: Sequence[str]) -> str:
        """One of a few words."""
        return self.matching(column, allowed.__contains__, ", ".join(allowed))

    def matching(self, column: str, fits: Callable[[str], object], allowed: str) -> str:
        """A text that fits a test of the caller's."""
        return self._read(column, lambda cell: cell if fits(cell) else None, allowed, "")

    def day(self, column: str) -> date:
        """An ISO date."""
        return self._read(column, _as_day, DAY_ALLOWED, date.min)

    def day_or_open(self, column: str) -> date | None:
        """An ISO date, or None for an empty cell: no end yet."""
        if not self.cells[column]:
            self._good.add(column)
            return None
        return self._read(column, _as_day, f"{DAY_ALLOWED}, or empty", date.max)

    def whole(self, column: str) -> int:
        """A whole number from 0 to a million."""
        return self._read(column, _as_whole, f"a whole number from 0 to {WHOLE_LIMIT}", 0)

    def signed_pounds(self, column: str) -> Pence:
        """An amount of money in pence, below nought with a "-" before it."""
        allowed = "pounds with two decimals, such as 4500.00 or -12.50"
        return self._read(column, parse_signed_pounds, allowed, 0)

    def number_or_none(self, column: str) -> Fraction | None:
        """A number of 0 or more, exact, or None for an empty cell."""
        if not self.cells[column]:
            self._good.add(column)
            return None
        allowed = "a number from 0, such as 12.5, or empty"
        return self._read(column, parse_decimal, allowed, Fraction())

    def pounds_or_unknown(self, column: str) -> Pence | None:
        """An amount of money in pence, or None for an empty cell: unknown, which is never zero."""
        if not self.cells[column]:
            self._good.add(column)
            return None
        allowed = "pounds from 0.00 with two decimals, such as 4500.00, or empty for unknown"
        return self._read(column, parse_pounds, allowed, 0)

    def portion(self, column: str) -> Fraction:
        """A number from 0 to 1, exact."""

        def accept(cell: str) -> Fraction | None:
            number = parse_decimal(cell)
            return number if number is not None and number <= 1 else None

        return self._read(column, accept, "a number from 0 to 1, such as 0.75", Fraction())

    def check_order(self, start: date, end: date | None) -> None:
        """The columns from and to are in order: half-open, so never the same day."""
        if self.good("from", "to") and end is not None and end <= start:
            self.refuse("to", describe(end), f"a day after from, {start}", "wrong order")

    def check_once(
        self, column: str, seen: dict[Hashable, int], key: Hashable, allowed: str = "each once"
    ) -> None:
        """No earlier row has the key, which `seen` keeps with the row that had it first."""
        also = seen.setdefault(key, self.number)
        if also != self.number:
            shown = describe(self.cells[column])
            self.refuse(column, shown, f"{allowed}; row {also} has it", "duplicate")

    def _read(self, column: str, accept: Callable[[str], T | None], allowed: str, stand_in: T) -> T:
        return self.take(
            column, self.cells[column], lambda cell: accept(str(cell)), allowed, stand_in
        )


def read_rows(
    path: Path, columns: Sequence[str], found: Problems, shown: str = ""
) -> Iterator[Row]:
    """The rows of a table file; problems of the file as a whole or its header yield no row.

    `shown` is what messages call the file, its name unless given.
    """
    file = shown or path.name
    try:
        text = decode(read_file(path), file)
    except BadInput as refused:
        found.extend(replace(problem, file=file) for problem in refused.problems)
        return
    yield from rows_of_text(text, columns, found, file)


def rows_of_text(
    text: str, columns: Sequence[str], found: Problems, file: str, separator: str = ","
) -> Iterator[Row]:
    """The rows of a table's text, as `read_rows` gives them; `file` is what messages call it."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    header: list[str] | None = None
    number = 0
    try:
        for number, cells in enumerate(reader, start=1):
            trimmed = [cell.strip() for cell in cells]
            if header is None:
                header = trimmed
                if not _check_header(header, columns, file, number, found):
                    return
            elif not any(trimmed):
                continue
            elif found.enough:
                found.add(file, "", "too much is wrong", "the rest was not read", "file", number)
                return
            elif len(trimmed) != len(header):
                found.add(
                    file,
                    "",
                    f"{len(trimmed)} cells",
                    f"{len(header)} cells, as in the header",
                    "wrong number of cells",
                    number,
                )
            else:
                yield Row(dict(zip(header, trimmed, strict=True)), file, number, found)
    except csv.Error as error:
        commas = separator == ","
        allowed = "comma-separated cells" if commas else f"cells between {describe(separator)}"
        found.add(file, "", f"not CSV: {error}", allowed, "file", number + 1)


def _check_header(
    header: list[str], columns: Sequence[str], file: str, row: int, found: Problems
) -> bool:
    usable = True
    for column in columns:
        if header.count(column) != 1:
            kind = "duplicate" if column in header else "missing column"
            shown = (
                f"{header.count(column)} columns of this name" if column in header else "missing"
            )
            found.add(file, f"column {column}", shown, "once in the header", kind, row)
            usable = False
    return usable


def _as_day(cell: str) -> date | None:
    if not _ISO_DAY.fullmatch(cell):
        return None
    try:
        return date.fromisoformat(cell)
    except ValueError:
        return None


def _as_whole(cell: str) -> int | None:
    number = int(cell) if _WHOLE.fullmatch(cell) else WHOLE_LIMIT + 1
    return number if number <= WHOLE_LIMIT else None
