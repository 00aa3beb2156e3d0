"""What a form asks for a shape: its fields in words, what was written in them, and them filled in.

The fields, which of them are required, and their choices come from the shape itself, so that a form
and the route for programs take the same. What there may be several of is written one on each line.
"""

from __future__ import annotations

import types
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Final, Literal, Union, get_args, get_origin

from pydantic import BaseModel

from api.pages.asked_words import EXAMPLES, label_of
from api.pages.forms import Fields, day_sent, day_written
from broker.life.care_words import OF_FIELD
from matching.words import day_words

_PAIRS: Final = ("requirements", "scores", "looked_at")
_LINE: Final = 200


@dataclass(frozen=True, slots=True)
class Asked:
    """One field of a form.

    `how` is day, choice, yes, sign, number, decimal, several, pairs, rows, words or line. `pairs`
    are a code and a number on each line; `rows` the `columns` in their order, with commas, the last
    one taking the rest of the line. `means` are the words of coded choices, `hint` what the shape
    says of the field.
    """

    name: str
    label: str
    how: str
    required: bool
    choices: tuple[str, ...] = ()
    columns: tuple[Asked, ...] = ()
    means: Mapping[str, str] = field(default_factory=dict)
    hint: str = ""

    @property
    def example(self) -> str:
        """A line as somebody writes it."""
        return EXAMPLES.get(self.name.rpartition(".")[2], "")


def fields_of_shape(shape: type[BaseModel], but: Iterable[str] = ()) -> list[Asked]:
    """Every field of a shape that a form can ask; what stands within another has a dotted name."""
    return list(_fields(shape, frozenset(but)))


def _fields(shape: type[BaseModel], but: frozenset[str]) -> Iterator[Asked]:
    for name, told in shape.model_fields.items():
        if name in but:
            continue
        inner = _shape_in(told.annotation)
        if inner is None:
            for one in asked_of(
                name, told.annotation, told.metadata, told.is_required(), shape.__name__
            ):
                yield replace(one, hint=told.description or "")
            continue
        for one in _fields(inner, frozenset()):
            dotted = f"{name}.{one.name}"
            yield replace(one, name=dotted, label=label_of(dotted, shape.__name__), required=False)


def _shape_in(annotation: Any) -> type[BaseModel] | None:
    for one in parts(annotation):
        if isinstance(one, type) and issubclass(one, BaseModel):
            return one
    return None


def asked_of(
    name: str, annotation: Any, metadata: Any, required: bool, shape: str = ""
) -> Iterator[Asked]:
    """The field for a key of a shape; none where a form cannot ask it in one."""
    label = label_of(name, shape)
    bare = [one for one in parts(annotation) if one is not type(None)]
    literals = [value for one in bare if get_origin(one) is Literal for value in get_args(one)]
    several = [get_args(one)[0] for one in bare if get_origin(one) is tuple]
    means = OF_FIELD.get(name, {}) if shape in _OF_CARE else {}
    if name in _PAIRS:
        yield Asked(name, label, "pairs", required)
    elif several:
        rows = _shape_in(several[0])
        if rows is not None:
            yield Asked(name, label, "rows", required, columns=tuple(_fields(rows, frozenset())))
    elif literals == [True]:
        yield Asked(name, label, "sign", required)
    elif literals:
        yield Asked(name, label, "choice", required, tuple(map(str, literals)), means=means)
    elif bool in bare:
        yield Asked(name, label, "yes", required)
    elif date in bare:
        yield Asked(name, label, "day", required)
    elif int in bare:
        yield Asked(name, label, "number", required)
    elif Decimal in bare:
        yield Asked(name, label, "decimal", required)
    elif str in bare:
        how = "words" if _is_long(annotation, metadata) else "line"
        yield Asked(name, label, how, required)


_OF_CARE: Final = frozenset({"Care", "Status", "Elsewhere", "Missed"})


def parts(annotation: Any) -> list[Any]:
    """The types that an annotation allows, without what is said about them."""
    if get_origin(annotation) is Annotated:
        return parts(get_args(annotation)[0])
    if get_origin(annotation) in (Union, types.UnionType):
        return [part for one in get_args(annotation) for part in parts(one)]
    return [annotation]


def _limits(annotation: Any) -> Iterator[Any]:
    """What is said about the types that an annotation allows."""
    if get_origin(annotation) is Annotated:
        inner, *said = get_args(annotation)
        yield from said
        yield from _limits(inner)
    elif get_origin(annotation) in (Union, types.UnionType):
        for one in get_args(annotation):
            yield from _limits(one)


def _is_long(annotation: Any, metadata: Iterable[Any]) -> bool:
    """Whether somebody may write more than a line."""
    lengths = [getattr(one, "max_length", None) for one in (*metadata, *_limits(annotation))]
    return any(length is not None and length > _LINE for length in lengths)


def told_in_fields(asked: Iterable[Asked], fields: Fields) -> dict[str, Any]:
    """What a form says, as its shape takes it; what was left empty is left out."""
    told: dict[str, Any] = {}
    for one in asked:
        value = value_in(one, fields)
        if value is None:
            continue
        outer, _, inner = one.name.partition(".")
        if inner:
            told.setdefault(outer, {})[inner] = value
        else:
            told[one.name] = value
    return told


def value_in(one: Asked, fields: Fields) -> Any:
    """What was written in a field, as a shape takes it; None where nothing was."""
    if one.how == "several":
        return fields.getlist(one.name) or None
    written = day_sent(fields, one.name) if one.how == "day" else fields.get(one.name, "").strip()
    if written == "":
        return None
    if one.how == "pairs":
        return dict(map(_pair, _lines(written)))
    if one.how == "rows":
        return [_row(one.columns, line) for line in _lines(written)]
    return _as_told(one, written)


def _as_told(one: Asked, written: str) -> Any:
    if one.how in ("yes", "sign"):
        return {"yes": True, "no": False}.get(written.lower(), written)
    if one.how == "number" and written.isascii() and written.isdigit():
        return int(written[:9])
    return written.replace("\r\n", "\n")


def _lines(written: str) -> list[str]:
    return [line for line in map(str.strip, written.split("\n")) if line]


def _pair(line: str) -> tuple[str, Any]:
    code, _, number = (part.strip() for part in line.rpartition(":"))
    whole = number.isascii() and number.isdigit()
    return code, int(number[:9]) if whole else number


def _row(columns: tuple[Asked, ...], line: str) -> dict[str, Any]:
    cells = [cell.strip() for cell in line.split(",", len(columns) - 1)]
    return {
        column.name: _cell(column, cell)
        for column, cell in zip(columns, cells, strict=False)
        if cell
    }


def _cell(column: Asked, cell: str) -> Any:
    if column.how == "day":
        return day_written(cell)
    if column.how == "choice":
        plain = cell.lower().replace(" ", "_")
        return next((code for code in column.choices if code.lower() == plain), cell)
    return _as_told(column, cell)


def filled(asked: Iterable[Asked], values: Mapping[str, Any]) -> Fields:
    """The fields of a form filled in with what a shape's JSON says."""
    made: list[tuple[str, str]] = []
    for one in asked:
        outer, _, inner = one.name.partition(".")
        value = values.get(outer)
        if inner:
            value = value.get(inner) if isinstance(value, Mapping) else None
        if value is not None:
            made += filled_in(one, value)
    return Fields(made)


def filled_in(one: Asked, value: Any) -> list[tuple[str, str]]:
    """A field with a value of a shape's JSON in it, as its boxes show it."""
    if one.how == "day":
        year, month, day = str(value).split("-")
        boxes = (("day", day), ("month", month), ("year", year))
        return [(f"{one.name}-{name}", str(int(text))) for name, text in boxes]
    if one.how == "several":
        return [(one.name, str(each)) for each in value]
    if one.how == "pairs":
        lines = [f"{code}: {number}" for code, number in value.items()]
    elif one.how == "rows":
        lines = [_line(one.columns, row) for row in value]
    else:
        lines = [_written(one, value)]
    return [(one.name, "\n".join(lines))]


def _line(columns: tuple[Asked, ...], row: Mapping[str, Any]) -> str:
    cells = [_written(column, row.get(column.name)).replace("\n", " ") for column in columns]
    return ", ".join(cells).rstrip(", ")


def _written(one: Asked, value: Any) -> str:
    if value is None:
        return ""
    if one.how == "day":
        return day_words(date.fromisoformat(str(value)))
    if one.how in ("yes", "sign"):
        return "yes" if value else "no"
    return str(value)
