"""`broker serve`, asked to stop, finishes what is at work and refuses what is new; it logs JSON."""

from __future__ import annotations

import json
import signal
import socket
import time
import urllib.error
import urllib.request
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.integration.api.test_serve import PROGRAM, SECRET, Running


@pytest.fixture
def running(tmp_path: Path) -> Running:
    return Running(tmp_path)


def begin(running: Running, body: bytes) -> socket.socket:
    """A request whose body has not wholly arrived."""
    where = urlsplit(running.url)
    assert where.hostname is not None
    assert where.port is not None
    sent = socket.create_connection((where.hostname, where.port), timeout=30)
    head = (
        f"POST /api/prices HTTP/1.1\r\nHost: {where.netloc}\r\nContent-Type: application/json\r\n"
        f"Authorization: {running.headers['authorization']}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    sent.sendall(head.encode() + body[:1])
    return sent


def status_of(running: Running, path: str) -> int:
    try:
        with urllib.request.urlopen(running.url + path, timeout=10) as response:
            return int(response.status)
    except urllib.error.HTTPError as refused:
        return refused.code


def test_what_is_at_work_is_finished_and_the_program_ends_well(running: Running) -> None:
    body = b'{"contract": "none"}'
    with begin(running, body) as sent:
        time.sleep(0.5)
        running.process.send_signal(signal.SIGTERM)
        deadline = time.monotonic() + 10
        while status_of(running, "/api/ready") != 503 and time.monotonic() < deadline:
            time.sleep(0.1)
        assert status_of(running, "/api/homes") == 503
        assert running.process.poll() is None, "something is still at work"
        sent.sendall(body[1:])
        answer = sent.recv(65536)
    assert answer.startswith(b"HTTP/1.1 422 ")
    said, errors = running.process.communicate(timeout=30)
    assert running.process.returncode == 0
    assert said.rstrip().endswith("The service has stopped.")
    told = [json.loads(line) for line in errors.splitlines()]
    assert {line["route"] for line in told if "route" in line} >= {"/api/tokens", "/api/prices"}
    assert SECRET not in errors
    assert PROGRAM not in errors


def test_with_nothing_at_work_it_ends_at_once(running: Running) -> None:
    running.process.send_signal(signal.SIGTERM)
    running.process.communicate(timeout=20)
    assert running.process.returncode == 0


def test_asked_twice_it_waits_for_nobody(running: Running) -> None:
    with begin(running, b'{"contract": "none"}'):
        time.sleep(0.5)
        running.process.send_signal(signal.SIGTERM)
        time.sleep(0.5)
        assert running.process.poll() is None
        running.process.send_signal(signal.SIGTERM)
        running.process.communicate(timeout=20)
    assert running.process.returncode == 0
