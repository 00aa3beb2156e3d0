"""The real service in a process of its own, to be killed and started again at the same address."""

from __future__ import annotations

import http.client
import json
import os
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[3]
LONGEST_START = 300.0
"""How long a start may take, in seconds: on a machine that others load it took more than 90."""


@dataclass
class Service:
    """One service at one port, however often its process is killed."""

    folder: Path
    address: str
    port: int = 0
    process: subprocess.Popen[bytes] | None = None
    kills: int = 0
    log: Path = field(init=False)

    def __post_init__(self) -> None:
        self.log = self.folder / "service.log"
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]

    def begin(self) -> None:
        """Start the process, and wait for nothing."""
        environment = {
            **os.environ, "PYTHONPATH": str(ROOT), "BROKER_DATABASE_URL": self.address,
        }  # fmt: skip
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "broker.cli", "serve", "--port", str(self.port)],
                cwd=self.folder,
                env=environment,
                stdout=log,
                stderr=log,
            )

    def start(self) -> None:
        """Start the process, and wait until it is ready."""
        self.begin()
        assert self.process is not None
        end = time.monotonic() + LONGEST_START
        while time.monotonic() < end:
            assert self.process.poll() is None, self.log.read_text()[-4000:]
            if ask(self.port, "GET", "/api/ready")[0] == 200:
                return
            time.sleep(0.1)
        raise AssertionError("the service did not start: " + self.log.read_text()[-4000:])

    def kill(self) -> None:
        """End the process at this very moment, without a word."""
        assert self.process is not None
        self.process.kill()
        self.process.wait()
        self.kills += 1

    def stop(self) -> None:
        """Ask it to stop, in good order."""
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            self.process.wait(60)


def ask(
    port: int,
    method: str,
    path: str,
    body: Any = None,
    headers: dict[str, str] | None = None,
    *,
    listens: bool = True,
) -> tuple[int | None, dict[str, Any]]:
    """The status and body of an answer; None where there was no whole answer.

    Whoever does not listen goes away once the request is sent, and never knows what became of it.
    """
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        text = None if body is None else json.dumps(body)
        connection.request(
            method, path, text, {"content-type": "application/json", **(headers or {})}
        )
        if not listens:
            return None, {}
        answer = connection.getresponse()
        told = answer.read()
        return answer.status, json.loads(told) if told else {}
    except (OSError, http.client.HTTPException, ValueError):
        return None, {}
    finally:
        connection.close()
