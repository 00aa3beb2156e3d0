"""Parts of the form of which there may be several: people and places that matter, places to avoid.

A mapping file says with `[[list]]` how a row tells of them. Each such table is one kind of item:
its columns are fields of the item, what is `fixed` is the same for every row. Without `separator` a
row tells of one item at most, and of none where all its cells are empty. With one, each of its
cells holds several values, and the first of each make the first item. Where nobody told of any, a
list stays as it is on an empty form: nobody was asked.

```toml
[[list]]
field = "avoid"
separator = ";"
[list.columns]
"Areas to avoid" = "borough"
"Why" = "reason"
[list.fixed]
kind = "borough"
[list.values.borough]
"Newham" = "E09000025"
```
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from broker.inbox.fields import LISTS, NotThat, item_fields, value_of
from broker.spreadsheets.mapping import texts_of
from pricing.toml_section import Section

MOST_ITEMS: Final = 50
"""Items of one cell; our starting assumption."""


@dataclass(frozen=True)
class ListMap:
    """How a row tells of items of a list: by which columns, with what the same for every row."""

    field: str
    columns: Mapping[str, str]
    fixed: Mapping[str, str] = dataclasses.field(default_factory=dict)
    values: Mapping[str, Mapping[str, str]] = dataclasses.field(default_factory=dict)
    separator: str | None = None


@dataclass
class Items:
    """The items of a row by field, where each came from, and why a cell is none."""

    told: dict[str, list[dict[str, Any]]] = dataclasses.field(default_factory=dict)
    origins: dict[tuple[str, int], tuple[ListMap, int | None]] = dataclasses.field(
        default_factory=dict
    )
    reasons: list[str] = dataclasses.field(default_factory=list)

    def reason(self, path: tuple[str | int, ...], found: str, words: str) -> str | None:
        """What is wrong with an item, at its column and place in the cell; None if of no item."""
        if len(path) < 2 or not isinstance(path[1], int):
            return None
        origin = self.origins.get((str(path[0]), path[1]))
        if origin is None:
            return None
        one, place = origin
        inner = ".".join(str(part) for part in path[2:])
        headers = [
            header
            for header, name in one.columns.items()
            if name == inner or name.startswith(f"{inner}.") or not inner
        ]
        where = ", ".join(headers or one.columns)
        of = "" if place is None else f", item {place}"
        return f"{where}{of}: found “{found[:80]}”; {words}"


def read_lists(top: Section, date_order: str) -> tuple[ListMap, ...]:
    """The `[[list]]` tables of a mapping file; every wrong key is noted with the file."""
    made = []
    for section in top.sections("list") if "list" in top.table else ():
        section.check_keys(("field", "columns"), ("fixed", "values", "separator"))
        name = section.choice("field", LISTS)
        kinds = item_fields(name) if name in LISTS else {}
        columns = texts_of(section.section("columns"), kinds)
        fixed = texts_of(section.section("fixed"))
        for key, text in fixed.items():
            _check_fixed(section, key, text, kinds, date_order)
        both = sorted(set(columns.values()) & set(fixed))
        for key in both:
            section.refuse("fixed", key, "a field that no column holds", "duplicate")
        named = list(columns.values())
        for key in sorted({one for one in named if named.count(one) > 1}):
            section.refuse("columns", key, "one column for each field", "duplicate")
        if "columns" in section.table and not columns and section.good("columns"):
            section.refuse("columns", "empty", "at least one column", "bad value")
        values = {}
        inner = section.section("values")
        inner.check_keys((), list(columns.values()))
        for key in inner.table:
            values[key] = texts_of(inner.section(key))
        separator = section.text("separator") if "separator" in section.table else None
        made.append(ListMap(name, columns, fixed, values, separator))
    return tuple(made)


def _check_fixed(
    section: Section, key: str, text: str, kinds: Mapping[str, str], date_order: str
) -> None:
    if key not in kinds:
        section.refuse("fixed", key, " ".join(kinds), "unknown key")
        return
    try:
        value_of(kinds[key], text, date_order)
    except NotThat as wrong:
        section.refuse("fixed", f"{key} = {text}", str(wrong), "bad value")


def items_of(cells: Mapping[str, str], lists: tuple[ListMap, ...], date_order: str) -> Items:
    """The items that a row's cells tell of; every cell that is none is a reason."""
    made = Items()
    for one in lists:
        for place, texts in _each(cells, one, made):
            item: dict[str, Any] = {}
            fixed = [("", name, text) for name, text in one.fixed.items()]
            told = [(header, one.columns[header], text) for header, text in texts.items()]
            for header, name, text in [*fixed, *told]:
                words = one.values.get(name, {}).get(text, text)
                try:
                    put(item, name, value_of(item_fields(one.field)[name], words, date_order))
                except NotThat as wrong:
                    of = "" if place is None else f", item {place}"
                    made.reasons.append(f"{header}{of}: found “{text[:80]}”; {wrong}")
            items = made.told.setdefault(one.field, [])
            made.origins[one.field, len(items)] = (one, place)
            items.append(item)
    return made


def _each(
    cells: Mapping[str, str], one: ListMap, made: Items
) -> Iterator[tuple[int | None, dict[str, str]]]:
    """The cells of each item, by header; the place in the cells where those hold several."""
    told = {header: cells.get(header, "") for header in one.columns if cells.get(header, "")}
    if not told:
        return
    if one.separator is None:
        yield None, told
        return
    parts = {
        header: [part.strip() for part in text.split(one.separator)]
        for header, text in told.items()
    }
    sizes = {len(some) for some in parts.values()}
    if len(sizes) > 1:
        counts = "; ".join(f"{header} has {len(some)}" for header, some in parts.items())
        first = next(iter(parts))
        made.reasons.append(
            f"{first}: found “{told[first][:80]}”; allowed: as many items as in the cells "
            f"beside it ({counts})"
        )
        return
    if max(sizes) > MOST_ITEMS:
        first = next(iter(parts))
        made.reasons.append(
            f"{first}: found “{told[first][:80]}”; allowed: up to {MOST_ITEMS} items"
        )
        return
    for at in range(max(sizes)):
        texts = {header: some[at] for header, some in parts.items() if some[at]}
        if texts:
            yield at + 1, texts


def put(table: dict[str, Any], path: str, value: object) -> None:
    """Set a value under a dotted name."""
    *outer, last = path.split(".")
    for part in outer:
        table = table.setdefault(part, {})
    table[last] = value
