"""Measures how soon pages begin to come: the first byte of each, by role, at the 95th percentile.

Once on the sample region, once with many young people on record; each page is asked one after
another over a kept connection, as one person's browser would.
"""

from __future__ import annotations

import argparse
import html
import http.client
import re
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from urllib.parse import urlencode

from sqlalchemy import Engine

from benchmarks.load import grounds
from benchmarks.load.people import put_on_record
from broker.access.accounts import NewAccount, add_account
from broker.access.actor import Role
from broker.database import writing
from broker.jobs.worker import Worker
from broker.sample.showing import ORGANISATIONS, fill
from broker.store.clock import now
from tests.addresses import ADDRESSES, NOBODY, filled_in

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
    with grounds.database() as (address, engine):
        fill(engine, PASSWORD)
        _measure("the sample region", address, engine, given.page_times, "", match=True)
    with grounds.database() as (address, engine):
        world = put_on_record(engine, given.page_people, 1, lambda said: print(said, flush=True))
        _accounts(engine, world.homes)
        title = f"{given.page_people:,} young people on record"
        _measure(title, address, engine, given.page_times, "pages-", match=False)


def _accounts(engine: Engine, homes: Mapping[str, str]) -> None:
    """An account of each role; those of homes are of the first home that can be asked."""
    home, provider = next(iter(homes.items()))
    with writing(engine) as session:
        for role, organisation in ORGANISATIONS.items():
            of_homes = role in (Role.REGISTERED_MANAGER, Role.PROVIDER)
            new = NewAccount(
                f"pages-{role.value.replace('_', '-')}",
                role,
                provider if of_homes else organisation,
                (home,) if role is Role.REGISTERED_MANAGER else (),
                secret=PASSWORD,
            )
            add_account(session, new, now())


def _measure(
    title: str, address: str, engine: Engine, times: int, prefix: str, *, match: bool
) -> None:
    print(f"\n## first byte of pages, {title}, each {times} times")
    print(f"{'role':20} {'page':34} {'status':>6} {'kB':>7} {'p50 ms':>8} {'p95 ms':>8}")
    worst = 0.0
    with tempfile.TemporaryDirectory() as name:
        port = grounds.free_port()
        more = {"BROKER_DATABASE_URL": address, **grounds.RATES}
        words = ["broker.cli", "serve", "--port", str(port)]
        with grounds.process(words, port, "/api/ready", Path(name), more):
            found = ""
            if match:
                job = _Window(port, f"{prefix}broker").send("/matches", {})
                Worker(engine).work(once=True)
                found = _led_to(port, f"{prefix}broker", job)
            known = {"MATCH": found, "RUN": found.rsplit("/", 1)[-1], "OTHER": "1"} if found else {}
            for role, pages in PAGES.items():
                window = _Window(port, f"{prefix}{role.replace('_', '-')}")
                body = window.get("/referrals")[2]
                told = re.search(r'<th scope="row"[^>]*><a[^>]*href="([^"]+)"', body)
                first = {} if told is None else {"REFERRAL": html.unescape(told[1])}
                for page in pages:
                    try:
                        where = filled_in(page, known | first)
                    except KeyError as missing:
                        print(f"{role:20} {page:34} not measured: no {missing} on record")
                        continue
                    spent = sorted(_times(window, where, times))
                    status, _, body = window.get(where)
                    p95 = spent[min(len(spent) - 1, int(len(spent) * 0.95))]
                    worst = max(worst, p95)
                    print(
                        f"{role:20} {page[:34]:34} {status:6} {len(body.encode()) / 1000:7.1f} "
                        f"{spent[len(spent) // 2]:8.1f} {p95:8.1f}",
                        flush=True,
                    )
    print(f"slowest p95: {worst:.1f} ms")


def _led_to(port: int, account: str, job: str) -> str:
    """The match that a job was for, once it is made.

    Raises:
        RuntimeError: it is not made within a minute.
    """
    end = time.monotonic() + 60
    # In a window of its own: the connection that asked was closed while nobody used it.
    window = _Window(port, account)
    while time.monotonic() < end:
        found = window.where(job)
        if found:
            return found
        time.sleep(1)
    raise RuntimeError(f"no match came of {job}")


def _times(window: _Window, where: str, times: int) -> Iterator[float]:
    window.get(where)
    for _ in range(times):
        yield window.get(where)[1]


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

    def send(self, where: str, fields: Mapping[str, str]) -> str:
        """Where a form of the page at an address leads, sent with its hidden fields."""
        body = self.get(where)[2]
        hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', body))
        self._ask("POST", where, urlencode({**hidden, **fields}))
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
