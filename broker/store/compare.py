"""What a folder changes of what is on record: decided here row by row, written elsewhere.

A file that is absent says nothing, and what is on record of it stays. A row that is gone from a
file that is there is judged by its shelf: a referral or a home stays open and a safety row stays
in force until somebody gives a reason; anything else is taken off. What belongs to something that
stays, stays with it; what belongs to something closed is out of view and left alone.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from broker.store.shelves import OWNERS, SHELVES, Gone, Shelf, Values

_OWNER_SHELF = {"referral_id": "referrals", "home_id": "homes"}


@dataclass(frozen=True, slots=True)
class OnRecord:
    """A row as the database holds it, closed or not."""

    row: Values

    @property
    def closed(self) -> bool:
        """Whether it was closed with a reason."""
        return self.row.get("closed_at") is not None


@dataclass(frozen=True, slots=True)
class Change:
    """One row inserted, updated, closed, reopened or removed: as it was and as it will be."""

    kind: str
    before: OnRecord | None
    after: Values | None

    @property
    def values(self) -> Values:
        """The row as it will be, or as it last was."""
        if self.after is not None:
            return self.after
        assert self.before is not None
        return self.before.row


@dataclass(slots=True)
class Compared:
    """What becomes of one table.

    `missing` are rows gone from the file that wait for a reason; `kept` belong to one of those;
    `untouched` are rows of a file that was not given.
    """

    shelf: Shelf
    given: bool
    changes: list[Change] = field(default_factory=list)
    unchanged: list[Values] = field(default_factory=list)
    missing: list[Values] = field(default_factory=list)
    kept: list[Values] = field(default_factory=list)
    untouched: list[Values] = field(default_factory=list)

    def in_force(self) -> list[Values]:
        """The rows a match would see once the changes are made."""
        made = [change.after for change in self.changes if change.after is not None]
        return [*made, *self.unchanged, *self.missing, *self.kept, *self.untouched]

    def stays(self) -> list[Values]:
        """The rows in force that the folder does not hold."""
        return [*self.missing, *self.kept, *self.untouched]

    def of_kind(self, kind: str) -> list[Change]:
        """The changes of one kind."""
        return [change for change in self.changes if change.kind == kind]


def compare(
    on_record: Mapping[str, Sequence[OnRecord]],
    folder: Mapping[str, Sequence[Values]],
    given: Collection[str],
    *,
    close_missing: bool,
) -> dict[str, Compared]:
    """What becomes of every table when the folder's rows (of the tables `given`) are taken in."""
    view = _View(on_record, folder, close_missing)
    return {
        name: _compare(shelf, on_record[name], folder[name], name in given, view)
        for name, shelf in SHELVES.items()
    }


class _View:
    """Which referrals and homes are open afterwards, and which of them only because they stay."""

    def __init__(
        self,
        on_record: Mapping[str, Sequence[OnRecord]],
        folder: Mapping[str, Sequence[Values]],
        close_missing: bool,
    ) -> None:
        self.close_missing = close_missing
        self.staying: dict[str, set[str]] = {}
        self.open: dict[str, set[str]] = {}
        for owner in OWNERS:
            table = _OWNER_SHELF[owner]
            named = {values[owner] for values in folder[table]}
            before = {item.row[owner] for item in on_record[table] if not item.closed}
            self.staying[owner] = set() if close_missing else before - named
            self.open[owner] = named | self.staying[owner]

    def holds(self, shelf: Shelf, row: Values) -> bool:
        """Whether everything the row belongs to is open."""
        return all(row[owner] in self.open[owner] for owner in shelf.owners if row[owner])

    def stays(self, shelf: Shelf, row: Values) -> bool:
        """Whether the row belongs to something that is gone from the folder and stays."""
        return any(row[owner] in self.staying[owner] for owner in shelf.owners)


def _compare(
    shelf: Shelf, rows: Sequence[OnRecord], named: Sequence[Values], given: bool, view: _View
) -> Compared:
    made = Compared(shelf, given)
    if not given:
        made.untouched += [item.row for item in rows if view.holds(shelf, item.row)]
        return made
    pairs, gone, new = _pair(shelf, rows, named)
    for item, values in pairs:
        if item.closed:
            made.changes.append(Change("reopen", item, values))
        elif shelf.changed_columns(item.row, values):
            made.changes.append(Change("update", item, values))
        else:
            made.unchanged.append(values)
    made.changes += [Change("insert", None, values) for values in new]
    for item in gone:
        if item.closed or not view.holds(shelf, item.row):
            continue
        if view.stays(shelf, item.row):
            made.kept.append(item.row)
        elif shelf.gone is Gone.REMOVED:
            made.changes.append(Change("remove", item, None))
        elif view.close_missing:
            made.changes.append(Change("close", item, None))
        else:
            made.missing.append(item.row)
    return made


def _pair(
    shelf: Shelf, rows: Sequence[OnRecord], named: Sequence[Values]
) -> tuple[list[tuple[OnRecord, Values]], list[OnRecord], list[Values]]:
    """Match rows of the file with rows on record; also what is left on either side."""
    pairs: list[tuple[OnRecord, Values]] = []
    left, new = list(rows), list(named)
    for stage in shelf.stages:
        waiting: dict[tuple[Any, ...], list[OnRecord]] = {}
        for item in reversed(left):
            waiting.setdefault(_part(item.row, stage), []).append(item)
        unmatched = []
        for values in new:
            same = waiting.get(_part(values, stage))
            if same:
                pairs.append((same.pop(), values))
            else:
                unmatched.append(values)
        matched = {id(item) for item, _ in pairs}
        left, new = [item for item in left if id(item) not in matched], unmatched
    return pairs, left, new


def _part(row: Values, columns: Iterable[str]) -> tuple[Any, ...]:
    return tuple(row[column] for column in columns)
