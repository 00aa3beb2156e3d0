"""Looks that are put on record together: each is kept before it is answered, or is not answered."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest

from api.scribe import Scribe
from broker.audit.chain import Record, Told, add_entries, verify
from broker.database import make_engine, reading, writing
from broker.store.clock import now
from broker.tables import CATALOGUE
from tests.integration.audit.tampering import AUDITOR


def look(number: int) -> Told:
    return Told(AUDITOR, "home.read", Record("home", f"H-{number}"), now())


def test_everybody_is_answered_after_their_own_entry_is_kept(address: str) -> None:
    engine = make_engine(address)
    batches = []

    def keep(told: Sequence[Told]) -> None:
        with writing(engine) as session:
            add_entries(session, told)
        batches.append(len(told))

    scribe = Scribe(keep)
    audit = CATALOGUE.tables["audit"]

    def one(number: int) -> bool:
        scribe.tell([look(number)])
        with engine.connect() as connection:
            own = audit.c.record_id == f"H-{number}"
            return connection.execute(audit.select().where(own)).first() is not None

    with ThreadPoolExecutor(16) as pool:
        assert all(pool.map(one, range(200)))
    with reading(engine) as session:
        found = verify(session)
    assert (found.entries, found.broken) == (200, ())
    assert sum(batches) == 200
    assert len(batches) < 200, "nobody waited for nobody: the run proves too little"
    engine.dispose()


def test_where_keeping_fails_nobody_of_that_turn_is_answered_and_the_next_turn_is() -> None:
    kept: list[str] = []
    begun, go_on = threading.Event(), threading.Event()

    def keep(told: Sequence[Told]) -> None:
        names = [one.record.id for one in told]
        if names == ["H-0"]:
            begun.set()
            assert go_on.wait(10)
        if "H-1" in names:
            raise RuntimeError("the disk is full")
        kept.extend(names)

    scribe = Scribe(keep)
    with ThreadPoolExecutor(4) as pool:
        first = pool.submit(scribe.tell, [look(0)])
        assert begun.wait(10)
        together = [pool.submit(scribe.tell, [look(number)]) for number in (1, 2)]
        while len(scribe._waiting) < 2:
            time.sleep(0.01)
        go_on.set()
        first.result(10)
        for one in together:
            with pytest.raises(RuntimeError, match="disk is full"):
                one.result(10)
        pool.submit(scribe.tell, [look(3)]).result(10)
    assert kept == ["H-0", "H-3"]


def test_who_looked_at_nothing_waits_for_nobody() -> None:
    def keep(_told: Sequence[Told]) -> None:
        raise AssertionError("nothing is to be kept")

    Scribe(keep).tell([])
