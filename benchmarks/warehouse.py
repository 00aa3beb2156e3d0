"""The warehouse brought up to date after one day's changes, beside pandas' own reading of its rows.

The records are invented: the sample region with so many referrals, each told by the same steps on
days of its own, written to the tables as the desk would have. Nothing is asked of the desk: what is
measured is reading, working out and writing.
"""

import argparse
import json
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import sqlalchemy as sa
from sqlalchemy import Engine
from sqlmodel import Session

from broker.database import make_engine, migrate, writing
from broker.importing import import_case
from broker.sample import REGION
from broker.tables import LifeRow, PlacementRow, StepRow
from broker.warehouse import build, parquet
from broker.warehouse.facts import SHAPES
from broker.warehouse.pseudonym import Keys
from matching.geography import PARTNER_BOROUGHS

FIRST = date(2026, 4, 1)
YEARS = 3
TODAY = date(FIRST.year + YEARS, 3, 31)
CHANGED = 20
"""Referrals with a step in one day: far more than 35 places make."""

KEYS = Keys(bytes(range(32)))
HOMES = ("SC990001", "SC990002", "SC990003", "SC990005", "SC990006", "SC990007", "SC990009")
_FOUND = {"provider": "P1", "contract": "NEL-BLOCK-1", "area": "adjoining", "tenths_of_miles": 41,
          "weekly_fee_pence": 600_000, "failed": []}  # fmt: skip


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of this section."""
    parser.add_argument("--referrals", type=int, default=5000, help="on record [5000]")
    parser.add_argument(
        "--postgres", metavar="URL", help="a PostgreSQL server to measure on too; makes a database "
        "of its own there and drops it",
    )  # fmt: skip


def run(given: argparse.Namespace) -> None:
    """Print a table for each database."""
    with tempfile.TemporaryDirectory() as name, ExitStack() as undo:
        folder = Path(name)
        engines = {"SQLite": make_engine(f"sqlite:///{folder / 'records.sqlite3'}")}
        if given.postgres is not None:
            engines["PostgreSQL"] = undo.enter_context(a_database_of_its_own(given.postgres))
        for kind, engine in engines.items():
            told = measured(engine, folder / f"warehouse of {kind}", given.referrals)
            engine.dispose()
            rows = f"{told.rows} rows in {len(SHAPES)} tables"
            print(f"\n{kind}: {given.referrals} referrals, {rows}, {YEARS} years")
            print("   clock   processor    database's")
            for what, took in told.took.items():
                print(f"{took[0]:8.2f} s  {took[1]:8.2f} s  {took[2]:8.2f} s  {what}")


@contextmanager
def a_database_of_its_own(address: str) -> Iterator[Engine]:
    """A new database on a PostgreSQL server, dropped at the end."""
    url = sa.make_url(address)
    name = f"broker_bench_{os.getpid()}"
    server = sa.create_engine(
        url.set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT"
    )
    try:
        with server.connect() as connection:
            connection.execute(sa.text(f"CREATE DATABASE {name}"))
        engine = make_engine(url.set(database=name))
        try:
            yield engine
        finally:
            engine.dispose()
            with server.connect() as connection:
                connection.execute(sa.text(f"DROP DATABASE {name}"))
    finally:
        server.dispose()


@dataclass(frozen=True, slots=True)
class Measured:
    """How many rows there are, and by what was done its seconds.

    By the clock, of our processor, and of the database's, where that is a process of its own on
    this machine; on a busy machine the clock tells of others.
    """

    rows: int
    took: dict[str, tuple[float, float, float]]


def measured(engine: Engine, files: Path, referrals: int) -> Measured:
    """A build, a refresh after one day's changes, one after none, and pandas on the same rows."""
    migrate(engine)
    with writing(engine) as session:
        when = datetime(FIRST.year, FIRST.month, FIRST.day, 8, tzinfo=UTC)
        import_case(session, REGION, by="benchmark", when=when, hold_day=True)
        for number in range(referrals):
            _life(session, number, referrals)
    parquet.prepare(files)
    took = {"build, database and files": _timed(lambda: _refresh(engine, files, TODAY), engine)}
    with writing(engine) as session:
        changed = _a_day(session, referrals)
    tomorrow = TODAY + timedelta(days=1)
    words = f"refresh after a day on which {changed} referrals changed (limit 2 s)"
    took[words] = _timed(lambda: _refresh(engine, files, tomorrow), engine)
    took["refresh after nothing changed"] = _timed(
        lambda: _refresh(engine, files, tomorrow), engine
    )
    rows = sum(len(parquet.read_rows(files, shape)) for shape in SHAPES)
    for shape in SHAPES:
        frame = pd.read_parquet(parquet.file_of(files, shape))
        frame.to_csv(files / f"{shape.name}.csv", index=False)
    took["pandas read_csv of the same rows"] = _timed(
        lambda: [pd.read_csv(files / f"{shape.name}.csv") for shape in SHAPES], engine
    )
    took["pandas read_parquet of the same rows"] = _timed(
        lambda: [pd.read_parquet(parquet.file_of(files, shape)) for shape in SHAPES], engine
    )
    return Measured(rows, took)


def _timed(work: Callable[[], object], engine: Engine) -> tuple[float, float, float]:
    began, worked, served = time.perf_counter(), time.process_time(), _served(engine)
    work()
    return time.perf_counter() - began, time.process_time() - worked, _served(engine) - served


def _served(engine: Engine) -> float:
    """Processor seconds of the process that serves our one connection; 0 where there is none."""
    if engine.dialect.name != "postgresql":
        return 0.0
    with engine.connect() as connection:
        number = connection.execute(sa.text("SELECT pg_backend_pid()")).scalar_one()
    stat = Path(f"/proc/{number}/stat")
    if not stat.exists():
        return 0.0
    told = stat.read_text().rpartition(")")[2].split()
    return (int(told[11]) + int(told[12])) / os.sysconf("SC_CLK_TCK")


def _refresh(engine: Engine, files: Path, day: date) -> None:
    with writing(engine) as session:
        done = build.refresh(session, KEYS, day)
    with writing(engine) as session:
        build.write_files(session, files, done)


def _life(session: Session, number: int, of: int) -> None:
    """One referral from its form to its end; those of the last weeks are still on their way."""
    opened = FIRST + timedelta(days=number * (365 * YEARS - 10) // of)
    home, borough = HOMES[number % len(HOMES)], list(PARTNER_BOROUGHS)[number % 8]
    form = {
        "young_person_id": f"BENCH-{number}", "borough": borough, "date_of_birth": "2012-03-09",
        "sex": "FM"[number % 2], "needed_by": (opened + timedelta(days=9)).isoformat(),
        "avoid": [], "person": {"ethnicity": f"invented {number % 5}", "disability": []},
    }  # fmt: skip
    moved = opened + timedelta(days=12)
    told: list[tuple[int, str, dict[str, Any], dict[str, Any]]] = [
        (0, "open", {"form": form}, {}),
        (1, "submit", {}, {}),
        (1, "band", {"band": "medium", "thresholds": "t1", "reason": "invented"}, {}),
        (2, "verify", {"need_met": True, "funding_agreed": True, "reason": "invented"}, {}),
        (3, "shortlist", {"homes": [{"home_id": home, "source": "options", "reason": "near"}]},
         {"homes": {home: _FOUND}}),
        (3, "view", {"home_id": home, "said_on": opened.isoformat(), "wish": "wants",
                     "heard_by": "worker", "how_considered": "first"}, {}),
        (4, "offer", {"home_id": home, "starts_on": moved.isoformat(),
                      "answer_by": moved.isoformat()}, _FOUND),
    ]  # fmt: skip
    lives = number % 200 == 0  # few enough that no home is over-full
    if lives:
        told += [
            (6, "accept", {"home_id": home}, {}),
            (8, "confirm", {"home_id": home, "starts_on": moved.isoformat(),
                            "planned_until": (moved + timedelta(days=270)).isoformat(),
                            "reason": "invented"}, {**_FOUND, "first_option": True}),
            (12, "move_in", {"moved_in_on": moved.isoformat()}, {}),
        ]  # fmt: skip
    else:
        told.append((6, "decline", {"home_id": home, "code": "staffing", "words": "no"}, {}))
    referral = f"R-BENCH-{number}"
    at = datetime(opened.year, opened.month, opened.day, 9, tzinfo=UTC)
    session.execute(sa.insert(LifeRow.__table__), {
        "referral_id": referral, "young_person_id": f"BENCH-{number}", "borough": borough,
        "state": "moved_in" if lives else "shortlisted", "version": len(told), "emergency": False,
        "opened_at": at, "changed_at": at,
    })  # fmt: skip
    session.execute(sa.insert(StepRow.__table__), [
        _step(referral, place, opened + timedelta(days=days), kind, said, facts)
        for place, (days, kind, said, facts) in enumerate(told, start=1)
    ])  # fmt: skip
    if lives:
        session.execute(sa.insert(PlacementRow.__table__), {
            "referral_id": referral, "young_person_id": f"BENCH-{number}", "borough": borough,
            "home_id": home, "place": number + 1, "starts_on": moved, "planned_until": moved,
            "moved_in_on": moved,
        })  # fmt: skip


def _step(
    referral: str, number: int, day: date, kind: str, said: object, facts: object
) -> dict[str, Any]:
    return {
        "referral_id": referral, "number": number, "kind": kind,
        "taken_at": datetime(day.year, day.month, day.day, 9, number, tzinfo=UTC), "taken_on": day,
        "taken_by": "benchmark", "role": "broker", "organisation": "partnership",
        "said": json.loads(json.dumps(said)), "facts": facts,
    }  # fmt: skip


def _a_day(session: Session, of: int) -> int:
    """One more step in some referrals, on the day after; in how many."""
    day = TODAY + timedelta(days=1)
    numbers = [n for n in range(of) if n % 200][-CHANGED:]
    session.execute(sa.insert(StepRow.__table__), [
        _step(f"R-BENCH-{n}", 9, day, "withdraw", {"reason": "invented"}, {}) for n in numbers
    ])  # fmt: skip
    return len(numbers)
