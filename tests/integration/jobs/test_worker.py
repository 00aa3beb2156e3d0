"""A worker does what waits, says how it stands, and stops at once for what nobody wants."""

from __future__ import annotations

import re
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import Engine

from broker.database import make_engine, reading, writing
from broker.importing import import_case
from broker.jobs import queue
from broker.jobs.making import News
from broker.jobs.place import Apart, Here
from broker.jobs.queue import Terms
from broker.jobs.worker import Worker
from broker.runs import MadeRun, get_run, problem_of_run
from matching.digest import case_sha256
from matching.exchange import read_case
from matching.solve import Options, match
from tests.integration.jobs import works
from tests.integration.jobs.conftest import (
    BROKER,
    SMALL,
    START,
    Clock,
    ask,
    check_whole,
    job_of,
    jobs_of,
)

PATIENCE = 180.0


def wait_until(holds: Callable[[], bool], state: Callable[[], object] = lambda: "") -> None:
    """Wait for something that must come; where it does not, `state` says how things stand."""
    until = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < until, f"it never came: {state()}"
        time.sleep(0.02)


def lives(pid: int) -> bool:
    """Whether there is such a process that has not ended."""
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8") as stat:
            return stat.read().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


@contextmanager
def at_work(worker: Worker) -> Iterator[threading.Thread]:
    """A worker in a thread, which is told to stop at the end."""
    thread = threading.Thread(target=worker.work, daemon=True)
    thread.start()
    try:
        yield thread
    finally:
        worker.stop.set()
        thread.join(PATIENCE)
        assert not thread.is_alive()


def test_a_job_becomes_the_run_that_the_engine_finds(filled: Engine) -> None:
    job_id = ask(filled, seed=3)
    lines: list[Mapping[str, Any]] = []
    Worker(filled, line=lines.append).work(once=True)
    job = job_of(filled, job_id)
    assert (job.state, job.attempt) == ("done", 1)
    assert job.run_id is not None
    assert job.started_at is not None
    assert job.finished_at is not None
    expected = match(read_case(SMALL), Options(seed=3)).to_json()
    with reading(filled) as session:
        run = get_run(session, job.run_id)
        assert run is not None
        assert (run.asked_by, run.seed) == (BROKER.id, 3)
        assert {**run.plan, "timing": None} == {**expected, "timing": None}
        assert case_sha256(problem_of_run(session, run)) == run.case_sha256
        assert run.options == {"time_limit": 600.0, "workers": 1, "require_safety": False}
    assert job.progress is not None
    assert job.progress["levels"] == expected["objective"]
    events = [line["event"] for line in lines if line["event"] != "progress"]
    assert events == ["ready", "taken", "done", "stopped"]
    check_whole(filled)


def test_a_job_on_records_that_cannot_be_matched_fails_with_the_sentence(engine: Engine) -> None:
    nothing = ask(engine)
    Worker(engine, place=Here()).work(once=True)
    assert job_of(engine, nothing).reason == (
        "No case is on record yet. Take one in first: broker import CASE."
    )
    with writing(engine) as session:
        import_case(session, SMALL, by="test", when=START, hold_day=True)
        session.execute(sa.text("DELETE FROM safety_file WHERE file = 'avoid.csv'"))
        session.execute(sa.text("DELETE FROM avoid"))
    unsafe = ask(engine, require_safety=True)
    with engine.begin() as connection:
        connection.execute(sa.text("UPDATE home SET places = 1000000 WHERE home_id = 'SC990001'"))
    unfit = ask(engine)
    Worker(engine, place=Here()).work(once=True)
    for job_id, words in (
        (unsafe, "cannot be matched as it stands|never given: avoid"),
        (unfit, "What is on record cannot be matched as it stands.*homes.csv, SC990001"),
    ):
        job = job_of(engine, job_id)
        assert (job.state, job.attempt, job.run_id) == ("failed", 1, None)
        assert job.reason is not None
        assert re.search(f"(?s){words}", job.reason)
    check_whole(engine)


@pytest.mark.parametrize(
    ("work", "attempts", "words"),
    [
        (works.dying_making, 3, "came to an end by itself, as without enough memory (3 times)"),
        (works.overstaying_making, 1, "It took far longer than its limit and was ended."),
        (works.faulty_making, 1, "ZeroDivisionError: a fault of the tests"),
    ],
)
def test_work_that_breaks_off_leaves_the_job_failed_with_the_reason(
    filled: Engine, work: Callable[..., MadeRun], attempts: int, words: str
) -> None:
    job_id = ask(filled)
    Worker(filled, place=Apart(work)).work(once=True)
    job = job_of(filled, job_id)
    assert (job.state, job.attempt, job.run_id) == ("failed", attempts, None)
    assert job.reason is not None
    assert words in job.reason
    good = ask(filled)
    Worker(filled, place=Here()).work(once=True)
    assert job_of(filled, good).state == "done"
    check_whole(filled)


def test_a_running_job_shows_how_it_stands_and_cancelling_ends_its_process(
    filled: Engine, other: Engine
) -> None:
    job_id = ask(filled)
    lines: list[Mapping[str, Any]] = []
    with at_work(Worker(filled, place=Apart(works.deaf_making), line=lines.append)):
        wait_until(lambda: "levels" in (job_of(other, job_id).progress or {}))
        progress = job_of(other, job_id).progress
        assert progress is not None
        assert (progress["levels"]["points"], progress["bound"]["points"]) == (9, 7)
        pid = int(progress["sentence"].split()[-1])
        assert lives(pid)
        with writing(other) as session:
            queue.cancel(session, BROKER, job_id, START)
        wait_until(lambda: not lives(pid))
        wait_until(lambda: any(line["event"] == "not ours" for line in lines))
    assert job_of(filled, job_id).state == "cancelled"
    check_whole(filled)


def test_a_worker_told_to_stop_gives_its_job_back_at_once(filled: Engine, other: Engine) -> None:
    job_id = ask(filled)
    with at_work(Worker(filled, place=Apart(works.deaf_making))):
        wait_until(lambda: "levels" in (job_of(other, job_id).progress or {}))
    job = job_of(filled, job_id)
    assert (job.state, job.attempt, job.lease_until) == ("queued", 0, None)
    Worker(filled, place=Here()).work(once=True)
    assert job_of(filled, job_id).state == "done"
    check_whole(filled)


class Held(Here):
    """Work whose answer is held back until it is let go; nobody can end it."""

    def __init__(self) -> None:
        self.begun, self.go = threading.Event(), threading.Event()

    def run(
        self,
        address: str,
        request: Mapping[str, Any],
        heard: Callable[[News], None],
        over: Callable[[], bool],
    ) -> MadeRun:
        made = super().run(address, request, heard, lambda: False)
        self.begun.set()
        assert self.go.wait(PATIENCE)
        return made


def test_a_slow_worker_whose_job_went_to_another_writes_no_second_run(
    filled: Engine, other: Engine, clock: Clock
) -> None:
    job_id, place, lines = ask(filled), Held(), list[Mapping[str, Any]]()
    slow = Worker(filled, place=place, clock=clock, line=lines.append)
    with at_work(slow):
        assert place.begun.wait(PATIENCE)
        clock.go(Terms().lease.total_seconds())
        Worker(other, place=Here(), clock=clock).work(once=True)
        assert job_of(other, job_id).state == "done"
        place.go.set()
        wait_until(lambda: any(line["event"] == "not ours" for line in lines))
    job = job_of(filled, job_id)
    assert (job.state, job.attempt, job.run_id) == ("done", 2, 1)
    check_whole(filled)


class Gate:
    """A door in front of a PostgreSQL server, which can be shut on everybody and opened again."""

    def __init__(self, address: str) -> None:
        url = sa.make_url(address)
        self._server = (url.host or "127.0.0.1", url.port or 5432)
        self._door = socket.create_server(("127.0.0.1", 0))
        self.address = url.set(host="127.0.0.1", port=self._door.getsockname()[1]).render_as_string(
            hide_password=False
        )
        self._open = True
        self._lines: list[socket.socket] = []
        threading.Thread(target=self._let_in, daemon=True).start()

    def _let_in(self) -> None:
        with suppress(OSError):
            while True:
                caller, _ = self._door.accept()
                if not self._open:
                    caller.close()
                    continue
                server = socket.create_connection(self._server)
                self._lines += [caller, server]
                for one, another in ((caller, server), (server, caller)):
                    threading.Thread(target=self._carry, args=(one, another), daemon=True).start()

    def _carry(self, one: socket.socket, another: socket.socket) -> None:
        with suppress(OSError):
            while sent := one.recv(65536):
                another.sendall(sent)
        with suppress(OSError):
            another.shutdown(socket.SHUT_RDWR)

    def shut(self) -> None:
        self._open = False
        for line in self._lines:
            with suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)
            line.close()
        self._lines.clear()

    def open(self) -> None:
        self._open = True

    def close(self) -> None:
        self.shut()
        self._door.close()


@contextmanager
def cut_off(engine: Engine) -> Iterator[tuple[str, Callable[[], None], Callable[[], None]]]:
    """An address of the database, and how to have it away for a worker and back."""
    address = engine.url.render_as_string(hide_password=False)
    if engine.dialect.name == "postgresql":
        gate = Gate(address)
        try:
            yield gate.address, gate.shut, gate.open
        finally:
            gate.close()
        return
    lock = engine.connect().execution_options(broker_takes_the_write_lock=True)

    def away() -> None:
        lock.begin()

    try:
        yield address, away, lock.rollback
    finally:
        lock.close()


def test_a_database_that_is_away_when_the_plan_is_found_gets_it_afterwards(
    filled: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("broker.database.BUSY_SECONDS", 0.1)
    job_id, place, lines = ask(filled), Held(), list[Mapping[str, Any]]()
    with cut_off(filled) as (address, away, back):
        engine = make_engine(address)
        with at_work(Worker(engine, place=place, line=lines.append)):
            assert place.begun.wait(PATIENCE)
            away()
            place.go.set()
            wait_until(lambda: any(line["event"] == "database away" for line in lines))
            back()
            wait_until(lambda: job_of(filled, job_id).state == "done")
            away()
            time.sleep(1)
            back()
            later = ask(filled)
            wait_until(lambda: job_of(filled, later).state == "done")
        engine.dispose()
    events = [line["event"] for line in lines if line["event"] != "progress"]
    assert events.index("database away") < events.index("database back") < events.index("done")
    assert job_of(filled, job_id).attempt == 1
    check_whole(filled)


@contextmanager
def out_of_reach(engine: Engine) -> Iterator[tuple[str, Callable[[], None], Callable[[], None]]]:
    """An address of the database, and how to have it out of everybody's reach and back."""
    if engine.dialect.name == "postgresql":
        with cut_off(engine) as found:
            yield found
        return
    folder = Path(str(engine.url.database)).parent
    elsewhere = folder.with_name(f"{folder.name} elsewhere")

    def away() -> None:
        engine.dispose()
        folder.rename(elsewhere)

    def back() -> None:
        elsewhere.rename(folder)

    yield engine.url.render_as_string(hide_password=False), away, back


def test_a_worker_that_starts_before_its_database_waits_for_it(filled: Engine) -> None:
    job_id, lines = ask(filled), list[Mapping[str, Any]]()
    with out_of_reach(filled) as (address, away, back):
        away()
        with at_work(Worker(make_engine(address), place=Here(), line=lines.append)):
            wait_until(lambda: any(line["event"] == "database away" for line in lines))
            back()
            wait_until(lambda: job_of(filled, job_id).state == "done")


def test_what_a_worker_logs_names_nobody(filled: Engine) -> None:
    with filled.begin() as connection:
        connection.execute(sa.text("UPDATE referral SET needs = 'Invented Person'"))
    ask(filled)
    lines: list[Mapping[str, Any]] = []
    Worker(filled, place=Here(), line=lines.append).work(once=True)
    (job,) = jobs_of(filled)
    assert "Invented Person" in (job.reason or "")
    assert "Invented" not in str(lines)
    assert "failed" in [line["event"] for line in lines]
