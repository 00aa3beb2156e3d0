"""Open the service: for this computer alone, unless BROKER_ENV=production.

In production BROKER_SECRET and BROKER_HOSTS must be set, and https stands in front of it.
"""

from __future__ import annotations

import argparse
import importlib

from broker.commands import parse
from broker.commands.endings import DONE


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `broker serve`."""
    parser.add_argument(
        "--host", default="127.0.0.1", help="a loopback address, or any in production [127.0.0.1]"
    )
    parser.add_argument(
        "--port", metavar="N", type=parse.whole, default=8000, help="0 for a free one [8000]"
    )
    parser.add_argument(
        "--workers",
        metavar="N",
        type=parse.whole,
        help="workers for jobs beside it, 0 for none [1 with a SQLite file, else 0: broker worker]",
    )
    parser.add_argument(
        "--sample",
        action="store_true",
        help="on the invented sample region, made anew, with an account of each role: to try the "
        "pages; never in production",
    )


def run(arguments: argparse.Namespace) -> int:
    """Serve until stopped. The service stands above this floor, so it is opened by its name."""
    importlib.import_module("api.serve").serve(
        arguments.host, arguments.port, arguments.workers, sample=arguments.sample
    )
    return DONE
