"""The log names nobody, every request has its id, the figures add up, and stopping is orderly."""

from __future__ import annotations

import asyncio
import json
import logging
import uuid
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import httpx2
import pytest
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import Engine
from starlette.testclient import TestClient

from api.app import create_app
from api.journal import OURS, Lines
from api.metrics import with_scraper
from api.records import Records
from api.settings import Settings
from api.watch import Drain
from broker.access.actor import PARTNERSHIP, Actor, OrganisationKind, Role
from broker.database import make_engine
from broker.sample.whole_form import whole_form
from tests.integration.api.conftest import LOOPBACK, in_threads, problem_of, records_at
from tests.integration.audit.tampering import AUDITOR
from tests.integration.conftest import region as region
from tests.whole_life import ASSESSOR

SECRET = "a secret of the tests, long enough to be one"
KEY = {"Idempotency-Key": "k-1"}


@pytest.fixture
def log() -> Iterator[StringIO]:
    """Everything logged while a test runs, as the service writes it."""
    stream = StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(Lines())
    root = logging.getLogger()
    before = root.level, [logging.getLogger(name).level for name in OURS]
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    for name in OURS:
        logging.getLogger(name).setLevel(logging.DEBUG)
    yield stream
    root.removeHandler(handler)
    root.setLevel(before[0])
    for name, level in zip(OURS, before[1], strict=True):
        logging.getLogger(name).setLevel(level)


def lines(log: StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in log.getvalue().splitlines()]


def answered(log: StringIO) -> list[dict[str, Any]]:
    return [line for line in lines(log) if line["message"] == "answered"]


@pytest.fixture
def who() -> list[Actor]:
    return [ASSESSOR]


@pytest.fixture
def caller(region: Engine, who: list[Actor]) -> Iterator[TestClient]:
    app = create_app(records=Records(region), processes=False, who=lambda _request: who[-1])
    with TestClient(app, base_url=LOOPBACK) as client:
        yield client


def test_no_name_word_number_or_query_of_a_request_is_in_the_log(
    caller: TestClient, who: list[Actor], log: StringIO
) -> None:
    marked = whole_form(
        young_person_id="MARKED-900",
        identity={"name": "MARKED Name", "address": "MARKED Street", "school": "MARKED School"},
        wishes="MARKED words",
    ).model_dump(mode="json")
    made = caller.post("/api/referrals", json={"form": marked}, headers=KEY)
    assert made.status_code == 201, made.text
    address = made.headers["location"]
    headers = {**KEY, "Idempotency-Key": "k-2", "If-Match": '"1"'}
    caller.post(f"{address}/steps", json={"kind": "submit"}, headers=headers)
    caller.post(f"{address}/steps", json={"kind": "MARKED", "x": "MARKED"}, headers=headers)
    caller.get(address)
    caller.get("/api/referrals?after=MARKED&limit=3&state=MARKED")
    caller.get("/api/MARKED/nowhere?name=MARKED")
    caller.request("MARKED", "/api/homes")
    caller.post("/api/session", json={"account": "MARKED", "password": "MARKED-MARKED-1"})
    who.append(AUDITOR)
    caller.get("/api/audit?actor=MARKED&record_id=MARKED")
    written = log.getvalue()
    assert len(answered(log)) >= 9
    for word in ("MARKED", address.split("/")[-1], ASSESSOR.id, "k-1", "after="):
        assert word not in written, word
    assert {line["route"] for line in answered(log)} >= {
        "/api/referrals", "/api/referrals/{referral_id}", "/api/referrals/{referral_id}/steps",
        "/api/audit", "-",
    }  # fmt: skip


def test_a_fault_is_logged_by_its_place_and_not_by_its_message(
    caller: TestClient, log: StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any, **__: Any) -> Any:
        raise ValueError("MARKED row of somebody")

    monkeypatch.setattr("api.lives.desk.open_life", broken)
    sent = caller.post(
        "/api/referrals", json={"form": whole_form().model_dump(mode="json")}, headers=KEY
    )
    problem = problem_of(sent, 500, "internal")
    assert "MARKED" not in log.getvalue()
    (fault,) = (line for line in lines(log) if "fault" in line)
    assert fault["fault"]["type"] == "builtins.ValueError"
    assert fault["fault"]["at"][-1].startswith("tests/integration/api/test_watch.py:")
    assert problem["instance"] in fault["message"]
    assert fault["request_id"] == sent.headers["x-request-id"]


def test_a_refusal_of_the_database_quotes_no_row_in_the_log(region: Engine, log: StringIO) -> None:
    from broker.tables import ShareRow

    records = Records(region)
    with pytest.raises(Exception, match="database-unfit"):
        records.work(
            lambda session: session.add(ShareRow(contract="MARKED", borough="E09000016", places=-1))
        )
    assert "database-unfit" in log.getvalue()
    assert "MARKED" not in log.getvalue()


def test_other_libraries_are_logged_without_their_values(log: StringIO) -> None:
    logging.getLogger("asyncio").error("Task failed\nfuture: <Task exception=ValueError('MARKED')>")
    logging.getLogger("some.library").warning("could not use %s", "MARKED")
    try:
        raise ValueError("MARKED")
    except ValueError:
        logging.getLogger("some.library").exception("it failed")
    assert [line["message"] for line in lines(log)] == [
        "Task failed", "could not use %s", "it failed",
    ]  # fmt: skip
    assert "MARKED" not in log.getvalue()


def test_every_answer_has_the_id_of_its_request_and_so_has_its_line(
    caller: TestClient, log: StringIO
) -> None:
    own = "0123abcd-0000-4000-8000-000000000000"
    first = caller.get("/api/homes", headers={"X-Request-ID": own})
    assert first.headers["x-request-id"] == own
    second = caller.get("/nowhere")
    assert uuid.UUID(second.headers["x-request-id"]).version == 4
    assert [line["request_id"] for line in answered(log)] == [own, second.headers["x-request-id"]]
    assert answered(log)[0] | {"at": "", "milliseconds": 0} == {
        "at": "", "level": "info", "logger": "api", "message": "answered", "request_id": own,
        "method": "GET", "route": "/api/homes", "status": 200, "milliseconds": 0,
    }  # fmt: skip


@pytest.mark.parametrize(
    "given", ["", "short", "Not.A.Name", "0" * 66, "0123abcd\u00e9", "0123abcd x", "../../0123abcd"]
)
def test_an_id_that_could_be_a_name_is_not_taken(
    caller: TestClient, log: StringIO, given: str
) -> None:
    sent = caller.get("/api/homes", headers={b"x-request-id": given.encode("latin-1")})
    assert uuid.UUID(sent.headers["x-request-id"]).version == 4
    assert not given or given not in log.getvalue()


def test_asking_whether_it_works_fills_no_log(caller: TestClient, log: StringIO) -> None:
    for path in ("/api/health", "/api/ready"):
        assert caller.get(path).status_code == 200
    assert {line["level"] for line in answered(log)} == {"debug"}


def figures(text: str) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def of(values: dict[Any, float], name: str, **labels: str) -> float:
    return values.get((name, tuple(sorted(labels.items()))), 0.0)


def test_the_figures_count_requests_by_route_and_status_and_name_nobody(
    caller: TestClient, who: list[Actor]
) -> None:
    for _ in range(3):
        caller.get("/api/homes")
    for name in ("R-ONE", "R-TWO"):
        assert caller.get(f"/api/referrals/{name}").status_code == 404
    caller.request("BREW", "/api/homes")
    who.append(AUDITOR)
    answer = caller.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain; version=")
    found = figures(answer.text)
    total = "broker_requests_total"
    assert of(found, total, method="GET", route="/api/homes", status="200") == 3
    route = "/api/referrals/{referral_id}"
    assert of(found, total, method="GET", route=route, status="404") == 2
    assert of(found, total, method="-", route="/api/homes", status="405") == 1
    assert of(found, "broker_request_seconds_count", method="GET", route="/api/homes") == 3
    assert of(found, "broker_requests_in_flight") == 1
    assert of(found, "broker_matches_taken") == 0
    assert of(found, "broker_jobs", state="waiting") == 0
    assert of(found, "broker_jobs_oldest_waiting_seconds") == 0
    assert "R-ONE" not in answer.text
    assert any(name == "broker_info" for name, _ in found)


@pytest.mark.parametrize("role", list(Role))
def test_the_figures_are_for_administrators_and_auditors(
    caller: TestClient, who: list[Actor], role: Role
) -> None:
    who.append(Actor("somebody", role, PARTNERSHIP, OrganisationKind.PARTNERSHIP))
    answer = caller.get("/metrics")
    if role in (Role.ADMINISTRATOR, Role.AUDITOR):
        assert answer.status_code == 200
    else:
        problem_of(answer, 403, "not-allowed")


def test_the_figures_are_not_open_to_the_world_and_a_scraper_shows_its_secret(
    tmp_path: Path,
) -> None:
    records = records_at(tmp_path)
    app = create_app(Settings(metrics_secret=SECRET), records, processes=False)
    with TestClient(app, base_url=LOOPBACK) as client:
        problem_of(client.get("/metrics"), 401, "not-signed-in")
        wrong = {"authorization": f"Bearer {SECRET}x"}
        problem_of(client.get("/metrics", headers=wrong), 401, "not-signed-in")
        right = {"authorization": f"Bearer {SECRET}"}
        assert client.get("/metrics", headers=right).status_code == 200
        problem_of(client.get("/api/homes", headers=right), 401, "not-signed-in")


def test_the_figures_tell_of_a_database_that_is_away_while_it_is(tmp_path: Path) -> None:
    records = Records(make_engine("postgresql://nobody@127.0.0.1:1/none"))
    app = create_app(Settings(metrics_secret=SECRET), records, processes=False)
    with TestClient(app, base_url=LOOPBACK) as client:
        assert client.get("/api/health").status_code == 503
        assert client.get("/api/ready").status_code == 503
        answer = client.get("/metrics", headers={"authorization": f"Bearer {SECRET}"})
        found = figures(answer.text)
        assert of(found, "broker_database_troubles_total", kind="database-away") == 2
        assert not any(name == "broker_jobs" for name, _ in found), "not known is not none"


def test_a_secret_of_the_metrics_that_is_too_short_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 32"):
        with_scraper(lambda _request: None, "short")


def test_it_is_ready_once_the_tables_are_those_of_this_program(region: Engine) -> None:
    with TestClient(in_threads(Records(region)), base_url=LOOPBACK) as client:
        assert client.get("/api/ready").json() == {"status": "ready", "database": "migrated"}
        with region.begin() as connection:
            connection.exec_driver_sql("UPDATE broker_version SET version_num = '9999'")
        try:
            problem_of(client.get("/api/ready"), 500, "database-unfit")
            assert client.get("/api/health").status_code == 200, "it can still be reached"
        finally:
            from broker.migrations import HEAD

            with region.begin() as connection:
                connection.exec_driver_sql(f"UPDATE broker_version SET version_num = '{HEAD}'")


def test_while_stopping_what_is_at_work_is_finished_and_what_is_new_is_refused(
    records: Records,
) -> None:
    app = in_threads(records)
    drain: Drain = app.state.drain
    gate = asyncio.Event()

    async def slow() -> Any:
        yield b"{"
        await gate.wait()
        yield b"}"

    async def ask() -> None:
        transport = httpx2.ASGITransport(app)
        async with httpx2.AsyncClient(transport=transport, base_url=LOOPBACK) as client:
            json_type = {"content-type": "application/json"}
            early = asyncio.create_task(
                client.post("/api/prices", content=slow(), headers=json_type)
            )
            while drain.at_work == 0:
                await asyncio.sleep(0.01)
            drain.begin(seconds=60)
            assert not drain.over
            for path in ("/api/homes", "/api/ready", "/nowhere"):
                late = await client.get(path)
                problem_of(late, 503, "stopping")
                assert int(late.headers["retry-after"]) > 0
                assert late.headers["connection"] == "close"
                assert late.headers["cache-control"] == "no-store"
            assert (await client.get("/api/health")).status_code == 200
            gate.set()
            assert (await early).status_code == 422
            assert drain.over

    asyncio.run(ask())


def test_stopping_has_an_end_though_something_is_still_at_work() -> None:
    drain = Drain()
    drain.at_work = 1
    drain.begin(seconds=0)
    assert drain.over
    drain.begin(seconds=60)
    assert drain.over, "being asked again gives no more time"
