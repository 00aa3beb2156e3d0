"""A record of the standard: a referral, and with it the actual placement if any; checked whole.

A record holds values by the path of their field. What is not told is not there: never an empty
text, never a guess. A record without any field of the placement is a referral alone, and fields
that tell of a placement are then not asked for: that is how we read the standard's 1..1.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, Final

from broker.standard.fields import ACTUAL, Field, fields
from pricing.problems import Problems, describe

Record = Mapping[str, Any]
"""Values by path: int, str, bool, date, or a tuple of options."""

LARGEST: Final = 2**53 - 1
"""The largest whole number that every reader of JSON keeps exactly."""
LONGEST: Final = 4000
_WHOLE = re.compile(r"-?[0-9]{1,16}")


def has_placement(record: Record) -> bool:
    """Whether a record tells of an actual placement."""
    return any(fields()[path].entity == ACTUAL for path in record)


def lacking(record: Record) -> list[str]:
    """The paths of fields that a record must tell and does not."""
    placed = has_placement(record)
    return [
        path
        for path, field in fields().items()
        if field.required and path not in record and (placed or not field.of_placement)
    ]


def check(record: Record, file: str, number: int, found: Problems) -> None:
    """Note what a record of good values lacks, or tells of a placement that it has not."""
    for path in lacking(record):
        found.add(file, path, "not told", allowed(fields()[path]), "missing value", number)
    if not has_placement(record):
        for path in record:
            if fields()[path].of_placement:
                told = "told without an actual placement"
                found.add(file, path, told, "only beside ActualPlacement", "wrong value", number)


def allowed(field: Field) -> str:
    """What a field may hold, in words."""
    if field.options:
        one = " | ".join(field.options)
        return f"one or more of {one}" if field.many else one
    return {
        "Integer": f"a whole number, up to {LARGEST}",
        "Boolean": "true | false",
        "Date": "a day as year-month-day, such as 2026-09-04",
        "String": f"text of up to {LONGEST} letters, no control characters, no spaces at its ends",
    }[field.type]


def fits(field: Field, value: object) -> bool:
    """Whether a value is one of the field's, of the right type."""
    if field.many:
        whole = isinstance(value, tuple) and len(value) > 0 and len(set(value)) == len(value)
        return whole and all(one in field.options for one in value)  # type: ignore[attr-defined]
    if field.options:
        return isinstance(value, str) and value in field.options
    match field.type:
        case "Integer":
            whole_number = isinstance(value, int) and not isinstance(value, bool)
            return whole_number and abs(value) <= LARGEST  # type: ignore[arg-type]
        case "Boolean":
            return isinstance(value, bool)
        case "Date":
            return type(value) is date
        case _:
            return isinstance(value, str) and is_text(value)


def is_text(value: str) -> bool:
    """Text that reads back as it was written, in JSON and in CSV."""
    if not value or value != value.strip() or len(value) > LONGEST:
        return False
    return not any(
        unicodedata.category(letter) in ("Cc", "Cs") and letter not in "\n\t" for letter in value
    )


def to_cell(field: Field, value: Any) -> str:
    """A value as a cell of CSV."""
    if field.many:
        return "; ".join(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.isoformat() if isinstance(value, date) else str(value)


def from_cell(field: Field, cell: str) -> object:
    """The value of a cell; the cell itself where it is none of the field's."""
    if field.many:
        return tuple(part.strip() for part in cell.split(";"))
    if field.type == "Boolean":
        return {"true": True, "false": False}.get(cell, cell)
    if field.type == "Integer" and _WHOLE.fullmatch(cell):
        return int(cell)
    return _day(cell) if field.type == "Date" else cell


def to_plain(value: Any) -> Any:
    """A value as JSON has it."""
    if isinstance(value, tuple):
        return list(value)
    return value.isoformat() if isinstance(value, date) else value


def from_plain(field: Field, value: object) -> object:
    """The value of a JSON value; itself where it is none of the field's."""
    if field.many and isinstance(value, list):
        return tuple(value) if all(isinstance(one, str) for one in value) else value
    return _day(value) if field.type == "Date" and isinstance(value, str) else value


def _day(text: str) -> object:
    if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        try:
            return date.fromisoformat(text)
        except ValueError:
            return text
    return text


def take(
    told: Mapping[str, object], file: str, number: int, found: Problems
) -> Iterator[tuple[str, Any]]:
    """The good values of what was told by path; every other is a problem."""
    for path, value in told.items():
        field = fields().get(path)
        if field is None:
            found.add(file, path, "no field of the standard", "its fields", "unknown field", number)
        elif not fits(field, value):
            shown = describe(list(value) if isinstance(value, tuple) else value)
            found.add(file, path, shown, allowed(field), "wrong value", number)
        else:
            yield path, value
