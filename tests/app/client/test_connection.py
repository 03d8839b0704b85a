"""A link against small servers that are relays, are none, or misbehave."""

import asyncio
import json
import socket
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

import pytest
from websockets.asyncio.server import ServerConnection, serve
from websockets.datastructures import Headers
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response

from heliograph.client.connection import Link
from heliograph.client.dialing import Target, Transport, dial
from heliograph.client.events import Acknowledged, Joined, NotConfirmed, Sent, State, Status
from heliograph.client.session import ClientSession, Credential
from heliograph.services.tasks import Tasks
from tests.app.client.frames import JsonObject, bye, joined, signal
from tests.support.links import Listener, eventually, link_to

Handler = Callable[[ServerConnection], Awaitable[None]]


class Relay:
    """Takes everybody in, and answers signals; `greet` may do otherwise."""

    def __init__(self) -> None:
        self.joins: list[JsonObject] = []
        self.said: list[JsonObject] = []
        self.connections: list[ServerConnection] = []
        self.greeting: list[JsonObject | str] = []

    async def __call__(self, connection: ServerConnection) -> None:
        self.connections.append(connection)
        with suppress(ConnectionClosed):
            await self._listen(connection)

    async def _listen(self, connection: ServerConnection) -> None:
        async for text in connection:
            frame = json.loads(text)
            if frame["op"] == "join":
                self.joins.append(frame)
                for answer in self.greeting or [joined(recovered="resume" in frame)]:
                    await connection.send(answer if isinstance(answer, str) else json.dumps(answer))
            elif frame["op"] == "leave":
                await connection.close()
            else:
                await self.hear(connection, frame)

    async def hear(self, connection: ServerConnection, frame: JsonObject) -> None:
        self.said.append(frame)
        if frame["op"] == "signal":
            await connection.send(
                json.dumps(signal(1 + len(self.said), n=frame["n"], data=frame.get("data")))
            )

    async def say(self, frame: JsonObject, close: int | None = None) -> None:
        connection = self.connections[-1]
        await connection.send(json.dumps(frame))
        if close is not None:
            await connection.close(close)


@asynccontextmanager
async def serving(
    handler: Handler, *, subprotocol: str | None = "heliograph.v1", **more: object
) -> AsyncIterator[int]:
    subprotocols = [subprotocol] if subprotocol else None
    async with serve(handler, "127.0.0.1", 0, subprotocols=subprotocols, compression=None, **more) as server:  # type: ignore[arg-type]
        yield server.sockets[0].getsockname()[1]


@asynccontextmanager
async def talking(first_words: bytes | None) -> AsyncIterator[int]:
    """A server that is no web server: says its words, or nothing."""

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if first_words is not None:
            writer.write(first_words)
        await reader.read(-1)
        writer.close()

    server = await asyncio.start_server(handle, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()


@pytest.fixture
def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


# ---- the ordinary way


async def test_joins_sends_and_leaves() -> None:
    relay = Relay()
    async with serving(relay) as port, link_to(port, credential=Credential(pin="1234")) as (link, heard):
        await heard.joined()
        link.send("a", type="chat", data="hello")
        await heard.until(lambda: heard.of(Acknowledged))
        link.leave()
        await heard.status(State.LEFT)
    assert relay.joins == [{"op": "join", "pin": "1234", "name": "Ana"}]
    assert relay.said == [{"op": "signal", "n": 1, "type": "chat", "data": "hello"}]
    states = [event.state for event in heard.of(Status)]
    assert states == [State.CONNECTING, State.JOINED, State.LEFT]
    assert heard.of(Sent) == [Sent("a", 1)]


async def test_the_session_id_is_escaped_in_the_path() -> None:
    paths: list[str] = []

    async def look(connection: ServerConnection) -> None:
        assert connection.request is not None
        paths.append(connection.request.path)
        await Relay()(connection)

    async with serving(look) as port, link_to(port, session="a/b ü") as (_, heard):
        await heard.joined()
    assert paths == ["/session/a%2Fb%20%C3%BC"]


async def test_what_is_sent_before_joining_goes_then() -> None:
    relay = Relay()
    async with serving(relay) as port, link_to(port) as (link, heard):
        link.send("a", type=None, data="early")
        await heard.until(lambda: heard.of(Acknowledged))


async def test_paces_itself_with_a_timer() -> None:
    relay = Relay()
    relay.greeting = [joined(limits={"type": 128, "data": 8_192, "rate": 50, "burst": 4})]
    async with serving(relay) as port, link_to(port) as (link, heard):
        for i in range(8):
            link.send(str(i), type=None, data=None)
        began = time.monotonic()
        await heard.until(lambda: len(heard.of(Acknowledged)) == 8)
        assert time.monotonic() - began > 4 / 50


# ---- coming back


async def test_a_cut_is_told_and_healed_by_a_resume() -> None:
    relay = Relay()
    async with serving(relay) as port, link_to(port) as (_, heard):
        await heard.joined()
        relay.connections[-1].transport.abort()
        status = await heard.status(State.RECONNECTING)
        assert status.problem == "closed"
        assert status.retry_at is not None
        assert (await heard.joined(times=2)).recovered is True
    assert relay.joins[1]["resume"] == {"connection": "me", "key": "K1", "epoch": "E1", "seq": 1}


async def test_a_stopping_relay_is_waited_for() -> None:
    relay = Relay()
    async with serving(relay) as port, link_to(port) as (_, heard):
        await heard.joined()
        await relay.say(bye(4503, "goingAway", "the relay is stopping"), close=4503)
        status = await heard.status(State.RECONNECTING)
        assert (status.problem, status.message) == ("goingAway", "The relay is stopping.")
        await heard.joined(times=2)


async def test_a_relay_that_moved_is_found_at_its_new_place() -> None:
    old, new = Relay(), Relay()
    async with serving(old) as port, serving(new) as new_port, link_to(port) as (link, heard):
        await heard.joined()
        link.retarget(Target(hosts=("127.0.0.1",), port=new_port, session="s"))
        old.connections[-1].transport.abort()
        await heard.joined(times=2)
        assert len(new.joins) == 1


async def test_reconnect_now_does_not_wait() -> None:
    relay = Relay()
    async with serving(relay) as port, link_to(port) as (link, heard):
        await heard.joined()
        link._backoff._longest_now = 1_000.0  # noqa: SLF001 (as after a long time)
        relay.connections[-1].transport.abort()
        await heard.status(State.RECONNECTING)
        link.reconnect()
        await heard.joined(times=2)


async def test_a_relay_that_says_nothing_any_more_is_noticed() -> None:
    relay = Relay()
    async with serving(relay) as port, link_to(port) as (link, heard):
        await heard.joined()
        stuck = relay.connections[-1]
        stuck.transport.pause_reading()
        link.send("a", type=None, data="into the void")
        status = await heard.status(State.RECONNECTING)
        assert status.problem == "notAnswering"
        await heard.joined(times=2)
        await heard.until(lambda: heard.of(Acknowledged))
        stuck.transport.abort()


async def test_a_quiet_relay_that_answers_pings_is_left_in_peace() -> None:
    relay = Relay()
    async with serving(relay) as port, link_to(port) as (link, heard):
        await heard.joined()
        transport = link._transport  # noqa: SLF001
        assert transport is not None
        for _ in range(3):
            last = transport.heard
            await eventually(lambda last=last: transport.heard > last)  # type: ignore[misc]
        assert len(relay.joins) == 1


async def test_a_moderator_may_put_us_out() -> None:
    relay = Relay()
    async with serving(relay) as port, link_to(port) as (link, heard):
        await heard.joined()
        link.disconnect("bob")
        link.inspect(True)
        await relay.say(bye(4403, "forceDisconnected", "a moderator disconnected you"), close=4403)
        status = await heard.status(State.ENDED)
        assert (status.problem, status.message) == (
            "forceDisconnected", "A moderator has put you out of this session.",
        )  # fmt: skip
    assert relay.said == [{"op": "disconnect", "connection": "bob"}, {"op": "inspect", "on": True}]


# ---- the first join


async def ended(port: int, **more: object) -> Status:
    async with link_to(port, **more) as (_, heard):  # type: ignore[arg-type]
        return await heard.status(State.ENDED)


async def test_nobody_listens(free_port: int) -> None:
    status = await ended(free_port)
    assert status.problem == "unreachable"
    assert f"Nothing listens at 127.0.0.1:{free_port}." in status.message


async def test_no_such_computer(free_port: int) -> None:
    status = await ended(free_port, hosts=("no-such-computer.invalid",))
    assert status.problem == "unreachable"
    assert "No computer called no-such-computer.invalid was found" in status.message


async def test_an_address_that_wins_in_the_moment_of_an_end_is_let_go(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    won: list[Transport] = []

    def win(transport: Transport) -> None:
        won.append(transport)
        dialling.cancel()

    monkeypatch.setattr(Transport, "start_keepalive", win)
    async with serving(Relay()) as port, asyncio.TaskGroup() as group:
        target = Target(hosts=("127.0.0.1",), port=port, session="s")
        dialling = group.create_task(dial(target, 10))
        with pytest.raises(asyncio.CancelledError):
            await dialling
        async with asyncio.timeout(10):
            await won[0].wait_closed()


async def test_all_addresses_fail_each_in_its_way(free_port: int) -> None:
    status = await ended(free_port, hosts=("127.0.0.1", "::1", "no-such-computer.invalid"))
    assert status.problem == "unreachable"
    assert f"127.0.0.1:{free_port}" in status.message
    assert "[::1]" in status.message
    assert "no-such-computer.invalid" in status.message


async def test_the_first_address_that_answers_wins() -> None:
    relay = Relay()
    hosts = ("no-such-computer.invalid", "127.0.0.2", "127.0.0.1")
    async with serving(relay) as port, link_to(port, hosts=hosts) as (link, heard):
        await heard.joined()
        assert link._last_host == "127.0.0.1"  # noqa: SLF001


async def test_two_addresses_of_one_relay_make_one_join() -> None:
    relay = Relay()
    async with serving(relay) as port, link_to(port, hosts=("127.0.0.1", "localhost")) as (_, heard):
        await heard.joined()
    assert len(relay.joins) == 1


async def test_something_takes_the_connection_and_says_nothing() -> None:
    async with talking(None) as port:
        status = await ended(port)
    assert (status.problem, "says nothing" in status.message) == ("notAnswering", True)


@pytest.mark.parametrize(
    "words",
    [
        b"SSH-2.0-OpenSSH_9.6\r\n",
        b"220 mail ready\r\n",
        b"\x00\xff" * 5_000,
        b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
    ],
)
async def test_another_program_than_a_relay(words: bytes) -> None:
    async with talking(words) as port:
        status = await ended(port)
    assert status.problem == "notARelay"
    assert f"127.0.0.1:{port}" in status.message


@pytest.mark.parametrize(
    ("code", "problem", "words"),
    [(200, "notARelay", "HTTP 200"), (400, "notARelay", "HTTP 400"), (404, "notARelay", "HTTP 404"),
     (302, "notARelay", "Another program"), (503, "goingAway", "is stopping")],
)  # fmt: skip
async def test_a_web_server_that_is_no_relay(code: int, problem: str, words: str) -> None:
    def refuse(_connection: ServerConnection, _request: Request) -> Response:
        headers = Headers([("Location", "ws://127.0.0.2:9/session/s"), ("Content-Length", "0")])
        return Response(code, "so", headers)

    async with serving(Relay(), process_request=refuse) as port:
        status = await ended(port)
    assert status.problem == problem
    assert words in status.message


@pytest.mark.parametrize("subprotocol", [None, "chat.v9"])
async def test_a_server_of_another_protocol(subprotocol: str | None) -> None:
    async with serving(Relay(), subprotocol=subprotocol) as port:
        status = await ended(port)
    assert status.problem == "notARelay"


async def test_a_relay_that_talks_nonsense() -> None:
    relay = Relay()
    relay.greeting = ["Welcome!"]
    async with serving(relay) as port:
        status = await ended(port)
    assert status.problem == "nonsense"


async def test_a_relay_that_never_answers_the_join() -> None:
    relay = Relay()
    relay.greeting = [""] * 0

    async def mute(connection: ServerConnection) -> None:
        await connection.wait_closed()

    async with serving(mute) as port:
        status = await ended(port)
    assert status.problem == "notAnswering"


async def test_a_wrong_secret() -> None:
    async def refuse(connection: ServerConnection) -> None:
        await connection.recv()
        await connection.send(json.dumps(bye(4401, "unauthorized", "no")))
        await connection.close(4401)

    async with serving(refuse) as port:
        status = await ended(port)
    assert status.problem == "unauthorized"
    assert "secret is wrong" in status.message


async def test_a_big_session() -> None:
    relay = Relay()
    relay.greeting = [joined(others=tuple(f"{i:08}" for i in range(20_000)))]
    async with serving(relay) as port, link_to(port) as (_, heard):
        assert len((await heard.joined()).connections) == 20_001


# ---- letting go


async def test_closing_is_quick_whatever_the_relay_does() -> None:
    relay = Relay()
    async with serving(relay) as port, link_to(port) as (link, heard):
        await heard.joined()
        relay.connections[-1].transport.pause_reading()
        link.send("a", type=None, data=None)
        await heard.until(lambda: heard.of(Sent))
        began = time.monotonic()
        await link.close()
        assert time.monotonic() - began < 2
        assert heard.events[-2:] == [NotConfirmed("a"), Status(State.LEFT)]
        relay.connections[-1].transport.abort()


async def test_closing_while_connecting_is_at_once() -> None:
    async with talking(None) as port, link_to(port) as (link, heard):
        await heard.status(State.CONNECTING)
        began = time.monotonic()
        await link.close()
        assert time.monotonic() - began < 0.5
        assert heard.events[-1] == Status(State.LEFT)


async def test_closing_while_waiting_for_the_next_attempt_is_at_once() -> None:
    relay = Relay()
    async with serving(relay) as port, link_to(port) as (link, heard):
        await heard.joined()
        link._backoff._longest_now = 1_000.0  # noqa: SLF001
        relay.connections[-1].transport.abort()
        await heard.status(State.RECONNECTING)
        began = time.monotonic()
        await link.close()
        assert time.monotonic() - began < 0.5


async def test_a_link_that_was_never_started_closes_too() -> None:
    heard = Listener()
    session = ClientSession(Credential(pin="1"), name="Ana")
    link = Link(Target(hosts=("127.0.0.1",), port=1, session="s"), session, heard, Tasks())
    await link.close()
    assert heard.events == [Status(State.LEFT)]


@pytest.mark.expects_log("task 'link to s' failed")
async def test_a_listener_that_fails_ends_the_session_visibly() -> None:
    class Careless(Listener):
        def __call__(self, event: object) -> None:
            super().__call__(event)  # type: ignore[arg-type]
            if isinstance(event, Joined):
                raise ZeroDivisionError

    heard, tasks = Careless(), Tasks()
    async with serving(Relay()) as port:
        session = ClientSession(Credential(pin="1"), name="Ana")
        link = Link(Target(hosts=("127.0.0.1",), port=port, session="s"), session, heard, tasks)
        link.start()
        status = await heard.status(State.ENDED)
        assert status.problem == "internal"
        await link.close()
        await tasks.close()
