"""Whatever is killed, and when: each job is done once or has failed with a reason, none is lost."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from random import Random
from typing import Any

import pytest
from sqlalchemy import Engine

from broker.access.accounts import NewAccount, add_account
from broker.access.actor import PARTNERSHIP, Role
from broker.apart.process import Process
from broker.database import writing
from broker.jobs import crew
from broker.jobs.place import Here
from broker.jobs.worker import Worker
from broker.store.clock import now
from tests.integration.jobs.conftest import ask, check_whole, job_of, jobs_of
from tests.integration.jobs.test_worker import PATIENCE, lives, wait_until

ROOT = Path(__file__).parents[3]
PROGRAM = "program-1"
SECRET = "a secret of the tests alone"


def environment(address: str) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT), "BROKER_DATABASE_URL": address}


def started(address: str, *words: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", *words],
        env=environment(address),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@contextmanager
def ended_at_last(process: subprocess.Popen[str]) -> Iterator[subprocess.Popen[str]]:
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()


def finish_off(engine: Engine) -> None:
    """Have a healthy worker do whatever is left, as soon as nobody holds it."""
    until = time.monotonic() + 120
    while any(job.state in ("queued", "running") for job in jobs_of(engine)):
        assert time.monotonic() < until
        Worker(engine, place=Here()).work(once=True)
        time.sleep(0.1)


def test_two_workers_do_thirty_jobs_once_each(filled: Engine, address: str) -> None:
    jobs = [ask(filled, seed=seed) for seed in range(30)]
    workers = [started(address, "broker.cli", "worker", "--once") for _ in range(2)]
    lines: list[dict[str, Any]] = []
    for worker in workers:
        with ended_at_last(worker):
            said, errors = worker.communicate(timeout=240)
            assert (worker.returncode, errors) == (0, "")
            lines += [json.loads(line) for line in said.splitlines()]
    done = [line["job"] for line in lines if line["event"] == "done"]
    assert sorted(done) == jobs
    assert {(job.state, job.attempt) for job in jobs_of(filled)} == {("done", 1)}
    assert len({job.run_id for job in jobs_of(filled)}) == 30
    check_whole(filled)


@pytest.mark.parametrize("seed", [1, 2])
def test_workers_killed_at_any_moment_lose_nothing_and_double_nothing(
    filled: Engine, address: str, seed: int
) -> None:
    chance = Random(seed)
    jobs: list[Any] = []
    taken = 0
    for _ in range(5):
        # a quick machine does a dozen in two seconds: there must be some that wait
        jobs += [ask(filled, seed=len(jobs) + number) for number in range(6)]
        with ended_at_last(started(address, "broker.cli", "worker", "--lease", "1")) as worker:
            assert worker.stdout is not None
            while '"taken"' not in worker.stdout.readline():
                assert worker.poll() is None
            taken += 1
            time.sleep(chance.uniform(0, 1))
            worker.send_signal(signal.SIGKILL)
    finish_off(filled)
    assert taken == 5
    assert [job.job_id for job in jobs_of(filled)] == jobs
    for job in jobs_of(filled):
        assert job.state == "done" or (job.state == "failed" and job.attempt == 3 and job.reason)
    check_whole(filled)


@pytest.mark.parametrize(
    ("moment", "attempt"),
    [("taken", 2), ("run written", 2), ("all written", 2), ("kept", 1)],
)
def test_a_worker_killed_at_the_worst_moments_leaves_one_run(
    filled: Engine, address: str, moment: str, attempt: int
) -> None:
    job_id = ask(filled)
    with ended_at_last(started(address, "tests.integration.jobs.works", moment)) as worker:
        assert worker.wait(120) == -signal.SIGKILL
    assert job_of(filled, job_id).state == ("done" if moment == "kept" else "running")
    finish_off(filled)
    job = job_of(filled, job_id)
    assert (job.state, job.attempt, job.run_id is None) == ("done", attempt, False)
    check_whole(filled)


def test_a_job_that_kills_its_worker_three_times_has_failed_and_others_are_done(
    filled: Engine, address: str
) -> None:
    poison = ask(filled)
    for attempt in (1, 2, 3):
        with ended_at_last(started(address, "tests.integration.jobs.works", "taken")) as worker:
            assert worker.wait(120) == -signal.SIGKILL
        assert job_of(filled, poison).attempt == attempt
    good = ask(filled)
    finish_off(filled)
    job = job_of(filled, poison)
    assert (job.state, job.run_id) == ("failed", None)
    assert (job.reason or "").startswith("Each of the 3 workers that took it up came to an end")
    assert job_of(filled, good).state == "done"
    check_whole(filled)


@pytest.mark.parametrize("kind", [signal.SIGTERM, signal.SIGINT])
def test_a_worker_that_is_told_to_stop_ends_well_and_its_processes_with_it(
    filled: Engine, address: str, kind: signal.Signals
) -> None:
    with ended_at_last(started(address, "broker.cli", "worker")) as worker:
        assert worker.stdout is not None
        assert '"ready"' in worker.stdout.readline()
        children = children_of(worker.pid)
        worker.send_signal(kind)
        said, errors = worker.communicate(timeout=PATIENCE)
        assert (worker.returncode, errors) == (0, "")
        assert '"stopped"' in said
    wait_until(lambda: not any(lives(child) for child in children))


def children_of(pid: int) -> list[int]:
    """The processes that a process has started, and theirs."""
    found: list[int] = []
    with suppress(FileNotFoundError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            for child in (task / "children").read_text(encoding="utf-8").split():
                found += [int(child), *children_of(int(child))]
    return found


class Service:
    """A service in a process of its own, on a database that has an account to ask with."""

    def __init__(self, address: str, workers: int) -> None:
        words = ("broker.cli", "serve", "--port", "0", "--workers", str(workers))
        self.process = started(address, *words)
        assert self.process.stdout is not None
        found = re.search(r"http://[0-9.]+:[0-9]+", self.process.stdout.readline())
        assert found is not None
        self.url = found[0]
        self.headers = {"content-type": "application/json"}
        token = self.call("POST", "/api/tokens", {"account": PROGRAM, "password": SECRET})
        self.headers["authorization"] = f"Bearer {token['token']}"

    def call(self, method: str, path: str, body: Any = None, key: str = "") -> Any:
        sent = None if body is None else json.dumps(body).encode()
        headers = {**self.headers, **({"idempotency-key": key} if key else {})}
        request = urllib.request.Request(self.url + path, sent, headers, method=method)
        with urllib.request.urlopen(request, timeout=PATIENCE) as response:
            return json.load(response)

    def wait_for(self, place: str) -> None:
        """Wait until a job is done."""
        wait_until(
            lambda: bool(self.call("GET", place)["state"] == "done"),
            lambda: (self.call("GET", place), children_of(self.process.pid)),
        )


@pytest.fixture
def account(filled: Engine) -> None:
    """A program of the brokers' own that may ask for a token."""
    new = NewAccount(PROGRAM, Role.BROKER, PARTNERSHIP, secret=SECRET, program=True)
    with writing(filled) as session:
        add_account(session, new, now())


@pytest.mark.usefixtures("account")
@pytest.mark.parametrize("seed", [1, 2])
def test_a_service_killed_between_question_and_answer_has_each_job_once_when_asked_again(
    filled: Engine, address: str, seed: int
) -> None:
    keys = [f"key-{number}" for number in range(20)]
    told: dict[str, int] = {}

    def asked(service: Service, key: str) -> None:
        with suppress(OSError, urllib.error.URLError, ValueError):
            body = {"from": "database", "seed": int(key[4:])}
            told[key] = service.call("POST", "/api/matches", body, key)["id"]

    service = Service(address, 0)
    with ended_at_last(service.process), ThreadPoolExecutor(8) as pool:
        killing = threading.Timer(Random(seed).uniform(0.02, 0.4), service.process.kill)
        killing.start()
        list(pool.map(lambda key: asked(service, key), keys))
        killing.join()
    before = dict(told)
    again = Service(address, 0)
    with ended_at_last(again.process):
        for key in keys:
            asked(again, key)
    assert len(told) == len(keys)
    assert {key: told[key] for key in before} == before
    jobs = jobs_of(filled)
    assert sorted(told.values()) == sorted(job.job_id or 0 for job in jobs)
    assert sorted(job.request["seed"] for job in jobs) == list(range(20))
    check_whole(filled)


@pytest.mark.usefixtures("account")
@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGKILL])
def test_a_service_keeps_a_worker_that_does_its_jobs_and_ends_with_it(
    filled: Engine, address: str, end: signal.Signals
) -> None:
    service = Service(address, 1)
    with ended_at_last(service.process):
        job = service.call("POST", "/api/matches", {"from": "database"}, "one")
        assert (job["state"], job["match_id"]) == ("queued", None)
        place = f"/api/jobs/{job['id']}"
        service.wait_for(place)
        run = service.call("GET", f"/api/matches/{service.call('GET', place)['match_id']}")
        assert run["plan"]["placements"]
        children = children_of(service.process.pid)
        assert children
        service.process.send_signal(end)
        _, errors = service.process.communicate(timeout=PATIENCE)
        assert service.process.returncode == (0 if end is signal.SIGINT else -signal.SIGKILL)
        assert "Traceback" not in errors
    wait_until(lambda: not any(lives(child) for child in children))
    check_whole(filled)


@pytest.mark.usefixtures("account")
def test_a_service_replaces_a_worker_that_was_killed(filled: Engine, address: str) -> None:
    service = Service(address, 1)
    with ended_at_last(service.process):
        wait_until(lambda: len(children_of(service.process.pid)) >= 3)
        for child in children_of(service.process.pid):
            with suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)
        job = service.call("POST", "/api/matches", {"from": "database"}, "one")
        place = f"/api/jobs/{job['id']}"
        service.wait_for(place)
        service.process.send_signal(signal.SIGINT)
        service.process.communicate(timeout=PATIENCE)
    check_whole(filled)


def test_workers_that_are_stopped_while_they_begin_are_gone_too(
    filled: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[Process] = []
    made = crew.Crew(filled.url.render_as_string(hide_password=False), 1)

    def late(needed: tuple[str, ...]) -> Process:
        """A process that is there only once its crew was told to stop."""
        begun.append(Process(needed))
        made.stop()
        return begun[-1]

    monkeypatch.setattr(crew, "Process", late)
    monkeypatch.setattr(Process, "run", lambda *_given, **_named: pytest.fail("nobody wants it"))
    made.start()
    wait_until(lambda: bool(begun) and not begun[0].alive)
    made.close()
