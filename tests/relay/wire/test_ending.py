"""docs/PROTOCOL.md, "Starting a relay": how it ends, and what it says to whom."""

import asyncio
import signal
import sys

import pytest

from .process import Relay, running
from .raw import SMALL
from .room import Room

ENDINGS = [
    pytest.param("SIGTERM", id="sigterm"),
    pytest.param("SIGINT", id="sigint"),
    pytest.param("stdin", id="stdin"),
]
LIMIT = 2.0  # seconds


def end(relay: Relay, how: str) -> None:
    if how == "stdin":
        relay.close_stdin()
    else:
        relay.end(signal.Signals[how])


async def exit_code(relay: Relay) -> tuple[int, float]:
    """Wait for the process; its exit code and the seconds from now on."""
    clock = asyncio.get_running_loop().time
    start = clock()
    return await asyncio.to_thread(relay.wait), clock() - start


@pytest.mark.parametrize("how", ENDINGS)
async def test_everybody_hears_bye_4503_joined_or_not_and_the_exit_code_is_0(how: str) -> None:
    with running("--exit-with-stdin", stdin=True) as relay:
        async with Room(relay) as room:
            mod, ana = await room.moderator(), await room.join("Ana")
            stranger = await room.connect()
            await ana.signal(data="last words")
            await ana.expect("signal", data="last words")
            end(relay, how)
            (code, seconds), *_ = await asyncio.gather(
                exit_code(relay),
                stranger.expect_bye(4503),
                ana.until("bye", code=4503),
                mod.until("bye", code=4503),
            )
            assert code == 0
            assert seconds < LIMIT
            await ana.expect_close(4503)
            await mod.expect_close(4503)


async def test_a_client_that_does_not_read_or_close_holds_nobody_up() -> None:
    with running("--rate", "0") as relay:
        async with Room(relay) as room:
            ana = await room.join("Ana")
            await room.raw_member("silent", SMALL)
            await room.raw()
            for _ in range(300):
                await ana.say(data="d" * 8000)
            relay.end()
            code, seconds = await exit_code(relay)
            assert code == 0
            assert seconds < LIMIT


async def test_it_ends_with_nobody_there_and_with_somebody_away() -> None:
    with running() as relay:
        async with Room(relay) as room:
            ana, ben = await room.join("Ana"), await room.join("Ben")
            ana.live = ben.live = False
            ben.cut()
            await ana.until("away", connection=ben.id)
            ana.cut()
            relay.end()
            code, seconds = await exit_code(relay)
            assert code == 0
            assert seconds < LIMIT


async def test_a_closed_stdin_ends_nothing_without_the_flag() -> None:
    with running(stdin=True) as relay:
        relay.close_stdin()
        async with Room(relay) as room:
            ana = await room.join("Ana")
            for _ in range(20):
                await ana.say()
        assert relay.running


async def test_what_comes_over_stdin_is_ignored_until_it_closes() -> None:
    with running("--exit-with-stdin", stdin=True) as relay:
        assert relay.process.stdin is not None
        relay.process.stdin.write('{"op": "leave"}\nquit\nexit\n\x04\n')
        relay.process.stdin.flush()
        async with Room(relay) as room:
            ana = await room.join("Ana")
            for _ in range(20):
                await ana.say()
            relay.close_stdin()
            await ana.expect_bye(4503)
            assert (await exit_code(relay))[0] == 0


async def test_nothing_but_json_lines_on_stdout_whatever_clients_do() -> None:
    with running() as relay:
        async with Room(relay) as room:
            ana = await room.join("Ana\nBen")
            await ana.write("noise")
            await ana.expect("error")
            await ana.say(data="x\ny")
            raw = await room.raw_member()
            await raw.put(b"\xff" * 100)
            while await raw.read() is not None:
                pass
    assert relay.stdout.rest()  # `running` has checked every line


@pytest.mark.skipif(sys.platform == "win32", reason="a process has no SIGINT from outside there")
async def test_two_signals_in_a_row_end_it_all_the_same() -> None:
    with running() as relay:
        async with Room(relay) as room:
            await room.join("Ana")
            relay.end(signal.SIGTERM)
            relay.end(signal.SIGTERM)
            assert (await exit_code(relay))[0] == 0
