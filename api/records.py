"""The records as the routes need them: opened at the first use, brought to today's tables once.

A database that cannot be reached is one problem, `database-away`; the next request tries again, so
that a database that comes back is found without starting the service anew.
"""

from __future__ import annotations

import gc
import logging
import threading
from collections import Counter
from collections.abc import Callable, Hashable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy import Engine
from sqlalchemy.pool import QueuePool
from sqlmodel import Session

from api.problems import KINDS, ProblemError
from api.scribe import Scribe
from broker.access.actor import Actor
from broker.audit.chain import Told, add_entries, take_told
from broker.database import (
    DatabaseProblem,
    DatabaseUnreachable,
    check_migrated,
    engine_from_environment,
    migrate,
    reading,
    writing,
)
from broker.patience import Patience
from broker.registers.diligence import refresh_before_a_match
from broker.runs import get_run
from broker.store.contracts import contract_of_row, contracts_in_force
from broker.store.fit import Unfit, case_on_record
from broker.store.load import NothingOnRecord
from broker.store.version import case_version
from broker.tables import ContractRow
from matching.problem import Problem
from pricing.terms import Contract

log = logging.getLogger("api")
T = TypeVar("T")
_MANY = 20


class Records:
    """What is on record, for one running service."""

    def __init__(self, engine: Engine | None = None) -> None:
        self._engine = engine
        self._ready = False
        self._case: tuple[Hashable, Problem | Unfit] | None = None
        self._case_read = threading.Lock()
        self._lock = threading.Lock()
        self._scribe = Scribe(self._keep)
        self.troubles: Counter[str] = Counter()

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
            self._engine = engine_from_environment(Patience())
        return self._engine

    @contextmanager
    def _told(self) -> Iterator[None]:
        """What goes wrong with the database, as the problem a caller gets; the log has the rest."""
        try:
            yield
        except NothingOnRecord:
            detail = "No case is on record yet. Take one in first: broker import CASE."
            raise ProblemError("records-unfit", detail) from None
        except DatabaseProblem as problem:
            away = isinstance(problem, DatabaseUnreachable)
            kind = "database-away" if away else "database-unfit"
            self.troubles[kind] += 1
            log.warning("%s: %s", kind, problem)
            raise ProblemError(kind, f"{KINDS[kind].title}. The log says more.") from problem

    @contextmanager
    def _reading(self) -> Iterator[Session]:
        with self._told(), reading(self._opened()) as session:
            yield session

    def work(self, work: Callable[[Session], T]) -> T:
        """What a piece of work gives, done in one transaction: kept whole, or not at all."""
        with self._told(), writing(self._opened()) as session:
            return work(session)

    def _keep(self, told: Sequence[Told]) -> None:
        with self._told(), writing(self._opened()) as session:
            add_entries(session, told)

    def look(self, work: Callable[[Session], T]) -> T:
        """What a piece of work reads; it changes nothing but what the audit tells of it.

        It is given once the audit's entries are kept.
        """
        with self._reading() as session:
            found = work(session)
            told = take_told(session)
        self._scribe.tell(told)
        return found

    def check(self) -> None:
        """Nothing, where the database can be used.

        Raises:
            ProblemError: it cannot.
        """
        with self._reading() as session:
            session.execute(sa.select(sa.literal(1)))

    def check_ready(self) -> None:
        """Nothing, where the database can be reached and has today's tables.

        Raises:
            ProblemError: it cannot, or has not.
        """
        with self._told():
            check_migrated(self._opened())

    @property
    def connections_in_use(self) -> int:
        """How many connections to the database are at work."""
        pool = None if self._engine is None else self._engine.pool
        return pool.checkedout() if isinstance(pool, QueuePool) else 0

    def close(self) -> None:
        """Give the connections back."""
        if self._engine is not None:
            self._engine.dispose()

    def contract(self, actor: Actor, contract_id: str) -> Contract | None:
        """The contract of this id in force on record, where it is for somebody's eyes."""
        row = self._contracts().get(contract_id)
        contract = None if row is None else contract_of_row(row)
        return contract if contract is not None and _for(actor, contract) else None

    def contracts(self, actor: Actor) -> list[Contract]:
        """The contracts in force on record that are for somebody's eyes, by their ids."""
        found = [contract_of_row(row) for row in self._contracts().values()]
        return [contract for contract in found if _for(actor, contract)]

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

        It is read anew where anything that it is made of has changed since, by one of those who ask
        at that moment; the others wait for it.

        Raises:
            ProblemError: there is none, or what is on record cannot be matched.
        """
        with self._told():
            refresh_before_a_match(self._opened())
        with self._case_read, self._reading() as session:
            version = case_version(session)
            kept = self._case
            if kept is None or kept[0] != version or require_safety:
                with _uncollected():
                    kept = version, _case(session, require_safety=require_safety)
            if not require_safety:
                self._case = kept
        if isinstance(kept[1], Unfit):
            raise ProblemError("records-unfit", str(kept[1])) from kept[1]
        return kept[1]

    def plan(self, run_id: int) -> dict[str, Any] | None:
        """The plan of a match on record as it was made; None where there is no such match."""
        with self._reading() as session:
            run = get_run(session, run_id)
            return None if run is None else run.plan


@contextmanager
def _uncollected() -> Iterator[None]:
    """No search for cycles meanwhile, of which a case has none: it would stop every other request.

    With 4,000 young people on record it stopped them for 110 to 170 ms; 15 ms are left.
    """
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _case(session: Session, *, require_safety: bool) -> Problem | Unfit:
    """The problem on record, or why there is none."""
    try:
        return case_on_record(session, require_safety=require_safety)[0]
    except Unfit as unfit:
        return unfit.with_traceback(None)


def _for(actor: Actor, contract: Contract) -> bool:
    """Whether somebody may see a contract's prices: a provider those it is a party to."""
    return actor.provider is None or actor.provider in contract.providers
