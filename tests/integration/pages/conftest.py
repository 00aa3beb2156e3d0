"""The sample region with lives, accounts and a match on record, and browsers at its pages."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from fastapi import FastAPI
from sqlalchemy import Engine

from broker.database import make_engine, writing
from broker.jobs.place import Here
from broker.jobs.worker import Worker
from broker.store.clock import now
from broker.store.history import Author
from broker.store.put import put_row, rows_of
from broker.store.shelves import SHELVES
from tests.conftest import cheap_hashing
from tests.integration.api.world import World, calling, fill, renewed, service
from tests.integration.pages.browsing import Browser

MARKUP = "<script>alert('x')</script> & <b>Ash</b>"


@pytest.fixture(scope="session")
def pages_file(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, World]:
    """A file with the region, one of whose homes has a name that is markup."""
    file = tmp_path_factory.mktemp("pages") / "town.sqlite3"
    engine = make_engine(f"sqlite:///{file}")
    world = fill(engine)
    with writing(engine) as session:
        for home in ("SC990001", "SC990007"):
            row = rows_of(session, "homes", {"home_id": home})[0]
            record = {**SHELVES["homes"].record(row), "name": MARKUP}
            put_row(session, "homes", record, Author("test", now()))
    engine.dispose()
    return file, world


@pytest.fixture(scope="module")
def at_work(
    pages_file: tuple[Path, World], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[FastAPI, World, Engine]]:
    """The service on a copy of its own."""
    file, world = pages_file
    copy = tmp_path_factory.mktemp("copied") / "town.sqlite3"
    shutil.copy(file, copy)
    engine = make_engine(f"sqlite:///{copy}")
    with writing(engine) as session:
        world = renewed(session, world)
    yield service(engine), world, engine
    engine.dispose()


@pytest.fixture(scope="module")
def browsing(at_work: tuple[FastAPI, World, Engine]) -> Iterator[Callable[[str | None], Browser]]:
    """A function that gives a browser in which an account is signed in, or nobody."""
    with browsers(at_work[0]) as browser:
        yield browser


@contextmanager
def browsers(app: FastAPI) -> Iterator[Callable[[str | None], Browser]]:
    """A function that gives a browser in which an account is signed in, or nobody."""
    made: dict[str | None, Browser] = {}
    with cheap_hashing(), calling(app) as running:

        def browser(account: str | None) -> Browser:
            if account is None:
                running.cookies.clear()
                return Browser(running)
            if account not in made:
                running.cookies.clear()
                entering = Browser(running)
                entering.enter(account)
                held = "; ".join(f"{name}={value}" for name, value in running.cookies.items())
                running.cookies.clear()
                made[account] = Browser(running, {"cookie": held})
            return made[account]

        yield browser


@pytest.fixture(scope="module")
def matched(
    at_work: tuple[FastAPI, World, Engine], browsing: Callable[[str | None], Browser]
) -> str:
    """The address of a match that was asked for and made."""
    broker = browsing("broker")
    page = broker.get("/matches")
    job = broker.send(page, "/matches")
    assert job.address.startswith("/jobs/")
    Worker(at_work[2], place=Here()).work(once=True)
    return broker.get(job.address).address
