"""A report: tables of figures with what they count, told as words, JSON, workbook or CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

from broker.workbook import Column, Kind, Sheet, Value
from matching.formulas import safe
from pricing.money import pounds, round_half_up

FORM: Final = "report/1"
NOT_AVAILABLE: Final = "not available"


@dataclass(frozen=True, slots=True)
class Period:
    """The days [start, end) a report is of."""

    start: date
    end: date

    def has(self, day: date | None) -> bool:
        """Whether a day is one of them."""
        return day is not None and self.start <= day < self.end

    @property
    def days(self) -> int:
        """How many days they are."""
        return (self.end - self.start).days

    def to_json(self) -> dict[str, str]:
        """As a program reads it."""
        return {"from": self.start.isoformat(), "to": self.end.isoformat()}

    def __str__(self) -> str:
        return f"{self.start} to the day before {self.end}"


@dataclass(frozen=True, slots=True)
class Table:
    """Figures of one question; None is not available. A share stands beside its counts."""

    title: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Value]]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """A report of a period, from the warehouse as of a day; `notes` say what it counts."""

    name: str
    title: str
    period: Period
    as_of: date
    notes: Sequence[str]
    tables: Sequence[Table]

    @property
    def source(self) -> str:
        """Where the figures are from, and of which day."""
        return f"Source: the partnership's warehouse, from its records as of {self.as_of}."

    def to_json(self) -> dict[str, Any]:
        """As a program reads it: shares as fractions in lowest terms with a decimal beside."""
        return {
            "form": FORM,
            "report": self.name,
            "from": self.period.start.isoformat(),
            "to": self.period.end.isoformat(),
            "as_of": self.as_of.isoformat(),
            "source": self.source,
            "notes": list(self.notes),
            "tables": [
                {
                    "title": table.title,
                    "note": table.note,
                    "columns": [column.title for column in table.columns],
                    "rows": [
                        [_plain(c.kind, value) for c, value in zip(table.columns, row, strict=True)]
                        for row in table.rows
                    ],
                }
                for table in self.tables
            ],
        }

    def words(self) -> str:
        """In lines for a terminal."""
        return "\n".join(self._lines())

    def _lines(self) -> Iterator[str]:
        yield f"{self.title.upper()}, {self.period}"
        yield self.source
        yield from self.notes
        for table in self.tables:
            yield ""
            yield table.title.upper()
            if table.note:
                yield f"  {table.note}"
            yield from _grid(table)

    def sheets(self) -> list[Sheet]:
        """As sheets of a workbook."""
        notes = (f"{self.title}, {self.period}.", self.source, *self.notes)
        return [
            Sheet(t.title, (*notes, *filter(None, [t.note])), t.columns, t.rows)
            for t in self.tables
        ]

    def csv(self) -> str:
        """As one CSV text: a line for each figure, with its table, row and column."""
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(["report", "from", "to", "as_of", "table", "row", "column", "value"])
        start, end, day = (d.isoformat() for d in (self.period.start, self.period.end, self.as_of))
        for table in self.tables:
            for row in table.rows:
                for column, value in zip(table.columns[1:], row[1:], strict=True):
                    told = "" if value is None else _plain(column.kind, value)
                    name = shown(table.columns[0].kind, row[0])
                    cells = [self.name, start, end, day, table.title, name, column.title, told]
                    writer.writerow([_safe(str(cell)) for cell in cells])
        return out.getvalue()


def _safe(text: str) -> str:
    """A cell that no spreadsheet takes for a formula; a number stays one."""
    return text if _is_number(text) else safe(text)


def _is_number(text: str) -> bool:
    try:
        Decimal(text)
    except ArithmeticError:
        return False
    return True


def _plain(kind: Kind, value: Value) -> Any:
    """A value as JSON holds it; shares in per cent with one decimal, money in pounds as text."""
    if value is None:
        return None
    if kind is Kind.PERCENT:
        return _tenth(Fraction(value) * 100)  # type: ignore[arg-type]
    if kind is Kind.MONEY:
        return pounds(value)  # type: ignore[arg-type]
    if kind is Kind.NUMBER:
        return _tenth(Fraction(value))  # type: ignore[arg-type]
    return value.isoformat() if isinstance(value, date) else value


def _tenth(value: Fraction) -> float:
    """With one decimal, rounded half-up."""
    return round_half_up(value * 10) / 10


def shown(kind: Kind, value: Value) -> str:
    """A value for people."""
    if value is None:
        return NOT_AVAILABLE
    plain = _plain(kind, value)
    if kind is Kind.PERCENT:
        return f"{plain}%"
    if kind is Kind.MONEY:
        return f"£{plain}"
    return f"{plain:,}" if isinstance(plain, int) else str(plain)


def _grid(table: Table) -> Iterator[str]:
    lines = [[column.title for column in table.columns]]
    lines += [
        [shown(column.kind, value) for column, value in zip(table.columns, row, strict=True)]
        for row in table.rows
    ]
    if len(lines) == 1:
        yield "  none"
        return
    widths = [max(len(line[at]) for line in lines) for at in range(len(table.columns))]
    for line in lines:
        cells = [
            cell.ljust(width) if column.kind is Kind.TEXT else cell.rjust(width)
            for cell, width, column in zip(line, widths, table.columns, strict=True)
        ]
        yield ("  " + "  ".join(cells)).rstrip()
