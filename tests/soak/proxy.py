"""A network of our own on this machine: it passes on, or hangs, cuts, delays, or leaves connections half open."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine
from contextlib import suppress
from typing import Any, Literal

Mode = Literal["open", "hang", "cut", "delay", "half"]
"""``hang``: takes connections and passes nothing on. ``half``: what is asked arrives, and no answer comes back."""

DELAY = 0.4
"""Seconds by which each piece comes later."""

_PIECE = 65_536


class Network:
    """The thread in which all proxies run."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        threading.Thread(target=self.loop.run_forever, name="network", daemon=True).start()

    def run(self, what: Coroutine[Any, Any, Any]) -> Any:
        """Run ``what`` there, and return what it returns."""
        return asyncio.run_coroutine_threadsafe(what, self.loop).result(30)


class Proxy:
    """A door on 127.0.0.1 to a server on ``target``, a port of this machine."""

    def __init__(self, network: Network, target: int) -> None:
        self.network, self.target = network, target
        self.mode: Mode = "open"
        self._writers: set[asyncio.StreamWriter] = set()
        self._open = asyncio.Event()
        self._open.set()
        server = network.run(asyncio.start_server(self._take, "127.0.0.1", 0))
        self.port: int = server.sockets[0].getsockname()[1]

    def become(self, mode: Mode) -> None:
        """Go over to a mode. What was stalled or lost its answer is cut when the way is open again."""
        self.network.run(self._become(mode))

    async def _become(self, mode: Mode) -> None:
        before, self.mode = self.mode, mode
        (self._open.clear if mode == "hang" else self._open.set)()
        if mode == "cut" or before in {"hang", "half"}:
            for writer in list(self._writers):
                writer.transport.abort()

    async def _take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        try:
            if self.mode == "cut":
                writer.transport.abort()
                return
            await self._open.wait()
            with suppress(OSError):
                there, back = await asyncio.open_connection("127.0.0.1", self.target)
                self._writers.add(back)
                try:
                    await asyncio.gather(self._pump(reader, back), self._pump(there, writer, is_answer=True))
                finally:
                    self._writers.discard(back)
                    back.close()
        finally:
            self._writers.discard(writer)
            writer.close()

    async def _pump(self, come: asyncio.StreamReader, go: asyncio.StreamWriter, *, is_answer: bool = False) -> None:
        try:
            while piece := await come.read(_PIECE):
                await self._open.wait()
                if self.mode == "delay":
                    await asyncio.sleep(DELAY)
                if not (is_answer and self.mode == "half"):
                    go.write(piece)
                    await go.drain()
        except OSError:
            pass
        finally:
            go.close()
