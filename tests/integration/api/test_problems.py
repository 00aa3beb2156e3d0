"""Every refusal is a problem detail without a traceback, and only this computer is answered."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
from starlette.testclient import TestClient

from api import worker
from api.app import create_app
from api.middleware import is_loopback
from api.problems import KINDS, Problem
from api.records import Records
from api.settings import Settings
from broker.database import make_engine
from tests.integration.api.conftest import LOOPBACK, asking, in_threads, problem_of, records_at

JSON = {"content-type": "application/json"}


@pytest.mark.parametrize(
    ("method", "path", "status", "kind"),
    [
        ("GET", "/api", 404, "not-found"),
        ("GET", "/api/health/", 404, "not-found"),
        ("GET", "/docs", 404, "not-found"),
        ("GET", "/redoc", 404, "not-found"),
        ("GET", "/openapi.json", 404, "not-found"),
        ("GET", "/api/%ff%00", 404, "not-found"),
        ("GET", "/api/options", 405, "method-not-allowed"),
        ("DELETE", "/api/matches/1", 405, "method-not-allowed"),
        ("PUT", "/api/prices", 405, "method-not-allowed"),
        ("BREW", "/api/homes", 405, "method-not-allowed"),
    ],
)
def test_an_unknown_address_or_method_is_a_problem(
    client: TestClient, method: str, path: str, status: int, kind: str
) -> None:
    response = client.request(method, path)
    problem_of(response, status, kind)
    if status == 405:
        assert response.headers["allow"]


@pytest.mark.parametrize("path", ["/api/matches", "/api/prices"])
@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"content-type": "text/plain"},
        {"content-type": "application/x-www-form-urlencoded"},
        {"content-type": "multipart/form-data; boundary=x"},
        {"content-type": "application/json; charset=latin-1"},
        {"content-type": "application/json", "content-encoding": "gzip"},
        {"content-type": ";;;\xff=".encode("latin-1").decode("latin-1")},
    ],
)
def test_a_body_that_is_not_sent_as_json_is_not_read(
    client: TestClient, path: str, headers: dict[str, str]
) -> None:
    coded = {key.encode(): value.encode("latin-1") for key, value in headers.items()}
    response = client.request("POST", path, content=b'{"from": "database"}', headers=coded)
    problem_of(response, 415, "not-json-type")


@pytest.mark.parametrize("path", ["/api/matches", "/api/prices"])
def test_a_body_that_is_no_json_says_where(client: TestClient, path: str) -> None:
    sent = client.post(path, content=b'{"seed": 1,\n "case": }', headers=JSON)
    assert "line 2, column 10" in problem_of(sent, 400, "not-json")["detail"]
    charset = {"content-type": 'application/json; charset="UTF-8"'}
    problem_of(client.post(path, content=b"[" * 50_000, headers=charset), 400, "not-json")


@pytest.mark.parametrize(("path", "limit"), [("/api/matches", 1024 * 1024), ("/api/prices", 65536)])
def test_a_body_over_the_limit_is_refused_without_being_read(
    client: TestClient, path: str, limit: int
) -> None:
    class Never:
        def __iter__(self) -> Iterator[bytes]:
            raise AssertionError("the body was read")

    for length in (str(limit + 1), "9" * 5000):
        headers = {**JSON, "content-length": length}
        problem_of(client.post(path, content=Never(), headers=headers), 413, "too-large")


def test_a_body_that_does_not_say_its_length_is_cut_at_the_limit(client: TestClient) -> None:
    sent = []

    def pieces() -> Iterator[bytes]:
        for _ in range(200):
            sent.append(1)
            yield b" " * 1024

    problem_of(client.post("/api/prices", content=pieces(), headers=JSON), 413, "too-large")
    exact = json.dumps({"contract": "x"}).encode().ljust(65536)
    assert client.post("/api/prices", content=exact, headers=JSON).status_code == 422


def test_a_body_that_never_comes_is_given_up(records: Records) -> None:
    async def slow() -> AsyncIterator[bytes]:
        yield b"{"
        await asyncio.sleep(30)

    async def ask() -> httpx2.Response:
        app = in_threads(records, Settings(body_seconds=0.05, matches_at_once=1, matches_waiting=0))
        transport = httpx2.ASGITransport(app)
        async with httpx2.AsyncClient(transport=transport, base_url=LOOPBACK) as client:
            await client.post("/api/matches", content=slow(), headers=JSON)
            return await client.post("/api/matches", content=slow(), headers=JSON)

    problem_of(asyncio.run(ask()), 408, "too-slow")


def test_a_fault_of_the_service_shows_no_traceback_and_is_in_the_log(
    client: TestClient,
    case: dict[str, Any],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def broken(*_: Any) -> Any:
        raise RuntimeError("a secret of the inside")

    monkeypatch.setattr(worker, "match", broken)
    with caplog.at_level(logging.ERROR, logger="api"):
        response = client.post("/api/matches", json={"case": case})
    problem = problem_of(response, 500, "internal")
    assert "secret" not in response.text
    assert problem["instance"] in caplog.text
    assert "a secret of the inside" in caplog.text


@pytest.mark.parametrize(
    "url",
    ["postgresql://nobody@127.0.0.1:1/none", "sqlite:////nowhere/at/all/broker.sqlite3"],
)
def test_a_database_that_is_away_is_told_with_when_to_come_back(url: str) -> None:
    with asking(in_threads(Records(make_engine(url)))) as client:
        for response in (
            client.get("/api/health"),
            client.get("/api/homes"),
            client.get("/api/matches/1"),
            client.post("/api/matches", json={"from": "database"}),
        ):
            problem_of(response, 503, "database-away")
            assert int(response.headers["retry-after"]) > 0


def test_a_database_that_comes_back_is_found(tmp_path: Path) -> None:
    folder = tmp_path / "later"
    with asking(in_threads(records_at(folder))) as client:
        assert client.get("/api/health").status_code == 503
        folder.mkdir()
        assert client.get("/api/health").json()["database"] == "reachable"


def test_a_file_that_is_no_database_is_for_somebody_to_put_right_and_the_log_says_what(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "broker.sqlite3").write_bytes(b"not a database, but long enough to be one" * 99)
    with asking(in_threads(records_at(tmp_path))) as client:
        response = client.get("/api/health")
    problem_of(response, 500, "database-unfit")
    assert "retry-after" not in response.headers, "waiting alone puts nothing right"
    assert "is not a database file" in caplog.text
    assert str(tmp_path) not in response.text, "where the file lies is nobody's business"


def test_an_address_that_names_no_database_is_for_somebody_to_put_right(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("BROKER_DATABASE_URL", "mysql://somewhere/else")
    with asking(create_app()) as client:
        problem_of(client.get("/api/health"), 500, "database-unfit")
    assert "mysql" in caplog.text


def test_a_database_that_hangs_does_not_hang_health(
    records: Records, monkeypatch: pytest.MonkeyPatch
) -> None:
    import time

    monkeypatch.setattr(records, "check", lambda: time.sleep(0.5))
    app = in_threads(records, Settings(database_seconds=0.05))
    with asking(app) as client:
        problem_of(client.get("/api/health"), 503, "database-away")


@pytest.mark.parametrize(
    ("host", "own"),
    [
        ("127.0.0.1", True),
        ("127.8.9.10", True),
        ("::1", True),
        ("[::1]", True),
        ("localhost", True),
        ("LOCALHOST", True),
        ("::ffff:127.0.0.1", True),
        ("0.0.0.0", False),
        ("::", False),
        ("", False),
        ("192.168.0.10", False),
        ("::ffff:10.0.0.1", False),
        ("localhost.example.org", False),
        ("127.0.0.1.example.org", False),
        ("127.1", False),
        ("broker", False),
    ],
)
def test_only_loopback_names_are_this_computer(host: str, own: bool) -> None:
    assert is_loopback(host) is own


@pytest.mark.parametrize(
    ("host", "answered"),
    [
        ("localhost", True),
        ("localhost:8000", True),
        ("127.0.0.1:1", True),
        ("[::1]:8000", True),
        ("[::1]", True),
        ("attacker.example", False),
        ("attacker.example:8000", False),
        ("127.0.0.1.attacker.example", False),
        ("", False),
    ],
)
def test_a_page_of_another_site_cannot_reach_the_records_by_a_name_of_its_own(
    client: TestClient, host: str, answered: bool
) -> None:
    response = client.get("/api/health", headers={"host": host})
    if answered:
        assert response.status_code == 200
    else:
        problem_of(response, 421, "wrong-host")


@pytest.mark.parametrize("server", [("192.168.0.10", 8000), ("0.0.0.0", 8000), None])
def test_a_request_that_came_in_from_the_network_is_refused(
    records: Records, server: tuple[str, int] | None
) -> None:
    app = in_threads(records)

    async def from_outside(scope: Any, receive: Any, send: Any) -> None:
        await app({**scope, "server": server}, receive, send)

    async def ask() -> httpx2.Response:
        transport = httpx2.ASGITransport(from_outside)
        async with httpx2.AsyncClient(transport=transport, base_url=LOOPBACK) as client:
            return await client.get("/api/health")

    problem_of(asyncio.run(ask()), 403, "not-this-computer")


def test_no_answer_is_kept_by_a_browser(client: TestClient) -> None:
    for path in ("/api/health", "/nowhere"):
        headers = client.get(path).headers
        assert headers["cache-control"] == "no-store"
        assert headers["x-content-type-options"] == "nosniff"


def test_every_kind_of_problem_fits_its_shape(client: TestClient) -> None:
    described = client.get("/api/openapi.json").json()["components"]["responses"]
    assert set(described) == set(KINDS)
    for name, kind in KINDS.items():
        example = described[name]["content"]["application/problem+json"]["examples"][name]["value"]
        assert Problem.model_validate(example).status == kind.status
        assert ("Retry-After" in described[name].get("headers", {})) is (kind.status in (429, 503))
