"""The records as the routes need them: opened at the first use, brought to today's tables once.

A database that cannot be used is one problem, `database-away`; the next request tries again, so
that a database that comes back is found without starting the service anew.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy import Engine
from sqlmodel import Session

from api.problems import ProblemError
from api.worker import Made
from broker.access.actor import Actor
from broker.database import (
    DatabaseProblem,
    DatabaseUnreachable,
    engine_from_environment,
    migrate,
    reading,
    writing,
)
from broker.runs import get_run, record_run
from broker.store.clock import now
from broker.store.contracts import contracts_in_force
from broker.store.load import NothingOnRecord, load_problem
from broker.tables import ContractRow, MatchRun
from matching.problem import Problem
from pricing.contract import parse_contract
from pricing.terms import Contract

ASKED_BY = "api"
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

    def _opened(self) -> Engine:
        with self._lock:
            if self._engine is None:
                self._engine = engine_from_environment()
            if not self._ready:
                migrate(self._engine)
                self._ready = True
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

    def contract(self, actor: Actor, contract_id: str) -> Contract | None:
        """The contract of this id in force on record, where it is for somebody's eyes."""
        row = self._contracts().get(contract_id)
        contract = None if row is None else parse_contract(row.text.encode(), row.file)
        return contract if contract is not None and _for(actor, contract) else None

    def contract_ids(self, actor: Actor) -> str:
        """The ids of the contracts on record that are for somebody's eyes, for a message."""
        ids = list(self._contracts())
        if actor.provider is not None:
            ids = [one for one in ids if self.contract(actor, one) is not None]
        return ", ".join(ids[:_MANY]) + (" and more" if len(ids) > _MANY else "")

    def _contracts(self) -> dict[str, ContractRow]:
        with self._reading() as session:
            return {row.contract_id: row for row in contracts_in_force(session)}

    def open_problem(self, *, require_safety: bool = False) -> Problem:
        """The problem of the open referrals on record, with the safety tables it must have.

        Raises:
            ProblemError: there is none, or what is on record cannot be matched.
        """
        problem = self._open_problem()
        if require_safety and problem.missing_safety:
            tables = ", ".join(file.removesuffix(".csv") for file in problem.missing_safety)
            raise ProblemError(
                "records-unfit",
                f"require_safety was asked for, and these were never given: {tables}.",
            )
        return problem

    def _open_problem(self) -> Problem:
        with self._reading() as session:
            try:
                return load_problem(session)
            except DatabaseUnreachable:
                raise
            except NothingOnRecord:
                detail = "No case is on record yet. Take one in first: broker import CASE."
                raise ProblemError("records-unfit", detail) from None
            except DatabaseProblem as problem:
                raise ProblemError("records-unfit", str(problem)) from problem

    def keep_run(self, made: Made, started: datetime) -> dict[str, Any]:
        """Put a match on record and give it as a caller reads it."""
        request = made.request
        options = {"time_limit": float(request.time_limit), "workers": request.workers}
        with _told(), writing(self._opened()) as session:
            run_id = record_run(
                session,
                made.problem,
                made.plan,
                by=ASKED_BY,
                started=started,
                finished=now(),
                options=options,
            )
            kept = get_run(session, run_id)
            assert kept is not None, "it was just put on record"
            return _run_json(kept)

    def run(self, run_id: int) -> dict[str, Any] | None:
        """A match on record as a caller reads it; None where there is no such match."""
        with self._reading() as session:
            run = get_run(session, run_id)
            return None if run is None else _run_json(run)

    def plan(self, run_id: int) -> dict[str, Any] | None:
        """The plan of a match on record as it was made; None where there is no such match."""
        with self._reading() as session:
            run = get_run(session, run_id)
            return None if run is None else run.plan


def _for(actor: Actor, contract: Contract) -> bool:
    """Whether somebody may see a contract's prices: a provider those it is a party to."""
    return actor.provider is None or actor.provider in contract.providers


def _run_json(run: MatchRun) -> dict[str, Any]:
    made = {
        "id": run.run_id,
        "status": run.status,
        "case_sha256": run.case_sha256,
        "plan": run.plan,
    }
    return made if run.fairness is None else {**made, "fairness": run.fairness}


@contextmanager
def _told() -> Iterator[None]:
    """What goes wrong with the database, as the problem a caller gets."""
    try:
        yield
    except DatabaseProblem as problem:
        raise ProblemError("database-away", str(problem)) from problem
