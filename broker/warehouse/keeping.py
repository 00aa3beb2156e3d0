"""The warehouse kept without anybody asking: made where there is none, and then each day.

It is due where the database or the files answer for a day before today. Keys are made with the
first warehouse and never again: where the file of the keys is gone, or is another, nothing is done
and it is said, since all pseudonyms would change.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from sqlalchemy import Engine
from sqlmodel import Session

from broker.access.actor import PARTNERSHIP, Actor, OrganisationKind, Role
from broker.commands.endings import Refused
from broker.database import DatabaseProblem, DatabaseUnreachable, make_engine, reading, writing
from broker.store.clock import now
from broker.warehouse import alone, parquet, sql
from broker.warehouse.place import KEY_VARIABLE, Place
from broker.warehouse.pseudonym import check_apart, read_keys
from broker.warehouse.run import brought_up
from broker.warehouse.standing import note_failure

WORKER: Final = Actor(
    "worker", Role.ADMINISTRATOR, PARTNERSHIP, OrganisationKind.PARTNERSHIP, via="worker"
)
"""In whose name it is kept, as the audit says."""


@dataclass(frozen=True, slots=True)
class Kept:
    """It was brought to a day, whole or by what had changed; so many rows were written."""

    as_of: date
    whole: bool
    rows: int


@dataclass(frozen=True, slots=True)
class Failed:
    """It was not, and why, in a sentence."""

    sentence: str


Outcome = Kept | Failed | None
"""None: nothing was due any more, or another is at it."""


def due(session: Session, folder: Path, today: date) -> bool:
    """Whether database or files do not answer for today yet."""
    if not sql.exists(session):
        return True
    days = (sql.read_state(session, "as_of"), parquet.as_of(folder))
    return any(day is None or day < today.isoformat() for day in days)


def keep(engine: Engine, place: Place, today: date) -> Kept | None:
    """Bring it to today, if that is due and no other worker does.

    Raises:
        Refused: keys or folder cannot be used as they are.
        DatabaseProblem: the database cannot be used.
    """
    check_apart(place.keys, place.folder)
    parquet.prepare(place.folder)
    with (
        alone.among_workers(engine) as of_all,
        alone.in_folder(place.folder, wait=False) as here,
    ):
        if not (of_all and here):
            return None
        with reading(engine) as session:
            if not due(session, place.folder, today):
                return None
            _refuse_other_keys(session, place.keys)
        parquet.sweep(place.folder)
        done = brought_up(engine, place, today, WORKER, whole=False).done
    return Kept(done.as_of, done.whole, sum(map(len, done.delta.come.values())))


def attempt(engine: Engine, place: Place, today: date) -> Outcome:
    """`keep`, and a failure put on record for whoever watches the service.

    Raises:
        DatabaseProblem: the database cannot be reached, or does not take the failure either.
    """
    try:
        return keep(engine, place, today)
    except DatabaseUnreachable:
        raise
    except (Refused, DatabaseProblem) as problem:
        sentence = " ".join(str(problem).split())
    except Exception as problem:  # its own words may quote a record
        sentence = f"A fault of this program: {type(problem).__name__}."
    fail(engine, sentence)
    return Failed(sentence)


def attempt_at(address: str, place: Place, today: date) -> Outcome:
    """`attempt` on the database at an address: the work of a process apart."""
    engine = make_engine(address)
    try:
        return attempt(engine, place, today)
    finally:
        engine.dispose()


def fail(engine: Engine, sentence: str) -> None:
    """Put a failure on record.

    Raises:
        DatabaseProblem: the database cannot be used.
    """
    with writing(engine) as session:
        note_failure(session, WORKER, sentence, now())


def _refuse_other_keys(session: Session, keys: Path) -> None:
    made_with = sql.keys_of_marks(session)
    if made_with is None:
        return
    again = (
        f"Put back the copy of the keys, where {KEY_VARIABLE} says. Only if there is none: "
        "broker warehouse build makes it with other pseudonyms for everybody."
    )
    if not keys.exists():
        raise Refused(f"{keys}: the keys of the warehouse are not there. {again}")
    if read_keys(keys).id != made_with:
        raise Refused(f"{keys}: the warehouse was made with other keys. {again}")
