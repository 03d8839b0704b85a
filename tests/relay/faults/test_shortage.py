"""A relay that runs out of descriptors or memory refuses newcomers, keeps those it has, and does not spin."""

import asyncio
import contextlib
import sys
from collections.abc import AsyncIterator, Callable, Iterator

import psutil  # type: ignore[import-untyped]
import pytest

from tests.relay.wire.harness import Peer, settle
from tests.relay.wire.process import Relay, running
from tests.relay.wire.raw import SMALL, RawPeer, upgrade
from tests.relay.wire.room import Room
from tests.support.links import eventually

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="lowers limits of a running process")
if sys.platform == "linux":
    import resource

#: Starts a Python without uvloop, which then is asyncio's own loop.
_PLAIN = "import sys, runpy; sys.modules['uvloop'] = None; sys.argv[:] = sys.argv[3:]; runpy.run_module('heliograph_relay', run_name='__main__')"  # fmt: skip
LOOPS = {"as installed": (), "asyncio": (sys.executable, "-c", _PLAIN)}


@contextlib.contextmanager
def limited(relay: Relay, what: int, to: int) -> Iterator[None]:
    """A bound on the process while it runs."""
    before = resource.prlimit(relay.process.pid, what)
    resource.prlimit(relay.process.pid, what, (to, before[1]))
    try:
        yield
    finally:
        with contextlib.suppress(ProcessLookupError):
            resource.prlimit(relay.process.pid, what, before)


async def status_of(relay: Relay) -> int:
    """What a newcomer's handshake is answered with; 0 where it is not answered at all."""
    try:
        async with asyncio.timeout(0.5):
            reader, writer = await asyncio.open_connection(relay.host, relay.port)
            try:
                writer.write(upgrade(f"/session/{relay.session}"))
                line = await reader.readline()
            finally:
                writer.transport.abort()
    except (OSError, TimeoutError):
        return 0
    return int(line.split()[1]) if line else 0


async def until_answered(relay: Relay, status: int) -> None:
    """Ask until a newcomer is answered so."""
    async with asyncio.timeout(10):
        while await status_of(relay) != status:  # noqa: ASYNC110 (another process)
            await asyncio.sleep(0.02)


async def test_with_few_descriptors_newcomers_hear_503_and_members_talk_on() -> None:
    under = ("sh", "-c", 'ulimit -n 96; exec "$0" "$@"')
    with running("--recovery-window", "0", under=under) as relay:
        async with Room(relay) as room:
            ana, ben = await room.crowd("Ana", "Ben")
            crowd = [await asyncio.open_connection(relay.host, relay.port) for _ in range(120)]
            await until_answered(relay, 503)  # some of the crowd are still being told
            await ana.say(data="still here")
            await ben.expect("signal", data="still here")
            for _, writer in crowd:
                writer.transport.abort()
            await until_answered(relay, 101)
            await settle(ana, ben)
    said = relay.stderr.all
    assert len(said) == 1, said
    assert "no room for more" in said[0]


@pytest.mark.parametrize("loop", LOOPS)
async def test_when_accept_fails_members_talk_on_and_the_relay_does_not_spin(loop: str) -> None:
    with running("--recovery-window", "0", under=LOOPS[loop]) as relay:
        process = psutil.Process(relay.process.pid)
        async with Room(relay) as room:
            ana, ben = await room.crowd("Ana", "Ben")
            quiet = process.num_fds()
            with limited(relay, resource.RLIMIT_NOFILE, quiet):
                before = process.cpu_times()
                for _ in range(5):
                    assert await status_of(relay) == 0
                await ana.say(data="still here")
                await ben.expect("signal", data="still here")
                after = process.cpu_times()
            assert after.user + after.system - before.user - before.system < 0.8
            await until_answered(relay, 101)
            await settle(ana, ben)
            await eventually(lambda: process.num_fds() == quiet)
            with limited(relay, resource.RLIMIT_NOFILE, quiet):
                assert await status_of(relay) == 0
                relay.end()  # in the middle of it
                relay.wait()
    assert len(relay.stderr.all) <= 1, relay.stderr.all


@contextlib.asynccontextmanager
async def two(relay: Relay) -> AsyncIterator[tuple[Peer, Peer]]:
    """Two members, who find nobody else."""
    ana, ben = await Peer.open(relay), await Peer.open(relay)
    await ana.join(secret=relay.secret, name="Ana")
    await ben.join(secret=relay.secret, name="Ben")
    await ana.expect("connectionCreated")
    try:
        yield ana, ben
    finally:
        ana.cut()
        ben.cut()


async def talk(speaker: Peer, listener: Peer, *, until: Callable[[], bool], most: int) -> None:
    """Signals of 8 KB, fifty at a time, until something is so; at most so many bytes."""
    for _ in range(most // 400_000):
        if until():
            return
        for _ in range(50):
            await speaker.signal(data="d" * 8_000)
        for _ in range(50):
            await speaker.expect("signal")
            await listener.expect("signal")
    raise AssertionError(f"it never was so, with {most >> 20} MiB said")


#: Bounds at which allocations fail, in KiB: the relay has about 135,000 and 50,000 of them when it starts.
ULIMITS = {"address space": "-v 240000", "data": "-d 150000"}
ENDLESS = ("--rate", "0", "--log-entries", "1000000", "--log-bytes", str(1 << 34))


@pytest.mark.parametrize("bound", ULIMITS)
async def test_before_memory_ends_newcomers_hear_503_and_members_talk_on(bound: str) -> None:
    """Under the system's own bound, which a read for a member would run into like any other."""
    under = ("sh", "-c", f'ulimit {ULIMITS[bound]}; exec "$0" "$@"')
    with running("--recovery-window", "0", *ENDLESS, under=under) as relay:
        async with two(relay) as (ana, ben):
            said = relay.stderr.all
            await talk(ana, ben, until=lambda: any("forget" in line for line in said), most=200 << 20)
            await settle(ana, ben)
            await until_answered(relay, 101)


@pytest.mark.parametrize(("loop", "what"), [("as installed", "RLIMIT_AS"), ("asyncio", "RLIMIT_DATA")])
async def test_where_nothing_is_left_newcomers_hear_503_and_members_talk_on(loop: str, what: str) -> None:
    """A bound that is set while the relay runs, at what it has: from there on it lives on its reserve."""
    with running("--recovery-window", "0", "--rate", "0", under=LOOPS[loop]) as relay:
        memory = psutil.Process(relay.process.pid).memory_info()
        async with two(relay) as (ana, ben):
            with limited(relay, getattr(resource, what), memory.vms if what == "RLIMIT_AS" else memory.data):
                await until_answered(relay, 503)
                await talk(ana, ben, until=iter([False] * 5 + [True]).__next__, most=8 << 20)
                await settle(ana, ben)
            await until_answered(relay, 101)


async def test_over_its_ceiling_the_relay_lets_nobody_in_and_the_slowest_reader_go() -> None:
    ceiling = 120 << 20
    flags = ("--rate", "0", "--queue-bytes", str(1 << 30), "--log-entries", "10", "--recovery-window", "0")
    with running(*flags, "--memory-bytes", str(ceiling)) as relay:
        process = psutil.Process(relay.process.pid)
        async with two(relay) as (ana, ben):
            slow = await RawPeer.open(relay, receive_buffer=SMALL)
            await slow.join(secret=relay.secret, name="slow")
            for peer in (ana, ben):
                await peer.expect("connectionCreated")
            peak = 0
            gone = False
            for number in range(40_000):
                await ana.signal(data=f"{number:8}" + "d" * 7_992)
                for peer in (ana, ben):
                    frame = await peer.recv()
                    gone = gone or frame["op"] == "connectionDestroyed"
                    if frame["op"] != "signal":
                        await peer.expect("signal")
                peak = max(peak, process.memory_info().rss) if number % 50 == 0 else peak
                if gone:
                    break
            assert gone, slow.id
            assert peak < 1.3 * ceiling
            await settle(ana, ben)
            await until_answered(relay, 101)
            slow.cut()


async def test_the_queues_of_all_slow_readers_are_bounded_together_and_the_longest_goes_first() -> None:
    flags = ("--rate", "0", "--queue-bytes", str(1 << 30), "--all-queue-bytes", str(4 << 20))
    with running(*flags, "--log-entries", "10", "--recovery-window", "0") as relay:
        async with two(relay) as (ana, ben):
            early = await RawPeer.open(relay, receive_buffer=SMALL)
            await early.join(secret=relay.secret, name="early")
            for peer in (ana, ben):
                await peer.expect("connectionCreated")
            for number in range(400):  # more than the systems between them take: it waits in the relay
                await ana.signal(data="d" * 8_000)
                for peer in (ana, ben):
                    await peer.expect("signal", n=number + 1)
            late = await RawPeer.open(relay, receive_buffer=SMALL)
            await late.join(secret=relay.secret, name="late")
            for peer in (ana, ben):
                await peer.expect("connectionCreated")
            async with asyncio.timeout(20):
                frame = {"op": ""}
                while frame["op"] != "connectionDestroyed":
                    await ana.signal(data="d" * 8_000)
                    frame = await ana.recv()
            assert frame["connection"] == early.id
            late.cut()
            early.cut()
