"""A plain client of HTTP/1.1 over one connection that stays open: it costs little beside a service.

It reads answers with a `Content-Length`, as the service gives them, and keeps their cookies.
"""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, field
from typing import Any

HOST = "127.0.0.1"


class NoAnswer(Exception):
    """No whole answer came."""


@dataclass
class Wire:
    """One caller with one connection, which is opened anew when it was closed."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)
    token: str | None = None
    _streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(
        self, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None
    ) -> tuple[int, dict[str, Any]]:
        """The status and the JSON of an answer.

        Raises:
            NoAnswer: none came; whether it was done is not known.
        """
        told = self._request(method, path, body, headers or {})
        try:
            if self._streams is None or self._streams[1].is_closing():
                self._streams = await asyncio.open_connection(HOST, self.port)
            reader, writer = self._streams
            writer.write(told)
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
            length = self._read_head(head[1:])
            text = await reader.readexactly(length)
        except (OSError, asyncio.IncompleteReadError) as problem:
            self.close()
            raise NoAnswer(str(problem)) from problem
        return int(head[0].split(" ", 2)[1]), json.loads(text) if text else {}

    def close(self) -> None:
        """Hang up."""
        if self._streams is not None:
            self._streams[1].close()
            self._streams = None

    def _request(self, method: str, path: str, body: Any, headers: dict[str, str]) -> bytes:
        text = b"" if body is None else json.dumps(body).encode()
        told = {"Host": f"{HOST}:{self.port}", "Content-Length": str(len(text)), **headers}
        if body is not None:
            told["Content-Type"] = "application/json"
        if self.token is not None:
            told["Authorization"] = f"Bearer {self.token}"
        elif self.cookies:
            told["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
            told["X-CSRFToken"] = self.cookies.get("csrftoken", "")
        lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {told[name]}" for name in told)]
        return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1") + text

    def _read_head(self, lines: list[str]) -> int:
        length = 0
        for line in lines:
            name, _, value = line.partition(":")
            if name.lower() == "content-length":
                length = int(value)
            elif name.lower() == "set-cookie":
                key, _, rest = value.strip().partition("=")
                self.cookies[key] = rest.partition(";")[0]
        return length
