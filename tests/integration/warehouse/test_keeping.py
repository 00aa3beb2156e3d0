"""Workers keep the warehouse by themselves: once a day, once for all, and what fails is told."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import Engine

from broker.audit.chain import Record, add_entry, verify
from broker.commands.who import at_the_command_line
from broker.database import DatabaseUnreachable, make_engine, reading, writing
from broker.jobs.place import Here
from broker.jobs.worker import Worker
from broker.store.clock import now, today
from broker.tables import AuditRow
from broker.warehouse import alone, keeper, parquet, sql
from broker.warehouse.facts import SHAPES
from broker.warehouse.keeper import Keeper
from broker.warehouse.keeping import WORKER, Failed, Kept, Outcome, attempt, fail
from broker.warehouse.place import Place
from broker.warehouse.pseudonym import read_keys
from broker.warehouse.run import bring_up
from broker.warehouse.standing import Failure, note_failure, warehouse_standing
from tests.conftest import ON_BOTH
from tests.integration.warehouse.rows import gone, in_database, in_files

ROOT = Path(__file__).parents[3]
DAY = date(2026, 9, 30)
BY = at_the_command_line("tests")
RUNNING = threading.Event()
_AUDIT = AuditRow.__table__


@dataclass(frozen=True)
class Ground:
    """A region on record, and a place for its warehouse."""

    engine: Engine
    place: Place

    @property
    def address(self) -> str:
        return self.engine.url.render_as_string(hide_password=False)

    def brought_up(self) -> list[str]:
        """What was done with the warehouse, by entry of the audit, in order."""
        with reading(self.engine) as session:
            found = sa.select(_AUDIT.c.act).where(_AUDIT.c.record_kind == "warehouse")
            return list(session.execute(found.order_by(_AUDIT.c.number)).scalars())

    def as_of(self) -> tuple[str | None, str | None]:
        """The days that database and files answer for."""
        with reading(self.engine) as session:
            there = sql.read_state(session, "as_of") if sql.exists(session) else None
        return there, parquet.as_of(self.place.folder)

    def same(self) -> bool:
        """Whether database and files hold the same."""
        with reading(self.engine) as session:
            return in_database(session) == in_files(self.place.folder)


@pytest.fixture
def ground(region: Engine, tmp_path: Path) -> Iterator[Ground]:
    yield Ground(region, Place(tmp_path / "warehouse", tmp_path / "keys" / "key.json"))
    gone(region)


@pytest.fixture(autouse=True)
def folder_of_keys(tmp_path: Path) -> None:
    (tmp_path / "keys").mkdir()


def _same(day: date) -> date:
    return day


def here(engine: Engine, place: Place, day: date, over: Callable[[], bool]) -> Outcome:
    """The work in this thread."""
    return attempt(engine, place, day)


def test_it_is_made_where_there_is_none_and_then_brought_to_each_day_once(ground: Ground) -> None:
    told: list[dict[str, Any]] = []
    days = [DAY, DAY, DAY + timedelta(days=1), DAY + timedelta(days=1), DAY]
    for day in days:
        one = Keeper(ground.engine, ground.place, day=partial(_same, day), work=here,
                     tell=lambda event, **more: told.append({"event": event, **more}))  # fmt: skip
        assert one.look(RUNNING) == keeper.LOOK_EVERY
    assert [(one["event"], one["as_of"], one["whole"]) for one in told] == [
        ("warehouse kept", "2026-09-30", True), ("warehouse kept", "2026-10-01", False),
    ]  # fmt: skip
    assert ground.brought_up() == ["warehouse.refresh"] * 2
    assert ground.as_of() == ("2026-10-01", "2026-10-01")
    assert ground.same()
    assert ground.place.keys.stat().st_mode & 0o777 == 0o600


def test_of_several_workers_at_once_one_does_it(ground: Ground) -> None:
    for day in (DAY, DAY + timedelta(days=1)):
        together = threading.Barrier(4)

        def work(day: date = day, together: threading.Barrier = together) -> Outcome:
            engine = make_engine(ground.address)
            together.wait(30)
            try:
                return attempt(engine, ground.place, day)
            finally:
                engine.dispose()

        with ThreadPoolExecutor(4) as workers:
            found = [one.result() for one in [workers.submit(work) for _ in range(4)]]
        assert sorted(map(type, found), key=str) == sorted([Kept, *[type(None)] * 3], key=str)
        assert work(day, threading.Barrier(1)) is None, "one that looked before it was done"
    assert ground.brought_up() == ["warehouse.refresh"] * 2
    assert ground.same()


def test_a_worker_with_a_folder_of_its_own_leaves_the_database_to_the_one_at_it(
    ground: Ground, tmp_path: Path
) -> None:
    """On PostgreSQL workers may be on several computers: the lock of a folder says nothing."""
    other = Place(tmp_path / "elsewhere", ground.place.keys)
    with alone.among_workers(ground.engine) as ours:
        assert ours
        found = attempt(ground.engine, other, DAY)
    if ground.engine.dialect.name == "postgresql":
        assert found is None
        found = attempt(ground.engine, other, DAY)
    assert isinstance(found, Kept)


def test_who_asks_by_a_command_waits_for_the_worker_and_the_worker_for_nobody(
    ground: Ground,
) -> None:
    attempt(ground.engine, ground.place, DAY)
    with ThreadPoolExecutor(1) as asking:
        with alone.in_folder(ground.place.folder, wait=True) as held:
            assert held
            asked = asking.submit(
                bring_up, ground.engine, ground.place.folder, ground.place.keys, DAY, BY, whole=True
            )
            assert attempt(ground.engine, ground.place, DAY + timedelta(days=1)) is None
            assert not asked.done()
            assert ground.brought_up() == ["warehouse.refresh"]
        assert asked.result(60).done.whole
    assert ground.brought_up() == ["warehouse.refresh", "warehouse.build"]


def test_what_fails_is_told_once_a_day_and_tried_again_until_it_is_done(ground: Ground) -> None:
    ground.place.folder.mkdir()
    (ground.place.folder / "photograph.jpg").touch()
    told: list[str] = []
    one = Keeper(ground.engine, ground.place, day=lambda: DAY, work=here,
                 tell=lambda event, **more: told.append(f"{event}: {more}"))  # fmt: skip
    waits = [one.look(RUNNING) for _ in range(8)]
    assert waits == [60, 120, 240, 480, 960, 1920, 3600, 3600]
    assert all("warehouse failed" in line and "holds other files" in line for line in told)
    assert ground.brought_up() == ["warehouse.fail"]
    with reading(ground.engine) as session:
        standing = warehouse_standing(session)
    assert (standing.as_of, standing.brought_up) == (None, None)
    assert standing.failed is not None
    assert standing.failed.why is not None
    assert "holds other files" in standing.failed.why
    (ground.place.folder / "photograph.jpg").unlink()
    assert one.look(RUNNING) == keeper.LOOK_EVERY
    with reading(ground.engine) as session:
        standing = warehouse_standing(session)
        assert verify(session).broken == ()
    assert (standing.as_of, standing.failed) == (DAY, None)
    assert standing.brought_up is not None
    (ground.place.folder / parquet.MANIFEST).unlink()
    (ground.place.folder / "photograph.jpg").touch()
    assert one.look(RUNNING) == keeper.AGAIN_AFTER


def test_another_failure_or_another_day_is_another_entry(ground: Ground) -> None:
    noon = datetime(2026, 9, 30, 12, tzinfo=UTC)
    told = [("a", noon), ("a", noon + timedelta(hours=3)), ("b", noon + timedelta(hours=4)),
            ("b", noon + timedelta(days=1)), ("b", noon + timedelta(days=1, hours=1))]  # fmt: skip
    for why, at in told:
        with writing(ground.engine) as session:
            note_failure(session, WORKER, why, at)
    assert ground.brought_up() == ["warehouse.fail"] * 3
    with reading(ground.engine) as session:
        assert warehouse_standing(session).failed == Failure(noon + timedelta(days=1), "b")
    with writing(ground.engine) as session:
        add_entry(session, BY, "warehouse.build", Record("warehouse", "0" * 16), at=now())
    with reading(ground.engine) as session:
        assert warehouse_standing(session).failed is None


def test_lost_or_other_keys_change_no_pseudonym_until_a_person_says_so(
    ground: Ground, tmp_path: Path
) -> None:
    attempt(ground.engine, ground.place, DAY)
    with reading(ground.engine) as session:
        before = in_database(session)
    copy = ground.place.keys.rename(tmp_path / "copy.json")
    for sentence in ("are not there", "made with other keys"):
        found = attempt(ground.engine, ground.place, DAY + timedelta(days=1))
        assert isinstance(found, Failed)
        assert sentence in found.sentence
        assert "Put back the copy" in found.sentence
        secret = {"form": "warehouse-key/1", "secret": "ab" * 32, "eras": []}
        assert ground.place.keys.exists() is (sentence == "made with other keys")
        ground.place.keys.write_text(json.dumps(secret))
    with reading(ground.engine) as session:
        assert in_database(session) == before
    copy.rename(ground.place.keys)
    found = attempt(ground.engine, ground.place, DAY + timedelta(days=1))
    assert isinstance(found, Kept)
    assert not found.whole
    assert ground.brought_up() == [
        "warehouse.refresh", "warehouse.fail", "warehouse.fail", "warehouse.refresh",
    ]  # fmt: skip


def test_keys_that_are_gone_are_missed_also_where_the_tables_are_of_another_version(
    ground: Ground, monkeypatch: pytest.MonkeyPatch
) -> None:
    attempt(ground.engine, ground.place, DAY)
    ground.place.keys.unlink()
    monkeypatch.setattr(sql, "_FORM", "of another version")
    found = attempt(ground.engine, ground.place, DAY)
    assert isinstance(found, Failed)
    assert "are not there" in found.sentence
    assert not ground.place.keys.exists()


def test_files_that_were_broken_off_are_written_anew_the_same_day(ground: Ground) -> None:
    attempt(ground.engine, ground.place, DAY)
    folder = ground.place.folder
    (folder / parquet.MANIFEST).unlink()
    parquet.file_of(folder, SHAPES[0]).unlink()
    left = folder / f".{SHAPES[0].name}.parquet.{os.getpid()}.part"
    old, others = folder / ".x.parquet.1.part", folder / ".y.parquet.1.part"
    for part in (left, old, others):
        part.touch()
    os.utime(old, (0, 0))
    assert isinstance(attempt(ground.engine, ground.place, DAY), Kept)
    assert ground.same()
    assert [part.exists() for part in (left, old, others)] == [False, False, True]


def test_a_process_that_dies_of_it_is_a_failure_that_is_told(
    ground: Ground, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeper, "attempt_at", dying)
    one = Keeper(ground.engine, ground.place, day=lambda: DAY)
    assert one.look(RUNNING) == keeper.AGAIN_AFTER
    with reading(ground.engine) as session:
        failed = warehouse_standing(session).failed
    assert failed is not None
    assert failed.why == (
        "The process that did it came to an end by itself, as without enough memory."
    )


def dying(address: str, place: Place, day: date) -> Outcome:
    """Come to an end, as a process that the machine has no memory for."""
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError("it has come to an end")


def test_a_fault_of_the_program_is_told_without_its_words(
    ground: Ground, monkeypatch: pytest.MonkeyPatch
) -> None:
    def faulty(*_: object) -> bool:
        raise KeyError("the name of somebody")

    monkeypatch.setattr("broker.warehouse.keeping.due", faulty)
    assert attempt(ground.engine, ground.place, DAY) == Failed("A fault of this program: KeyError.")


def test_a_database_that_is_away_is_waited_for_and_is_no_failure(ground: Ground) -> None:
    def away(*_: object) -> Outcome:
        raise DatabaseUnreachable("The database cannot be reached.")

    told: list[str] = []
    one = Keeper(ground.engine, ground.place, day=lambda: DAY, work=away,
                 tell=lambda event, **more: told.append(event))  # fmt: skip
    assert one.look(RUNNING) == keeper.LOOK_EVERY
    assert told == ["warehouse waits"]
    assert ground.brought_up() == []


def test_a_worker_keeps_it_beside_its_jobs_in_a_process_that_ends_with_it(ground: Ground) -> None:
    stop, told = threading.Event(), threading.Event()
    lines: list[dict[str, Any]] = []

    def line(one: Any) -> None:
        lines.append(dict(one))
        if one["event"] == "warehouse kept":
            told.set()

    worker = Worker(ground.engine, stop=stop, line=line, place=Here(), warehouse=ground.place)
    thread = threading.Thread(target=worker.work, daemon=True)
    thread.start()
    assert told.wait(120)
    stop.set()
    thread.join(60)
    assert not thread.is_alive()
    assert ground.as_of() == (today().isoformat(), today().isoformat())
    assert ground.same()
    fail(ground.engine, "of the test")
    assert ground.brought_up() == ["warehouse.refresh", "warehouse.fail"]


@pytest.mark.parametrize("address", ON_BOTH[:1], indirect=True)
@pytest.mark.parametrize("named", [True, False], ids=["both places", "no place for the keys"])
def test_the_command_takes_its_places_from_two_settings_or_says_which_is_missing(
    ground: Ground, named: bool
) -> None:
    settings = {"BROKER_DATABASE_URL": ground.address, "BROKER_WAREHOUSE": str(ground.place.folder)}
    if named:
        settings["BROKER_WAREHOUSE_KEY"] = str(ground.place.keys)
    done = subprocess.run(
        [sys.executable, "-m", "broker.cli", "worker", "--once"],
        env={**os.environ, "PYTHONPATH": str(ROOT), **settings},
        cwd=ground.place.folder.parent,
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )
    if not named:
        assert done.returncode == 2
        assert "BROKER_WAREHOUSE is set and BROKER_WAREHOUSE_KEY is not." in done.stderr
        assert ground.as_of() == (None, None)
        return
    assert (done.returncode, done.stderr) == (0, "")
    events = [json.loads(line)["event"] for line in done.stdout.splitlines()]
    assert events == ["ready", "warehouse kept", "stopped"]
    assert ground.same()
    assert read_keys(ground.place.keys).eras == ()
