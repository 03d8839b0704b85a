"""A TCP proxy that misbehaves on demand: cuts, stalls, and swallows."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class FaultProxy:
    """Forwards to one port of this machine until told otherwise. `stalled`: nothing passes, nobody is told."""

    def __init__(self, to_port: int) -> None:
        self.to_port = to_port
        self.port = 0
        self.stalled = False
        self.swallows_answers = False
        self.refuses = False
        self.accepted = 0
        self._wires: set[asyncio.StreamWriter] = set()
        self._frozen: set[asyncio.StreamWriter] = set()
        self._pairs: list[tuple[asyncio.StreamWriter, asyncio.StreamWriter]] = []
        self._serving: set[asyncio.Task[None]] = set()

    def cut(self) -> None:
        """Every connection through here is gone."""
        for writer in list(self._wires):
            writer.transport.abort()

    def freeze(self, *, up: bool = True, down: bool = True) -> None:
        """Nothing passes any more on the connections that there are, to the relay or back, and nobody is told."""
        for client, relay in self._pairs:
            self._frozen |= {relay} if up else set()
            self._frozen |= {client} if down else set()

    async def close(self) -> None:
        self.cut()
        if self._serving:
            await asyncio.wait(self._serving)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.accepted += 1
        task = asyncio.current_task()
        assert task is not None
        self._serving.add(task)
        task.add_done_callback(self._serving.discard)
        try:
            if self.refuses:
                raise ConnectionRefusedError
            back_reader, back_writer = await asyncio.open_connection("127.0.0.1", self.to_port)
        except OSError:
            writer.transport.abort()
            return
        self._wires |= {writer, back_writer}
        self._pairs.append((writer, back_writer))
        try:
            async with asyncio.TaskGroup() as group:
                for source, sink, is_answer in ((reader, back_writer, False), (back_reader, writer, True)):
                    group.create_task(self._pump(source, sink, is_answer=is_answer))
        finally:
            self._wires -= {writer, back_writer}
            self._pairs.remove((writer, back_writer))
            writer.transport.abort()
            back_writer.transport.abort()

    async def _pump(
        self, source: asyncio.StreamReader, sink: asyncio.StreamWriter, *, is_answer: bool
    ) -> None:
        try:
            while data := await source.read(65_536):
                if (
                    sink not in self._frozen
                    and not self.stalled
                    and not (is_answer and self.swallows_answers)
                ):
                    sink.write(data)
                    await sink.drain()
        except OSError:
            pass
        finally:
            if not self.stalled and sink not in self._frozen:
                sink.close()


@asynccontextmanager
async def fault_proxy(to_port: int) -> AsyncIterator[FaultProxy]:
    """A proxy on a free port of this machine."""
    proxy = FaultProxy(to_port)
    server = await asyncio.start_server(proxy.serve, "127.0.0.1", 0)
    proxy.port = server.sockets[0].getsockname()[1]
    try:
        yield proxy
    finally:
        server.close()
        await proxy.close()
        await server.wait_closed()
