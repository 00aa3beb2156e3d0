"""The warehouse brought up to date after one day's changes, beside pandas' own reading of its rows.

The records are invented: the sample region with so many referrals, each told by the same steps on
days of its own, written to the tables as the desk would have. Nothing is asked of the desk: what is
measured is reading, working out and writing. Homes are as full as they can be by these lives, and a
folder of invented returns is on record before anything is measured.

The limits stand beside the figures, with whether each was kept.
"""

import argparse
import json
import os
import resource
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import sqlalchemy as sa
from sqlalchemy import Engine
from sqlmodel import Session

from benchmarks import returns
from benchmarks.limits import Limit
from broker.database import make_engine, migrate, writing
from broker.importing import import_case
from broker.returns.record import put_on_record
from broker.returns.whole import read_returns
from broker.sample import REGION
from broker.tables import HomeRow, LifeRow, PlacementRow, ResidentRow, StepRow
from broker.warehouse import build, parquet
from broker.warehouse.facts import SHAPES
from broker.warehouse.pseudonym import Keys
from matching.geography import PARTNER_BOROUGHS

FIRST = date(2026, 4, 1)
YEARS = 3
TODAY = date(FIRST.year + YEARS, 3, 31)
CHANGED = 20
"""Referrals with a step in one day: far more than 35 places make."""

BUILD, REFRESH, NOTHING = "build", "refresh after a day", "refresh after nothing changed"
SECONDS = {BUILD: 60.0, REFRESH: 2.0, NOTHING: 2.0}
"""At most by the clock, for what was done."""
MEGABYTES = 2000.0
"""At most at any moment, of this process."""

KEYS = Keys(bytes(range(32)))
MOVES = 12
"""Days from opening to moving in."""

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


def run(given: argparse.Namespace) -> list[Limit]:
    """Print a table for each database."""
    limits: list[Limit] = []
    with tempfile.TemporaryDirectory() as name, ExitStack() as undo:
        folder = Path(name)
        engines = {"SQLite": make_engine(f"sqlite:///{folder / 'records.sqlite3'}")}
        if given.postgres is not None:
            engines["PostgreSQL"] = undo.enter_context(a_database_of_its_own(given.postgres))
        for kind, engine in engines.items():
            files = folder / f"warehouse of {kind}"
            told = measured(engine, files, given.referrals, given.episodes)
            engine.dispose()
            print(f"\n{kind}: {told.held}, {YEARS} years")
            print("\n".join(told.lines()))
            limits += told.limits(kind)
    return limits


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
    """How much there is, and by what was done its seconds; the most memory until then.

    By the clock, of our processor, and of the database's, where that is a process of its own on
    this machine; on a busy machine the clock tells of others.
    """

    held: str
    took: dict[str, tuple[float, float, float]]
    changed: int
    megabytes: float

    def lines(self) -> list[str]:
        """The figures as a table, each beside its limit where it has one."""
        told = ["   clock   processor    database's"]
        for what, took in self.took.items():
            words = f"{what} on which {self.changed} referrals changed" if what == REFRESH else what
            limit = f": {self._seconds(what).words()}" if what in SECONDS else ""
            told.append(f"{took[0]:8.2f} s  {took[1]:8.2f} s  {took[2]:8.2f} s  {words}{limit}")
        memory = self._memory.words()
        return [*told, f"{self.megabytes:8.0f} MB at the most, reading the returns too: {memory}"]

    def limits(self, kind: str) -> list[Limit]:
        """The limits as they are told at the end, of a kind of database."""
        own = [*(self._seconds(what) for what in self.took if what in SECONDS), self._memory]
        return [replace(limit, what=f"{limit.what}, {kind}") for limit in own]

    def _seconds(self, what: str) -> Limit:
        return Limit(f"warehouse: {what}", self.took[what][0], SECONDS[what], "s")

    @property
    def _memory(self) -> Limit:
        return Limit("warehouse: memory at the most", self.megabytes, MEGABYTES, "MB")


def measured(engine: Engine, files: Path, referrals: int, episodes: int) -> Measured:
    """A build, a refresh after one day's changes, one after none, and pandas on the same rows."""
    migrate(engine)
    when = datetime(FIRST.year, FIRST.month, FIRST.day, 8, tzinfo=UTC)
    with writing(engine) as session:
        import_case(session, REGION, by="benchmark", when=when, hold_day=True)
        lived = stays(room_of(session), referrals)
        for number in range(referrals):
            _life(session, number, referrals, lived.get(number))
    with tempfile.TemporaryDirectory() as name, writing(engine) as session:
        folder = read_returns(returns.made(Path(name), episodes))
        put_on_record(session, "invented", folder, "benchmark", when, TODAY)
    parquet.prepare(files)
    took = {BUILD: _timed(lambda: _refresh(engine, files, TODAY), engine)}
    with writing(engine) as session:
        changed = _a_day(session, referrals, lived)
    tomorrow = TODAY + timedelta(days=1)
    for what in (REFRESH, NOTHING):
        took[what] = _timed(lambda: _refresh(engine, files, tomorrow), engine)
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    rows = {shape.name: len(parquet.read_rows(files, shape)) for shape in SHAPES}
    for shape in SHAPES:
        frame = pd.read_parquet(parquet.file_of(files, shape))
        frame.to_csv(files / f"{shape.name}.csv", index=False)
    took["pandas read_csv of the same rows"] = _timed(
        lambda: [pd.read_csv(files / f"{shape.name}.csv") for shape in SHAPES], engine
    )
    took["pandas read_parquet of the same rows"] = _timed(
        lambda: [pd.read_parquet(parquet.file_of(files, shape)) for shape in SHAPES], engine
    )
    held = (
        f"{referrals} referrals, {rows['fact_placement_episode']} placements, "
        f"{rows['fact_return_episode']} episodes of returns, {sum(rows.values())} rows in "
        f"{len(SHAPES)} tables"
    )
    return Measured(held, took, changed, megabytes)


def room_of(session: Session) -> dict[str, int]:
    """How many may move into each home beside those who live there already."""
    homes, residents = HomeRow.__table__, ResidentRow.__table__
    places = dict(session.execute(sa.select(homes.c.home_id, homes.c.places)).all())
    living = Counter(session.execute(sa.select(residents.c.home_id)).scalars())
    return {home: places[home] - living[home] for home in HOMES}


def stays(room: Mapping[str, int], of: int) -> dict[int, int]:
    """The referrals that come to move in, and the days they stay.

    Every third is declined, and whoever would make a home over-full.
    """
    found: dict[int, int] = {}
    ends: dict[str, list[date]] = {home: [] for home in room}
    for number in range(of):
        home, days = _home(number), 20 + number % 41
        moved = _opened(number, of) + timedelta(days=MOVES)
        ends[home] = [day for day in ends[home] if day > moved]
        if number % 3 and len(ends[home]) < room[home]:
            ends[home].append(moved + timedelta(days=days))
            found[number] = days
    return found


def _home(number: int) -> str:
    return HOMES[number % len(HOMES)]


def _opened(number: int, of: int) -> date:
    return FIRST + timedelta(days=number * (365 * YEARS - 10) // of)


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


def _life(session: Session, number: int, of: int, days: int | None) -> None:
    """One referral from its form to its end, moving in for so many days or declined."""
    opened = _opened(number, of)
    home, borough = _home(number), list(PARTNER_BOROUGHS)[number % 8]
    form = {
        "young_person_id": f"BENCH-{number}", "borough": borough, "date_of_birth": "2012-03-09",
        "sex": "FM"[number % 2], "needed_by": (opened + timedelta(days=9)).isoformat(),
        "avoid": [], "person": {"ethnicity": f"invented {number % 5}", "disability": []},
    }  # fmt: skip
    moved = opened + timedelta(days=MOVES)
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
    left = None if days is None else moved + timedelta(days=days)
    ended = left is not None and left <= TODAY
    lives = left is not None and moved <= TODAY
    if lives:
        told += [
            (6, "accept", {"home_id": home}, {}),
            (8, "confirm", {"home_id": home, "starts_on": moved.isoformat(),
                            "planned_until": (moved + timedelta(days=270)).isoformat(),
                            "reason": "invented"}, {**_FOUND, "first_option": True}),
            (MOVES, "move_in", {"moved_in_on": moved.isoformat()}, {}),
        ]  # fmt: skip
        if ended and left is not None:
            told.append(((left - opened).days, "end", {
                "ended_on": left.isoformat(), "planned": number % 3 > 0, "reason_code": "CARPL",
                "destination": "family", "words": "invented"}, {}))  # fmt: skip
    else:
        told.append((6, "decline", {"home_id": home, "code": "staffing", "words": "no"}, {}))
    referral = f"R-BENCH-{number}"
    at = datetime(opened.year, opened.month, opened.day, 9, tzinfo=UTC)
    session.execute(sa.insert(LifeRow.__table__), {
        "referral_id": referral, "young_person_id": f"BENCH-{number}", "borough": borough,
        "state": "ended" if ended else "moved_in" if lives else "shortlisted",
        "version": len(told), "emergency": False, "opened_at": at, "changed_at": at,
    })  # fmt: skip
    session.execute(sa.insert(StepRow.__table__), [
        _step(referral, place, opened + timedelta(days=days), kind, said, facts)
        for place, (days, kind, said, facts) in enumerate(told, start=1)
    ])  # fmt: skip
    if lives:
        session.execute(sa.insert(PlacementRow.__table__), {
            "referral_id": referral, "young_person_id": f"BENCH-{number}", "borough": borough,
            "home_id": home, "place": number + 1, "starts_on": moved, "planned_until": moved,
            "moved_in_on": moved, "ends_on": left if ended else None,
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


def _a_day(session: Session, of: int, lived: Collection[int]) -> int:
    """One more step in some referrals that were declined, on the day after; in how many."""
    day = TODAY + timedelta(days=1)
    numbers = [n for n in range(of) if n not in lived][-CHANGED:]
    session.execute(sa.insert(StepRow.__table__), [
        _step(f"R-BENCH-{n}", 9, day, "withdraw", {"reason": "invented"}, {}) for n in numbers
    ])  # fmt: skip
    return len(numbers)
