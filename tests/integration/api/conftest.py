"""A service on records of its own: the worked case and an invented contract."""

from __future__ import annotations

import copy
import json
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from sqlalchemy import Engine
from starlette.testclient import TestClient

from api import identity, signing
from api.app import create_app
from api.case_json import case_json
from api.records import Records
from api.settings import Settings
from broker.access.accounts import Changes, NewAccount, add_account, change_account
from broker.access.actor import PARTNERSHIP, Actor, OrganisationKind, Role
from broker.database import make_engine, writing
from broker.importing import import_case
from broker.jobs.place import Here
from broker.jobs.worker import Worker
from broker.store.clock import now
from broker.tables import CATALOGUE
from matching.exchange import read_case
from tests.conftest import ON_BOTH
from tests.integration.api.entering import NAME, PROGRAM, Clock
from tests.integration.api.world import PASSWORD, World, calling, fill, renewed, service

BROKER = Actor("broker-1", Role.BROKER, PARTNERSHIP, OrganisationKind.PARTNERSHIP)
CASES = Path(__file__).parents[2] / "cases"
LOOPBACK = "http://127.0.0.1"


def records_at(folder: Path) -> Records:
    """Records in a file of their own, empty."""
    return Records(make_engine(f"sqlite:///{folder / 'broker.sqlite3'}"))


def in_threads(records: Records, settings: Settings | None = None) -> FastAPI:
    """The service with its matches in threads, which start sooner than processes."""
    return create_app(settings, records, processes=False, who=lambda _request: BROKER)


@contextmanager
def asking(app: FastAPI) -> Iterator[TestClient]:
    """A caller on this computer, each of whose requests has a key of its own unless it brings one.

    A key that is sent is left as it is.
    """
    with TestClient(app, base_url=LOOPBACK) as caller:
        caller.event_hooks = {"request": [_keyed]}
        yield caller


def _keyed(request: Any) -> None:
    if request.method == "POST" and "idempotency-key" not in request.headers:
        request.headers["idempotency-key"] = uuid.uuid4().hex


def work_off(records: Records) -> None:
    """Do every job that waits, in this thread."""
    bind = records.look(lambda session: session.get_bind())
    engine = make_engine(bind.engine.url)
    Worker(engine, place=Here()).work(once=True)
    engine.dispose()


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database file with the worked case and the invented block contract."""
    folder = tmp_path_factory.mktemp("filled")
    case = folder / "case"
    shutil.copytree(CASES / "case-small", case)
    shutil.copy(CASES / "contracts" / "block.toml", case / "contract.toml")
    records = records_at(folder)
    records.check()
    engine = make_engine(f"sqlite:///{folder / 'broker.sqlite3'}")
    with writing(engine) as session:
        import_case(session, case, by="test", when=datetime.now(UTC), hold_day=True)
    engine.dispose()
    records.close()
    return folder / "broker.sqlite3"


@pytest.fixture
def records(filled: Path, tmp_path: Path) -> Records:
    """The filled records, one copy for each test."""
    shutil.copy(filled, tmp_path / "broker.sqlite3")
    return records_at(tmp_path)


@pytest.fixture
def client(records: Records) -> Iterator[TestClient]:
    """A caller on this computer, and a service with small limits."""
    settings = Settings(match_bytes=1024 * 1024, price_bytes=64 * 1024)
    with asking(in_threads(records, settings)) as caller:
        yield caller


@pytest.fixture(scope="session")
def _case() -> str:
    return json.dumps(case_json(read_case(CASES / "case-small")))


@pytest.fixture
def case(_case: str) -> dict[str, Any]:
    """The worked case as JSON, to be changed at will."""
    made: dict[str, Any] = copy.deepcopy(json.loads(_case))
    return made


def problem_of(response: Any, status: int, kind: str) -> dict[str, Any]:
    """The body of a refusal, after checking what every refusal must hold."""
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    body: dict[str, Any] = response.json()
    assert body["type"] == f"/api/openapi.json#/components/responses/{kind}"
    assert body["status"] == status
    assert body["title"]
    assert body["detail"]
    assert body["instance"].startswith("urn:uuid:")
    assert "Traceback" not in response.text
    return body


@pytest.fixture(scope="session")
def town_file(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, World]:
    """A database file with the sample region, lives and accounts, to be copied."""
    file = tmp_path_factory.mktemp("town") / "town.sqlite3"
    engine = make_engine(f"sqlite:///{file}")
    world = fill(engine)
    engine.dispose()
    return file, world


@pytest.fixture(scope="module")
def on_sqlite(
    town_file: tuple[Path, World], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Engine, World]]:
    """That region in a file of the module's own, and who is there."""
    file, world = town_file
    copy_of = tmp_path_factory.mktemp("copied") / "town.sqlite3"
    shutil.copy(file, copy_of)
    engine = make_engine(f"sqlite:///{copy_of}")
    with writing(engine) as session:
        world = renewed(session, world)
    yield engine, world
    engine.dispose()


@pytest.fixture(scope="module", params=ON_BOTH)
def either(request: pytest.FixtureRequest) -> Iterator[tuple[Engine, World]]:
    """That region on each database, and who is there."""
    if request.param == "sqlite":
        yield request.getfixturevalue("on_sqlite")
        return
    engine = make_engine(request.getfixturevalue("migrated_schema"))
    with engine.begin() as connection:
        connection.exec_driver_sql(f"TRUNCATE {', '.join(CATALOGUE.tables)} CASCADE")
    yield engine, fill(engine)
    engine.dispose()


@pytest.fixture(scope="module")
def town(on_sqlite: tuple[Engine, World]) -> Iterator[tuple[TestClient, World]]:
    """A caller of the service on that region, with real sign-in, and who is there."""
    with calling(service(on_sqlite[0])) as client:
        yield client, on_sqlite[1]


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The clock of signing in and of finding who a request is from."""
    made = Clock()
    monkeypatch.setattr(signing, "now", made)
    monkeypatch.setattr(identity, "now", made)
    return made


@pytest.fixture
def people(engine: Engine) -> Engine:
    """Records with a person, a program, one who has ended, and one of the provider's; on both."""
    with writing(engine) as session:
        for new in (
            NewAccount(NAME, Role.BROKER, PARTNERSHIP, secret=PASSWORD),
            NewAccount("ended", Role.BROKER, PARTNERSHIP, secret=PASSWORD),
            NewAccount(PROGRAM, Role.BROKER, PARTNERSHIP, secret=PASSWORD, program=True),
            NewAccount("by-provider", Role.BROKER, PARTNERSHIP, subject="invented"),
        ):
            add_account(session, new, now())
        assert change_account(session, "ended", Changes(end=True), now())
    return engine


@pytest.fixture
def caller(people: Engine, clock: Clock) -> Iterator[TestClient]:
    """A browser at the service."""
    with calling(service(people)) as client:
        yield client
