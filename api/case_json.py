"""A case as JSON: `{"policy": {...}, "referrals": [{column: value}], "homes": [...], ...}`.

It says what a case folder says and is judged by the same reader: each value becomes the cell it
stands for, and only what a cell cannot show (a wrong JSON type, an unknown key) is judged here.
Every error of the case is found at once. Stricter than the folder in one thing: a column nobody
knows is an error in every table.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any

from api.columns import allowed_in, cell_reader, in_json, value_of
from api.problems import InputError, bad_input, shown
from matching.exchange import POLICY_FILE, problem_of
from matching.faults import BadInput, Fault
from matching.policy import Policy
from matching.problem import Problem
from matching.sheets import SHEETS, Column, Sheet
from matching.tables import RawTable, within_one_edit
from matching.unbuild import records_of

POLICY = "policy"
DAY_ALLOWED = "text, a date written YYYY-MM-DD"
POLICY_DEFAULTS = Policy(as_of=date.min).as_toml()
FAIRNESS = "fairness"
POLICY_TABLES = (
    *(key for key, value in POLICY_DEFAULTS.items() if isinstance(value, dict)),
    FAIRNESS,
)
_OWNERS = {"referral_id": "referrals", "home_id": "homes"}
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")

Path = tuple[str | int, ...]


def read_case_json(
    case: Any, path: Path = (), *, require_safety: bool = False, known: Iterable[InputError] = ()
) -> Problem:
    """The problem a JSON document describes; `path` is where it stands in the body.

    `known` are errors found before, whose values are None in the document.

    Raises:
        ProblemError: with every error of the case.
    """
    reader = _Reader(case, path, {})
    reader.take_over(known)
    if not isinstance(case, dict):
        reader.refuse(path, case, "an object with policy, referrals and homes", "bad value")
        raise bad_input(list(reader.errors.values()))
    policy = reader.policy()
    tables = reader.tables()
    try:
        problem = problem_of(policy, tables, require_safety=require_safety)
    except BadInput as refused:
        reader.add(refused.faults)
        raise bad_input(reader.in_order()) from None
    if reader.errors:
        raise bad_input(reader.in_order())
    return problem


def case_json(problem: Problem) -> dict[str, Any]:
    """A problem as JSON that reads back as the same problem; empty cells and tables are left out.

    A safety table that was given and is empty stays, as an empty list.
    """
    made: dict[str, Any] = {POLICY: _policy_json(problem.policy)}
    for name, records in records_of(problem).items():
        sheet = SHEETS[name]
        given = sheet.safety and sheet.file not in problem.missing_safety
        if records or sheet.required or given:
            made[name] = [record_json(sheet, record) for record in records]
    return made


def record_json(sheet: Sheet, record: Mapping[str, str]) -> dict[str, Any]:
    """One row of a table as JSON, without its empty cells."""
    values = ((column.name, value_of(column, record[column.name])) for column in sheet.columns)
    return {name: value for name, value in values if value is not None}


def _policy_json(policy: Policy) -> dict[str, Any]:
    def plain(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: plain(item) for key, item in value.items()}
        if isinstance(value, date):
            return value.isoformat()
        return float(value) if isinstance(value, Decimal) else value

    made: dict[str, Any] = plain(policy.as_toml())
    return made


@dataclass
class _Reader:
    """Turns the parts of a case into what the folder reader takes, and keeps the errors."""

    case: Any
    path: Path
    errors: dict[Path, InputError]
    unread: set[str] = field(default_factory=set)

    def refuse(self, path: Path, value: Any, allowed: str, kind: str) -> None:
        """Note an error, unless the same place has one already."""
        table, row, column = _place(path[len(self.path) :])
        text = None if value is None else shown(value)
        error = InputError(allowed, path, None, text, kind, table, row, column)
        self.errors.setdefault(path, error)

    def take_over(self, known: Iterable[InputError]) -> None:
        """Take the errors found before, each with its place in the case."""
        for error in known:
            if error.path is not None and error.path[: len(self.path)] == self.path:
                table, row, column = _place(error.path[len(self.path) :])
                self.errors[error.path] = replace(error, table=table, row=row, column=column)

    def policy(self) -> dict[str, Any]:
        """The policy in the types of a TOML file; what is null counts as not given."""
        path = (*self.path, POLICY)
        raw = self.case.get(POLICY)
        if not isinstance(raw, dict):
            kind = "missing key" if raw is None else "bad value"
            self.refuse(path, raw, 'an object, at least {"as_of": "2026-04-01"}', kind)
            return {}
        kept: dict[str, Any] = {}
        for key, value in raw.items():
            if value is None:
                continue
            if key == "as_of":
                kept[key] = self._day((*path, key), value)
            elif key in POLICY_TABLES and isinstance(value, dict):
                kept[key] = {name: item for name, item in value.items() if item is not None}
            else:
                kept[key] = value
        return kept

    def _day(self, path: Path, value: Any) -> Any:
        try:
            if isinstance(value, str) and _DAY.fullmatch(value):
                return date.fromisoformat(value)
        except ValueError:
            pass
        self.refuse(path, value, DAY_ALLOWED, "bad value")
        return value

    def tables(self) -> dict[str, RawTable]:
        """The tables of the case as text."""
        for key in self.case:
            if key != POLICY and key not in SHEETS:
                allowed = _unknown(key, (POLICY, *SHEETS))
                self.refuse((*self.path, key), self.case[key], allowed, "unknown key")
        made = {}
        for name, sheet in SHEETS.items():
            raw = self.case.get(name)
            if isinstance(raw, list):
                made[name] = self._table(sheet, raw)
            else:
                self.unread.add(name)
                if raw is not None or sheet.required:
                    kind = "missing key" if raw is None else "bad value"
                    self.refuse((*self.path, name), raw, "a list of objects", kind)
        return made

    def _table(self, sheet: Sheet, raw: list[Any]) -> RawTable:
        path = (*self.path, sheet.table)
        known = frozenset(sheet.names)
        readers = [(column, cell_reader(column)) for column in sheet.columns]
        rows = []
        for place, record in enumerate(raw):
            if not isinstance(record, dict):
                allowed = "an object of the columns " + ", ".join(sheet.names)
                self.refuse((*path, place), record, allowed, "bad value")
                continue
            for key in record.keys() - known:
                allowed = _unknown(key, sheet.names)
                self.refuse((*path, place, key), record[key], allowed, "unknown column")
            rows.append((place + 1, self._cells(readers, (*path, place), record)))
        return RawTable(sheet.names, tuple(rows))

    def _cells(
        self,
        readers: Iterable[tuple[Column, Callable[[Any], str | None]]],
        path: Path,
        record: Mapping[str, Any],
    ) -> list[str]:
        made = []
        for column, read in readers:
            value = record.get(column.name)
            cell = "" if value is None else read(value)
            if cell is None:
                self.refuse((*path, column.name), value, allowed_in(column), "bad value")
            if cell is None or (self.errors and (*path, column.name) in self.errors):
                cell = _unlike_any((*path, column.name))
            made.append(cell)
        return made

    def add(self, faults: Iterable[Fault]) -> None:
        """Take over what the reader of case folders found, in the words and places of JSON."""
        for fault in faults:
            path = self._path_of(fault)
            about = _OWNERS.get(fault.column)
            if fault.kind == "unknown id" and about in self.unread:
                continue
            value = self._value_at(path)
            self.refuse(path, value, in_json(fault.allowed), fault.kind)

    def _path_of(self, fault: Fault) -> Path:
        if fault.file == POLICY_FILE:
            return (*self.path, POLICY, *(fault.column.split(".", 1) if fault.column else ()))
        path: Path = (*self.path, fault.file.removesuffix(".csv"))
        if fault.row is None:
            return path
        return (*path, fault.row - 1, fault.column) if fault.column else (*path, fault.row - 1)

    def _value_at(self, path: Path) -> Any:
        value = self.case
        for step in path[len(self.path) :]:
            if isinstance(value, dict):
                value = value.get(str(step))
            elif isinstance(value, list) and isinstance(step, int) and step < len(value):
                value = value[step]
            else:
                return None
        return value

    def in_order(self) -> list[InputError]:
        """The errors in the order of tables, rows and columns."""
        tables = {name: number for number, name in enumerate((POLICY, *SHEETS))}
        columns = {name: list(sheet.names) for name, sheet in SHEETS.items()}

        def place(error: InputError) -> tuple[int, int, int, str]:
            names = columns.get(error.table or "", [])
            column = names.index(error.column) if error.column in names else len(names)
            return (tables.get(error.table or "", -1), error.row or 0, column, error.column or "")

        return sorted(self.errors.values(), key=place)


def _place(path: Path) -> tuple[str | None, int | None, str | None]:
    """Table, row (from 1) and column of a path inside a case."""
    table = str(path[0]) if path else None
    if table == POLICY:
        return table, None, ".".join(str(step) for step in path[1:]) or None
    row = path[1] + 1 if len(path) > 1 and isinstance(path[1], int) else None
    column = str(path[2]) if len(path) > 2 else None
    return table, row, column


def _unknown(key: str, names: Iterable[str]) -> str:
    names = tuple(names)
    near = next((name for name in names if within_one_edit(key, name)), None)
    meant = f"did you mean {near}? " if near else ""
    return f"{meant}unknown; known here: {', '.join(names)}"


def _unlike_any(path: Path) -> str:
    """A cell no typed column takes and no other cell equals, in place of one already refused.

    The row then counts as unread wherever that cell would matter, as a bad cell of a file does.
    """
    return f"\x00{path!r}"
