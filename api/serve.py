"""`broker serve`: the service, for this computer alone unless it is set for production."""

from __future__ import annotations

import errno
import shutil
import socket
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import FrameType
from typing import Final

import uvicorn
from sqlalchemy import Engine

from api import asking
from api.app import create_app
from api.journal import configure
from api.middleware import is_loopback
from api.records import Records
from api.settings import Settings, from_environment, is_address
from api.watch import Drain
from broker.apart.process import Process
from broker.capacity.desk.shelf import DEMAND
from broker.database import DatabaseUnreachable, make_engine
from broker.jobs.crew import Crew
from broker.sample.demand import write_demand
from broker.sample.showing import ORGANISATIONS, fill, tell_reports
from broker.warehouse.place import kept_place

HOST = "127.0.0.1"
PORT = 8000
LARGEST_PORT = 65535
SAMPLE: Final = Path("out") / "serve"
"""Where the sample region is served from; it is made anew at each start."""
_MARK: Final = ".broker-sample"
_LAST_SECONDS: Final = 5
"""How long, once the time of requests at work is over, they have to notice that they are ended."""


class CannotServe(Exception):
    """The service cannot be started, said in a sentence for the person who must act."""


def serve(
    host: str = HOST, port: int = PORT, workers: int | None = None, *, sample: bool = False
) -> None:
    """Run the service until it is stopped; matches that run then end with the best they have.

    With `sample` it is on the invented sample region, made anew, with an account of each role and
    a warehouse of its own, wherever another is kept.

    So many `workers` for jobs begin and end with it; if not said, one where the database is a file
    of this computer, and none where it is shared: there they are started by themselves.

    Raises:
        CannotServe: the host is another's than this computer's own without the settings of
            production, the port cannot be had, or the sample is asked for in production.
        BadSettings: the settings are not safe, or no settings.
        Refused: a place of the warehouse is named and none of its keys.
        DatabaseProblem: the database is none of ours; one that is only away is waited for.
    """
    settings = from_environment()
    warehouse = None if sample else kept_place()
    if sample and settings.production:
        raise CannotServe(
            "The sample region has accounts whose password everybody at this terminal sees; with "
            "BROKER_ENV=production it is refused. Allowed: development settings."
        )
    configure()
    records = Records()
    with listen(host, port, settings) as listening:
        if sample:
            records = Records(open_sample(SAMPLE))
            settings = replace(settings, simulations=SAMPLE / "simulations")
            begin_demand(SAMPLE / "simulations")
        try:
            records.prepare()
        except DatabaseUnreachable as problem:
            print(f"{problem} Requests that need it are refused until then.", file=sys.stderr)
        shown = f"[{host.strip('[]')}]" if ":" in host else host
        print(f"The service answers on http://{shown}:{listening.getsockname()[1]}/")
        print(f"{_reached(settings)} Stop it with Ctrl-C.", flush=True)
        number = _number(records.address) if workers is None else workers
        crew = Crew(records.address, number, warehouse)
        app = create_app(settings, records)
        config = uvicorn.Config(
            app,
            log_config=None,
            access_log=False,
            proxy_headers=False,
            server_header=False,
            timeout_graceful_shutdown=_LAST_SECONDS,
        )

        def stop() -> None:
            crew.stop()
            app.state.service.turns.stop()

        crew.start()
        app.state.service.turns.prepare(asking.ask_of_the_sample)
        try:
            with suppress(KeyboardInterrupt):
                _Server(config, stop, app.state.drain).run(sockets=[listening])
        finally:
            crew.close()
    print("The service has stopped.")


def open_sample(folder: Path) -> Engine:
    """The sample region in a database of its own, made anew; who may sign in is told here.

    Raises:
        CannotServe: the folder holds something else.
    """
    mark = folder / _MARK
    if folder.exists() and any(folder.iterdir()) and not mark.exists():
        raise CannotServe(f"{folder} holds something else; move it away to serve the sample.")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    mark.touch()
    engine = make_engine(f"sqlite:///{folder / 'broker.sqlite3'}")
    made = fill(engine)
    tell_reports(engine, folder)
    print("The sample region, all of it invented, with an account of each role:")
    for role, account in made.accounts.items():
        print(f"  {account:<20}{ORGANISATIONS[role]}")
    print(f"One password for all of them, made for this start: {made.password}")
    return engine


def begin_demand(folder: Path) -> None:
    """Begin to estimate the demand of invented returns, in a process apart: it takes a while."""

    def work() -> None:
        process = Process(("broker.sample.demand",))
        try:
            process.run(partial(write_demand, folder / DEMAND))
        finally:
            if process.alive:
                process.end()

    threading.Thread(target=work, name="demand", daemon=True).start()


def _number(address: str) -> int:
    return 1 if address.startswith("sqlite") else 0


class _Server(uvicorn.Server):
    """A server that ends in good order: what is at work is finished, what is new is refused.

    Running matches are told to come to an end with the best they have. Asked a second time, it ends
    at once.
    """

    def __init__(self, config: uvicorn.Config, stop: Callable[[], None], drain: Drain) -> None:
        super().__init__(config)
        self._stop = stop
        self._drain = drain

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        if self._drain.stopping:
            self.should_exit = self.force_exit = True
            return
        self._drain.begin()
        self._stop()

    async def on_tick(self, counter: int) -> bool:
        if self._drain.over:
            self.should_exit = True
        return await super().on_tick(counter)


def _reached(settings: Settings) -> str:
    if settings.production:
        names = ", ".join(settings.hosts)
        return f"It answers to {names}, by https in front of it."
    return "Only this computer can reach it."


def listen(host: str, port: int, settings: Settings) -> socket.socket:
    """A socket that waits for callers, on this computer's own address or, in production, another.

    Raises:
        CannotServe: the host is not allowed, or the port cannot be had.
    """
    if not is_loopback(host):
        if not settings.production:
            raise CannotServe(
                f"With development settings the service answers on this computer only: {host!r} is "
                "refused. Allowed: 127.0.0.1 (or another address from 127.0.0.0/8), ::1, "
                "localhost; others with BROKER_ENV=production, BROKER_SECRET and BROKER_HOSTS."
            )
        if not is_address(host):
            raise CannotServe(f"{host!r} is no address; allowed: such as 0.0.0.0 or ::.")
    if not 0 <= port <= LARGEST_PORT:
        raise CannotServe(
            f"{port} is not a port; allowed: 1 to {LARGEST_PORT}, or 0 for a free one."
        )
    address = HOST if host.lower().rstrip(".") == "localhost" else host.strip("[]")
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((address, port))
        listening.listen()
    except OSError as problem:
        listening.close()
        raise CannotServe(_why(problem, host, port)) from None
    return listening


def _why(problem: OSError, host: str, port: int) -> str:
    if problem.errno == errno.EADDRINUSE:
        return f"Port {port} is taken by another program. Stop it, or choose another with --port."
    if problem.errno == errno.EACCES:
        return f"Port {port} is not yours to use. Choose one from 1024 up with --port."
    reason = (problem.strerror or "unknown reason").lower()
    return f"The service cannot answer on {host}, port {port}: {reason}."
