"""Jobs and the runs that come of them as the routes need them: each call is one transaction."""

from __future__ import annotations

from typing import Any

from sqlmodel import Session

from api import looks
from api.models import MatchRequest
from api.once import Answered, Once, before, keep
from api.problems import ProblemError
from broker.access.actor import Actor
from broker.access.allowed import may
from broker.jobs import queue
from broker.life.gate import Missing
from broker.registers import entering
from broker.runs import MadeRun, get_run, is_run, list_runs, record_run, tell_run
from broker.store.clock import now, today
from broker.tables import JobRow, MatchRun
from matching.words import count

NO_JOB = "There is no job with this id."
NO_MATCH = "No match on record has this id."


def ask(session: Session, actor: Actor, request: MatchRequest, once: Once) -> Answered:
    """Put a match of what is on record into the queue."""
    answered = before(session, once)
    if answered is not None:
        return answered
    at = now()
    asked = {
        "seed": request.seed,
        "time_limit": float(request.time_limit),
        "workers": request.workers,
        "require_safety": request.require_safety,
    }
    try:
        job = queue.ask(session, actor, asked, at)
    except queue.QueueFull:
        waiting = count(queue.MOST_WAITING, "job waits", "jobs wait")
        detail = f"{waiting} already. Ask again in a while."
        raise ProblemError("busy", detail) from None
    answered = Answered(202, job_json(job), f"/api/jobs/{job.job_id}")
    keep(session, once, answered, at)
    return answered


def read(session: Session, actor: Actor, job_id: int) -> Answered:
    """A job as it stands. It has the young people of all boroughs in it: for the central team."""
    job = queue.get_job(session, job_id) if actor.central else None
    if job is None:
        raise ProblemError("not-found", NO_JOB)
    return Answered(200, job_json(job))


def cancel(session: Session, actor: Actor, job_id: int) -> Answered:
    """End a job."""
    try:
        job = queue.cancel(session, actor, job_id, now()) if actor.central else None
    except queue.JobOver:
        detail = "The job is over; it can be read, and so can the match that came of it."
        raise ProblemError("job-over", detail) from None
    if job is None:
        raise ProblemError("not-found", NO_JOB)
    return Answered(200, job_json(job))


def keep_run(session: Session, actor: Actor, made: MadeRun, once: Once) -> Answered:
    """Put a match of a case that was sent on record, once.

    Raises:
        ProblemError: a data sharing agreement is not in force, and what it covers may not enter.
    """
    at = now()
    try:
        entering.check(session, made.boroughs, today())
    except entering.NoAgreement as refused:
        missing = [
            Missing("AGREEMENT", "register of agreements", sentence, "commissioner").to_json()
            for sentence in refused.lapsed.values()
        ]
        detail = "A run is kept, with the pseudonyms and places of everybody in it. Nothing was."
        raise ProblemError("gates-shut", detail, missing=missing) from None
    run_id = record_run(session, made, by=actor.id)
    run = get_run(session, run_id)
    assert run is not None, "it was just put on record"
    answered = Answered(201, run_json(run), f"/api/matches/{run_id}")
    # The run is kept already: the key need only lead to it.
    keep(session, once, Answered(201, {"id": run_id}, answered.location), at)
    tell_run(session, run_id, made, actor, at)
    return answered


def answered_before(session: Session, actor: Actor, once: Once) -> Answered | None:
    """What the same request for a match was answered before; None where it is new.

    Who is given a plan once more looks at it once more.
    """
    answered = before(session, once)
    if answered is None or answered.status != 201:
        return answered
    run = get_run(session, answered.body["id"])
    assert run is not None, "runs are never removed"
    looks.at_match(session, actor, answered.body["id"])
    return Answered(201, run_json(run), answered.location)


def check_run(session: Session, actor: Actor, run_id: int) -> None:
    """Nothing, where there is such a match and somebody may read it; they are shown nothing yet.

    Raises:
        ProblemError: there is none for them.
    """
    if not actor.central or not is_run(session, run_id):
        raise ProblemError("not-found", NO_MATCH)


def read_run(session: Session, actor: Actor, run_id: int) -> Answered:
    """A match on record, for the central team; that they looked is on record."""
    run = get_run(session, run_id) if actor.central else None
    if run is None:
        raise ProblemError("not-found", NO_MATCH)
    looks.at_match(session, actor, run_id)
    return Answered(200, run_json(run))


def newest_run(session: Session, actor: Actor) -> int | None:
    """The number of the newest match, for the central team; None where there is none yet."""
    runs = list_runs(session, limit=1) if actor.central else []
    return runs[0].run_id if runs else None


def page(session: Session, actor: Actor, limit: int, after: int | None) -> Answered:
    """Matches on record without their plans, the newest first, a page at a time.

    That somebody read the list is on record.
    """
    runs = list_runs(session, limit=limit + 1, before=after) if actor.central else []
    more = str(runs[limit - 1].run_id) if len(runs) > limit else None
    looks.at_matches(session, actor)
    return Answered(200, {"matches": [run.to_json() for run in runs[:limit]], "next": more})


def under_way(session: Session, actor: Actor) -> list[dict[str, Any]]:
    """The matches that wait or are being made, the oldest first, for whoever may read of them."""
    jobs = queue.under_way(session) if may(actor, "job.read") and actor.central else []
    return [job_json(job) for job in jobs]


def run_json(run: MatchRun) -> dict[str, Any]:
    """A match as a caller reads it."""
    made = {
        "id": run.run_id,
        "status": run.status,
        "case_sha256": run.case_sha256,
        "plan": run.plan,
    }
    return made if run.fairness is None else {**made, "fairness": run.fairness}


def job_json(job: JobRow) -> dict[str, Any]:
    """A job as a caller reads it."""
    times = {"started_at": job.started_at, "finished_at": job.finished_at}
    return {
        "id": job.job_id,
        "kind": job.kind,
        "state": job.state,
        "asked_by": job.asked_by,
        "asked_at": job.asked_at.isoformat(),
        "request": job.request,
        "attempt": job.attempt,
        **{name: None if time is None else time.isoformat() for name, time in times.items()},
        "progress": job.progress,
        "match_id": job.run_id,
        "reason": job.reason,
    }
