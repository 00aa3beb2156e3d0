"""The fields of the referral form that a column may hold, and how a cell becomes one.

They follow from the form itself, so that a field added there may be mapped to at once. Parts of
which there may be several are lists, whose items have fields of their own (`lists`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, Final

from broker.life.form import Form
from broker.spreadsheets.days import BRITISH, ISO, NotADay, day_of_text

LISTS: Final = ("matters", "avoid")
"""Parts of the form of which there may be several, of several fields each."""
NOT_IN_A_CELL: Final = frozenset({*LISTS, "borough"})
YES_NO: Final = {"Y": True, "N": False}
DATE_ORDERS: Final = (ISO, BRITISH)


class NotThat(ValueError):
    """The cell does not hold what its field takes; in words."""


@cache
def cell_fields() -> Mapping[str, str]:
    """Each field that a cell may hold, with its kind: text, day, whole, miles, yes or list."""
    schema = Form.model_json_schema(by_alias=False)
    told = {name: one for name, one in schema["properties"].items() if name not in NOT_IN_A_CELL}
    return dict(_fields(schema, told, ""))


@cache
def item_fields(name: str) -> Mapping[str, str]:
    """Each field of an item of a list, with its kind."""
    schema = Form.model_json_schema(by_alias=False)
    told = schema["properties"][name]
    shape = next(one for one in told.get("anyOf", [told]) if one.get("type") == "array")
    item = _resolved(schema, shape["items"])
    return dict(_fields(schema, item["properties"], ""))


def _fields(
    schema: Mapping[str, Any], properties: Mapping[str, Any], before: str
) -> Iterator[tuple[str, str]]:
    for name, told in properties.items():
        shapes = [_resolved(schema, one) for one in told.get("anyOf", [told])]
        shape = next(one for one in shapes if one.get("type") != "null")
        if "properties" in shape:
            yield from _fields(schema, shape["properties"], f"{before}{name}.")
            continue
        kinds = {one.get("type") for one in shapes}
        if any(one.get("format") == "date" for one in shapes):
            yield before + name, "day"
        elif "array" in kinds:
            yield before + name, "list"
        elif "number" in kinds:
            yield before + name, "miles"
        else:
            plain = {"integer": "whole", "boolean": "yes"}
            yield before + name, plain.get(str(shape.get("type")), "text")


def _resolved(schema: Mapping[str, Any], told: Mapping[str, Any]) -> Mapping[str, Any]:
    ref = told.get("$ref")
    found: Mapping[str, Any] = told if ref is None else schema["$defs"][ref.rpartition("/")[2]]
    return found


def value_of(kind: str, text: str, order: str) -> object:
    """A cell as JSON tells the field; lists are separated by `;`.

    Raises:
        NotThat: it is none.
    """
    if kind == "whole":
        if not re.fullmatch(r"[0-9]{1,9}", text):
            raise NotThat("allowed: a whole number")
        return int(text)
    if kind == "yes":
        if text not in YES_NO:
            raise NotThat("allowed: Y or N, or words that the mapping's values turn into them")
        return YES_NO[text]
    if kind == "list":
        items = [item.strip() for item in text.split(";") if item.strip()]
        if not items:
            raise NotThat("allowed: one or more, with ; between them; nothing is not “none”")
        return items
    if kind == "day":
        try:
            return day_of_text(text, order)
        except NotADay as wrong:
            raise NotThat(str(wrong)) from None
    return text
