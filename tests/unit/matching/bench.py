"""Cases by hand for the engine: a few cells of a plain referral, home and resident, all else usual.

The plain referral fits the plain home and costs nothing there, so that whatever a test changes is
all that decides.
"""

import json
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from matching.board import Board, View
from matching.check import Violation, check_json
from matching.exchange import read_case
from matching.faults import BadInput, Fault
from matching.pairs import Pairs, find_pairs
from matching.plan import Plan
from matching.points import COMPONENT_NAMES, price
from matching.problem import Problem
from matching.rules import RULES, eligible, tests
from matching.solve import Options, match
from tests.oracle.generate.case import COLUMNS, Files, csv_text
from tests.unit.oracle.bench import Cells, home, referral, resident

__all__ = [
    "AS_OF",
    "Cells",
    "Files",
    "errors",
    "facts",
    "failed",
    "files_of",
    "home",
    "points",
    "problem",
    "read",
    "referral",
    "resident",
    "solved",
    "violations",
]

AS_OF = "as_of = 2026-04-01\n"
Tables = Mapping[str, list[Cells]]


def files_of(policy: str = "", **tables: list[Cells]) -> Files:
    """The files of these tables; the day of the question is 1 April 2026 unless policy names it."""
    files: Files = {"policy.toml": policy if "as_of" in policy else AS_OF + policy}
    for name, rows in tables.items():
        extra = dict.fromkeys(column for row in rows for column in row)
        columns = COLUMNS[name] + [column for column in extra if column not in COLUMNS[name]]
        files[f"{name}.csv"] = csv_text(columns, rows)
    return files


def read(files: Mapping[str, str | bytes], *, require_safety: bool = False) -> Problem:
    """Read files through a real folder."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for file, text in files.items():
            raw = text if isinstance(text, bytes) else text.encode()
            (folder / file).write_bytes(raw)
        return read_case(folder, require_safety=require_safety)


def errors(files: Mapping[str, str | bytes], *, require_safety: bool = False) -> tuple[Fault, ...]:
    """The faults for which files are refused; none where they are read."""
    try:
        read(files, require_safety=require_safety)
    except BadInput as refused:
        return refused.faults
    return ()


def problem(policy: str = "", **tables: list[Cells]) -> Problem:
    """The problem of these tables."""
    return read(files_of(policy, **tables))


def solved(
    policy: str = "", options: Options | None = None, **tables: list[Cells]
) -> tuple[Pairs, Plan]:
    """The pairs and the best plan of these tables."""
    made = problem(policy, **tables)
    return find_pairs(made), match(made, options)


def violations(pairs: Pairs, homes: Mapping[str, str]) -> list[Violation]:
    """What the checker says of a bare plan that places people so, its figures aside."""
    plan = match(pairs.problem).to_json()
    plan["placements"] = [{"referral_id": who, "home_id": home} for who, home in homes.items()]
    figures = {"objective", "joint", "unplaced", "empty", "bound", "placements"}
    return [
        found
        for found in check_json(pairs, json.loads(json.dumps(plan)))
        if found.code.split()[0] not in figures
    ]


def _view(person: Cells, place: Cells, policy: str, tables: Tables) -> View:
    alone = {"referrals": [referral("A") | person], "homes": [home("H") | place]}
    made = read(files_of(policy, **alone, **tables))
    return View(Board(made), made.referral_by_id["A"])


def failed(
    person: Cells | None = None, place: Cells | None = None, policy: str = "", **tables: list[Cells]
) -> list[str]:
    """The codes of the rules that a pair of one referral and one home breaks."""
    view = _view(person or {}, place or {}, policy, tables)
    held = tests(view)[:, 0]
    codes = [rule.code for rule, holds in zip(RULES, held, strict=True) if not holds]
    assert bool(eligible(view)[0]) == (not codes and not view.referral.by_hand)
    return codes


def facts(
    code: str,
    person: Cells | None = None,
    place: Cells | None = None,
    policy: str = "",
    **tables: list[Cells],
) -> tuple[str, str]:
    """What a rule found and what it allows for a pair of one referral and one home."""
    view = _view(person or {}, place or {}, policy, tables)
    return next(rule for rule in RULES if rule.code == code).facts(view, 0)


def points(
    person: Cells | None = None, place: Cells | None = None, policy: str = "", **tables: list[Cells]
) -> dict[str, int]:
    """The components that are not 0 for a pair of one referral and one home."""
    view = _view(person or {}, place or {}, policy, tables)
    row: dict[str, Any] = dict(
        zip(COMPONENT_NAMES, price(view, np.arange(1), eligible(view))[0].tolist(), strict=True)
    )
    return {name: int(value) for name, value in row.items() if value}
