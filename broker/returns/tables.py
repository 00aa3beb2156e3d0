"""The tables of the return that are read or written here: their columns, and which are needed.

Source of the columns: the department's validator as kept in brief/field.md, 1.1.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Table:
    """A table: its name, its columns in the return's order, and those a reader cannot do without.

    `without` need not be there to read; they are read where they are.
    """

    name: str
    columns: tuple[str, ...]
    without: frozenset[str]

    @property
    def needed(self) -> tuple[str, ...]:
        return tuple(column for column in self.columns if column not in self.without)


def _table(name: str, columns: str, without: str = "") -> Table:
    return Table(name, tuple(columns.split()), frozenset(without.split()))


EPISODES: Final = _table(
    "episodes",
    "CHILD DECOM RNE LS CIN PLACE PLACE_PROVIDER DEC REC REASON_PLACE_CHANGE HOME_POST PL_POST URN",
    without="CIN URN",
)
HEADER: Final = _table(
    "header", "CHILD SEX DOB ETHNIC UPN MOTHER MC_DOB", without="ETHNIC UPN MOTHER MC_DOB"
)
UASC: Final = _table("uasc", "CHILD SEX DOB DUC", without="SEX DOB DUC")

TABLES: Final = (EPISODES, HEADER, UASC)
"""The tables that are read; every other of the return is passed over and named."""

OTHERS: Final = (
    "reviews", "oc2", "oc3", "ad1", "missing", "placed", "prev", "swepisodes", "social_worker",
    "dolo",
)  # fmt: skip
"""Words in the names of files that hold another table of the return."""


def by_name(stem: str) -> Table | None:
    """The table a file's name speaks of; None where it speaks of none that is read."""
    low = stem.lower()
    if any(word in low for word in OTHERS):
        return None
    return next((table for table in TABLES if table.name in low), None)


def by_columns(columns: Collection[str]) -> Table | None:
    """The table whose columns are all there, whatever the file is called."""
    own = (EPISODES, HEADER)
    return next((table for table in own if set(table.columns) <= set(columns)), None)
