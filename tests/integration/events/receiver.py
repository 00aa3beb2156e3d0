"""A system that is told of events: it takes, fails, hangs or drips, and keeps all that it heard.

It checks signatures by the rule of the page, with no code of ours.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Receiver:
    """What was heard; `behave` says for each request what is done: a status, or "hang"."""

    address: str = ""
    heard: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    behave: Callable[[dict[str, Any]], int | str] = lambda told: 204
    arrived: threading.Event = field(default_factory=threading.Event)
    let_go: threading.Event = field(default_factory=threading.Event)

    def ids(self) -> list[int]:
        return [told["event_id"] for told in self.heard]

    def kinds(self) -> list[str]:
        return [told["kind"] for told in self.heard]


def genuine(key: str, header: str, body: bytes) -> bool:
    """Whether a signature is right, as a receiver works it out from the page."""
    parts = dict(part.split("=", 1) for part in header.split(","))
    text = parts["t"].encode() + b"." + body
    return hmac.compare_digest(
        parts["v1"], hmac.new(key.encode(), text, hashlib.sha256).hexdigest()
    )


@contextmanager
def receiving() -> Iterator[Receiver]:
    """A receiver on this computer."""
    made = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            told = json.loads(body)
            made.bodies.append(body)
            made.headers.append(dict(self.headers))
            made.heard.append(told)
            done = made.behave(told)
            made.arrived.set()
            if done == "hang":
                made.let_go.wait(60)
                return
            if done == "drip":
                for letter in b"HTTP/1.1 204 No Content\r\nX: " + b"x" * 10_000:
                    if made.let_go.wait(0.05):
                        return
                    self.wfile.write(bytes([letter]))
                return
            self.send_response(int(done))
            if int(done) == 302:
                self.send_header("Location", made.address + "/elsewhere")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            return

    class Server(ThreadingHTTPServer):
        def handle_error(self, request: object, client_address: object) -> None:
            return

    server = Server(("127.0.0.1", 0), Handler)
    made.address = f"http://127.0.0.1:{server.server_address[1]}/told"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield made
    finally:
        made.let_go.set()
        server.shutdown()
        server.server_close()
