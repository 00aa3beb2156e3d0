"""The queue: a file is taken once, each row is kept or waits, and a person ends the waiting.

Rows in are rows kept and rows waiting, always. A row is kept when a referral was begun from it, a
draft of its borough; one that waits keeps its cells and reasons, until it is kept after all (with a
better mapping, or because what stood in its way is over) or a person settles it, with a reason.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from broker.access.actor import Actor
from broker.audit.chain import Record, add_entry
from broker.inbox.mapping import InboxMapping
from broker.inbox.rows import InboxCells, draft
from broker.life import desk
from broker.life import steps as said
from broker.life.desk import Moment
from broker.tables import InboxFileRow, InboxRow

_FILES = InboxFileRow.__table__
_ROWS = InboxRow.__table__


class NotInQueue(Exception):
    """There is no such file or row that waits."""


@dataclass(frozen=True)
class Outcome:
    """What became of rows: referrals begun by row, and the reasons of those that wait."""

    read: int
    kept: dict[int, str]
    waiting: dict[int, list[str]]


def taken_before(session: Session, digest: str) -> dict[str, Any] | None:
    """The file with these bytes, if it was taken before."""
    found = session.execute(sa.select(_FILES).where(_FILES.c.digest == digest)).mappings().first()
    return None if found is None else dict(found)


def judge(rows: Iterable[InboxCells], mapping: InboxMapping, borough: str) -> Outcome:
    """What would become of rows by themselves, without anything written."""
    made: dict[int, str] = {}
    waiting: dict[int, list[str]] = {}
    number = 0
    for row in rows:
        number += 1
        form = draft(row, mapping, borough)
        if isinstance(form, list):
            waiting[row.number] = form
        else:
            made[row.number] = ""
    return Outcome(number, made, waiting)


def take(
    session: Session,
    actor: Actor,
    file: str,
    digest: str,
    rows: Sequence[InboxCells],
    mapping: InboxMapping,
    borough: str,
    moment: Moment,
) -> Outcome:
    """Take a file that was not taken before; the caller commits."""
    session.execute(
        sa.insert(_FILES),
        {
            "digest": digest,
            "file": file[:200],
            "mapping": mapping.sha256,
            "borough": borough,
            "taken_at": moment.at,
            "taken_by": actor.id,
            "rows_read": len(rows),
        },
    )
    kept: dict[int, str] = {}
    waiting: dict[int, list[str]] = {}
    for row in rows:
        begun = _begin(session, actor, row, mapping, borough, moment)
        values: dict[str, Any] = {"digest": digest, "number": row.number}
        if isinstance(begun, list):
            waiting[row.number] = begun
            who = _who(row, mapping)
            values |= {
                "state": "waiting", "young_person_id": who, "reasons": begun,
                "cells": {"cells": dict(row.cells), "faults": list(row.faults)},
            }  # fmt: skip
        else:
            referral, who = begun
            kept[row.number] = referral
            values |= {
                "state": "kept", "young_person_id": who, "referral_id": referral, "reasons": [],
            }  # fmt: skip
        session.execute(sa.insert(_ROWS).values(values))
    told = {"kept": len(kept), "waiting": len(waiting)}
    add_entry(session, actor, "inbox.take", _record(digest), at=moment.at, after=told)
    return Outcome(len(rows), kept, waiting)


def again(
    session: Session, actor: Actor, digest: str, mapping: InboxMapping, moment: Moment
) -> Outcome:
    """Judge the rows of a file that wait anew, by a mapping that may have been edited.

    Raises:
        NotInQueue: no such file was taken.
    """
    file = taken_before(session, digest)
    if file is None:
        raise NotInQueue
    kept: dict[int, str] = {}
    waiting: dict[int, list[str]] = {}
    for row in _waiting(session, digest):
        cells = InboxCells(row["number"], row["cells"]["cells"], tuple(row["cells"]["faults"]))
        begun = _begin(session, actor, cells, mapping, file["borough"], moment)
        where = sa.and_(_ROWS.c.digest == digest, _ROWS.c.number == row["number"])
        if isinstance(begun, list):
            waiting[row["number"]] = begun
            session.execute(sa.update(_ROWS).where(where).values(reasons=begun))
            continue
        kept[row["number"]] = begun[0]
        session.execute(
            sa.update(_ROWS)
            .where(where)
            .values(
                state="kept", referral_id=begun[0], young_person_id=begun[1], cells=None, reasons=[]
            )
        )
    told = {"kept": len(kept), "waiting": len(waiting)}
    add_entry(session, actor, "inbox.again", _record(digest), at=moment.at, after=told)
    return Outcome(len(kept) + len(waiting), kept, waiting)


def settle(
    session: Session, actor: Actor, digest: str, number: int, why: str, at: datetime
) -> None:
    """End the waiting of a row without a referral; what it said goes, the reason stays.

    Raises:
        NotInQueue: no such row waits.
    """
    done = session.execute(
        sa.update(_ROWS)
        .where(_ROWS.c.digest == digest, _ROWS.c.number == number, _ROWS.c.state == "waiting")
        .values(state="settled", cells=None, settled_by=actor.id, settled_at=at, why=why)
    )
    if not done.rowcount:  # type: ignore[attr-defined]
        raise NotInQueue
    add_entry(session, actor, "inbox.settle", _record(f"{digest[:12]}/{number}"), at=at, why=why)


def listed(session: Session) -> list[dict[str, Any]]:
    """Every file taken, the newest first, with how its rows stand."""
    counts = sa.select(_ROWS.c.digest, _ROWS.c.state, sa.func.count()).group_by(
        _ROWS.c.digest, _ROWS.c.state
    )
    stand: dict[str, dict[str, int]] = {}
    for digest, state, number in session.execute(counts):
        stand.setdefault(digest, {})[state] = number
    files = session.execute(sa.select(_FILES).order_by(_FILES.c.taken_at.desc(), _FILES.c.digest))
    return [{**row, "rows": stand.get(row["digest"], {})} for row in files.mappings()]


def waiting_rows(session: Session, digest: str) -> list[dict[str, Any]]:
    """The rows of a file that wait, with their reasons."""
    return [
        {"row": row["number"], "young_person": row["young_person_id"], "reasons": row["reasons"]}
        for row in _waiting(session, digest)
    ]


def digest_of(session: Session, beginning: str) -> str:
    """The one file whose digest begins so.

    Raises:
        NotInQueue: there is none, or more than one.
    """
    query = sa.select(_FILES.c.digest).where(_FILES.c.digest.startswith(beginning, autoescape=True))
    found = list(session.execute(query).scalars())
    if len(found) != 1 or not beginning:
        raise NotInQueue
    digest: str = found[0]
    return digest


def _waiting(session: Session, digest: str) -> list[sa.RowMapping]:
    query = sa.select(_ROWS).where(_ROWS.c.digest == digest, _ROWS.c.state == "waiting")
    if session.get_bind().dialect.name == "postgresql":
        query = query.with_for_update()
    return list(session.execute(query.order_by(_ROWS.c.number)).mappings())


def _begin(
    session: Session,
    actor: Actor,
    row: InboxCells,
    mapping: InboxMapping,
    borough: str,
    moment: Moment,
) -> tuple[str, str] | list[str]:
    """The referral begun from a row and whose it is, or every reason why none was."""
    form = draft(row, mapping, borough)
    if isinstance(form, list):
        return form
    try:
        with session.begin_nested():
            life = desk.open_life(session, actor, said.Open(kind="open", form=form), moment)
    except desk.Shut as shut:
        return [gap.sentence for gap in shut.gaps]
    except IntegrityError:
        return ["the records refuse it beside what they hold"]
    return life.referral, form.young_person_id


def _who(row: InboxCells, mapping: InboxMapping) -> str | None:
    header = next(name for name, field in mapping.columns.items() if field == "young_person_id")
    return row.cells.get(header) or None


def _record(digest: str) -> Record:
    return Record("inbox", digest)
