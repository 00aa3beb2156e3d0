"""How each column of a case is written in JSON: a list, a whole number, miles, true or false, text.

The columns, their codes and their limits are those of `matching.sheets`; nothing is listed again.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from enum import Enum
from functools import cache
from typing import Any

from matching import cells
from matching.cells import RefusedCell
from matching.geography import need_tags
from matching.sheets import Column, Sheet

_WHOLE = re.compile(r"allowed: a whole number from (-?[0-9]+) to (-?[0-9]+)")
_LIST_END = ", separated by ;"
_FRACTIONS = -1
_NO_CODE = "text of no table"


class Shape(Enum):
    """The JSON type of a column."""

    TEXT = "text"
    CODE = "code"
    LIST = "list"
    WHOLE = "whole"
    MILES = "miles"
    YES_NO = "yes_no"


@cache
def shape_of(column: Column) -> Shape:
    """The JSON type of a column."""
    if column.kind is cells.MILES:
        return Shape.MILES
    if column.kind is cells.YES_NO:
        return Shape.YES_NO
    if _WHOLE.fullmatch(column.kind.allowed):
        return Shape.WHOLE
    if column.kind.allowed.endswith(_LIST_END):
        return Shape.LIST
    return Shape.CODE if codes_of(column) else Shape.TEXT


@cache
def codes_of(column: Column) -> tuple[str, ...]:
    """The codes a column knows, in their order; none where it holds anything else."""
    if _all(column, (_NO_CODE,)):
        return ()
    said = column.kind.allowed.removeprefix("allowed: ").removesuffix(_LIST_END).split(", ")
    return next((codes for codes in (tuple(said), tuple(need_tags())) if _all(column, codes)), ())


def _all(column: Column, codes: tuple[str, ...]) -> bool:
    try:
        for code in codes:
            column.kind.parse(code)
    except RefusedCell:
        return False
    return True


def cell_reader(column: Column) -> Callable[[Any], str | None]:
    """What turns a JSON value into the cell that says the same; None for another type."""
    return _READERS[shape_of(column)]


def _text_cell(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _whole_cell(value: Any) -> str | None:
    return str(value) if type(value) is int else None


def _yes_no_cell(value: Any) -> str | None:
    return ("Y" if value else "N") if isinstance(value, bool) else None


def _list_cell(value: Any) -> str | None:
    if not isinstance(value, list):
        return None
    items = [item.strip() if isinstance(item, str) else "" for item in value]
    return ";".join(items) if all(item and ";" not in item for item in items) else None


def _miles_cell(value: Any) -> str | None:
    if type(value) is int:
        return str(value)
    if not isinstance(value, Decimal):
        return None
    tenths = value.normalize()
    exponent = tenths.as_tuple().exponent
    short = isinstance(exponent, int) and exponent >= _FRACTIONS
    return format(tenths, "f") if short else None


_READERS: Mapping[Shape, Callable[[Any], str | None]] = {
    Shape.TEXT: _text_cell,
    Shape.CODE: _text_cell,
    Shape.LIST: _list_cell,
    Shape.WHOLE: _whole_cell,
    Shape.MILES: _miles_cell,
    Shape.YES_NO: _yes_no_cell,
}


def value_of(column: Column, cell: str) -> Any:
    """The JSON value that says the same as a cell; None for an empty one."""
    if not cell:
        return None
    match shape_of(column):
        case Shape.LIST:
            return cell.split(";")
        case Shape.WHOLE:
            return int(cell)
        case Shape.MILES:
            return float(cell) if "." in cell else int(cell)
        case Shape.YES_NO:
            return cell == "Y"
        case _:
            return cell


def allowed_in(column: Column) -> str:
    """What a column allows, as JSON says it."""
    said = in_json(column.kind.allowed)
    codes = ", ".join(codes_of(column))
    match shape_of(column):
        case Shape.CODE:
            return f"one of: {codes}"
        case Shape.LIST:
            return f"a list of: {codes}"
        case Shape.YES_NO:
            return "true or false"
        case Shape.WHOLE | Shape.MILES:
            return f"{said}, as a number without quotes"
        case Shape.TEXT:
            return said


def in_json(allowed: str) -> str:
    """What the case folder says is allowed, in the words of JSON."""
    said = allowed.replace(_LIST_END, "").replace("allowed: ", "")
    said = re.sub(r"a table \[\w+\]", "an object", said)
    said = re.sub(r"\b(\w+)\.csv$", r"\1", said)
    return said.replace("--require-safety", "require_safety")


def schema_of(sheet: Sheet) -> dict[str, Any]:
    """The JSON Schema of one row of a table."""
    return {
        "type": "object",
        "title": f"a row of {sheet.table}",
        "properties": {column.name: column_schema(column) for column in sheet.columns},
        "required": [column.name for column in sheet.columns if column.required],
        "additionalProperties": False,
    }


def column_schema(column: Column) -> dict[str, Any]:
    """The JSON Schema of one column; null says the same as nothing."""
    schema = _type_schema(column)
    if not column.required:
        schema["type"] = [schema["type"], "null"]
        if "enum" in schema:
            schema["enum"] = [*schema["enum"], None]
    return {**schema, "description": allowed_in(column)}


def _type_schema(column: Column) -> dict[str, Any]:
    codes = list(codes_of(column))
    made: Mapping[Shape, dict[str, Any]] = {
        Shape.TEXT: {"type": "string"},
        Shape.CODE: {"type": "string", "enum": codes},
        Shape.LIST: {"type": "array", "items": {"type": "string", "enum": codes}},
        Shape.MILES: {"type": "number", "minimum": 0, "multipleOf": 0.1},
        Shape.YES_NO: {"type": "boolean"},
        Shape.WHOLE: {"type": "integer"},
    }
    shape = shape_of(column)
    schema = dict(made[shape])
    if found := _WHOLE.fullmatch(column.kind.allowed):
        schema |= {"minimum": int(found[1]), "maximum": int(found[2])}
    if shape is Shape.LIST and column.required:
        schema["minItems"] = 1
    if column.kind is cells.DATE:
        schema["format"] = "date"
    if column.kind is cells.MONEY:
        schema["pattern"] = r"^[0-9]{1,9}(\.[0-9]{2})?$"
    if shape is Shape.TEXT and column.required:
        schema["minLength"] = 1
    return schema
