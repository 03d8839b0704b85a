"""A ceiling on the relay's memory: newcomers hear no before members are hurt, and who holds most gives way.

Python cannot be stopped from running into a wall, and libraries in C do not all survive it. So the relay looks at what
it has, the more often the nearer it is, and acts below the wall (`REFUSE_FROM`); there it also makes sure before each
client's frames that there is room to answer them, and lets that client go if there is none. Some address space is kept
in reserve, so that whatever fails all the same can be brought to an end.
"""

import asyncio
import contextlib
import ctypes
import logging
import mmap
import sys
import time

from heliograph_relay.core.dialogue import State
from heliograph_relay.shell.door import Door
from heliograph_relay.shell.switchboard import Switchboard
from heliograph_relay.shell.system_memory import SystemMemory

log = logging.getLogger(__name__)

#: Seconds between two looks: where there is no ceiling (one may be set), below one, and from `WATCHFUL` of it on.
IDLE_STEP = 2.0
STEP = 0.25
QUICK_STEP = 0.02
WATCHFUL = 0.8
#: From this part of the ceiling on newcomers are refused.
REFUSE_FROM = 0.9
#: Seconds for which they are refused after an allocation has failed.
AFTERMATH = 2.0
#: Bytes of address space that are given free when an allocation fails; and what one client's frames may need.
RESERVE = 16 << 20
PROBE = 2 << 20
#: Bytes of logs below which nothing is won by forgetting, and recovery is lost.
WORTH_FORGETTING = 1 << 20
#: Seconds between two lines in the log about the same.
_QUIET = 60.0


class MemoryWatch:
    """See the module."""

    def __init__(self, system: SystemMemory, switchboard: Switchboard, door: Door) -> None:
        self._system = system
        self._switchboard = switchboard
        self._door = door
        self._timer: asyncio.TimerHandle | None = None
        self._reserve: mmap.mmap | None = None
        self._trim = getattr(ctypes.CDLL(None), "malloc_trim", None) if sys.platform == "linux" else None
        self._short_until = 0.0
        self._silent_until = 0.0
        self._has_failed = False

    def start(self) -> None:
        """Begin to look."""
        self._switchboard.on_shortage = self._door.on_shortage = self.ran_out
        self._look()

    def stop(self) -> None:
        """Look no more."""
        if self._timer is not None:
            self._timer.cancel()
        self._let_reserve_go()
        self._system.close()

    def ran_out(self) -> None:
        """An allocation has failed. What was begun is brought to an end with what is set free here."""
        is_first, self._has_failed = not self._has_failed, True
        self._door.is_short = True
        self._let_reserve_go()
        self._switchboard.guard = self._has_room
        self._short_until = self._switchboard.now() + AFTERMATH
        self._make_room("memory has ended")
        if is_first and self._timer is not None:
            self._timer.cancel()
            self._timer = asyncio.get_running_loop().call_later(QUICK_STEP, self._look)

    def _look(self) -> None:
        part = self._system.part()
        is_after = self._has_failed or self._switchboard.now() < self._short_until
        delay = QUICK_STEP if part >= WATCHFUL or is_after else STEP if part else IDLE_STEP
        self._timer = asyncio.get_running_loop().call_later(delay, self._look)
        is_short = part >= REFUSE_FROM or not self._has_reserve() or is_after
        self._door.is_short = is_short
        self._switchboard.guard = self._has_room if is_short else None
        if part >= 1.0:
            self._make_room("the memory's ceiling is reached")
        elif is_short:
            self._give_back()
        if self._has_failed and self._reserve is not None:
            self._has_failed = False
            self._mend()

    # Room

    def _has_room(self) -> bool:
        """Whether one client's frames can be answered; asked only while memory is short."""
        if _can_have(PROBE):
            return True
        if not self._let_reserve_go():
            return False
        self._short_until = self._switchboard.now() + AFTERMATH
        self._make_room("memory is about to end")
        return True

    def _make_room(self, why: str) -> None:
        """The slowest reader is let go, and may resume; the logs forget half."""
        with contextlib.suppress(MemoryError):  # the next look tries again
            if (now := self._switchboard.now()) >= self._silent_until:
                self._silent_until = now + _QUIET
                log.warning("%s: the logs forget, and the slowest readers are let go", why)
            budget = self._switchboard.hub.budget
            if budget.used > WORTH_FORGETTING:
                budget.shrink(budget.used // 2)
            self._switchboard.backlog.let_go(1)
            self._give_back()

    def _give_back(self) -> None:
        """What was freed is the system's again; glibc keeps it otherwise, and the ceiling would stay reached."""
        if self._trim is not None:
            self._trim(0)

    def _has_reserve(self) -> bool:
        if self._reserve is None:
            self._reserve = _mapped(RESERVE)
        return self._reserve is not None

    def _let_reserve_go(self) -> bool:
        """Whether there was one."""
        reserve, self._reserve = self._reserve, None
        if reserve is None:
            return False
        reserve.close()
        return True

    # Afterwards

    def _mend(self) -> None:
        """What failed in the middle is brought to an end."""
        switchboard = self._switchboard
        for transport in list(switchboard.transports):
            if transport.dialogue.state is State.CLOSED and not transport.is_closing:
                transport.abort()
        switchboard.carry_out(switchboard.hub.mend(switchboard.now(), time.time_ns() // 1_000_000))


def _can_have(size: int) -> bool:
    """Whether so many bytes of address space are to be had."""
    probe = _mapped(size)
    if probe is None:
        return False
    probe.close()
    return True


def _mapped(size: int) -> mmap.mmap | None:
    """Address space that is not touched; it counts for `ulimit` and costs no memory."""
    try:
        if sys.platform == "win32":
            return mmap.mmap(-1, size)
        return mmap.mmap(-1, size, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    except (OSError, MemoryError):
        return None
