"""A job has one holder at a time; whoever lost it changes nothing, on both databases."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import Engine
from sqlalchemy.exc import IntegrityError

from broker.database import reading, writing
from broker.jobs import queue
from broker.jobs.making import make
from broker.jobs.queue import Claim, JobOver, NotHeld, QueueFull, Terms
from broker.runs import MadeRun
from broker.tables import AuditRow
from tests.integration.jobs.conftest import (
    ASKED,
    BROKER,
    START,
    Clock,
    ask,
    check_whole,
    job_of,
    jobs_of,
)

TERMS = Terms()
LEASE = TERMS.lease.total_seconds()


@pytest.fixture
def made(filled: Engine) -> MadeRun:
    """What a worker has found."""
    return make(filled.url.render_as_string(hide_password=False), ASKED)


def claim(engine: Engine, worker: str, clock: Clock) -> Claim | None:
    with writing(engine) as session:
        return queue.claim(session, worker, clock.at, TERMS)


def held(engine: Engine, worker: str, clock: Clock) -> Claim:
    found = claim(engine, worker, clock)
    assert found is not None
    return found


def test_what_is_asked_is_on_record_with_who_asked(filled: Engine) -> None:
    job = job_of(filled, ask(filled, seed=4))
    assert (job.state, job.asked_by, job.asked_at) == ("queued", BROKER.id, START)
    assert (job.request["seed"], job.attempt, job.run_id) == (4, 0, None)
    with reading(filled) as session:
        entry = session.execute(told_of_jobs(AuditRow)).scalar_one()
        assert (entry.act, entry.actor, entry.record_id) == ("job.ask", BROKER.id, str(job.job_id))


def told_of_jobs(what: Any) -> sa.Select[Any]:
    """What the audit tells of jobs, without what the case brought with it."""
    return sa.select(what).where(AuditRow.__table__.c.record_kind == "job")


def test_the_oldest_is_taken_first_and_nothing_is_taken_twice(filled: Engine, clock: Clock) -> None:
    first, second = ask(filled), ask(filled)
    assert held(filled, "a", clock).job_id == first
    assert held(filled, "b", clock).job_id == second
    assert claim(filled, "c", clock) is None


def test_two_who_claim_at_once_get_two_jobs(filled: Engine, other: Engine, clock: Clock) -> None:
    jobs = {ask(filled), ask(filled)}
    if filled.dialect.name == "sqlite":
        taken = {held(filled, "a", clock).job_id, held(other, "b", clock).job_id}
    else:
        with writing(filled) as first, writing(other) as second:
            one = queue.claim(first, "a", clock.at, TERMS)
            two = queue.claim(second, "b", clock.at, TERMS)
        assert one is not None
        assert two is not None
        taken = {one.job_id, two.job_id}
    assert taken == jobs


def test_a_worker_that_shows_that_it_lives_keeps_its_job(filled: Engine, clock: Clock) -> None:
    ask(filled)
    mine = held(filled, "a", clock)
    for _ in range(5):
        clock.go(LEASE - 1)
        with writing(filled) as session:
            assert queue.beat(session, mine, {"sentence": "searching"}, clock.at, TERMS)
        assert claim(filled, "b", clock) is None
    progress = job_of(filled, mine.job_id).progress
    assert progress == {"sentence": "searching", "at": clock.at.isoformat()}


def test_a_job_whose_worker_gives_no_sign_goes_to_another_and_the_slow_one_changes_nothing(
    filled: Engine, other: Engine, clock: Clock, made: MadeRun
) -> None:
    job_id = ask(filled)
    slow = held(filled, "a", clock)
    clock.go(LEASE - 0.001)
    assert claim(other, "b", clock) is None
    clock.go(0.001)
    quick = held(other, "b", clock)
    assert (quick.job_id, quick.attempt) == (job_id, 2)
    with writing(filled) as session:
        assert not queue.beat(session, slow, {"sentence": "still at it"}, clock.at, TERMS)
    for late in (
        lambda session: queue.finish(session, slow, made, clock.at),
        lambda session: queue.fail(session, slow, "gave up", clock.at),
        lambda session: queue.lose(session, slow, "lost", clock.at, TERMS),
        lambda session: queue.give_back(session, slow, clock.at),
    ):
        with pytest.raises(NotHeld), writing(filled) as session:
            late(session)
    with writing(other) as session:
        run_id = queue.finish(session, quick, made, clock.at)
    with pytest.raises(NotHeld), writing(filled) as session:
        queue.finish(session, slow, made, clock.at)
    with pytest.raises(NotHeld), writing(other) as session:
        queue.finish(session, quick, made, clock.at)
    job = job_of(filled, job_id)
    assert (job.state, job.run_id, job.attempt) == ("done", run_id, 2)
    check_whole(filled)


def test_a_slow_worker_whose_job_nobody_took_may_still_finish_it(
    filled: Engine, clock: Clock, made: MadeRun
) -> None:
    ask(filled)
    slow = held(filled, "a", clock)
    clock.go(10 * LEASE)
    with writing(filled) as session:
        queue.finish(session, slow, made, clock.at)
    check_whole(filled)
    assert claim(filled, "b", clock) is None


def test_the_same_worker_that_takes_its_job_up_again_is_not_the_one_it_was(
    filled: Engine, clock: Clock
) -> None:
    ask(filled)
    before = held(filled, "a", clock)
    clock.go(LEASE)
    after = held(filled, "a", clock)
    with writing(filled) as session:
        assert not queue.beat(session, before, {"sentence": "x"}, clock.at, TERMS)
        assert queue.beat(session, after, {"sentence": "x"}, clock.at, TERMS)


def test_a_job_whose_worker_vanished_three_times_has_failed_and_says_so(
    filled: Engine, clock: Clock
) -> None:
    job_id, waiting = ask(filled), ask(filled)
    for attempt in (1, 2, 3):
        assert held(filled, f"worker {attempt}", clock).attempt == attempt
        clock.go(LEASE)
    assert held(filled, "worker 4", clock).job_id == waiting
    job = job_of(filled, job_id)
    assert (job.state, job.run_id) == ("failed", None)
    assert job.reason is not None
    assert job.reason.startswith("Each of the 3 workers")


def test_a_lost_job_waits_again_and_fails_at_the_third_time(filled: Engine, clock: Clock) -> None:
    job_id = ask(filled)
    for state in ("queued", "queued", "failed"):
        mine = held(filled, "a", clock)
        with writing(filled) as session:
            queue.lose(session, mine, "no memory", clock.at, TERMS)
        assert job_of(filled, job_id).state == state
    assert job_of(filled, job_id).reason == "no memory (3 times)"


def test_a_job_given_back_as_often_as_you_like_waits_and_counts_no_attempt(
    filled: Engine, clock: Clock
) -> None:
    job_id = ask(filled)
    for _ in range(5):
        mine = held(filled, "a", clock)
        assert mine.attempt == 1
        with writing(filled) as session:
            queue.give_back(session, mine, clock.at)
        with writing(filled) as session:
            assert not queue.beat(session, mine, {"sentence": "x"}, clock.at, TERMS)
    assert job_of(filled, job_id).state == "queued"


def test_a_waiting_job_is_cancelled_and_never_taken(filled: Engine, clock: Clock) -> None:
    job_id = ask(filled)
    for _ in range(2):
        with writing(filled) as session:
            job = queue.cancel(session, BROKER, job_id, clock.at)
            assert job is not None
            assert job.state == "cancelled"
    assert claim(filled, "a", clock) is None
    with reading(filled) as session:
        acts = list(session.execute(told_of_jobs(AuditRow.__table__.c.act)).scalars())
    assert acts == ["job.ask", "job.cancel"]


def test_no_run_comes_of_a_job_cancelled_while_it_ran(
    filled: Engine, clock: Clock, made: MadeRun
) -> None:
    job_id = ask(filled)
    mine = held(filled, "a", clock)
    with writing(filled) as session:
        queue.cancel(session, BROKER, job_id, clock.at)
    with writing(filled) as session:
        assert not queue.beat(session, mine, {"sentence": "x"}, clock.at, TERMS)
    with pytest.raises(NotHeld), writing(filled) as session:
        queue.finish(session, mine, made, clock.at)
    assert job_of(filled, job_id).run_id is None
    check_whole(filled)


def test_a_job_that_is_over_cannot_be_cancelled(
    filled: Engine, clock: Clock, made: MadeRun
) -> None:
    done, failed = ask(filled), ask(filled)
    with writing(filled) as session:
        first = queue.claim(session, "a", clock.at, TERMS)
        assert first is not None
        queue.finish(session, first, made, clock.at)
        second = queue.claim(session, "a", clock.at, TERMS)
        assert second is not None
        queue.fail(session, second, "unfit", clock.at)
    for job_id in (done, failed):
        with pytest.raises(JobOver), writing(filled) as session:
            queue.cancel(session, BROKER, job_id, clock.at)
    with writing(filled) as session:
        assert queue.cancel(session, BROKER, 999, clock.at) is None
    assert [job.state for job in jobs_of(filled)] == ["done", "failed"]


def test_a_full_queue_takes_no_more_until_one_is_taken(
    filled: Engine, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue, "MOST_WAITING", 2)
    ask(filled), ask(filled)
    with pytest.raises(QueueFull):
        ask(filled)
    held(filled, "a", clock)
    ask(filled)
    assert len(jobs_of(filled)) == 3


def test_a_run_and_its_job_are_kept_together_or_not_at_all(
    filled: Engine, clock: Clock, made: MadeRun
) -> None:
    ask(filled)
    mine = held(filled, "a", clock)

    def interrupted() -> None:
        with writing(filled) as session:
            queue.finish(session, mine, made, clock.at)
            raise KeyError("the power went")

    with pytest.raises(KeyError, match="the power"):
        interrupted()
    check_whole(filled)
    with writing(filled) as session:
        assert queue.finish(session, mine, made, clock.at)
    check_whole(filled)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE job SET run_id = (SELECT min(run_id) FROM match_run)",
        "UPDATE job SET state = 'done' WHERE run_id IS NULL",
        "UPDATE job SET state = 'running'",
        "UPDATE job SET state = 'asleep'",
        "UPDATE job SET state = 'failed' WHERE run_id IS NULL",
    ],
)
def test_the_database_itself_refuses_a_job_that_cannot_be(
    filled: Engine, clock: Clock, made: MadeRun, change: str
) -> None:
    ask(filled), ask(filled)
    for worker in "ab":
        mine = held(filled, worker, clock)
        if worker == "a":
            with writing(filled) as session:
                queue.finish(session, mine, made, clock.at)
        else:
            with writing(filled) as session:
                queue.give_back(session, mine, clock.at)
    with pytest.raises(IntegrityError), filled.begin() as connection:
        connection.execute(sa.text(change))
    assert {job.state for job in jobs_of(filled)} == {"done", "queued"}


def test_workers_count_time_by_one_clock(filled: Engine) -> None:
    """On a shared server its own, whatever the clock of a worker's computer says."""
    with reading(filled) as session:
        first, second = queue.clock(session), queue.clock(session)
    assert first.tzinfo is not None
    assert first < second
