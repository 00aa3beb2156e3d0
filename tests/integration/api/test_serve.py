"""`broker serve` answers on this computer only, says why it cannot start, and stops when asked."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from api.case_json import case_json
from api.serve import CannotServe, listen
from api.settings import Settings
from broker.access.accounts import NewAccount, add_account
from broker.access.actor import PARTNERSHIP, Role
from broker.database import make_engine, migrate, writing
from broker.sample.generate import write_generated
from broker.store.clock import now
from matching.exchange import read_case
from tests.whole_life import sign_agreements

DEVELOPMENT = Settings()
LONDON = [f"E09{number:06d}" for number in range(1, 34)]
PROGRAM = "program-1"
SECRET = "a secret of the tests alone"
BROKER = [sys.executable, "-m", "broker.cli", "serve"]


@pytest.mark.parametrize(
    "host", ["0.0.0.0", "::", "", "192.168.1.5", "example.org", "127.0.0.1.example.org", "10.0.0.1"]
)
def test_any_other_address_is_refused_with_the_reason(host: str) -> None:
    with pytest.raises(CannotServe, match="BROKER_ENV=production") as caught:
        listen(host, 0, DEVELOPMENT)
    assert "127.0.0.1" in str(caught.value)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "127.0.0.7"])
def test_the_addresses_of_this_computer_are_taken(host: str) -> None:
    with listen(host, 0, DEVELOPMENT) as listening:
        assert listening.getsockname()[0].startswith("127.")


def test_a_port_that_is_taken_or_none_is_told() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(CannotServe, match=f"Port {port} is taken"):
            listen("127.0.0.1", port, DEVELOPMENT)
    with pytest.raises(CannotServe, match="70000 is not a port"):
        listen("127.0.0.1", 70000, DEVELOPMENT)


def test_the_command_refuses_in_one_sentence_and_ends_with_2(tmp_path: Path) -> None:
    done = subprocess.run(
        [*BROKER, "--host", "0.0.0.0"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 2
    assert "BROKER_ENV=production" in done.stderr
    assert "Traceback" not in done.stderr + done.stdout
    assert list(tmp_path.iterdir()) == []


PRODUCTION = {
    "BROKER_ENV": "production",
    "BROKER_SECRET": "q7Zp-3vK1wXc9Rt5LmB2nYd8FgH4jSa6",
    "BROKER_HOSTS": "broker.test",
}


@pytest.mark.parametrize("without", ["BROKER_SECRET", "BROKER_HOSTS"])
def test_production_does_not_start_unsafe_and_ends_with_2(tmp_path: Path, without: str) -> None:
    environment = {**os.environ, **PRODUCTION, "PYTHONPATH": str(Path(__file__).parents[3])}
    del environment[without]
    done = subprocess.run(
        [*BROKER, "--host", "0.0.0.0", "--port", "0"],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 2
    assert f"{without} is not set" in done.stderr
    assert "Traceback" not in done.stderr + done.stdout
    assert list(tmp_path.iterdir()) == []


def test_in_production_others_reach_it_by_its_name(tmp_path: Path) -> None:
    environment = {**os.environ, **PRODUCTION, "PYTHONPATH": str(Path(__file__).parents[3])}
    environment.pop("BROKER_DATABASE_URL", None)
    process = subprocess.Popen(
        [*BROKER, "--host", "0.0.0.0", "--port", "0"],
        cwd=tmp_path,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        port = process.stdout.readline().split()[-1].split(":")[2].split("/")[0]
        assert "broker.test" in process.stdout.readline()
        url = f"http://127.0.0.1:{port}/api/health"
        by_name = urllib.request.Request(url, headers={"host": "broker.test"})
        with urllib.request.urlopen(by_name, timeout=30) as response:
            assert response.headers["strict-transport-security"]
            assert "server" not in response.headers
        with pytest.raises(urllib.error.HTTPError, match="421"):
            urllib.request.urlopen(url, timeout=30)
    finally:
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=30)
    assert process.returncode == 0
    assert "Traceback" not in errors
    assert PRODUCTION["BROKER_SECRET"] not in errors


def _add_program(folder: Path) -> None:
    """A program of the brokers’ own that may ask for a token, and the agreements of boroughs."""
    engine = make_engine(f"sqlite:///{folder / 'broker.sqlite3'}")
    migrate(engine)
    new = NewAccount(PROGRAM, Role.BROKER, PARTNERSHIP, secret=SECRET, program=True)
    with writing(engine) as session:
        add_account(session, new, now())
        sign_agreements(session, others=LONDON)
    engine.dispose()


class Running:
    """A service in a process of its own."""

    def __init__(self, folder: Path) -> None:
        environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])}
        environment.pop("BROKER_DATABASE_URL", None)
        _add_program(folder)
        self.process = subprocess.Popen(
            [*BROKER, "--port", "0"],
            cwd=folder,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout is not None
        self.said = self.process.stdout.readline()
        self.url = self.said.split()[-1].rstrip("/")
        self.headers = {"content-type": "application/json"}
        token = self.post("/api/tokens", {"account": PROGRAM, "password": SECRET})["token"]
        self.headers |= {"authorization": f"Bearer {token}", "idempotency-key": "one"}

    def get(self, path: str) -> Any:
        request = urllib.request.Request(self.url + path, headers=self.headers)
        with urllib.request.urlopen(request, timeout=30) as response:
            return json.load(response)

    def post(self, path: str, body: Any) -> Any:
        request = urllib.request.Request(self.url + path, json.dumps(body).encode(), self.headers)
        with urllib.request.urlopen(request, timeout=60) as response:
            return json.load(response)


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    """A service on a free port and a new database."""
    made = Running(tmp_path)
    yield made
    if made.process.poll() is None:
        made.process.kill()
        made.process.wait()


def test_health_answers_during_a_match_and_stopping_ends_it_with_the_best_it_has(
    running: Running, tmp_path: Path
) -> None:
    assert running.said.startswith("The service answers on http://127.0.0.1:")
    assert running.get("/api/health")["database"] == "reachable"
    write_generated(tmp_path / "large", 400, 120, 5)
    body = {"case": case_json(read_case(tmp_path / "large")), "time_limit": 60}
    answers: list[Any] = []
    asking = threading.Thread(target=lambda: answers.append(running.post("/api/matches", body)))
    began = time.monotonic()
    asking.start()
    while time.monotonic() - began < 4 and asking.is_alive():
        assert running.get("/api/health")["status"] == "ok"
        time.sleep(0.05)
    running.process.send_signal(signal.SIGINT)
    asking.join(45)
    said, errors = running.process.communicate(timeout=30)
    assert answers[0]["status"] in ("feasible", "optimal")
    assert answers[0]["plan"]["placements"]
    assert running.process.returncode == 0
    assert "The service has stopped." in said
    assert "Traceback" not in errors
