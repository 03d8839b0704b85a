"""A ceiling on the relay's memory: newcomers hear no before members are hurt, and who holds most gives way.

Python cannot be stopped from running into a wall: past it a read for a member fails like any other. So the relay
looks at what it has, several times a second, and acts below the wall. Where the system does not tell (anything but
Linux) nothing is watched; the bounds on connections, queues and logs hold everywhere.
"""

import asyncio
import ctypes
import logging
import sys
from pathlib import Path

from heliograph_relay.shell.door import Door
from heliograph_relay.shell.switchboard import Switchboard

log = logging.getLogger(__name__)

#: Seconds between two looks.
STEP = 0.25
#: From this part of the ceiling on newcomers are refused.
REFUSE_FROM = 0.9
#: Bytes of address space below the system's own bound at which the ceiling stands.
HEADROOM = 64 << 20
_PAGE = 4_096


class MemoryWatch:
    """See the module. `most`: bytes of resident memory, 0 for none but the system's own bound (`ulimit -v`)."""

    def __init__(self, most: int, switchboard: Switchboard, door: Door) -> None:
        self._most = most
        self._switchboard = switchboard
        self._door = door
        self._wall = _address_space() if sys.platform == "linux" else None
        self._timer: asyncio.TimerHandle | None = None
        self._untouched: int | None = None
        self._was_over = False

    def start(self) -> None:
        """Begin to look, if there is a ceiling."""
        if sys.platform == "linux" and (self._most or self._wall):
            self._look()

    def stop(self) -> None:
        """Look no more."""
        if self._timer is not None:
            self._timer.cancel()

    def _look(self) -> None:
        part = self._part()
        self._door.is_short = part >= REFUSE_FROM
        if part >= 1.0:
            self._make_room()
        if self._door.is_short:
            _give_back()
        self._was_over = part >= 1.0
        self._timer = asyncio.get_running_loop().call_later(STEP, self._look)

    def _part(self) -> float:
        """How much of the ceiling is in use; the nearer of the two.

        What was freed stays in the address space and is used again, so that only what is resident tells, beside what
        was mapped and hardly touched from the start.
        """
        size, resident = _sizes()
        if self._untouched is None:
            self._untouched = size - resident
        of_most = resident / self._most if self._most else 0.0
        return max(of_most, (self._untouched + resident) / self._wall if self._wall else 0.0)

    def _make_room(self) -> None:
        """The slowest reader is let go, and may resume; the logs forget half."""
        if not self._was_over:
            log.warning(
                "the memory's ceiling is reached: the logs forget, and the slowest readers are let go"
            )
        switchboard = self._switchboard
        budget = switchboard.hub.budget
        budget.shrink(budget.used // 2)
        waiting = [t for t in switchboard.transports if not t.is_closing and t.outbox.size]
        if waiting:
            switchboard.overrun(max(waiting, key=lambda transport: transport.outbox.size))


def _give_back() -> None:
    """What was freed is the system's again; glibc keeps it otherwise, and the ceiling would stay reached."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)


def _sizes() -> tuple[int, int]:
    """Bytes of address space and of resident memory."""
    size, resident = Path("/proc/self/statm").read_text("ascii").split()[:2]
    return int(size) * _PAGE, int(resident) * _PAGE


def _address_space() -> int | None:
    """The system's own bound, less what must be left to work with; None where there is none."""
    import resource  # noqa: PLC0415 - Windows has none

    soft, _ = resource.getrlimit(resource.RLIMIT_AS)
    return None if soft == resource.RLIM_INFINITY else max(1, soft - HEADROOM)
