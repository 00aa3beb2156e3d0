"""Measures how soon pages begin to come: the first byte of each, by role, at the 95th percentile.

Once on the sample region, once with many young people on record beside it; each page is asked one
after another over a kept connection, as one person's browser would. Questions about the whole case
are also asked after each of many changes, when it must be read anew. Where a page says that its
answer takes longer (202), it is told how long until the answer was there. At the end stands how
many pages came later than they should; that is told and nothing fails of it.
"""

from __future__ import annotations

import argparse
import http.client
import json
import re
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

import sqlalchemy as sa
from sqlalchemy import Engine

from benchmarks.limits import Limit
from benchmarks.load import grounds
from benchmarks.load.people import put_on_record
from benchmarks.load.tally import percentile
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

SOON = 200.0
SOON_WITH_MANY = 500.0
"""Milliseconds in which a page should begin to come; the second with many more on record."""
LATER = 202
ASK_EVERY = 0.25
WAIT_AT_MOST = 90.0
"""How often a page is asked whether its answer is there, and for how long, in seconds."""

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


@dataclass(frozen=True, slots=True)
class Measured:
    """How soon a page began to come, in milliseconds; `first` is of the first time it was asked."""

    role: str
    page: str
    first: float
    p50: float
    p95: float


def run(given: argparse.Namespace) -> list[Limit]:
    """Print the tables."""
    told, limits = [], []
    for people in (0, given.page_people):
        with grounds.database() as (address, engine):
            fill(engine, PASSWORD)
            title, limit = "the sample region", SOON
            if people:
                put_on_record(engine, people, 1, lambda said: print(said, flush=True))
                title += f" and {people:,} young people more on record"
                limit = SOON_WITH_MANY
            measured = _measure(title, address, engine, given.page_times)
            told.append(over(title, limit, measured))
            limits.append(slowest(title, limit, measured))
    print(f"\n{'; '.join(told)}")
    return limits


def slowest(title: str, limit: float, measured: Sequence[Measured]) -> Limit:
    """The limit of every page, held to the one that comes latest at the 95th percentile."""
    latest = max(measured, key=lambda one: one.p95)
    what = f"first byte at p95 of the slowest page ({latest.role} {latest.page}), {title}"
    return Limit(what, latest.p95, limit, "ms")


def over(title: str, limit: float, measured: Sequence[Measured]) -> str:
    """How many pages came later than a limit at the 95th percentile, and which."""
    late = [f"{one.role} {one.page}" for one in measured if one.p95 > limit]
    named = f" ({', '.join(late)})" if late else ""
    return f"{title}: {len(late)} of {len(measured)} pages over {limit:g} ms at p95{named}"


def seconds_until_there(
    status: Callable[[], int],
    began: float | None = None,
    clock: Callable[[], float] = time.perf_counter,
    sleep: Callable[[float], None] = time.sleep,
) -> float | None:
    """How long until a page has its answer, asked again and again; None where it never came.

    It is counted from `began` on, when it was first asked for, or from now.
    """
    began = clock() if began is None else began
    while (spent := clock() - began) <= WAIT_AT_MOST:
        if status() != LATER:
            return spent
        sleep(ASK_EVERY)
    return None


def _measure(title: str, address: str, engine: Engine, times: int) -> list[Measured]:
    print(f"\n## first byte of pages, {title}, each {times} times")
    print(
        f"{'role':20} {'page':34} {'status':>6} {'kB':>7} {'first ms':>8} {'p50':>8} {'p95':>8}"
        f" {'answer there':>14}"
    )
    measured = []
    with tempfile.TemporaryDirectory() as name, _serving(address, Path(name)) as port:
        known = _put_by(port, engine, Path(name))
        for role, pages in PAGES.items():
            window = _Window(port, role.replace("_", "-"))
            for page in pages:
                one, row = _of_page(window, role, page, filled_in(page, known), times)
                measured.append(one)
                print(row, flush=True)
        measured += _after_each_change(port, engine, times)
    print(f"slowest p95 or first: {max(max(one.first, one.p95) for one in measured):.1f} ms")
    return measured


def _of_page(window: _Window, role: str, page: str, where: str, times: int) -> tuple[Measured, str]:
    """What was measured of a page, and its row of the table."""
    began = time.perf_counter()
    status, first, _ = window.get(where)
    there = _told_there(window, where, began) if status == LATER else ""
    answers = [window.get(where) for _ in range(times)]
    _, _, body = window.get(where)
    if not there and any(answer[0] == LATER for answer in answers):
        _told_there(window, where)  # what is under way is fetched, and the next asked for anew
        there = _told_there(window, where)
    one = measured_of(role, page, first, [answer[1] for answer in answers])
    return one, (
        f"{role:20} {page[:34]:34} {status:6} {len(body.encode()) / 1000:7.1f} "
        f"{one.first:8.1f} {one.p50:8.1f} {one.p95:8.1f} {there:>14}"
    )


def _told_there(window: _Window, where: str, began: float | None = None) -> str:
    seconds = seconds_until_there(lambda: window.get(where)[0], began)
    return f"not in {WAIT_AT_MOST:.0f} s" if seconds is None else f"after {seconds:.2f} s"


def measured_of(role: str, page: str, first: float, spent: Iterable[float]) -> Measured:
    """What was measured of a page, from the milliseconds of each time, in any order."""
    each = sorted(spent)
    return Measured(role, page, first, percentile(each, 0.50), percentile(each, 0.95))


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


def _after_each_change(port: int, engine: Engine, times: int) -> list[Measured]:
    """Questions about the case on record where somebody has written to it since the last."""
    window, measured = _Window(port, "broker"), []
    for where in ("/options/R-14", "/homes/SC990002/who"):
        first = window.get(where)[1]
        spent = []
        for at in range(times):
            with writing(engine) as session:
                row = rows_of(session, "homes", {"home_id": "SC990001"})[0]
                record = {**SHELVES["homes"].record(row), "name": f"Invented {at}"}
                put_row(session, "homes", record, Author("benchmark", now()))
            spent.append(window.get(where)[1])
        one = measured_of("broker", f"{where} after a change", first, spent)
        print(f"{one.role:20} {one.page:34} {'':23} {one.p50:8.1f} {one.p95:8.1f}", flush=True)
        measured.append(one)
    return measured


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
