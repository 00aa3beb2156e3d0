"""Do the jobs that wait, such as matches of what is on record: one after another, until stopped.

With BROKER_WAREHOUSE and BROKER_WAREHOUSE_KEY it also keeps the data warehouse: makes it where
there is none, and brings it to today once a day. Each line on stdout is one event as JSON. SIGTERM
or Ctrl-C: the job at hand is given back and waits for the next worker. Several workers may run on
one database, on several computers.
"""

from __future__ import annotations

import argparse
import json
import signal
import threading
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from broker.commands import parse
from broker.commands.endings import DONE
from broker.commands.output import show
from broker.database import engine_from_environment
from broker.jobs.queue import Terms
from broker.jobs.worker import Worker
from broker.store.clock import now
from broker.warehouse.place import kept_place


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `broker worker`."""
    parser.add_argument("--once", action="store_true", help="end when no job waits")
    parser.add_argument(
        "--lease",
        metavar="SECONDS",
        type=parse.seconds,
        default=Terms().lease.total_seconds(),
        help="without a sign for so long, its job goes to another worker [15]",
    )


def run(arguments: argparse.Namespace) -> int:
    """Work until stopped, or until nothing waits."""
    stop = threading.Event()
    for kind in (signal.SIGTERM, signal.SIGINT):
        signal.signal(kind, lambda *_: stop.set())
    terms = Terms(lease=timedelta(seconds=arguments.lease))
    warehouse = kept_place()
    engine = engine_from_environment()
    try:
        worker = Worker(engine, stop=stop, terms=terms, line=_line, warehouse=warehouse)
        worker.work(once=arguments.once)
    finally:
        engine.dispose()
    return DONE


def _line(told: Mapping[str, Any]) -> None:
    show(json.dumps({"at": now().isoformat(), **told}, ensure_ascii=False))
