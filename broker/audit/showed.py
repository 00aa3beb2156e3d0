"""Whom a list showed: kept with the entry of the look, and found by the young person.

A look at a list is one entry, however many stand on the list. What the entry says beside the chain
names their referrals, so that the chain covers it; an index of the same finds the looks at one of
them without reading every entry. Whom a match names is kept once, with the entry of its making.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

import sqlalchemy as sa
from sqlmodel import Session

from broker.tables import AuditRow, AuditShowedRow

SHOWED: Final = "showed"
"""Under this name an entry says which referrals a list showed."""

MADE: Final = "match.make"
"""The act of making a match: its entry says whom the match names, for every look at it."""

_TABLE: Final = AuditShowedRow.__table__
_ADD: Final = sa.insert(_TABLE)
_NOTHING: Final = "0" * 64
Entry = Mapping[str, Any]


def ids_in(rows: Iterable[Entry], key: str = "referral_id") -> set[str]:
    """The referrals that the rows of a list name; a row that names none adds none."""
    return {str(row[key]) for row in rows if row.get(key) is not None}


def saying(after: Entry | None, showed: Collection[str]) -> Entry | None:
    """What an entry says with the referrals that a list showed; each once, in order."""
    return {**(after or {}), SHOWED: sorted(set(showed))} if showed else after


def showed_by(after: Entry | None) -> list[str]:
    """The referrals that an entry says a list showed."""
    return [] if after is None else list(after.get(SHOWED, ()))


def keep_index(session: Session, values: Sequence[Entry]) -> None:
    """Put into the index whom entries showed, by what they say beside the chain."""
    rows = [
        {"number": value["number"], "record_id": one}
        for value in values
        for one in showed_by(value["after"])
    ]
    if rows:
        session.execute(_ADD, rows)


def numbers_showing(referrals: Collection[str]) -> sa.Select[tuple[int]]:
    """The numbers of the entries that tell of a list with one of these referrals on it."""
    return sa.select(_TABLE.c.number).where(_TABLE.c.record_id.in_(referrals))


def looks_at_matches_with(referral: str) -> sa.Select[tuple[int]]:
    """The numbers of the entries about matches that name a referral, whoever made or read them."""
    entries, made = AuditRow.__table__, AuditRow.__table__.alias("made")
    matches = sa.select(made.c.record_id).where(
        made.c.act == MADE, made.c.number.in_(numbers_showing([referral]))
    )
    return sa.select(entries.c.number).where(
        entries.c.record_kind == "match", entries.c.record_id.in_(matches)
    )


def wrong_index(
    session: Session, entries: Sequence[tuple[Entry, Entry | None]]
) -> Iterator[tuple[int, str]]:
    """The entries of which the index says something else than they do, each with a sentence.

    Nothing can be held to an entry whose values are gone; that they are is told elsewhere.
    """
    first, last = entries[0][0]["number"], entries[-1][0]["number"]
    indexed: dict[int, list[str]] = {}
    query = sa.select(_TABLE.c.number, _TABLE.c.record_id).where(
        _TABLE.c.number >= first, _TABLE.c.number <= last
    )
    for row in session.execute(query):
        indexed.setdefault(row.number, []).append(row.record_id)
    for entry, value in entries:
        number = int(entry["number"])
        if value is None and entry["digest"] != _NOTHING:
            continue
        told = [] if value is None else showed_by(value["after"])
        if sorted(indexed.get(number, ())) != told:
            yield number, "whom it showed is not what the index of lists says"
