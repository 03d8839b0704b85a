"""Newcomers take turns: however many come at once, what else the loop has to do is done in between, in order."""

import asyncio
import itertools

from heliograph_relay.shell.anteroom import A_TURN, Anteroom
from tests.support.links import eventually


async def test_only_a_few_are_called_in_a_turn_and_in_order() -> None:
    loop = asyncio.get_running_loop()
    anteroom = Anteroom()
    called: list[int] = []
    turns: list[int] = []
    for number in range(3 * A_TURN + 1):
        anteroom.wait(lambda number=number: called.append(number))  # type: ignore[misc]

    def member() -> None:
        turns.append(len(called))
        if len(called) < 3 * A_TURN + 1:
            loop.call_soon(member)

    loop.call_soon(member)
    await eventually(lambda: len(called) == 3 * A_TURN + 1)
    assert called == list(range(3 * A_TURN + 1))
    assert all(later - earlier <= A_TURN for earlier, later in itertools.pairwise(turns))


async def test_who_comes_while_others_are_called_waits_for_another_turn() -> None:
    anteroom = Anteroom()
    called: list[str] = []

    def first() -> None:
        called.append("first")
        anteroom.wait(lambda: called.append("second"))

    anteroom.wait(first)
    await eventually(lambda: len(called) == 2)
    assert called == ["first", "second"]
