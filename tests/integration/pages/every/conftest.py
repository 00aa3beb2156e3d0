"""The service with markup in every name on record, two matches, a job and a simulation, once."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from fastapi import FastAPI
from sqlalchemy import Engine

from api.settings import Settings
from api.simulating import Simulating
from broker.capacity.desk.shelf import Shelf
from broker.database import make_engine, writing
from broker.jobs.place import Here
from broker.jobs.worker import Worker
from tests.addresses import NOBODY, filled_in
from tests.integration.api.world import OFTEN, World, renewed, service
from tests.integration.pages.browsing import Browser, Page
from tests.integration.pages.conftest import MARKUP, browsers
from tests.planted import plant
from tests.small_demand import demand
from tests.warehouse_built import build_warehouse

Browsing = Callable[[str | None], Browser]
AtWork = tuple[FastAPI, World, Engine]
Looks = Callable[[str, str], Page]
QUICK = {"weeks": "13", "replications": "2", "seed": "3"}


@pytest.fixture(scope="package")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of simulations with a small demand."""
    made = tmp_path_factory.mktemp("simulations")
    (made / "demand.json").write_text(json.dumps(demand()), encoding="utf-8")
    return made


@pytest.fixture(scope="package")
def at_work(
    pages_file: tuple[Path, World], tmp_path_factory: pytest.TempPathFactory, folder: Path
) -> Iterator[AtWork]:
    """The service with markup in every name on record."""
    file, world = pages_file
    copy = tmp_path_factory.mktemp("every") / "town.sqlite3"
    shutil.copy(file, copy)
    engine = make_engine(f"sqlite:///{copy}")
    with writing(engine) as session:
        world = replace(renewed(session, world), newham=plant(session, MARKUP))
    yield service(engine, Settings(rates=OFTEN, simulations=folder)), world, engine
    engine.dispose()


@pytest.fixture(scope="package")
def browsing(at_work: AtWork) -> Iterator[Browsing]:
    """A function that gives a browser in which an account is signed in, or nobody."""
    with browsers(at_work[0]) as browser:
        yield browser


@pytest.fixture(scope="package")
def known(at_work: AtWork, browsing: Browsing, folder: Path) -> Mapping[str, str]:
    """What the words of addresses stand for: two matches, a job, a simulation, a referral."""
    return put_on_record(at_work[2], at_work[1], browsing, folder)


def put_on_record(
    engine: Engine, world: World, browsing: Browsing, folder: Path
) -> Mapping[str, str]:
    """Build the warehouse, ask for two matches, a job and a simulation.

    Returns what the words of addresses stand for then.
    """
    build_warehouse(engine, folder)
    broker, commissioner = browsing("broker"), browsing("commissioner")
    runs = []
    for _ in range(2):
        job = broker.send(broker.get("/matches"), "/matches")
        Worker(engine, place=Here()).work(once=True)
        runs.append(broker.get(job.address).address)
    waiting = broker.send(broker.get("/matches"), "/matches")
    told = broker.send(waiting, f"{waiting.address}/cancel")
    page = commissioner.get("/scenarios")
    asked = commissioner.send(page, "/scenarios", **QUICK, prices="10", name=MARKUP[:60])
    assert asked.status == 200, asked.main
    simulating = Simulating(
        Shelf(folder), engine.url.render_as_string(hide_password=False), apart=False
    )
    while simulating.work_once():
        pass
    return {
        "REFERRAL": f"/referrals/{world.newham}",
        "MATCH": runs[1],
        "OTHER": runs[0].rsplit("/", 1)[1],
        "RUN": runs[1].rsplit("/", 1)[1],
        "JOB": told.address,
        "SCENARIO": asked.address,
    }


@pytest.fixture(scope="package")
def look(browsing: Browsing, known: Mapping[str, str]) -> Looks:
    """A function that gives the page a role sees at an address; each is asked for once."""
    seen: dict[tuple[str, str], Page] = {}

    def page(role: str, address: str) -> Page:
        if (role, address) not in seen:
            browser = browsing(None if role == NOBODY else role)
            seen[role, address] = browser.get(filled_in(address, known))
        return seen[role, address]

    return page
