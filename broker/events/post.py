"""One attempt to tell: a POST that follows nothing, trusts no name twice and ends in time."""

from __future__ import annotations

import http.client
import socket
import ssl
import threading
from collections.abc import Mapping
from contextlib import suppress
from typing import Final

from broker.events.target import BadTarget, Target, number_of, parse_target

LONGEST_SECONDS: Final = 15.0
"""From the first packet to the answer's first line. Our starting assumption."""


class Failed(Exception):
    """It was not taken, in a sentence; nothing personal is in it."""


class _To(http.client.HTTPConnection):
    """A connection to a number that was looked at, by the host's name."""

    def __init__(self, target: Target, number: str, seconds: float) -> None:
        super().__init__(target.host, target.port, timeout=seconds)
        self._number = number
        self._secure = target.secure

    def connect(self) -> None:
        self.sock = socket.create_connection((self._number, self.port), self.timeout)
        if self._secure:
            context = ssl.create_default_context()
            self.sock = context.wrap_socket(self.sock, server_hostname=self.host)


def post(
    address: str,
    body: bytes,
    headers: Mapping[str, str],
    *,
    open_only: bool,
    seconds: float = LONGEST_SECONDS,
) -> None:
    """Send a body; done once the answer is 200 to 299.

    Raises:
        Failed: it is not.
    """
    try:
        target = parse_target(address, open_only=open_only)
        connection = _To(target, number_of(target, open_only=open_only), seconds)
    except BadTarget as bad:
        raise Failed(str(bad)) from None
    late = threading.Event()

    def end() -> None:
        late.set()
        with suppress(OSError, AttributeError):
            connection.sock.shutdown(socket.SHUT_RDWR)

    watch = threading.Timer(seconds, end)
    watch.daemon = True
    watch.start()
    try:
        connection.request("POST", target.path, body, dict(headers))
        status = connection.getresponse().status
    except TimeoutError:
        raise Failed(f"no answer within {seconds:g} seconds") from None
    except (OSError, http.client.HTTPException, ValueError) as problem:
        if late.is_set():
            raise Failed(f"no answer within {seconds:g} seconds") from None
        raise Failed(f"it could not be reached: {type(problem).__name__}") from None
    finally:
        watch.cancel()
        connection.close()
    if not 200 <= status <= 299:
        moved = "; nothing is followed" if 300 <= status <= 399 else ""
        raise Failed(f"the answer was {status}{moved}")
