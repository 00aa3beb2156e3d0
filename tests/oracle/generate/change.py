"""Small changes to a case, each a step that only narrows or only widens what is possible.

A *tightening* never makes a pair eligible and a *loosening* never makes one ineligible. What
that means for the optimum depends on what else the step moves, so each says so: after ``neutral``
(or for those marked ``whole_objective``, in any case) a tightening never improves the three levels
and a loosening never worsens them. Without it an eligible pair gained or lost may change what a
borough is entitled to, whether a sibling's home is open, or a provider's part. The first level,
the today unplaced, is never improved by a tightening nor worsened by a loosening.
"""

import csv
import io
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from tests.oracle.generate.case import COLUMNS, Files, csv_text
from tests.oracle.generate.homes import Cells
from tests.oracle.read import POLICY

Rows = list[Cells]
Step = Callable[["Draft", Random], bool]


@dataclass(frozen=True)
class Change:
    """One step: its name, the rule it touches, and whether even the whole objective is monotone."""

    name: str
    rule: str
    step: Step
    whole_objective: bool = False

    def apply(self, files: Files, seed: int) -> Files | None:
        """Return the changed case, or None where the case has nothing to change so."""
        draft = Draft(files)
        return draft.files() if self.step(draft, Random(f"{self.name}/{seed}")) else None


class Draft:
    """A case's tables under change."""

    def __init__(self, files: Files) -> None:
        """Read every table; a column that is missing is empty."""
        self._files = dict(files)
        self.policy = tomllib.loads(files["policy.toml"])
        self.as_of: date = self.policy["as_of"]
        self.tables: dict[str, Rows] = {
            name: rows_of(files.get(f"{name}.csv", ""), columns)
            for name, columns in COLUMNS.items()
        }

    def files(self) -> Files:
        """Return the files as they are now; tables that were absent and are empty stay so."""
        for name, rows in self.tables.items():
            if rows or f"{name}.csv" in self._files:
                self._files[f"{name}.csv"] = csv_text(COLUMNS[name], rows)
        return self._files

    def day(self, referral: Cells) -> date:
        """Return the referral's day."""
        return max(self.as_of, date.fromisoformat(referral["needed_by"]))

    def load_of(self, band: str) -> int:
        """Return the policy's load of a band."""
        load: int = self.policy.get("load", {}).get(band, POLICY["load"][band])
        return load


def rows_of(text: str, columns: list[str]) -> Rows:
    """Return the rows of a CSV text with every known column, trimmed."""
    reader = csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline=""))
    found = [
        {(key or "").strip(): (cell or "").strip() for key, cell in row.items()} for row in reader
    ]
    return [{column: row.get(column, "") for column in columns} for row in found]


def neutral(files: Files) -> Files:
    """Return the case with the three weights at 0 that an eligible pair more or less can turn."""
    policy = tomllib.loads(files["policy.toml"])
    points = policy.setdefault("points", {})
    points |= {"short_of_share": 0, "provider_balance": 0, "sibling_elsewhere": 0}
    lines = [f"{key} = {value}" for key, value in policy.items() if not isinstance(value, dict)]
    for key, section in policy.items():
        if isinstance(section, dict):
            lines += ["", f"[{key}]", *(f"{name} = {value}" for name, value in section.items())]
    return {**files, "policy.toml": "\n".join(lines) + "\n"}


def one_of(rows: Rows, chance: Random, wanted: Callable[[Cells], bool]) -> Cells | None:
    """Return one of the rows that are wanted, or None."""
    found = [row for row in rows if wanted(row)]
    return chance.choice(found) if found else None


def set_in_home(column: str, value: str, wanted: Callable[[Cells], bool]) -> Step:
    """Return the step that sets a cell of one home that is wanted."""

    def step(draft: Draft, chance: Random) -> bool:
        home = one_of(draft.tables["homes"], chance, wanted)
        if home is None:
            return False
        home[column] = value
        return True

    return step


def shift_in_home(column: str, by: int, wanted: Callable[[Cells], bool]) -> Step:
    """Return the step that adds to a whole number of one home that has one and is wanted."""

    def step(draft: Draft, chance: Random) -> bool:
        home = one_of(draft.tables["homes"], chance, lambda row: row[column] != "" and wanted(row))
        if home is None:
            return False
        home[column] = str(int(home[column]) + by)
        return True

    return step


def tomorrow(cell: str) -> str:
    """Return the day after a date."""
    return (date.fromisoformat(cell) + timedelta(days=1)).isoformat()
