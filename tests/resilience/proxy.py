"""A TCP proxy on the loopback, for networks that break: between a worker and a server."""

import asyncio
import socket
import struct
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Thread

RESET_ON_CLOSE = struct.pack("ii", 1, 0)
CHUNK = 1 << 16


class Proxy:
    """Passes on what it gets, until ``cut`` or ``black_hole``, and again from ``heal`` on."""

    def __init__(self, upstream_port: int) -> None:
        self._upstream_port = upstream_port
        self._writers: set[asyncio.StreamWriter] = set()
        self._is_cut = False
        self._loop = asyncio.new_event_loop()
        self._thread = Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._flowing = asyncio.Event()
        self._flowing.set()
        listening = asyncio.start_server(self._connected, "127.0.0.1", 0)
        self._server = asyncio.run_coroutine_threadsafe(listening, self._loop).result()
        self.port: int = self._server.sockets[0].getsockname()[1]

    def cut(self) -> None:
        """Every connection is reset, and so is every new one."""
        self._do(lambda: setattr(self, "_is_cut", True))
        self._do(self._reset_all)

    def black_hole(self) -> None:
        """Nothing is lost with a sound: connections stay, new ones are taken, and no byte passes."""
        self._do(self._flowing.clear)

    def heal(self) -> None:
        """For new connections. The network has forgotten those that it swallowed."""
        self._do(self._reset_all)
        self._do(lambda: setattr(self, "_is_cut", False))
        self._do(self._flowing.set)

    @contextmanager
    def in_a_black_hole(self) -> Iterator[None]:
        self.black_hole()
        try:
            yield
        finally:
            self.heal()

    def close(self) -> None:
        asyncio.run_coroutine_threadsafe(self._end(), self._loop).result()
        self._do(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _end(self) -> None:
        self._server.close()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    def _do(self, action: Callable[[], None]) -> None:
        self._loop.call_soon_threadsafe(action)

    def _reset_all(self) -> None:
        for writer in self._writers:
            writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_ON_CLOSE)
            writer.transport.abort()

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        try:
            await self._flowing.wait()
            if not self._is_cut:
                await self._bridge(reader, writer)
        except OSError:
            pass  # either side is gone; so is the other one now
        finally:
            writer.transport.abort()
            self._writers.discard(writer)

    async def _bridge(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        from_server, to_server = await asyncio.open_connection("127.0.0.1", self._upstream_port)
        self._writers.add(to_server)
        there = asyncio.create_task(self._pump(reader, to_server))
        back = asyncio.create_task(self._pump(from_server, writer))
        try:
            await asyncio.wait([there, back], return_when=asyncio.FIRST_COMPLETED)
        finally:
            there.cancel()
            back.cancel()
            to_server.transport.abort()
            self._writers.discard(to_server)

    async def _pump(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        try:
            while data := await source.read(CHUNK):
                await self._flowing.wait()
                sink.write(data)
                await sink.drain()
        except OSError:
            pass  # ends the bridge
