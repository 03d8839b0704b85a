"""A relay as the documentation of `websockets` suggests it: `python broadcast_server.py PORT LOOP`."""

import asyncio
import json
import sys
from collections import defaultdict
from collections.abc import Callable

from websockets.asyncio.server import ServerConnection, broadcast, serve
from websockets.exceptions import ConnectionClosed

rooms: defaultdict[str, set[ServerConnection]] = defaultdict(set)
clients: dict[str, ServerConnection] = {}


async def relay(client: ServerConnection) -> None:
    assert client.request is not None
    _, session, name = client.request.path.split("/")
    room = rooms[session]
    room.add(client)
    clients[name] = client
    try:
        async for message in client:
            to = json.loads(message)["to"]
            if to == "*":
                broadcast(room, message)
            elif to in clients:
                await clients[to].send(message)
    except ConnectionClosed:
        pass
    finally:
        room.discard(client)
        del clients[name]


async def main(port: int) -> None:
    async with serve(relay, "127.0.0.1", port, compression=None, max_queue=None) as server:
        await server.serve_forever()


def loop_factory(name: str) -> Callable[[], asyncio.AbstractEventLoop]:
    if name == "uvloop":
        import uvloop  # noqa: PLC0415 - an extra

        return uvloop.new_event_loop
    return asyncio.new_event_loop


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=loop_factory(sys.argv[2])) as runner:
        runner.run(main(int(sys.argv[1])))
