"""The service on the sample region in headless Chromium, with axe from its npm package."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright

from api.app import create_app
from api.later import Later
from api.records import Records
from api.settings import Settings
from api.simulating import Simulating
from broker.capacity.desk.shelf import Shelf
from broker.database import make_engine
from broker.jobs.place import Here
from broker.jobs.worker import Worker
from broker.sample.showing import fill
from tests.conftest import cheap_hashing
from tests.integration.api.world import OFTEN
from tests.small_demand import demand
from tests.warehouse_built import build_warehouse

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
LONGEST = 120_000
"""Milliseconds to wait for a page, on a computer that has much else to do."""

PASSWORD = "a password of the browser tests"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """A browser for the tests of a file.

    It is closed after each, for as long as one is driven no other test of the process may run an
    event loop of its own.
    """
    if not CHROMIUM.exists():
        pytest.skip(f"no Chromium: {CHROMIUM} is not there (Debian: apt install chromium)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def worker(address_of_records: str) -> Callable[[], None]:
    """A function that does every job that waits."""
    return lambda: work_off(address_of_records)


@pytest.fixture(scope="module")
def address_of_records(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Records with the sample region, accounts and lives; what one file does, no other meets."""
    address = f"sqlite:///{tmp_path_factory.mktemp('browser') / 'broker.sqlite3'}"
    engine = make_engine(address)
    with cheap_hashing():
        fill(engine, PASSWORD)
    engine.dispose()
    return address


@pytest.fixture(scope="module")
def simulations(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of simulations with a small demand to start from."""
    folder = tmp_path_factory.mktemp("simulations")
    (folder / "demand.json").write_text(json.dumps(demand()), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def simulates(address_of_records: str, simulations: Path) -> Callable[[], None]:
    """A function that plays every simulation that waits."""
    simulating = Simulating(Shelf(simulations), address_of_records, apart=False)

    def work() -> None:
        while simulating.work_once():
            pass

    return work


@pytest.fixture(scope="module")
def site(address_of_records: str, simulations: Path) -> Iterator[str]:
    """The service on a free port of this computer."""
    with serving(address_of_records, simulations) as address:
        yield address


@contextmanager
def serving(
    records: str, simulations: Path | None = None, patience: float | None = None
) -> Iterator[str]:
    """The service on records, at an address of this computer, until it is left.

    `patience` is how many seconds a page waits for its answer; None waits to the end.
    """
    with cheap_hashing(), socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port = listening.getsockname()[1]
        app = create_app(
            Settings(rates=OFTEN, simulations=simulations),
            Records(make_engine(records)),
            processes=False,
        )
        later = {"answers": Later(patience), "cases": Later(patience)}
        app.state.service = replace(app.state.service, **later)
        server = uvicorn.Server(uvicorn.Config(app, log_config=None, proxy_headers=False))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        until = time.monotonic() + 60
        while not server.started and time.monotonic() < until:
            time.sleep(0.05)
        yield f"http://127.0.0.1:{port}"
        server.should_exit = True
        thread.join(timeout=30)


def work_off(records: str) -> None:
    """Do every job that waits."""
    engine = make_engine(records)
    Worker(engine, place=Here()).work(once=True)
    engine.dispose()


def a_match(broker: Page, site: str, records: str) -> dict[str, str]:
    """Run a match in a broker's window; what the words of addresses stand for then."""
    broker.goto("/matches")
    broker.get_by_role("button", name="Run a match").click()
    broker.wait_for_url("**/jobs/*")
    job = broker.url.removeprefix(site)
    work_off(records)
    broker.wait_for_url("**/matches/*", timeout=LONGEST)
    match = broker.url.removeprefix(site)
    run = match.rsplit("/", 1)[1]
    return {"MATCH": match, "OTHER": run, "RUN": run, "JOB": job}


Opens = Callable[..., Page]


@pytest.fixture
def opens(chromium: Browser, site: str) -> Iterator[Opens]:
    """A function that opens a window, signed in as somebody or nobody."""
    with windows(chromium, site) as window:
        yield window


@contextmanager
def windows(chromium: Browser, site: str) -> Iterator[Opens]:
    """A function that opens a window on a site.

    What the window asks of another host, what the policy refuses, and what goes wrong in a script
    fails the test.
    """
    contexts: list[BrowserContext] = []
    wrong: list[str] = []

    def window(account: str | None = None, **settings: Any) -> Page:
        context = chromium.new_context(base_url=site, **settings)
        contexts.append(context)
        context.set_default_timeout(LONGEST)
        context.on(
            "request",
            lambda request: None if request.url.startswith(site) else wrong.append(request.url),
        )
        page = context.new_page()
        page.on("console", lambda said: wrong.append(said.text) if _is_amiss(said) else None)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        if account is not None:
            enter(page, account)
        return page

    try:
        yield window
    finally:
        for context in contexts:
            context.close()
    assert not wrong


def _is_amiss(said: ConsoleMessage) -> bool:
    """Whether a browser's console tells of a fault; that an answer was a refusal is none."""
    return said.type == "error" and not said.text.startswith("Failed to load resource: the server")


def enter(page: Page, account: str) -> None:
    """Sign in."""
    page.goto("/enter")
    page.get_by_label("Account name").fill(account)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("heading", level=1, name="What would you like to do?").wait_for()


@pytest.fixture(scope="module")
def warehouse(address_of_records: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    """The warehouse over the records, so that reports show figures."""
    engine = make_engine(address_of_records)
    build_warehouse(engine, tmp_path_factory.mktemp("warehouse"))
    engine.dispose()


@pytest.fixture(scope="module")
def known(
    chromium: Browser,
    site: str,
    worker: Callable[[], None],
    simulates: Callable[[], None],
    warehouse: None,
) -> Mapping[str, str]:
    """What the words of addresses stand for: two matches, a job, a simulation, a referral."""

    def window(account: str) -> Page:
        page = chromium.new_context(base_url=site).new_page()
        enter(page, account)
        return page

    def ran() -> str:
        broker.goto("/matches")
        broker.get_by_role("button", name="Run a match").click()
        broker.wait_for_url("**/jobs/*")
        worker()
        broker.wait_for_url("**/matches/*", timeout=60_000)
        return broker.url.removeprefix(site)

    broker = window("broker")
    older, newer = ran(), ran()
    broker.goto("/matches")
    broker.get_by_role("button", name="Run a match").click()
    broker.wait_for_url("**/jobs/*")
    job = broker.url.removeprefix(site)
    broker.get_by_role("button", name="Cancel").click()
    broker.get_by_role("heading", level=1, name="cancelled").wait_for()
    commissioner = window("commissioner")
    commissioner.goto("/scenarios")
    commissioner.get_by_label("Weeks", exact=True).fill("13")
    commissioner.get_by_label("How often").fill("2")
    commissioner.get_by_role("button", name="Run the simulation").click()
    commissioner.wait_for_url("**/scenarios/*")
    scenario = commissioner.url.removeprefix(site)
    simulates()
    manager = window("registered-manager")
    manager.goto("/offers")
    referral = manager.locator('main a[href^="/referrals/"]').first.get_attribute("href") or ""
    for page in (broker, commissioner, manager):
        page.context.close()
    number = older.rsplit("/", 1)[1]
    return {
        "REFERRAL": referral,
        "MATCH": newer,
        "OTHER": number,
        "RUN": newer.rsplit("/", 1)[1],
        "JOB": job,
        "SCENARIO": scenario,
    }


@pytest.fixture(scope="module")
def matched(known: Mapping[str, str]) -> str:
    """The address of the newest match."""
    return known["MATCH"]
