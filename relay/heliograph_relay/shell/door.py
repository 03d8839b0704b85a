"""How many connections there may be, in all and from one address, and what is said to whoever comes when there are.

A connection counts from its first byte's chance to its end, whatever it speaks. Those that are there are never ended
for those that come.
"""

import logging
import sys
from collections.abc import Callable
from typing import Any

from msgspec import Struct

from heliograph_relay.core.surface import is_loopback

log = logging.getLogger(__name__)

#: Descriptors that are kept for everything but connections: the loop, files, and saying no.
SPARE = 64
#: How many may be told no at one time; who comes beyond them is cut without a word.
MOST_TURNED_AWAY = 32
#: Seconds between two lines in the log about the same lack.
_QUIET = 60.0


class TurnedAway(Struct, frozen=True):
    """No place: an HTTP status and the words for it."""

    status: str
    words: str

    @property
    def answer(self) -> bytes:
        """The HTTP response that says so."""
        head = (
            f"HTTP/1.1 {self.status}\r\ncontent-type: text/plain; charset=utf-8\r\nretry-after: 5\r\n"
            f"content-length: {len(self.words)}\r\nconnection: close\r\n\r\n"
        )
        return (head + self.words).encode()


_FULL = TurnedAway("503 Service Unavailable", "This relay has as many connections as it may have.\n")
_NO_MEMORY = TurnedAway("503 Service Unavailable", "This relay has no memory left for newcomers.\n")
_FULL_HERE = TurnedAway(
    "429 Too Many Requests", "This relay has as many connections from your address as it may have.\n"
)


class Place:
    """The connections of one address; every one of them holds this, and leaves it once."""

    __slots__ = ("_door", "address", "count")

    def __init__(self, door: "Door", address: str) -> None:
        self._door = door
        self.address = address
        self.count = 0

    def leave(self) -> None:
        """A connection has ended."""
        self._door.leave(self)


class Door:
    """See the module. `most` in all (None: as many as the system lets this process have), `most_each` an address.

    Without `most_each` it is `DEFAULT_EACH`, and addresses of this machine are not counted: a reverse proxy brings
    everybody from one.
    """

    #: Room for hundreds of members behind one address, each with more than one connection.
    DEFAULT_EACH = 1_000

    def __init__(self, most: int | None, most_each: int | None) -> None:
        system = _most_of_the_system()
        self.most = system if most is None else min(most, system)
        self._most_each = self.DEFAULT_EACH if most_each is None else most_each
        self._counts_own = most_each is not None
        self._places: dict[str, Place] = {}
        #: Whether memory is short (`MemoryWatch`).
        self.is_short = False
        #: An allocation has failed somewhere.
        self.on_shortage: Callable[[], None] = lambda: None
        self._turned_away = 0
        self._silent_until = 0.0
        self.count = 0

    def enter(self, address: str, now: float) -> Place | TurnedAway:
        """Take a connection in, or say why not; `now` is monotonic, in seconds."""
        if self.is_short:
            self._complain("%d connections, and no memory for more", self.count, now=now)
            return _NO_MEMORY
        if self.count >= self.most:
            self._complain("%d connections, and no room for more", self.count, now=now)
            return _FULL
        place = self._places.get(address)
        if place is None:
            place = Place(self, address)
        if place.count >= self._most_each and (self._counts_own or not is_loopback(address)):
            self._complain("%d connections from %s, and no room for more", place.count, address, now=now)
            return _FULL_HERE
        self._places[address] = place
        place.count += 1
        self.count += 1
        return place

    def leave(self, place: Place) -> None:
        """A connection has ended."""
        self.count -= 1
        place.count -= 1
        if not place.count:
            del self._places[place.address]

    def may_say_no(self) -> bool:
        """Whether there is room to tell one more why; if so it is taken, until `said_no`."""
        if self._turned_away >= MOST_TURNED_AWAY:
            return False
        self._turned_away += 1
        return True

    def said_no(self) -> None:
        """Somebody who was told no is gone."""
        self._turned_away -= 1

    def on_loop_trouble(self, loop: Any, context: dict[str, Any]) -> None:
        """An event loop's exception handler: that no descriptor is left for a newcomer is no fault of ours.

        asyncio then leaves its listener alone for a second, and says so each time.
        """
        message, error = context.get("message", ""), context.get("exception")
        if isinstance(error, MemoryError):
            self.on_shortage()
        elif isinstance(error, OSError) and "accept" in message:
            self._complain("newcomers wait: %s", error, now=loop.time())
        elif isinstance(error, ValueError) and "_start_serving" in message:
            # asyncio wants to listen again after such a second, and the relay has ended in it.
            log.debug("the relay ended while newcomers waited")
        else:
            loop.default_exception_handler(context)

    def _complain(self, words: str, *values: object, now: float) -> None:
        if now >= self._silent_until:
            self._silent_until = now + _QUIET
            log.warning(words, *values)


def use_all_descriptors() -> None:
    """Have this process be let have as many descriptors as it may; many systems begin with 1,024."""
    if sys.platform != "win32":
        import resource  # noqa: PLC0415 - Windows has none

        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        if soft != hard:
            try:
                resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
            except (OSError, ValueError):  # macOS calls a number unlimited that is not
                log.info("the bound on open files stays at %d", soft)


def _most_of_the_system() -> int:
    if sys.platform == "win32":
        return sys.maxsize
    import resource  # noqa: PLC0415 - Windows has none

    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return sys.maxsize if soft == resource.RLIM_INFINITY else max(1, soft - SPARE)
