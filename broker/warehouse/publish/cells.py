"""Counts that are published together: cells, and the sums that tie them to each other.

Tables that share a margin share its cell, so that what one hides another cannot give away.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

ALL: Final = "all"
Cell: TypeAlias = tuple[str, str, str]
"""What is counted, the row and the column; `all` is a margin."""


@dataclass(frozen=True, slots=True)
class CountTable:
    """Counts of something by two features, with margins; every row and column stands, also of 0."""

    title: str
    measure: str
    by: tuple[str, str]
    rows: Sequence[str]
    columns: Sequence[str]
    counts: Mapping[tuple[str, str], int]

    def cell(self, row: str, column: str) -> Cell:
        """The cell of a row and column; a margin over the columns is the same whatever they are."""
        return (
            self.measure,
            ALL if row == ALL else f"{self.by[0]}={row}",
            ALL if column == ALL else f"{self.by[1]}={column}",
        )

    def value(self, row: str, column: str) -> int:
        """The count of a cell or margin."""
        rows = self.rows if row == ALL else [row]
        columns = self.columns if column == ALL else [column]
        return sum(self.counts.get((one, two), 0) for one in rows for two in columns)


def count_table(
    title: str,
    measure: str,
    by: tuple[str, str],
    sides: tuple[Sequence[str], Sequence[str]],
    pairs: Iterable[tuple[str, str]],
) -> CountTable:
    """A table that counts pairs of features.

    Raises:
        ValueError: a feature is none of its side's.
    """
    counts = Counter(pairs)
    for row, column in counts:
        if row not in sides[0] or column not in sides[1]:
            raise ValueError(f"{title}: {row}, {column}")
    return CountTable(title, measure, by, *sides, counts)


@dataclass(frozen=True, slots=True)
class System:
    """Values of cells, and sums: a total is its parts together."""

    values: Mapping[Cell, int]
    sums: Sequence[tuple[Cell, Sequence[Cell]]]


def system(tables: Sequence[CountTable]) -> System:
    """The cells and sums of tables published together.

    Raises:
        ValueError: two tables disagree on a cell that they share.
    """
    values: dict[Cell, int] = {}
    sums: list[tuple[Cell, Sequence[Cell]]] = []
    for table in tables:
        rows, columns = [*table.rows, ALL], [*table.columns, ALL]
        for row in rows:
            for column in columns:
                cell, value = table.cell(row, column), table.value(row, column)
                if values.setdefault(cell, value) != value:
                    raise ValueError(f"{cell}: {values[cell]} and {value}")
        for row in rows:
            sums.append((table.cell(row, ALL), [table.cell(row, one) for one in table.columns]))
        for column in columns:
            sums.append((table.cell(ALL, column), [table.cell(one, column) for one in table.rows]))
    return System(values, sums)
