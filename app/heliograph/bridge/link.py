"""What a session needs of its way to the relay (client/connection.py has the real one)."""

from collections.abc import Callable
from typing import Protocol

from heliograph.client.events import Event


class LinkLike(Protocol):
    """Carries signals to a relay and back, over as many transports as it takes."""

    def start(self) -> None:
        """Begin to connect; from here on events come."""

    def send(self, ref: str, *, type: str | None, data: str | None, to: str | None = None) -> None:
        """Send a signal, as soon as it can go; it must be valid."""

    def withdraw(self, ref: str) -> bool:
        """Take a signal back; False if it was written."""

    def disconnect(self, connection_id: str) -> None:
        """Put somebody out."""

    def inspect(self, on: bool) -> None:
        """See every signal of the session."""

    def leave(self) -> None:
        """Leave for good; ends in Status LEFT."""

    def reconnect(self) -> None:
        """Try at once."""

    async def close(self) -> None:
        """Let go of everything; nothing comes any more."""


#: Makes a link that tells its events to the given function.
Connect = Callable[[Callable[[Event], None]], LinkLike]
