"""What a table of the warehouse is: its columns, what each means, and what it is filled by.

Everything else (tables and views, Parquet types, the data dictionary) is made from these shapes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeAlias

Value: TypeAlias = Any
"""None, a text, a whole number, yes or no, or a day; None is not known, never zero."""

Row: TypeAlias = tuple[Value, ...]


class Type(StrEnum):
    """What a column holds."""

    TEXT = "text"
    WHOLE = "whole number"
    PENCE = "whole pence"
    YES_NO = "yes or no"
    DAY = "day"


class Unit(StrEnum):
    """What is worked out anew together when something changed: one part of the increment."""

    PERSON = "person"
    HOME = "home"
    OCCUPANCY = "occupancy"
    RUN = "run"
    INVOICE = "invoice"
    RETURNS = "returns"
    FIXED = "fixed"


@dataclass(frozen=True, slots=True)
class Column:
    """A column, what it holds and means; `empty` says when it has no value, None if it always has.

    `person` marks what tells of one young person, as against of homes, days and money.
    """

    name: str
    type: Type
    meaning: str
    empty: str | None = None


@dataclass(frozen=True, slots=True)
class Shape:
    """A table: `key` tells its rows apart and orders them; `unit` is what its rows are made by.

    `by` is the column that names the unit; None where the whole table is one. `borough` is the
    column by which a borough sees its own rows; None where rows are nobody's in particular.
    """

    name: str
    meaning: str
    unit: Unit
    by: str | None
    key: Sequence[str]
    columns: Sequence[Column]
    borough: str | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """The columns' names, in order."""
        return tuple(column.name for column in self.columns)

    def at(self, name: str) -> int:
        """The position of a column."""
        return self.names.index(name)

    def row(self, told: Mapping[str, Value]) -> Row:
        """A row from its values by name: exactly these columns, each of its type.

        Raises:
            ValueError: a column is missing, unknown, empty where it may not be, or of another type.
        """
        if set(told) != set(self.names):
            raise ValueError(f"{self.name}: {sorted(set(told) ^ set(self.names))}")
        for column in self.columns:
            value = told[column.name]
            if value is None:
                if column.empty is None:
                    raise ValueError(f"{self.name}.{column.name} is empty")
            elif type(value) is not _PYTHON[column.type]:
                raise ValueError(f"{self.name}.{column.name}: {value!r} is no {column.type}")
        return tuple(told[name] for name in self.names)

    def order(self, row: Row) -> tuple[Value, ...]:
        """By what rows are ordered."""
        return tuple(row[self.at(name)] for name in self.key)


def _python() -> dict[Type, type]:
    from datetime import date

    return {
        Type.TEXT: str,
        Type.WHOLE: int,
        Type.PENCE: int,
        Type.YES_NO: bool,
        Type.DAY: date,
    }


_PYTHON = _python()
