"""The audit as an auditor reads it: who did what to which record, when and why, a page at a time.

What a step said of a young person is not shown, nor the reason that somebody gave for it: an
auditor sees what happened, not who it is. Both stay on record, and the chain covers them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlmodel import Session

from broker.audit.chain import NOTHING
from broker.audit.lawful import CORRECTED, CORRECTION, Lawful, lawful_of
from broker.audit.showed import looks_at_matches_with, numbers_showing
from broker.tables import AuditRow, AuditValueRow

_PERSONAL = ("said", "form")
_REFERRAL: Final = "referral"
_ENTRIES: Final = AuditRow.__table__
_VALUES: Final = AuditValueRow.__table__


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which entries: those that meet everything that is given.

    A `record` that is a referral has the looks at lists that showed it and at matches that name it
    as well, unless `kind` is of other records. The times are `[since, until)`.
    """

    kind: str | None = None
    record: str | None = None
    actor: str | None = None
    act: str | None = None
    organisation: str | None = None
    since: datetime | None = None
    until: datetime | None = None

    def conditions(self) -> list[sa.ColumnElement[bool]]:
        """The same as conditions of a query."""
        same = {"actor": self.actor, "act": self.act, "organisation": self.organisation}
        found = [_ENTRIES.c[name] == value for name, value in same.items() if value is not None]
        if self.since is not None:
            found.append(_ENTRIES.c.at >= self.since)
        if self.until is not None:
            found.append(_ENTRIES.c.at < self.until)
        return [*found, *self._about()]

    def _about(self) -> list[sa.ColumnElement[bool]]:
        kind = [] if self.kind is None else [_ENTRIES.c.record_kind == self.kind]
        if self.record is None:
            return kind
        own = sa.select(_ENTRIES.c.number).where(_ENTRIES.c.record_id == self.record, *kind)
        if self.kind in (None, _REFERRAL):
            showing = numbers_showing([self.record]), looks_at_matches_with(self.record)
            return [_ENTRIES.c.number.in_(own.union(*showing))]
        return [_ENTRIES.c.number.in_(own)]


EVERYTHING: Final = Wanted()


@dataclass(frozen=True, slots=True)
class Newest:
    """Entries, the newest first, and whether there are older and newer ones of the same kind."""

    entries: list[dict[str, Any]]
    older: bool
    newer: bool


def page(
    session: Session, wanted: Wanted = EVERYTHING, *, after: int = 0, limit: int
) -> tuple[list[dict[str, Any]], int | None]:
    """Entries in the order of their numbers, and the `after` of the next page if there is one."""
    query = _query(wanted).where(_ENTRIES.c.number > after).order_by(_ENTRIES.c.number)
    rows = _rows(session, query, limit + 1)
    more = int(rows[limit - 1]["number"]) if len(rows) > limit else None
    return _as_shown(session, rows[:limit]), more


def newest_first(
    session: Session,
    wanted: Wanted,
    *,
    before: int | None = None,
    after: int | None = None,
    limit: int,
) -> Newest:
    """The newest entries; those just before a number, or just after one, still the newest first."""
    query = _query(wanted)
    if after is not None:
        found = _rows(
            session,
            query.where(_ENTRIES.c.number > after).order_by(_ENTRIES.c.number),
            limit + 1,
        )
        entries = _as_shown(session, found[:limit][::-1])
        return Newest(entries, older=True, newer=len(found) > limit)
    if before is not None:
        query = query.where(_ENTRIES.c.number < before)
    found = _rows(session, query.order_by(_ENTRIES.c.number.desc()), limit + 1)
    entries = _as_shown(session, found[:limit])
    return Newest(entries, older=len(found) > limit, newer=before is not None)


def _query(wanted: Wanted) -> sa.Select[Any]:
    return (
        sa.select(
            _ENTRIES,
            _VALUES.c.number.label("kept"),
            _VALUES.c.why,
            _VALUES.c.before,
            _VALUES.c.after,
        )
        .join(_VALUES, _VALUES.c.number == _ENTRIES.c.number, isouter=True)
        .where(*wanted.conditions())
    )


def _rows(session: Session, query: sa.Select[Any], limit: int) -> list[dict[str, Any]]:
    return [dict(row) for row in session.execute(query.limit(limit)).mappings()]


def _as_shown(session: Session, rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    lawful = lawful_of(session)
    corrected = {int(row["record_id"]) for row in rows if row["act"] == CORRECTED}
    acts: dict[int, str] = {}
    if corrected:
        query = sa.select(_ENTRIES.c.number, _ENTRIES.c.act).where(_ENTRIES.c.number.in_(corrected))
        acts = {row.number: row.act for row in session.execute(query)}
    return [
        _shown(row, lawful, acts.get(int(row["record_id"])) if row["act"] == CORRECTED else None)
        for row in rows
    ]


def of_a_young_person(act: str) -> bool:
    """Whether the reason given for an act is somebody's words about one young person.

    Such are the reasons of steps, and of what was done with a row of a file that told of one.
    """
    return act.startswith("life.") or act == "inbox.settle"


def _shown(row: Mapping[str, Any], lawful: Lawful, corrected: str | None) -> dict[str, Any]:
    taken = lawful.taking(row["number"], row["record_kind"], row["record_id"])
    if row["digest"] == NOTHING:
        values = "none"
    elif row["kept"] is not None:
        values = "kept"
    elif taken is None:
        values = "missing"
    else:
        values = "corrected" if taken.act == CORRECTED else "removed"
    held_back = row["why"] is not None and of_a_young_person(row["act"])
    of_person = corrected is not None and of_a_young_person(corrected)
    return {
        "number": row["number"],
        "at": row["at"].isoformat(),
        "actor": row["actor"],
        "role": row["role"],
        "organisation": row["organisation"],
        "via": row["via"],
        "act": row["act"],
        "record_kind": row["record_kind"],
        "record_id": row["record_id"],
        "why": None if held_back else row["why"],
        "why_held_back": held_back,
        "before": _impersonal(row["before"]),
        "after": _impersonal(row["after"], of_person=of_person),
        "values": values,
        "taken_by": None if taken is None else taken.by_entry,
        "hash": row["hash"],
    }


def _impersonal(
    told: Mapping[str, Any] | None, *, of_person: bool = False
) -> dict[str, Any] | None:
    """What an entry says without what is of a person; of a correction also without the reason."""
    if told is None:
        return None
    if CORRECTION in told:
        whole = dict(told[CORRECTION])
        whole |= {name: _impersonal(whole[name]) for name in ("before", "after")}
        return {CORRECTION: {**whole, "why": None} if of_person else whole}
    return {name: value for name, value in told.items() if name not in _PERSONAL}
