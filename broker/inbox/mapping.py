"""The mapping file of one case-management system: which column is which field of the form.

A person writes and edits it (TOML). A column of the file that the mapping does not name is refused,
so that none is lost unseen; one that is not wanted is named with "".
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from broker.inbox.fields import DATE_ORDERS, cell_fields
from broker.inbox.lists import ListMap, read_lists
from broker.spreadsheets.mapping import texts_of
from pricing.problems import Problems
from pricing.text_file import decode, read_file
from pricing.toml_section import Section

REQUIRED = "young_person_id"


@dataclass(frozen=True)
class InboxMapping:
    """What the columns of a system's files are, and what its words for values stand for."""

    system: str
    sheet: str | None
    header_row: int
    date_order: str
    columns: Mapping[str, str]
    values: Mapping[str, Mapping[str, str]]
    sha256: str
    lists: tuple[ListMap, ...] = ()

    @property
    def headers(self) -> frozenset[str]:
        """Every column of the file that the mapping names."""
        return frozenset(self.columns).union(*(one.columns for one in self.lists))


def read_inbox_mapping(path: Path) -> InboxMapping:
    """A mapping file.

    Raises:
        BadInput: every key that is wrong.
    """
    found = Problems()
    data = read_file(path)
    told: dict[str, object] = {}
    text = decode(data, path.name)
    try:
        told = tomllib.loads(text)
    except (ValueError, RecursionError) as problem:
        found.add(path.name, "", f"not TOML: {problem}", "a mapping file", "file")
    found.raise_if_any()
    top = Section(told, "", path.name, found)
    top.check_keys(("system", "columns"), ("sheet", "header_row", "date_order", "values", "list"))
    columns = texts_of(top.section("columns"), ("", *cell_fields()))
    fields = [field for field in columns.values() if field]
    for field in sorted({field for field in fields if fields.count(field) > 1}):
        found.add(path.name, "columns", field, "one column for each field", "duplicate")
    if "columns" in top.table and REQUIRED not in fields and top.good("columns"):
        found.add(path.name, "columns", "missing", f"a column that is {REQUIRED}", "missing key")
    values = {}
    section = top.section("values")
    section.check_keys((), fields)
    for field in section.table:
        values[field] = texts_of(section.section(field))
    order = top.choice("date_order", DATE_ORDERS) if "date_order" in top.table else DATE_ORDERS[0]
    made = InboxMapping(
        top.text("system"),
        top.text("sheet") if "sheet" in top.table else None,
        top.whole("header_row", 1, 1000) if "header_row" in top.table else 1,
        order,
        columns,
        values,
        hashlib.sha256(data).hexdigest(),
        read_lists(top, order),
    )
    found.raise_if_any()
    return made
