"""The records as the routes need them: opened at the first use, brought to today's tables once.

A database that cannot be used is one problem, `database-away`; the next request tries again, so
that a database that comes back is found without starting the service anew.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy import Engine
from sqlmodel import Session, col, select

from api.case_json import record_json
from api.problems import ProblemError
from broker.database import (
    DatabaseProblem,
    engine_from_environment,
    migrate,
    reading,
    writing,
)
from broker.runs import get_run
from broker.store.contracts import contracts_in_force
from broker.store.fit import Unfit, case_on_record
from broker.store.shelves import SHELVES
from broker.tables import ContractRow, ResidentRow
from matching.problem import Problem, Resident
from matching.sheets import HOMES
from pricing.contract import parse_contract
from pricing.terms import Contract

T = TypeVar("T")
_MANY = 20


class Records:
    """What is on record, for one running service."""

    def __init__(self, engine: Engine | None = None) -> None:
        self._engine = engine
        self._ready = False
        self._lock = threading.Lock()

    def prepare(self) -> None:
        """Open the database and bring it to today's tables now.

        Raises:
            DatabaseProblem: it cannot be done, in a sentence.
        """
        self._opened()

    @property
    def address(self) -> str:
        """Where the database is, its password included."""
        return self._found().url.render_as_string(hide_password=False)

    def _opened(self) -> Engine:
        with self._lock:
            engine = self._found()
            if not self._ready:
                migrate(engine)
                self._ready = True
            return engine

    def _found(self) -> Engine:
        if self._engine is None:
            self._engine = engine_from_environment()
        return self._engine

    @contextmanager
    def _reading(self) -> Iterator[Session]:
        with _told(), reading(self._opened()) as session:
            yield session

    def work(self, work: Callable[[Session], T]) -> T:
        """What a piece of work gives, done in one transaction: kept whole, or not at all."""
        with _told(), writing(self._opened()) as session:
            return work(session)

    def look(self, work: Callable[[Session], T]) -> T:
        """What a piece of work reads; it changes nothing."""
        with self._reading() as session:
            return work(session)

    def check(self) -> None:
        """Nothing, where the database can be used.

        Raises:
            ProblemError: it cannot.
        """
        with self._reading() as session:
            session.execute(sa.select(sa.literal(1)))

    def close(self) -> None:
        """Give the connections back."""
        if self._engine is not None:
            self._engine.dispose()

    def homes(self, day: date, limit: int, offset: int) -> tuple[int, list[dict[str, Any]]]:
        """How many homes there are, and some of them in the order of their ids."""
        shelf = SHELVES["homes"]
        homes = shelf.table
        open_homes = homes.c.closed_at.is_(None)
        with self._reading() as session:
            by_letter = "C" if session.get_bind().dialect.name == "postgresql" else "BINARY"
            total = session.execute(sa.select(sa.func.count()).where(open_homes)).scalar_one()
            page = session.execute(
                sa.select(homes)
                .where(open_homes)
                .order_by(sa.collate(homes.c.home_id, by_letter))
                .limit(limit)
                .offset(offset)
            ).mappings()
            rows = [dict(row) for row in page]
            living = _living(session, [row["home_id"] for row in rows])
        made = []
        for row in rows:
            present = [one for one in living[row["home_id"]] if one.present(day)]
            unsure = (one for one in present if one.leaving != "confirmed")
            later = {one.leaves_on for one in unsure if one.leaves_on}
            made.append(
                {
                    **record_json(HOMES, shelf.record(row)),
                    "residents": len(present),
                    "free_places": max(0, row["places"] - len(present)),
                    "may_be_free_from": sorted(leaving.isoformat() for leaving in later),
                }
            )
        return total, made

    def contract(self, contract_id: str) -> Contract | None:
        """The contract of this id in force on record."""
        row = self._contracts().get(contract_id)
        return None if row is None else parse_contract(row.text.encode(), row.file)

    def contract_ids(self) -> str:
        """The ids of the contracts on record, as a message lists them."""
        ids = list(self._contracts())
        return ", ".join(ids[:_MANY]) + (" and more" if len(ids) > _MANY else "")

    def _contracts(self) -> dict[str, ContractRow]:
        with self._reading() as session:
            return {row.contract_id: row for row in contracts_in_force(session)}

    def open_problem(self, *, require_safety: bool = False) -> Problem:
        """The problem of the open referrals on record, with the safety tables it must have.

        Raises:
            ProblemError: there is none, or what is on record cannot be matched.
        """
        with self._reading() as session:
            try:
                return case_on_record(session, require_safety=require_safety)[0]
            except Unfit as unfit:
                raise ProblemError("records-unfit", str(unfit)) from unfit

    def plan(self, run_id: int) -> dict[str, Any] | None:
        """The plan of a match on record as it was made; None where there is no such match."""
        with self._reading() as session:
            run = get_run(session, run_id)
            return None if run is None else run.plan


def _living(session: Session, homes: list[str]) -> dict[str, list[Resident]]:
    living: dict[str, list[Resident]] = {home: [] for home in homes}
    rows = session.exec(select(ResidentRow).where(col(ResidentRow.home_id).in_(homes)))
    for row in rows:
        living[row.home_id].append(
            Resident(
                young_person=row.young_person_id,
                home=row.home_id,
                borough=row.borough,
                band=row.band,
                born=row.date_of_birth,
                leaves_on=row.leaves_on,
                leaving=row.leaving or "",
            )
        )
    return living


@contextmanager
def _told() -> Iterator[None]:
    """What goes wrong with the database, as the problem a caller gets."""
    try:
        yield
    except DatabaseProblem as problem:
        raise ProblemError("database-away", str(problem)) from problem
