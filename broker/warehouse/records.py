"""What the warehouse is made from, read from the records: lives, homes, places, matches."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import sqlalchemy as sa
from sqlmodel import Session

from broker.audit.lawful import CORRECTED, ENTRY
from broker.life.read import step_of
from broker.life.state import Life, State, Taken
from broker.store.shelves import SHELVES, key_text
from broker.tables import (
    AuditRow,
    HomeRow,
    LifeRow,
    MatchRun,
    OutOfUseRow,
    PlacementRow,
    RowChange,
    StepRow,
)
from broker.warehouse.homes import Change, Version, versions
from broker.warehouse.occupancy import Span
from pricing.availability import OutOfUse

_SOME: Final = 400


@dataclass(frozen=True, slots=True)
class Outline:
    """A life before it is read: the day it was opened, its steps, and how many say something.

    `corrected` counts how often what a step said was put right afterwards.
    """

    referral: str
    opened: date
    steps: int
    telling: int
    corrected: int


def outlines(session: Session) -> dict[str, list[Outline]]:
    """The lives of every young person."""
    lives, steps = LifeRow.__table__, StepRow.__table__
    query = (
        sa.select(
            lives.c.young_person_id,
            steps.c.referral_id,
            sa.func.count(),
            sa.func.count(steps.c.said),
        )
        .join(lives, lives.c.referral_id == steps.c.referral_id)
        .group_by(lives.c.young_person_id, steps.c.referral_id)
        .order_by(lives.c.young_person_id, steps.c.referral_id)
    )
    opened = {
        row.referral_id: row.taken_on
        for row in session.execute(
            sa.select(steps.c.referral_id, steps.c.taken_on).where(steps.c.number == 1)
        )
    }
    corrected = _corrected(session)
    found: dict[str, list[Outline]] = defaultdict(list)
    for person, referral, count, telling in session.execute(query):
        outline = Outline(referral, opened[referral], count, telling, corrected[referral])
        found[person].append(outline)
    return found


def _corrected(session: Session) -> Counter[str]:
    """How often the steps of each referral were corrected, which the audit tells."""
    audit = AuditRow.__table__
    query = sa.select(audit.c.record_id).where(
        audit.c.record_kind == ENTRY, audit.c.act == CORRECTED
    )
    entries = Counter(int(number) for number in session.execute(query).scalars())
    found: Counter[str] = Counter()
    numbers = sorted(entries)
    for start in range(0, len(numbers), _SOME):
        some = numbers[start : start + _SOME]
        told = sa.select(audit.c.number, audit.c.record_id).where(
            audit.c.number.in_(some), audit.c.record_kind == "referral"
        )
        for number, referral in session.execute(told):
            found[referral] += entries[number]
    return found


def lives_of(session: Session, referrals: Sequence[str]) -> dict[str, Life]:
    """Whole lives, read many at a time."""
    table = StepRow.__table__
    taken: dict[str, list[Taken]] = defaultdict(list)
    for start in range(0, len(referrals), _SOME):
        some = referrals[start : start + _SOME]
        query = sa.select(table).where(table.c.referral_id.in_(some)).order_by(table.c.number)
        for row in session.execute(query).mappings():
            taken[row["referral_id"]].append(step_of(dict(row)))
    return {referral: Life.of(referral, steps) for referral, steps in taken.items()}


def boroughs_of(session: Session) -> set[str]:
    """The boroughs of all lives."""
    return set(session.execute(sa.select(LifeRow.__table__.c.borough).distinct()).scalars())


def homes_now(session: Session) -> list[dict[str, Any]]:
    """The rows of all homes on record."""
    table = HomeRow.__table__
    query = sa.select(table).order_by(table.c.home_id)
    return [dict(row) for row in session.execute(query).mappings()]


def _history(session: Session, table: str) -> Iterator[tuple[str, Change]]:
    changes = RowChange.__table__
    query = (
        sa.select(
            changes.c.row_key,
            changes.c.changed_at,
            changes.c.kind,
            changes.c.before,
            changes.c.after,
        )
        .where(changes.c.table_name == table)
        .order_by(changes.c.changed_at, changes.c.row_id)
    )
    for row in session.execute(query):
        yield row.row_key, Change(row.changed_at, row.kind, row.before, row.after)


def versions_of_homes(
    session: Session, now: Sequence[Mapping[str, Any]]
) -> dict[str, list[Version]]:
    """Each home on record as it stood from a day on."""
    shelf = SHELVES["homes"]
    by_key: dict[str, list[Change]] = defaultdict(list)
    for key, change in _history(session, "home"):
        by_key[key].append(change)
    return {
        row["home_id"]: versions(
            by_key.get(key_text([row["home_id"]]), []), shelf.record(row), row["closed_at"] is None
        )
        for row in now
    }


def placed(session: Session) -> list[dict[str, Any]]:
    """Every placement on record; `left_on` is the day on which somebody is said to have left.

    A day of leaving that is only confirmed frees the place for others. Until the ending is told,
    the young person lives there, and is paid for.
    """
    table, lives = PlacementRow.__table__, LifeRow.__table__
    left = sa.case((lives.c.state == State.ENDED.value, table.c.ends_on))
    query = (
        sa.select(table, left.label("left_on"))
        .join(lives, lives.c.referral_id == table.c.referral_id)
        .order_by(table.c.home_id, table.c.referral_id)
    )
    return [dict(row) for row in session.execute(query).mappings()]


def spans_placed(rows: Sequence[Mapping[str, Any]]) -> dict[str, list[Span]]:
    """Who lives in each home by a placement: from moving in until they are said to have left."""
    found: dict[str, list[Span]] = defaultdict(list)
    for row in rows:
        if row["moved_in_on"] is not None:
            found[row["home_id"]].append(Span(row["moved_in_on"], row["left_on"]))
    return found


def spans_of_others(session: Session, rows: Sequence[Mapping[str, Any]]) -> dict[str, list[Span]]:
    """Who else is on record as living in a home, from the day on which that came on record.

    A young person with a placement lives where they lived until they move in; in the home of the
    placement they are counted by it alone.
    """
    homes: dict[str, set[str]] = defaultdict(set)
    until: dict[tuple[str, str], date | None] = {}
    for row in rows:
        homes[row["young_person_id"]].add(row["home_id"])
        if row["from_home"] is not None:
            until[row["young_person_id"], row["from_home"]] = row["moved_in_on"]
    lines: dict[str, list[Change]] = defaultdict(list)
    for key, change in _history(session, "resident"):
        lines[key].append(change)
    found: dict[str, list[Span]] = defaultdict(list)
    for changes in lines.values():
        for at, change in enumerate(changes):
            told = change.after if change.kind not in ("close", "remove") else None
            if told is None:
                continue
            person, home = told["young_person_id"], told["home_id"]
            if home in homes[person]:
                continue
            end = changes[at + 1].on if at + 1 < len(changes) else None
            if (person, home) in until and end is not None:
                end = until[person, home]
            if told["leaving"] == "confirmed" and told["leaves_on"]:
                leaves = date.fromisoformat(told["leaves_on"])
                end = leaves if end is None else min(end, leaves)
            if end is None or change.on < end:
                found[home].append(Span(change.on, end))
    for spans in found.values():
        spans.sort(key=lambda span: (span.start, span.end or date.max))
    return found


def out_of_use(session: Session) -> list[dict[str, Any]]:
    """Places out of use, those that only say who pays included."""
    table = OutOfUseRow.__table__
    query = sa.select(table).order_by(table.c.home_id, table.c.starts_on, table.c.row_id)
    return [dict(row) for row in session.execute(query).mappings()]


def spans_out_of_use(rows: Sequence[Mapping[str, Any]]) -> dict[str, list[Span]]:
    """Places that nobody can be given; a place empty after a refusal can be."""
    found: dict[str, list[Span]] = defaultdict(list)
    for row in rows:
        if row["referral_id"] is None:
            found[row["home_id"]].append(Span(row["starts_on"], row["ends_on"], row["places"]))
    return found


def places(session: Session) -> dict[str, int]:
    """How many places each home has now."""
    table = HomeRow.__table__
    rows = session.execute(sa.select(table.c.home_id, table.c.places))
    return {row.home_id: row.places for row in rows}


def unavailable(rows: Sequence[Mapping[str, Any]]) -> list[OutOfUse]:
    """Places out of use as a contract's availability has them."""
    return [
        OutOfUse(
            row["home_id"], row["starts_on"], row["ends_on"], row["places"], row["side"],
            row["reason"],
        )
        for row in rows
    ]  # fmt: skip


def runs(session: Session) -> list[tuple[int, str]]:
    """Every match on record and when it was finished."""
    table = MatchRun.__table__
    query = sa.select(table.c.run_id, table.c.finished_at).order_by(table.c.run_id)
    return [(row.run_id, row.finished_at.isoformat()) for row in session.execute(query)]


def plans(session: Session, numbers: Sequence[int]) -> Iterator[Mapping[str, Any]]:
    """Matches with their plans."""
    table = MatchRun.__table__
    columns = (table.c.run_id, table.c.as_of, table.c.status, table.c.plan)
    for start in range(0, len(numbers), _SOME):
        some = numbers[start : start + _SOME]
        query = sa.select(*columns).where(table.c.run_id.in_(some)).order_by(table.c.run_id)
        yield from (dict(row) for row in session.execute(query).mappings())
