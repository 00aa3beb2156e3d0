"""The tables of the return: their columns, what each holds, and which a reader cannot do without.

Source of the columns: the department's validator as kept in brief/field.md, 1.1. Social
workers' episodes are returned from the collection of 2024, orders that deprive of liberty from that
of 2027: London's schema adds each table to the return of that year, and the validator's first rules
on orders are those of 2026-27.
"""

from collections.abc import Collection
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from broker.returns import codes


@dataclass(frozen=True, slots=True)
class Table:
    """A table: its name, its columns in the return's order, and those a reader cannot do without.

    `without` need not be there to read; they are read where they are. `first` is the closing year
    of the first collection that has the table.
    """

    name: str
    columns: tuple[str, ...]
    without: frozenset[str]
    first: int = codes.FIRST

    @property
    def needed(self) -> tuple[str, ...]:
        return tuple(column for column in self.columns if column not in self.without)


def _table(name: str, columns: str, without: str = "", first: int = codes.FIRST) -> Table:
    return Table(name, tuple(columns.split()), frozenset(without.split()), first)


EPISODES: Final = _table(
    "episodes",
    "CHILD DECOM RNE LS CIN PLACE PLACE_PROVIDER DEC REC REASON_PLACE_CHANGE HOME_POST PL_POST URN",
    without="CIN URN",
)
HEADER: Final = _table(
    "header", "CHILD SEX DOB ETHNIC UPN MOTHER MC_DOB", without="ETHNIC UPN MOTHER MC_DOB"
)
UASC: Final = _table("uasc", "CHILD SEX DOB DUC", without="SEX DOB DUC")

REVIEWS: Final = _table("reviews", "CHILD DOB REVIEW REVIEW_CODE")
OC2: Final = _table(
    "oc2",
    "CHILD DOB SDQ_SCORE SDQ_REASON CONVICTED HEALTH_CHECK IMMUNISATIONS TEETH_CHECK "
    "HEALTH_ASSESSMENT SUBSTANCE_MISUSE INTERVENTION_RECEIVED INTERVENTION_OFFERED",
)
OC3: Final = _table("oc3", "CHILD DOB IN_TOUCH ACTIV ACCOM")
AD1: Final = _table(
    "ad1", "CHILD DOB DATE_INT DATE_MATCH FOSTER_CARE NB_ADOPTR SEX_ADOPTR LS_ADOPTR"
)
PLACED: Final = _table(
    "placed_for_adoption", "CHILD DOB DATE_PLACED DATE_PLACED_CEASED REASON_PLACED_CEASED"
)
PREVIOUS: Final = _table("previous_permanence", "CHILD DOB PREV_PERM LA_PERM DATE_PERM")
MISSING: Final = _table("missing", "CHILD DOB MISSING MIS_START MIS_END")
WORKERS: Final = _table("sw_episodes", "CHILD DOB SW_ID SW_DECOM SW_DEC SW_REASON", first=2024)
LIBERTY: Final = _table("dolo", "CHILD DOB DOLO_START DOLO_END", first=2027)

TABLES: Final = (EPISODES, HEADER, UASC)
"""The tables from which courses of care are read; every other is passed over there and named."""

EVERY: Final = (
    EPISODES, HEADER, UASC, REVIEWS, OC2, OC3, AD1, PLACED, PREVIOUS, MISSING, WORKERS, LIBERTY,
)  # fmt: skip
"""Every table of a return."""

DAYS: Final = frozenset(
    (
        "DECOM", "DEC", "DOB", "MC_DOB", "REVIEW", "DUC", "DATE_INT", "DATE_MATCH", "DATE_PLACED",
        "DATE_PLACED_CEASED", "DATE_PERM", "MIS_START", "MIS_END", "SW_DECOM", "SW_DEC",
        "DOLO_START", "DOLO_END",
    )
)  # fmt: skip
"""Columns that hold a day, as dd/mm/yyyy."""
NEVER_BLANK: Final = frozenset(
    (
        "CHILD", "DOB", "DECOM", "RNE", "LS", "PLACE", "REVIEW", "REVIEW_CODE", "MISSING",
        "MIS_START", "SW_ID", "SW_DECOM", "DOLO_START",
    )
)  # fmt: skip
"""Columns without which a row says nothing; SEX, ETHNIC and the rest may be blank and are told."""

_WORDS: Final = MappingProxyType(
    {
        "reviews": REVIEWS,
        "oc2": OC2,
        "oc3": OC3,
        "ad1": AD1,
        "missing": MISSING,
        "placed": PLACED,
        "prev": PREVIOUS,
        "swepisodes": WORKERS,
        "sw_episodes": WORKERS,
        "social_worker": WORKERS,
        "dolo": LIBERTY,
        "episodes": EPISODES,
        "header": HEADER,
        "uasc": UASC,
    }
)
"""Words in the names of files and the table each speaks of, the more particular first."""


def by_name(stem: str) -> Table | None:
    """The table a file's name speaks of; None where it speaks of none that is read."""
    table = any_by_name(stem)
    return table if table in TABLES else None


def any_by_name(stem: str) -> Table | None:
    """The table of the return a file's name speaks of; None where it speaks of none."""
    low = stem.lower()
    return next((table for word, table in _WORDS.items() if word in low), None)


def any_by_columns(columns: Collection[str]) -> Table | None:
    """The table of the return that has exactly the needed columns and perhaps the others."""
    told = set(columns)
    return next((table for table in EVERY if set(table.needed) <= told <= set(table.columns)), None)


def by_columns(columns: Collection[str]) -> Table | None:
    """The table whose columns are all there, whatever the file is called."""
    own = (EPISODES, HEADER)
    return next((table for table in own if set(table.columns) <= set(columns)), None)
