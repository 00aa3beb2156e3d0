"""A proxy between the service and its database that slows, goes silent and cuts."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa

PASS, SLOW, SILENT, CUT, CUT_AT_COMMIT, CUT_AFTER_COMMIT = (
    "pass", "slow", "silent", "cut", "cut at commit", "cut after commit",
)  # fmt: skip
DELAY = 0.02


class Proxy:
    """One listening port that leads to the database, as `mode` lets it."""

    def __init__(self, host: str, port: int) -> None:
        self._to = host, port
        self.mode = PASS
        self.cuts = 0
        self._deaf = False
        self._open: set[asyncio.StreamWriter] = set()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._server = asyncio.run_coroutine_threadsafe(
            asyncio.start_server(self._accept, "127.0.0.1", 0), self._loop
        ).result()
        self.port: int = self._server.sockets[0].getsockname()[1]

    def be(self, mode: str) -> None:
        """Treat everything that comes from now on so; to cut ends what is open as well."""
        self.mode, self._deaf = mode, False
        if mode == CUT:
            self._loop.call_soon_threadsafe(self._cut)

    def _cut(self) -> None:
        self.cuts += 1
        for writer in self._open:
            writer.transport.abort()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.mode == CUT:
            writer.transport.abort()
            return
        back_reader, back_writer = await asyncio.open_connection(*self._to)
        self._open |= {writer, back_writer}
        await asyncio.gather(
            self._carry(reader, back_writer, asked=True),
            self._carry(back_reader, writer, asked=False),
            return_exceptions=True,
        )
        for one in (writer, back_writer):
            self._open.discard(one)
            one.transport.abort()

    async def _carry(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, asked: bool
    ) -> None:
        while data := await reader.read(65536):
            while self.mode == SILENT:
                await asyncio.sleep(0.01)
            if self.mode == SLOW:
                await asyncio.sleep(DELAY)
            commit = asked and b"COMMIT" in data
            if commit and self.mode == CUT_AT_COMMIT:
                self._cut()
                return
            if not asked and self._deaf:
                return
            self._deaf = commit and self.mode == CUT_AFTER_COMMIT
            writer.write(data)
            await writer.drain()
            if self._deaf:
                await asyncio.sleep(0.3)  # the server commits; nobody hears of it
                self._cut()
                return
        writer.write_eof()

    def close(self) -> None:
        """End it, with whatever is open."""
        asyncio.run_coroutine_threadsafe(self._end(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _end(self) -> None:
        self._server.close()
        self._cut()
        rest = asyncio.all_tasks() - {asyncio.current_task()}
        for task in rest:
            task.cancel()
        await asyncio.gather(*rest, return_exceptions=True)


@contextmanager
def proxied(address: str) -> Iterator[tuple[Proxy, str]]:
    """A proxy before a database, and the address by which the database is reached through it."""
    url = sa.make_url(address)
    proxy = Proxy(url.host or "127.0.0.1", url.port or 5432)
    through = url.set(host="127.0.0.1", port=proxy.port)
    try:
        yield proxy, through.render_as_string(hide_password=False)
    finally:
        with contextlib.suppress(RuntimeError):
            proxy.close()
