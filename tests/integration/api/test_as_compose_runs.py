"""Server and worker run by hand as `compose.yaml` runs them, on PostgreSQL: no container is needed.

Their commands, settings and tests of health are those of the file; instead of the containers'
network and mounts stand an address of this computer and files of the test. What only a container
shows (the image itself, its user, the read-only file system, the limits) is not shown here.
"""

from __future__ import annotations

import http.client
import json
import os
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]

from broker.access.accounts import NewAccount, add_account
from broker.access.actor import PARTNERSHIP, Role
from broker.access.sessions import give_access
from broker.database import make_engine, writing
from broker.importing import import_case
from broker.store.clock import now
from broker.warehouse.parquet import as_of
from tests.conftest import ON_BOTH

ROOT = Path(__file__).parents[3]
HOST = "placements.example"
PORT = "8000"
LONGEST = 300.0
SECRET = secrets.token_urlsafe()
EVENTS_SECRET = secrets.token_urlsafe()
REPORT = "/api/reports/flow"
UNFIT = 409


@pytest.fixture
def compose() -> dict[str, Any]:
    told: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))
    services: dict[str, Any] = told["services"]
    return services


@pytest.fixture
def running() -> Iterator[list[subprocess.Popen[bytes]]]:
    processes: list[subprocess.Popen[bytes]] = []
    yield processes
    for one in processes:
        if one.poll() is None:
            one.kill()
            one.wait()


@pytest.mark.parametrize("address", ON_BOTH[1:], indirect=True)
def test_server_and_worker_do_a_match_and_stop_in_good_order(
    compose: dict[str, Any],
    address: str,
    tmp_path: Path,
    running: list[subprocess.Popen[bytes]],
) -> None:
    port = _free_port()
    settings = _settings(compose["server"], address, tmp_path)
    of_worker = _settings(compose["worker"], address, tmp_path)
    assert of_worker.items() >= settings.items()
    token = _prepared(address)
    server = _start(compose["server"]["command"], settings, port, tmp_path, running)
    _until(lambda: _healthy(compose["server"], settings, port, tmp_path), server)
    assert _status(port, REPORT, token) == UNFIT
    worker = _start(compose["worker"]["command"], of_worker, port, tmp_path, running)
    assert _healthy(compose["worker"], of_worker, port, tmp_path)
    made = _ask(port, "POST", "/api/matches", token, {"from": "database"})
    job = f"/api/jobs/{made['id']}"
    _until(lambda: _ask(port, "GET", job, token)["state"] in ("done", "failed"), worker)
    assert _ask(port, "GET", job, token)["state"] == "done"
    _until(lambda: _status(port, REPORT, token) == 200, worker)
    folder, keys = tmp_path / "files", tmp_path / "keys"
    _until(lambda: as_of(folder) is not None, worker)
    assert [one.name for one in keys.iterdir()] == ["warehouse-key.json"]
    for process, name in ((worker, "worker"), (server, "server")):
        grace = float(str(compose[name]["stop_grace_period"]).removesuffix("s"))
        process.terminate()
        assert process.wait(grace) == 0, name


def _settings(service: dict[str, Any], address: str, folder: Path) -> dict[str, str]:
    """The settings of the file, with what stands in the containers put in its place here."""
    told = service["environment"]
    secret, login, events = (folder / name for name in ("broker_secret", "login", "events_secret"))
    for file, text in ((secret, SECRET), (login, "*:*:*:*:none"), (events, EVENTS_SECRET)):
        file.write_text(f"{text}\n")
        file.chmod(0o600)
    (folder / "keys").mkdir(exist_ok=True)
    here = {
        "${BROKER_HOSTS:?the names people reach the service by, such as placements.example}": HOST,
        "${BROKER_PROXY:-}": "",
        "/run/secrets/broker_secret": str(secret),
        "/run/secrets/database_login": str(login),
        "/run/secrets/events_secret": str(events),
        "/var/lib/broker/warehouse": str(folder / "files"),
        "/var/lib/broker/warehouse-keys/warehouse-key.json": str(
            folder / "keys" / "warehouse-key.json"
        ),
        "postgresql://broker@database/broker": address,
    }
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    caches = {"NUMBA_CACHE_DIR": os.environ.get("NUMBA_CACHE_DIR", str(folder / "numba"))}
    return {
        **kept,
        **caches,
        "PYTHONPATH": str(ROOT),
        **{name: here.get(str(value), str(value)) for name, value in told.items()},
    }


def _prepared(address: str) -> str:
    """The region on record, and a token of a program that may ask for a match."""
    engine = make_engine(address)
    with writing(engine) as session:
        region = ROOT / "broker" / "sample" / "region"
        import_case(
            session, region, by="test", when=datetime(2026, 9, 4, 8, tzinfo=UTC), hold_day=True
        )
        name = "asks-for-matches"
        made = NewAccount(name, Role.BROKER, PARTNERSHIP, secret="a secret of it", program=True)
        add_account(session, made, now())
        token = give_access(session, name, "token", now())
    engine.dispose()
    return token


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


def _start(
    words: list[str],
    settings: dict[str, str],
    port: int,
    folder: Path,
    running: list[subprocess.Popen[bytes]],
) -> subprocess.Popen[bytes]:
    command = [str(port) if word == PORT else word for word in words]
    with (folder / f"{words[0]}.log").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "broker.cli", *command],
            cwd=folder,
            env=settings,
            stdout=log,
            stderr=log,
        )
    running.append(process)
    return process


def _healthy(service: dict[str, Any], settings: dict[str, str], port: int, folder: Path) -> bool:
    """Whether the file's own test of health passes, as the container would run it."""
    how, python, flag, code = service["healthcheck"]["test"]
    assert (how, python, flag) == ("CMD", "python", "-c")
    here = code.replace(f"127.0.0.1:{PORT}", f"127.0.0.1:{port}")
    asked = subprocess.run(
        [sys.executable, flag, here], cwd=folder, env=settings, capture_output=True, check=False
    )
    return asked.returncode == 0


def _until(holds: Callable[[], bool], process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + LONGEST
    while time.monotonic() < end:
        assert process.poll() is None, f"it ended by itself: {process.args!r}"
        with suppress(OSError):
            if holds():
                return
        time.sleep(0.5)
    raise AssertionError("it took too long")


def _status(port: int, path: str, token: str) -> int:
    """How a question is answered."""
    caller = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    caller.request("GET", path, None, {"Host": HOST, "Authorization": f"Bearer {token}"})
    status = caller.getresponse().status
    caller.close()
    return status


def _ask(port: int, method: str, path: str, token: str, body: Any = None) -> Any:
    caller = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    headers = {
        "Host": HOST,
        "Authorization": f"Bearer {token}",
        "Content-Type": "application/json",
        "Idempotency-Key": "of-the-test",
    }
    caller.request(method, path, None if body is None else json.dumps(body), headers)
    answer = caller.getresponse()
    told = json.loads(answer.read())
    assert answer.status < 300, told
    caller.close()
    return told
