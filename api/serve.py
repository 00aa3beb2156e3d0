"""`broker serve`: the service on a loopback address, and on no other until sign-in exists."""

from __future__ import annotations

import errno
import socket
import sys
from collections.abc import Callable
from contextlib import suppress
from types import FrameType

import uvicorn

from api.app import create_app
from api.middleware import is_loopback
from api.records import Records
from broker.database import DatabaseUnreachable
from broker.jobs.crew import Crew

HOST = "127.0.0.1"
PORT = 8000
LARGEST_PORT = 65535


class CannotServe(Exception):
    """The service cannot be started, said in a sentence for the person who must act."""


def serve(host: str = HOST, port: int = PORT, workers: int | None = None) -> None:
    """Run the service until it is stopped; matches that run then end with the best they have.

    So many `workers` for jobs begin and end with it; if not said, one where the database is a file
    of this computer, and none where it is shared: there they are started by themselves.

    Raises:
        CannotServe: the host is not this computer's own, or the port cannot be had.
        DatabaseProblem: the database is none of ours; one that is only away is waited for.
    """
    records = Records()
    with listen(host, port) as listening:
        try:
            records.prepare()
        except DatabaseUnreachable as problem:
            print(f"{problem} Requests that need it are refused until then.", file=sys.stderr)
        shown = f"[{host.strip('[]')}]" if ":" in host else host
        print(f"The service answers on http://{shown}:{listening.getsockname()[1]}/api/health")
        print("Only this computer can reach it. Stop it with Ctrl-C.", flush=True)
        crew = Crew(records.address, _number(records.address) if workers is None else workers)
        app = create_app(records=records)
        config = uvicorn.Config(app, log_level="warning", proxy_headers=False, server_header=False)

        def stop() -> None:
            crew.stop()
            app.state.service.turns.stop()

        crew.start()
        try:
            with suppress(KeyboardInterrupt):
                _Server(config, stop).run(sockets=[listening])
        finally:
            crew.close()
    print("The service has stopped.")


def _number(address: str) -> int:
    return 1 if address.startswith("sqlite") else 0


class _Server(uvicorn.Server):
    """A server that tells running matches to come to an end when it is asked to stop."""

    def __init__(self, config: uvicorn.Config, stop: Callable[[], None]) -> None:
        super().__init__(config)
        self._stop = stop

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        self._stop()
        super().handle_exit(sig, frame)


def listen(host: str, port: int) -> socket.socket:
    """A socket that waits for callers on this computer's own address.

    Raises:
        CannotServe: the host is not this computer's own, or the port cannot be had.
    """
    if not is_loopback(host):
        raise CannotServe(
            f"The service answers on this computer only, because there is no sign-in yet: {host!r} "
            "is refused. Allowed: 127.0.0.1 (or another address from 127.0.0.0/8), ::1, localhost."
        )
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
