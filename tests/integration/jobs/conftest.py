"""A small case on record, somebody who asks, and workers whose clock a test can move."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import Engine
from sqlmodel import Session

from broker.access.actor import PARTNERSHIP, Actor, OrganisationKind, Role
from broker.audit.chain import verify
from broker.database import make_engine, reading, writing
from broker.importing import import_case
from broker.jobs import queue
from broker.tables import AuditRow, JobRow, MatchRun

SMALL = Path(__file__).parents[2] / "cases" / "case-small"
START = datetime(2026, 9, 4, 8, tzinfo=UTC)
BROKER = Actor("broker-1", Role.BROKER, PARTNERSHIP, OrganisationKind.PARTNERSHIP)
ASKED = {"seed": 0, "time_limit": 600.0, "workers": 1, "require_safety": False}


class Clock:
    """A clock that stands still unless it is moved."""

    def __init__(self) -> None:
        self.at = START

    def __call__(self, session: Session) -> datetime:
        return self.at

    def go(self, seconds: float) -> datetime:
        self.at += timedelta(seconds=seconds)
        return self.at


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def filled(engine: Engine) -> Engine:
    """The small worked case on record."""
    with writing(engine) as session:
        import_case(session, SMALL, by="test", when=START, hold_day=True)
    return engine


@pytest.fixture
def other(address: str, filled: Engine) -> Iterator[Engine]:
    """The same database as another program sees it."""
    engine = make_engine(address)
    yield engine
    engine.dispose()


def ask(engine: Engine, **changed: Any) -> int:
    """Ask for a match; the number of the job."""
    with writing(engine) as session:
        job = queue.ask(session, BROKER, {**ASKED, **changed}, START)
        assert job.job_id is not None
        return job.job_id


def job_of(engine: Engine, job_id: int) -> JobRow:
    with reading(engine) as session:
        job = queue.get_job(session, job_id)
        assert job is not None
        session.expunge(job)
        return job


def jobs_of(engine: Engine) -> list[JobRow]:
    with reading(engine) as session:
        jobs = list(
            session.execute(sa.select(JobRow).order_by(JobRow.__table__.c.job_id)).scalars()
        )
        session.expunge_all()
        return jobs


def check_whole(engine: Engine) -> None:
    """Each run is of one job and each job that is done has one; the audit tells each run once."""
    with reading(engine) as session:
        runs = set(session.execute(sa.select(MatchRun.__table__.c.run_id)).scalars())
        named = [job.run_id for job in jobs_of(engine) if job.state == "done"]
        assert len(named) == len(set(named))
        assert set(named) == runs
        table = AuditRow.__table__
        told = session.execute(sa.select(table.c.record_id).where(table.c.act == "match.make"))
        assert sorted(told.scalars()) == sorted(map(str, runs))
        assert not verify(session).broken
