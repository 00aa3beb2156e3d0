"""The case folder: read it into a validated `Problem`, and write a problem back as a folder.

`read_case` reports every fault of every file at once and then reads nothing; `problem_of` does the
same for tables that came another way (the API, the database). `write_case` writes what reads back
as the same problem. Source: docs/case-folder.md.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from matching import assemble
from matching.faults import BadInput, Fault
from matching.formulas import safe
from matching.policy import Policy, read_policy, write_policy
from matching.problem import Problem
from matching.setaside import setting_aside
from matching.sheets import SHEETS
from matching.tables import RawTable, Row, read_bytes, read_table, rows_of, table_text
from matching.unbuild import records_of

POLICY_FILE = "policy.toml"
LONGEST_POLICY = 1_000_000
MOST_DOTS = 50


def read_case(folder: Path, *, require_safety: bool = False, set_aside: bool = False) -> Problem:
    """The problem in a case folder; raises `BadInput` with every fault.

    With `set_aside` a referral or home that a fault concerns is left out, and told; what concerns
    more than one is refused as ever.
    """
    if not folder.is_dir():
        raise BadInput([Fault(str(folder), None, "", "", "is not a folder", "no folder")])
    faults: list[Fault] = []
    policy = _read_policy_file(folder / POLICY_FILE, faults)
    raw: dict[str, RawTable] = {}
    for name, sheet in SHEETS.items():
        path = folder / sheet.file
        if os.path.lexists(path):
            table = read_table(path, faults)
            if table is not None:
                raw[name] = table
        elif sheet.required:
            faults.append(Fault(sheet.file, None, "", "", "the file is required", "missing file"))
    unread = {fault.file.removesuffix(".csv") for fault in faults}
    absent = set(SHEETS) - set(raw) - unread

    def read(tables: Mapping[str, RawTable]) -> Problem:
        return _problem(policy, tables, list(faults), require_safety, absent=absent)

    return setting_aside(raw, read) if set_aside else read(raw)


def problem_of(
    policy: Mapping[str, Any], tables: Mapping[str, RawTable], *, require_safety: bool = False
) -> Problem:
    """The problem in tables already at hand; raises `BadInput` with every fault."""
    faults: list[Fault] = []
    made, found = read_policy(policy)
    faults += found
    for name in sorted(set(tables) - set(SHEETS)):
        allowed = "unknown table; allowed: " + ", ".join(SHEETS)
        faults.append(Fault(name, None, "", "", allowed, "unknown table"))
    for name, sheet in SHEETS.items():
        if sheet.required and name not in tables:
            faults.append(Fault(sheet.file, None, "", "", "the table is required", "missing file"))
    known = {name: table for name, table in tables.items() if name in SHEETS}
    return _problem(made, known, faults, require_safety, absent=set(SHEETS) - set(known))


def write_case(problem: Problem, folder: Path) -> None:
    """Write a problem as a case folder that reads back the same; the folder is made if need be.

    A safety file that was not given is not written, so that its absence is told again.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in case_texts(problem).items():
        (folder / name).write_text(text, encoding="utf-8", newline="")


def case_texts(problem: Problem) -> dict[str, str]:
    """The files of a case folder by name, as text; no cell is a formula to a spreadsheet."""
    texts = {POLICY_FILE: write_policy(problem.policy)}
    for name, records in records_of(problem).items():
        sheet = SHEETS[name]
        if sheet.file in problem.missing_safety or not (records or sheet.required or sheet.safety):
            continue
        rows = ([safe(record[column]) for column in sheet.names] for record in records)
        texts[sheet.file] = table_text(sheet.names, rows)
    return texts


def parse_policy(text: str, faults: list[Fault], file: str = POLICY_FILE) -> Policy | None:
    """A policy from the text of policy.toml, or None with its faults."""
    if len(text) > LONGEST_POLICY or any(
        re.sub(r"\"[^\"]*\"|'[^']*'", "", line).count(".") > MOST_DOTS for line in text.split("\n")
    ):
        allowed = "is too long or has a key of very many parts; allowed: a policy of plain keys"
        faults.append(Fault(file, None, "", "", allowed, "not TOML"))
        return None
    try:
        raw = tomllib.loads(text, parse_float=Decimal)
    except RecursionError:
        faults.append(Fault(file, None, "", "", "is nested too deep to be a policy", "not TOML"))
        return None
    except ValueError as problem:
        faults.append(Fault(file, None, "", "", f"is not valid TOML: {problem}", "not TOML"))
        return None
    policy, found = read_policy(raw, file)
    faults += found
    return policy


def _read_policy_file(path: Path, faults: list[Fault]) -> Policy | None:
    if not os.path.lexists(path):
        allowed = "the file is required; at least: as_of = 2026-04-01"
        faults.append(Fault(path.name, None, "", "", allowed, "missing file"))
        return None
    text = read_bytes(path, faults)
    return None if text is None else parse_policy(text, faults, path.name)


def _problem(
    policy: Policy | None,
    raw: Mapping[str, RawTable],
    faults: list[Fault],
    require_safety: bool,
    absent: set[str],
) -> Problem:
    notices: list[str] = []
    rows: dict[str, list[Row]] = {}
    for name, sheet in SHEETS.items():
        rows[name] = rows_of(sheet, raw[name], faults, notices) if name in raw else []
    missing = tuple(sheet.file for name, sheet in SHEETS.items() if sheet.safety and name in absent)
    if require_safety:
        for file in missing:
            allowed = "required because --require-safety was asked for"
            faults.append(Fault(file, None, "", "", allowed, "missing file"))
    unread = {name for name in SHEETS if name not in raw and name not in absent}
    problem = assemble.assemble(policy, rows, faults, unread, notices=notices, missing=missing)
    if problem is None or faults:
        raise BadInput(faults)
    return problem
