"""The one timer of the relay, on both loops."""

import asyncio

import pytest

from heliograph_relay.shell.alarm import Alarm

pytestmark = pytest.mark.asyncio(loop_factories=["asyncio", "uvloop"])


class Bell:
    def __init__(self) -> None:
        self.rung: list[float] = []
        self._loop = asyncio.get_running_loop()
        self._news = asyncio.Event()

    def ring(self) -> None:
        self.rung.append(self._loop.time())
        self._news.set()

    async def next(self) -> None:
        async with asyncio.timeout(5):
            await self._news.wait()
        self._news.clear()

    async def quiet_until(self, at: float) -> None:
        """Past this time, and what was due by then."""
        passed = asyncio.Event()
        self._loop.call_at(at, passed.set)
        async with asyncio.timeout(5):
            await passed.wait()
        await asyncio.sleep(0)


async def test_a_time_that_has_passed_may_be_set_twice() -> None:
    """A busy relay comes late to its deadlines, and looks at them more than once a turn."""
    bell = Bell()
    alarm = Alarm(bell.ring)
    now = asyncio.get_running_loop().time()

    alarm.set(now - 1)
    alarm.set(now - 1)
    alarm.set(now - 2)
    await bell.next()
    await bell.quiet_until(now + 0.01)

    assert len(bell.rung) == 1


async def test_the_earlier_time_counts() -> None:
    bell = Bell()
    alarm = Alarm(bell.ring)
    now = asyncio.get_running_loop().time()

    alarm.set(now + 60)
    alarm.set(now + 0.02)
    alarm.set(now + 30)
    await bell.next()

    assert now + 0.015 < bell.rung[0] < now + 4


async def test_never_is_never() -> None:
    bell = Bell()
    alarm = Alarm(bell.ring)
    now = asyncio.get_running_loop().time()

    alarm.set(now + 0.001)
    alarm.set(None)
    await bell.quiet_until(now + 0.02)
    assert bell.rung == []

    alarm.set(now)
    await bell.next()


async def test_it_can_be_set_again_from_its_own_ringing() -> None:
    rung: list[int] = []
    done = asyncio.Event()

    def ring() -> None:
        rung.append(len(rung))
        if len(rung) == 3:
            done.set()
        else:
            alarm.set(0)

    alarm = Alarm(ring)
    alarm.set(0)
    async with asyncio.timeout(5):
        await done.wait()

    assert rung == [0, 1, 2]
