"""One relay per test module, with the module's FLAGS; one room per test."""

from collections.abc import AsyncIterator, Iterator

import pytest

from .process import Relay, running
from .room import Room


@pytest.fixture(scope="module")
def relay(request: pytest.FixtureRequest) -> Iterator[Relay]:
    """A relay that all tests of the module share."""
    with running(*getattr(request.module, "FLAGS", ())) as relay:
        yield relay


@pytest.fixture
async def room(relay: Relay) -> AsyncIterator[Room]:
    """The members of this test; they are put out of the session afterwards."""
    async with Room(relay) as room:
        yield room
