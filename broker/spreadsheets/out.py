"""A case as one workbook: a sheet a table, with lists to choose from and notes on every column.

What may be chosen is what the readers of the case take: it comes from the same columns.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

from broker.spreadsheets.names import MEANING, POLICY
from broker.workbook import Column, Kind, Sheet, Value
from matching import cells
from matching import sheets as tables
from matching.exchange import POLICY_FILE
from matching.policy import WEIGHT_MEANINGS, write_policy
from matching.problem import Problem
from matching.sheets import SHEETS
from matching.unbuild import records_of

FIRST_SURE_DAY: Final = date(1900, 3, 1)
"""Before it, programs count days differently; such dates are written as text."""
_NOT_KEPT: Final = frozenset({0xFFFE, 0xFFFF})
_LINKED: Final = {"referral_id": "referrals", "home_id": "homes"}


class NotKept(Exception):
    """A text holds what no workbook can keep."""


def not_of_a_case(names: Iterable[str]) -> list[str]:
    """The files of a case folder that are no table of the case: no workbook holds them."""
    held = {POLICY_FILE, *(sheet.file for sheet in SHEETS.values())}
    return sorted(name for name in names if name not in held)


def case_sheets(problem: Problem, source: str, left_out: Sequence[str] = ()) -> list[Sheet]:
    """Every table of a case and its policy, as sheets.

    A safety table that was never given has no sheet, so that its absence is told again. Files of
    the folder that are left out are named in the notes of the first sheet.

    Raises:
        NotKept: a text holds a letter that the format has no way to keep.
    """
    made = [_policy_sheet(problem, source, left_out)]
    for name, records in records_of(problem).items():
        sheet = SHEETS[name]
        if sheet.file in problem.missing_safety:
            continue
        kinds = [_kind(column, records) for column in sheet.columns]
        made.append(
            Sheet(
                name,
                _notes(sheet, source),
                [
                    _column(sheet, column, kind)
                    for column, kind in zip(sheet.columns, kinds, strict=True)
                ],
                [
                    [
                        _value(column, kind, record[column.name])
                        for column, kind in zip(sheet.columns, kinds, strict=True)
                    ]
                    for record in records
                ],
            )
        )
    return made


def _notes(sheet: tables.Sheet, source: str) -> list[str]:
    needed = ", ".join(column.name for column in sheet.columns if column.required)
    return [
        f"From {source}. Columns that must be filled: {needed}. An empty cell means not known.",
        "Rest on a header to read what its cells may hold. Keep the headers as they are.",
    ]


def _policy_sheet(problem: Problem, source: str, left_out: Sequence[str]) -> Sheet:
    told = tomllib.loads(write_policy(problem.policy), parse_float=Decimal)
    rows = [
        [key, str(value), WEIGHT_MEANINGS.get(key.rpartition(".")[2], "")]
        for key, value in flat(told)
    ]
    key = Column("key", note="The keys of policy.toml; a dot stands between a table and its key.")
    value = Column("value", note="Whole numbers, but for miles; as_of is a date YYYY-MM-DD.")
    notes = [f"From {source}. as_of is the day of the question; what is left out is as shipped."]
    if left_out:
        notes.append(f"In the folder and not in this workbook: {', '.join(left_out)}.")
    return Sheet(POLICY, notes, [key, value, Column(MEANING)], rows)


def flat(told: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, object]]:
    """A table of TOML as its keys, each with the tables around it, and their values."""
    for key, value in told.items():
        if isinstance(value, dict):
            yield from flat(value, f"{before}{key}.")
        else:
            yield f"{before}{key}", value


def _kind(column: tables.Column, records: list[dict[str, str]]) -> Kind:
    if column.kind is cells.DATE:
        filled = [record[column.name] for record in records if record[column.name]]
        early = any(date.fromisoformat(day) < FIRST_SURE_DAY for day in filled)
        return Kind.TEXT if early else Kind.DATE
    if column.kind is cells.MONEY:
        return Kind.MONEY
    if column.kind is cells.MILES:
        return Kind.NUMBER
    return Kind.TEXT if column.kind.limits is None else Kind.COUNT


def _column(sheet: tables.Sheet, column: tables.Column, kind: Kind) -> Column:
    codes = () if column.kind.many else column.kind.codes
    must = "Must be filled" if column.required else "May be empty"
    allowed = column.kind.allowed
    note = f"{must}. {allowed[0].upper()}{allowed[1:]}."
    linked = _LINKED.get(column.name)
    if column.kind.many:
        note += " " + "; ".join(column.kind.codes) + "."
    return Column(
        column.name,
        kind,
        note=note,
        choices=codes,
        limits=column.kind.limits,
        listed_in=(linked, column.name) if linked and linked != sheet.table else None,
    )


def _value(column: tables.Column, kind: Kind, text: str) -> Value:
    if not text:
        return None
    if kind is Kind.DATE:
        return date.fromisoformat(text)
    if kind is Kind.MONEY:
        return int(column.kind.parse(text))
    if kind is Kind.NUMBER:
        return Fraction(text)
    if kind is Kind.COUNT:
        return int(text)
    if any(0xD800 <= ord(letter) <= 0xDFFF or ord(letter) in _NOT_KEPT for letter in text):
        raise NotKept(f"{column.name}: “{ascii(text)[:60]}” holds what no workbook can keep")
    return text
