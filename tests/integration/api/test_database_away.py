"""A database that slows, goes silent or is cut off is told with 503, and found again by itself."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import Engine
from starlette.testclient import TestClient

from api.app import create_app
from api.records import Records
from broker.audit.chain import _CHAIN, verify
from broker.database import make_engine, reading, writing
from broker.importing import import_case
from broker.patience import Patience
from broker.sample.whole_form import whole_form
from broker.tables import CATALOGUE
from tests.integration.api.conftest import LOOPBACK, problem_of
from tests.integration.api.proxy import (
    CUT,
    CUT_AFTER_COMMIT,
    CUT_AT_COMMIT,
    PASS,
    SILENT,
    SLOW,
    Proxy,
    proxied,
)
from tests.whole_life import ASSESSOR, sign_agreements

QUICK = Patience(statement=0.6, silence=1.2, connection=0.5, connections=2)
FORM = whole_form().model_dump(mode="json")


def count(engine: Engine, table: str) -> int:
    with reading(engine) as session:
        query = sa.select(sa.func.count()).select_from(CATALOGUE.tables[table])
        found: int = session.execute(query).scalar_one()
        return found


@pytest.fixture
def direct(migrated_schema: str) -> Iterator[Engine]:
    """The database itself, with the agreements that a referral needs."""
    engine = make_engine(migrated_schema)
    with engine.begin() as connection:
        tables = ", ".join(CATALOGUE.tables)
        connection.exec_driver_sql(f"TRUNCATE {tables} RESTART IDENTITY CASCADE")
    with writing(engine) as session:
        sign_agreements(session)
    yield engine
    engine.dispose()


@pytest.fixture
def proxy(direct: Engine, migrated_schema: str) -> Iterator[tuple[Proxy, TestClient]]:
    """A service that reaches its database through a proxy."""
    with proxied(migrated_schema) as (proxy, address):
        records = Records(make_engine(address, QUICK))
        app = create_app(records=records, processes=False, who=lambda _request: ASSESSOR)
        with TestClient(app, base_url=LOOPBACK) as client:
            assert client.get("/api/ready").status_code == 200
            yield proxy, client
            proxy.be(PASS)


def begin(client: TestClient, key: str) -> Any:
    return client.post("/api/referrals", json={"form": FORM}, headers={"Idempotency-Key": key})


def away(response: Any) -> None:
    problem = problem_of(response, 503, "database-away")
    assert int(response.headers["retry-after"]) > 0
    assert "127.0.0.1" not in problem["detail"], "where the database is, is nobody's business"


def test_a_slow_database_is_waited_for(proxy: tuple[Proxy, TestClient]) -> None:
    slow, client = proxy
    slow.be(SLOW)
    assert client.get("/api/homes").status_code == 200
    assert begin(client, "k").status_code == 201


def test_a_database_cut_off_is_told_and_found_again_without_a_restart(
    proxy: tuple[Proxy, TestClient],
) -> None:
    cut, client = proxy
    for _ in range(3):
        cut.be(CUT)
        for path in ("/api/homes", "/api/health", "/api/ready"):
            away(client.get(path))
        away(begin(client, "k"))
        cut.be(PASS)
        assert client.get("/api/ready").status_code == 200
        assert client.get("/api/homes").status_code == 200


def test_connections_cut_while_idle_are_replaced_and_nobody_notices(
    proxy: tuple[Proxy, TestClient],
) -> None:
    cut, client = proxy
    for key in ("k1", "k2"):
        cut.be(CUT)
        while cut.cuts == 0:
            time.sleep(0.01)
        cut.cuts = 0
        cut.be(PASS)
        assert client.get("/api/homes").status_code == 200
        assert key


def test_a_database_that_goes_silent_is_given_up_and_found_again(
    proxy: tuple[Proxy, TestClient],
) -> None:
    silent, client = proxy
    silent.be(SILENT)
    away(client.get("/api/homes"))
    away(begin(client, "k"))
    silent.be(PASS)
    assert client.get("/api/homes").status_code == 200
    assert begin(client, "k").status_code == 201


@pytest.mark.parametrize(("mode", "kept"), [(CUT_AT_COMMIT, 0), (CUT_AFTER_COMMIT, 1)])
def test_a_write_cut_at_its_end_is_whole_or_not_at_all_and_asked_again_is_done_once(
    proxy: tuple[Proxy, TestClient], direct: Engine, mode: str, kept: int
) -> None:
    cut, client = proxy
    before = count(direct, "audit")
    cut.be(mode)
    away(begin(client, "k"))
    cut.be(PASS)
    made = {name: count(direct, name) for name in ("life", "step", "idempotency_key")}
    assert set(made.values()) == {kept}
    assert count(direct, "audit") == before + kept
    again = begin(client, "k")
    assert again.status_code == 201
    assert begin(client, "k").json() == again.json()
    assert {count(direct, name) for name in made} == {1}
    assert count(direct, "audit") == before + 1
    with reading(direct) as session:
        assert verify(session).broken == ()


def test_a_write_cut_at_any_moment_leaves_nothing_half_done(
    proxy: tuple[Proxy, TestClient], direct: Engine
) -> None:
    """Cut after so many milliseconds, over and over; each request is asked until it is done."""
    cut, client = proxy
    wanted = 12
    for number in range(wanted):
        timer = threading.Timer(0.004 * number, cut.be, [CUT])
        timer.start()
        changed = whole_form(young_person_id=f"YP-{number}").model_dump(mode="json")
        headers = {"Idempotency-Key": f"k-{number}"}
        first = client.post("/api/referrals", json={"form": changed}, headers=headers)
        timer.join()
        cut.be(PASS)
        if first.status_code != 201:
            away(first)
        again = client.post("/api/referrals", json={"form": changed}, headers=headers)
        assert again.status_code == 201
        if first.status_code == 201:
            assert first.json() == again.json()
    assert {count(direct, name) for name in ("life", "step", "idempotency_key")} == {wanted}
    with reading(direct) as session:
        assert verify(session).broken == ()


def test_a_lock_that_is_not_had_in_time_is_told_and_later_had(
    proxy: tuple[Proxy, TestClient], direct: Engine
) -> None:
    _, client = proxy
    with direct.begin() as holding:
        holding.execute(sa.select(sa.func.pg_advisory_xact_lock(_CHAIN)))
        away(begin(client, "k"))
        assert client.get("/api/homes").status_code == 200, "what needs no lock is answered"
    assert begin(client, "k").status_code == 201
    assert count(direct, "life") == 1


def test_more_at_once_than_there_are_connections_are_told_and_nobody_hangs(
    proxy: tuple[Proxy, TestClient], direct: Engine
) -> None:
    _, client = proxy
    answers: list[Any] = []

    def ask(number: int) -> None:
        changed = whole_form(young_person_id=f"YP-{number}").model_dump(mode="json")
        headers = {"Idempotency-Key": f"k-{number}"}
        answers.append(client.post("/api/referrals", json={"form": changed}, headers=headers))

    with direct.begin() as holding:
        holding.execute(sa.select(sa.func.pg_advisory_xact_lock(_CHAIN)))
        people = [threading.Thread(target=ask, args=(number,)) for number in range(8)]
        for one in people:
            one.start()
        for one in people:
            one.join()
    for one in answers:
        away(one)
    ask(0)
    assert answers[-1].status_code == 201


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A SQLite database with the region in it, whose lock is waited for briefly."""
    monkeypatch.setattr("broker.database.BUSY_SECONDS", 0.3)
    file = tmp_path / "broker.sqlite3"
    engine = make_engine(f"sqlite:///{file}")
    records = Records(engine)
    records.prepare()
    with writing(engine) as session:
        import_case(
            session, Path("broker/sample/region"), by="test", when=datetime.now(UTC), hold_day=True
        )
        sign_agreements(session)
    engine.dispose()
    return file


def test_a_locked_file_is_told_while_it_is_and_reading_goes_on(file: Path) -> None:
    records = Records(make_engine(f"sqlite:///{file}"))
    app = create_app(records=records, processes=False, who=lambda _request: ASSESSOR)
    other = sqlite3.connect(file, isolation_level=None)
    with TestClient(app, base_url=LOOPBACK) as client:
        assert begin(client, "k1").status_code == 201
        other.execute("BEGIN IMMEDIATE")
        changed = {"form": {**FORM, "young_person_id": "YP-2"}}
        headers = {"Idempotency-Key": "k2"}
        problem_of(client.post("/api/referrals", json=changed, headers=headers), 503,
                   "database-away")  # fmt: skip
        assert client.get("/api/homes").status_code == 200
        other.execute("ROLLBACK")
        assert client.post("/api/referrals", json=changed, headers=headers).status_code == 201
    other.close()


def test_a_request_sent_again_while_the_first_is_at_work_has_the_same_answer(
    direct: Engine, migrated_schema: str
) -> None:
    records = Records(make_engine(migrated_schema))
    app = create_app(records=records, processes=False, who=lambda _request: ASSESSOR)
    answers: list[Any] = []
    with TestClient(app, base_url=LOOPBACK) as client:
        made = begin(client, "k")
        headers = {"Idempotency-Key": "k-again", "If-Match": made.headers["etag"]}
        address = made.headers["location"] + "/steps"

        def submit() -> None:
            answers.append(client.post(address, json={"kind": "submit"}, headers=headers))

        with direct.begin() as holding:
            holding.execute(sa.select(sa.func.pg_advisory_xact_lock(_CHAIN)))
            both = [threading.Thread(target=submit) for _ in range(2)]
            for one in both:
                one.start()
                time.sleep(0.5)
        for one in both:
            one.join()
    assert [one.status_code for one in answers] == [201, 201], answers[-1].text
    assert answers[0].json() == answers[1].json()
    assert count(direct, "step") == 2
