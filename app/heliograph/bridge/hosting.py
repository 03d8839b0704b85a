"""The relay that this app runs for a session, and how to reach it."""

from collections.abc import Callable
from typing import Protocol

from msgspec import Struct

from heliograph.model.problem import Problem
from heliograph_relay.protocol.invite import Invite


class HostingWish(Struct, frozen=True, kw_only=True):
    """What a person wants to host; what is None is chosen by the relay."""

    name: str = ""
    session: str | None = None
    secret: str | None = None
    pin: str | None = None
    port: int = 8765


class HostingFailed(Exception):
    """The relay could not be started; `problem` is for the person."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.text)
        self.problem = problem


class Hosting(Protocol):
    """A relay of our own."""

    on_death: Callable[[str], None]
    #: What guests may type instead of the invite; "" for none.
    pin: str

    async def restart(self) -> Invite:
        """Start it again after its death; raises `HostingFailed`."""

    async def stop(self) -> None:
        """End it, and everybody's session with it."""
