"""The queue of jobs: asked for, claimed, kept alive, ended; each in the caller's transaction.

A worker holds a job by a lease that it renews as long as it lives. Where a lease has ended, the job
is taken up again, at most three times in all. Whoever ends a job must still hold it: by its worker
and attempt a slow worker is known whose job went to another, and it changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa
from sqlmodel import Session

from broker.access.accounts import kind_of
from broker.access.actor import Actor, OrganisationKind, Role
from broker.audit.chain import Record, add_entry
from broker.runs import MadeRun, record_run, tell_run
from broker.store.clock import now
from broker.tables import JobRow

MOST_WAITING: Final = 100
"""Jobs that may wait; one more is told to come back. Our starting assumption."""

QUEUED = "waiting for a worker"
AGAIN = "waiting to be taken up again"

_JOBS = JobRow.__table__


@dataclass(frozen=True, slots=True)
class Terms:
    """How long a worker that gives no sign keeps its job, and how often one is taken up.

    Our starting assumptions: 15 seconds, three times.
    """

    lease: timedelta = timedelta(seconds=15)
    attempts: int = 3


@dataclass(frozen=True, slots=True)
class Claim:
    """A job that a worker holds: which one, for the how-manieth time, and what was asked."""

    job_id: int
    worker: str
    attempt: int
    request: Mapping[str, Any]


class QueueFull(Exception):
    """As many jobs wait as may wait."""


class NotHeld(Exception):
    """The job is no longer this worker's: cancelled, ended, or taken up by another."""


class JobOver(Exception):
    """The job has ended already."""


def clock(session: Session) -> datetime:
    """The moment as all workers count it: the server's, or this computer's where all are here."""
    if session.get_bind().dialect.name == "postgresql":
        found: datetime = session.execute(sa.select(sa.func.clock_timestamp())).scalar_one()
        return found.astimezone(UTC)
    return now()


def ask(session: Session, actor: Actor, request: Mapping[str, Any], at: datetime) -> JobRow:
    """Put a match of the open referrals on record into the queue.

    Raises:
        QueueFull: too many are waiting.
    """
    waiting = sa.select(sa.func.count()).where(_JOBS.c.state == "queued")
    if session.execute(waiting).scalar_one() >= MOST_WAITING:
        raise QueueFull
    job = JobRow(
        kind="match",
        state="queued",
        asked_by=actor.id,
        role=actor.role.value,
        organisation=actor.organisation,
        asked_at=at,
        request=dict(request),
        progress=_progress(QUEUED, at),
    )
    session.add(job)
    session.flush()
    add_entry(session, actor, "job.ask", _record(job.job_id), at=at, after=dict(request))
    return job


@dataclass(frozen=True, slots=True)
class Standing:
    """How the queue stands: jobs that wait, jobs at work, and since when the oldest waits."""

    waiting: int
    running: int
    oldest_seconds: float


def standing(session: Session) -> Standing:
    """How the queue stands at this moment; 0 seconds where nothing waits."""
    query = sa.select(_JOBS.c.state, sa.func.count(), sa.func.min(_JOBS.c.asked_at))
    rows = session.execute(
        query.where(_JOBS.c.state.in_(("queued", "running"))).group_by(_JOBS.c.state)
    )
    found = {state: (number, oldest) for state, number, oldest in rows}
    waiting, oldest = found.get("queued", (0, None))
    running, _ = found.get("running", (0, None))
    age = 0.0 if oldest is None else max(0.0, (clock(session) - oldest).total_seconds())
    return Standing(waiting, running, age)


def get_job(session: Session, job_id: int) -> JobRow | None:
    """A job as it stands; None where there is no such job."""
    return session.get(JobRow, job_id)


def under_way(session: Session) -> list[JobRow]:
    """The jobs that wait or are at work, the oldest first."""
    query = sa.select(JobRow).where(_JOBS.c.state.in_(("queued", "running")))
    return list(session.execute(query.order_by(_JOBS.c.job_id)).scalars())


def cancel(session: Session, actor: Actor, job_id: int, at: datetime) -> JobRow | None:
    """End a job that nobody wants any more; from now on no run can come of it.

    Whoever does it notices and stops. None where there is no such job.

    Raises:
        JobOver: it is done or has failed.
    """
    row = _locked(session, _JOBS.c.job_id == job_id)
    if row is None:
        return None
    if row["state"] in ("done", "failed"):
        raise JobOver
    if row["state"] != "cancelled":
        _end(session, job_id, "cancelled", at)
        add_entry(session, actor, "job.cancel", _record(job_id), at=at)
    return session.get(JobRow, job_id, populate_existing=True)


def anything_waits(session: Session, at: datetime) -> bool:
    """Whether there is a job to claim: one look, which locks nothing."""
    found = session.execute(sa.select(_JOBS.c.job_id).where(_claimable(at)).limit(1)).first()
    return found is not None


def claim(session: Session, worker: str, at: datetime, terms: Terms) -> Claim | None:
    """The oldest job that waits or whose worker gives no sign any more, from now on `worker`'s.

    One that was taken up as often as may be has failed.
    """
    while True:
        row = _locked(session, _claimable(at), skip=True)
        if row is None:
            return None
        if row["state"] == "running" and row["attempt"] >= terms.attempts:
            _end(session, row["job_id"], "failed", at, reason=_vanished(row["attempt"]))
            continue
        attempt = row["attempt"] + 1
        session.execute(
            sa.update(_JOBS)
            .where(_JOBS.c.job_id == row["job_id"])
            .values(
                state="running",
                worker=worker,
                attempt=attempt,
                lease_until=at + terms.lease,
                started_at=at,
                progress=_progress("taken up by a worker", at),
            )
        )
        return Claim(row["job_id"], worker, attempt, row["request"])


def beat(
    session: Session, held: Claim, progress: Mapping[str, Any], at: datetime, terms: Terms
) -> bool:
    """Say how a job stands, and that its worker lives; False where it is no longer its job."""
    return _change(
        session, held, lease_until=at + terms.lease, progress={**progress, "at": at.isoformat()}
    )


def finish(session: Session, held: Claim, made: MadeRun, at: datetime) -> int:
    """Keep the run of a job and end it, in one transaction; the number of the run.

    Raises:
        NotHeld: the job is no longer this worker's; nothing may be kept.
    """
    row = _locked(session, *_held(held))
    if row is None:
        raise NotHeld
    run_id = record_run(session, made, by=row["asked_by"])
    plan = made.plan
    levels = {"levels": plan["objective"], "bound": plan["bound"]}
    _end(session, held.job_id, "done", at, run_id=run_id, progress=_progress("done", at) | levels)
    tell_run(session, run_id, made, _asker(session, row), at)
    return run_id


def fail(session: Session, held: Claim, reason: str, at: datetime) -> None:
    """End a job of which nothing can come.

    Raises:
        NotHeld: the job is no longer this worker's.
    """
    if _locked(session, *_held(held)) is None:
        raise NotHeld
    _end(session, held.job_id, "failed", at, reason=reason)


def lose(session: Session, held: Claim, reason: str, at: datetime, terms: Terms) -> None:
    """A job broke off for no reason of its own: it waits again, or has failed for good.

    Raises:
        NotHeld: the job is no longer this worker's.
    """
    if held.attempt >= terms.attempts:
        fail(session, held, f"{reason} ({held.attempt} times)", at)
    elif not _change(session, held, **_waiting(AGAIN, at)):
        raise NotHeld


def give_back(session: Session, held: Claim, at: datetime) -> None:
    """A worker that is told to stop puts its job back; that does not count as an attempt.

    Raises:
        NotHeld: the job is no longer this worker's.
    """
    if not _change(session, held, **_waiting(AGAIN, at), attempt=held.attempt - 1):
        raise NotHeld


def _claimable(at: datetime) -> sa.ColumnElement[bool]:
    lapsed = sa.and_(_JOBS.c.state == "running", _JOBS.c.lease_until <= at)
    return sa.or_(_JOBS.c.state == "queued", lapsed)


def _held(held: Claim) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        _JOBS.c.job_id == held.job_id,
        _JOBS.c.state == "running",
        _JOBS.c.worker == held.worker,
        _JOBS.c.attempt == held.attempt,
    )


def _locked(
    session: Session, *conditions: sa.ColumnElement[bool], skip: bool = False
) -> sa.RowMapping | None:
    """The oldest such job, nobody else's until the transaction ends; on SQLite `writing` locks."""
    query = sa.select(_JOBS).where(*conditions).order_by(_JOBS.c.job_id).limit(1)
    if session.get_bind().dialect.name == "postgresql":
        query = query.with_for_update(skip_locked=skip)
    return session.execute(query).mappings().first()


def _change(session: Session, held: Claim, **values: Any) -> bool:
    done = session.execute(sa.update(_JOBS).where(*_held(held)).values(**values))
    return bool(done.rowcount)  # type: ignore[attr-defined]


def _waiting(sentence: str, at: datetime) -> dict[str, Any]:
    return {
        "state": "queued",
        "worker": None,
        "lease_until": None,
        "progress": _progress(sentence, at),
    }


def _end(session: Session, job_id: int, state: str, at: datetime, **values: Any) -> None:
    session.execute(
        sa.update(_JOBS)
        .where(_JOBS.c.job_id == job_id)
        .values(state=state, worker=None, lease_until=None, finished_at=at, **values)
    )


def _progress(sentence: str, at: datetime) -> dict[str, Any]:
    return {"sentence": sentence, "at": at.isoformat()}


def _vanished(attempts: int) -> str:
    return (
        f"Each of the {attempts} workers that took it up came to an end before it was done. "
        "Nothing was kept."
    )


def _record(job_id: int | None) -> Record:
    return Record("job", str(job_id))


def _asker(session: Session, row: sa.RowMapping) -> Actor:
    """Whoever asked for a job, in whose name its worker writes."""
    organisation = row["organisation"]
    kind = kind_of(session, organisation) or OrganisationKind.PROVIDER
    return Actor(row["asked_by"], Role(row["role"]), organisation, kind, via="worker")
