"""Where each file of the case stands in the database: table, keys, what becomes of a lost row.

A file's columns and codes are those of `matching.sheets`; here is only what a database adds.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from enum import Enum
from typing import Any, Final

import sqlalchemy as sa

from broker import tables
from broker.store.cells import cell_of
from matching import sheets
from matching.sheets import Sheet
from matching.unbuild import Record

Values = Mapping[str, Any]
Key = tuple[str, ...]

OWNERS: Final = ("referral_id", "home_id")

# Names that say the unit, or that steer clear of a word of SQL.
_RENAMED: Final = {
    "min_distance_miles": "min_distance_tenths",
    "max_distance_miles": "max_distance_tenths",
    "miles": "tenths",
    "weekly_fee": "weekly_fee_pence",
    "marginal_weekly_fee": "marginal_weekly_fee_pence",
    "from": "starts_on",
    "to": "ends_on",
    "on": "said_on",
    "decisions.by": "decided_by",
    "decisions.on": "decided_on",
}


class Gone(Enum):
    """What is done with a row on record that its file no longer has; always with history."""

    CLOSED = "stays open until a reason is given, then closed, never deleted"
    KEPT = "stays until a reason is given, then taken off"
    REMOVED = "taken off"


class Shelf:
    """One file of the case in the database.

    `key` names the columns that tell a row apart for people. A row of the file is the same row as
    one on record if they agree in the columns of the first of `stages` in which any do; rows
    without a key of their own are told apart by all they hold first.
    """

    def __init__(
        self, sheet: Sheet, model: type[tables.Stored], gone: Gone, key: Key, *nearly: Key
    ) -> None:
        self.sheet = sheet
        self.table: sa.Table = model.__table__
        self.gone = gone
        self.key = key
        self.fields = {
            name: _RENAMED.get(f"{sheet.table}.{name}", _RENAMED.get(name, name))
            for name in sheet.names
        }
        self._cells = {field: cell_of(self.table.c[field]) for field in self.fields.values()}
        self.identity = tuple(column.name for column in self.table.primary_key)
        self.stages: tuple[Key, ...] = (key,)
        if self.identity == ("row_id",) and nearly:
            self.stages = (tuple(self.fields.values()), *nearly)
        own = sheet is sheets.REFERRALS or sheet is sheets.HOMES
        self.owners = () if own else tuple(name for name in OWNERS if name in self.fields)

    @property
    def name(self) -> str:
        """The table's name in the database."""
        return self.table.name

    def values(self, record: Record) -> Values:
        """A row of the file as the columns of the table."""
        return {
            field: self._cells[field].value(record[name]) for name, field in self.fields.items()
        }

    def record(self, values: Values) -> Record:
        """A row of the table as the columns of the file."""
        return {name: self._cells[field].text(values[field]) for name, field in self.fields.items()}

    def key_of(self, values: Values) -> Key:
        """What tells the row apart, as text."""
        return tuple(self._cells[field].text(values[field]) for field in self.key)

    def shown(self, values: Values) -> str:
        """The row as people tell it apart, such as “R-12” or “YP07, radius, 5510, 1880, 2.5”."""
        fields = dict.fromkeys((*self.key, *(("tenths",) if "tenths" in self._cells else ())))
        parts = (self._cells[field].text(values[field]) for field in fields)
        return ", ".join(part for part in parts if part)

    def changed_columns(self, before: Values, after: Values) -> tuple[str, ...]:
        """The file's columns in which two rows differ."""
        return tuple(name for name, field in self.fields.items() if before[field] != after[field])


def key_text(key: Iterable[str]) -> str:
    """A key as the history keeps it: a JSON list."""
    return json.dumps(list(key), ensure_ascii=False)


_AVOIDED: Final = ("young_person_id", "kind", "borough", "home_id", "easting", "northing")
_PLACE: Final = ("referral_id", "what", "easting", "northing", "postcode")

# In an order in which every row finds what it refers to.
SHELVES: Final[Mapping[str, Shelf]] = {
    shelf.sheet.table: shelf
    for shelf in (
        Shelf(sheets.HOMES, tables.HomeRow, Gone.CLOSED, ("home_id",)),
        Shelf(sheets.REFERRALS, tables.ReferralRow, Gone.CLOSED, ("referral_id",)),
        Shelf(sheets.RESIDENTS, tables.ResidentRow, Gone.REMOVED, ("young_person_id",)),
        Shelf(sheets.RELATIONSHIPS, tables.RelationshipRow, Gone.KEPT, ("a", "b", "kind")),
        Shelf(sheets.AVOID, tables.AvoidRow, Gone.KEPT, _AVOIDED, _AVOIDED),
        Shelf(
            sheets.PEOPLE,
            tables.PersonOrPlaceRow,
            Gone.REMOVED,
            ("referral_id", "what"),
            _PLACE,
            ("referral_id", "what"),
        ),
        Shelf(sheets.WISH_SHEET, tables.WishRow, Gone.REMOVED, ("referral_id", "home_id")),
        Shelf(sheets.DECLINES, tables.DeclineRow, Gone.KEPT, ("referral_id", "home_id")),
        Shelf(sheets.DECISIONS, tables.DecisionRow, Gone.KEPT, ("referral_id", "home_id")),
        Shelf(sheets.RATES, tables.RateRow, Gone.REMOVED, ("home_id", "band", "starts_on")),
        Shelf(sheets.SHARES, tables.ShareRow, Gone.REMOVED, ("contract", "borough")),
        Shelf(sheets.ADJOINING, tables.AdjoiningRow, Gone.REMOVED, ("a", "b")),
    )
}
