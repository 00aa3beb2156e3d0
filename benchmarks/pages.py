"""Measures how soon pages begin to come: the first byte of each, by role, at the 95th percentile.

Once on the sample region, once with many young people on record beside it; each page is asked one
after another over a kept connection, as one person's browser would. Questions about the whole case
are also asked after each of many changes, when it must be read anew.
"""

from __future__ import annotations

import argparse
import http.client
import json
import re
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

import sqlalchemy as sa
from sqlalchemy import Engine

from benchmarks.load import grounds
from benchmarks.load.people import put_on_record
from broker.capacity.desk.shelf import Shelf
from broker.database import reading, writing
from broker.jobs.worker import Worker
from broker.sample.showing import ASKED_ABOUT, fill
from broker.store.clock import now
from broker.store.history import Author
from broker.store.put import put_row, rows_of
from broker.store.shelves import SHELVES
from broker.tables import LifeRow
from tests.addresses import ADDRESSES, NOBODY, filled_in
from tests.small_demand import demand

SIMULATIONS = "simulations"
PASSWORD = "a password of the benchmark alone"
PAGES: Mapping[str, tuple[str, ...]] = {
    role: (*ADDRESSES[role], *(ADDRESSES[NOBODY][1:] if role == "broker" else ()))
    for role in ADDRESSES
    if role != NOBODY
}
"""The pages of each role: every route of pages, and what everybody may see once."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of this section."""
    parser.add_argument("--page-people", type=int, default=10_000, help="on record [10000]")
    parser.add_argument("--page-times", type=int, default=40, help="how often each page [40]")


def run(given: argparse.Namespace) -> None:
    """Print the tables."""
    for people in (0, given.page_people):
        with grounds.database() as (address, engine):
            fill(engine, PASSWORD)
            title = "the sample region"
            if people:
                put_on_record(engine, people, 1, lambda said: print(said, flush=True))
                title += f" and {people:,} young people more on record"
            _measure(title, address, engine, given.page_times)


def _measure(title: str, address: str, engine: Engine, times: int) -> None:
    print(f"\n## first byte of pages, {title}, each {times} times")
    print(f"{'role':20} {'page':34} {'status':>6} {'kB':>7} {'first ms':>8} {'p50':>8} {'p95':>8}")
    spent: list[float] = []
    with tempfile.TemporaryDirectory() as name, _serving(address, Path(name)) as port:
        known = _put_by(port, engine, Path(name))
        for role, pages in PAGES.items():
            window = _Window(port, role.replace("_", "-"))
            for page in pages:
                where = filled_in(page, known)
                first = window.get(where)[1]
                each = sorted(window.get(where)[1] for _ in range(times))
                status, _, body = window.get(where)
                p95 = each[min(len(each) - 1, int(len(each) * 0.95))]
                spent.append(max(first, p95))
                print(
                    f"{role:20} {page[:34]:34} {status:6} {len(body.encode()) / 1000:7.1f} "
                    f"{first:8.1f} {each[len(each) // 2]:8.1f} {p95:8.1f}",
                    flush=True,
                )
        _after_each_change(port, engine, times)
    print(f"slowest p95 or first: {max(spent):.1f} ms")


@contextmanager
def _serving(address: str, folder: Path) -> Iterator[int]:
    """The port of the service on a database, with a folder for simulations."""
    simulations = folder / SIMULATIONS
    simulations.mkdir()
    (simulations / "demand.json").write_text(json.dumps(demand()), encoding="utf-8")
    port = grounds.free_port()
    more = {
        "BROKER_DATABASE_URL": address,
        "BROKER_SIMULATIONS": str(simulations),
        **grounds.RATES,
    }
    words = ["broker.cli", "serve", "--port", str(port)]
    with grounds.process(words, port, "/api/ready", folder, more):
        yield port


def _put_by(port: int, engine: Engine, folder: Path) -> Mapping[str, str]:
    """What the words in addresses stand for: a life, two matches, a job called off, a simulation.

    Raises:
        RuntimeError: a match that was asked for was not made.
    """
    lives = LifeRow.__table__
    query = sa.select(lives.c.referral_id).where(lives.c.young_person_id == ASKED_ABOUT)
    with reading(engine) as session:
        referral = session.execute(query).scalar_one()
    matches = []
    for _ in range(2):
        began = time.perf_counter()
        job = _Window(port, "broker").send("/matches", {})
        Worker(engine).work(once=True)
        # In a window of its own: the connection that asked was closed while nobody used it.
        found = _Window(port, "broker").where(job)
        if not found.startswith("/matches/"):
            raise RuntimeError(f"no match came of {job}")
        print(f"(a match of all who wait, made in {time.perf_counter() - began:.1f} s)", flush=True)
        matches.append(found)
    broker = _Window(port, "broker")
    job = broker.send("/matches", {})
    broker.send(job, {}, to=f"{job}/cancel")
    asked = {"weeks": "13", "replications": "2", "seed": "3", "prices": "10"}
    scenario = _Window(port, "commissioner").send("/scenarios", {**asked, "name": "measured"})
    shelf = Shelf(folder / SIMULATIONS)
    while not all(one.over for one in shelf.jobs()):
        time.sleep(0.5)
    return {
        "REFERRAL": f"/referrals/{referral}",
        "MATCH": matches[1],
        "RUN": matches[1].rsplit("/", 1)[1],
        "OTHER": matches[0].rsplit("/", 1)[1],
        "JOB": job,
        "SCENARIO": scenario,
    }


def _after_each_change(port: int, engine: Engine, times: int) -> None:
    """Questions about the case on record where somebody has written to it since the last."""
    window = _Window(port, "broker")
    for where in ("/options/R-14", "/homes/SC990002/who"):
        window.get(where)
        spent = []
        for at in range(times):
            with writing(engine) as session:
                row = rows_of(session, "homes", {"home_id": "SC990001"})[0]
                record = {**SHELVES["homes"].record(row), "name": f"Invented {at}"}
                put_row(session, "homes", record, Author("benchmark", now()))
            spent.append(window.get(where)[1])
        spent.sort()
        p50, p95 = spent[len(spent) // 2], spent[min(len(spent) - 1, int(len(spent) * 0.95))]
        what = f"{where} after a change"
        print(f"{'broker':20} {what:34} {'':23} {p50:8.1f} {p95:8.1f}", flush=True)


class _Window:
    """Somebody signed in at the pages, over one connection."""

    def __init__(self, port: int, account: str) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        self._port = port
        self._cookies: dict[str, str] = {}
        self.send("/enter", {"account": account, "password": PASSWORD, "back": "/"})
        if self.get("/")[0] != 200:
            raise RuntimeError(f"{account} could not sign in")

    def get(self, where: str) -> tuple[int, float, str]:
        """The status, milliseconds to the first byte, and the text of a page."""
        return self._ask("GET", where, None)

    def send(self, where: str, fields: Mapping[str, str], to: str | None = None) -> str:
        """Where a form of the page at an address leads, sent with its hidden fields."""
        body = self.get(where)[2]
        hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', body))
        self._ask("POST", to or where, urlencode({**hidden, **fields}))
        return self._led

    def where(self, address: str) -> str:
        """Where a page sends its reader on to."""
        self.get(address)
        return self._led

    def _ask(self, method: str, where: str, form: str | None) -> tuple[int, float, str]:
        held = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        headers = {"Accept": "text/html", "Cookie": held}
        if form is not None:
            headers |= {
                "Content-Type": "application/x-www-form-urlencoded",
                "Origin": f"http://127.0.0.1:{self._port}",
            }
        began = time.perf_counter()
        self._connection.request(method, where, form, headers)
        answer = self._connection.getresponse()
        first = answer.read(1)
        spent = (time.perf_counter() - began) * 1000
        text = (first + answer.read()).decode()
        self._keep(answer.msg.get_all("set-cookie") or ())
        self._led = answer.headers.get("location") or ""
        return answer.status, spent, text

    def _keep(self, cookies: Sequence[str]) -> None:
        for one in cookies:
            name, _, value = one.partition(";")[0].partition("=")
            self._cookies[name] = value
