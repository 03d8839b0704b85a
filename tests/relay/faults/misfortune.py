"""What happens to a client of the soak, and what it talks about."""

import asyncio
import contextlib
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from heliograph_relay.protocol.model import Role

from .library import LibraryPerson
from .people import LOST, Person
from .wires import NativePerson, steal

_TEXTS = (None, "", "x", "äöü €𝄞", '"quoted" \\ \n\t', "\0\x1f", "y" * 700)
_LONG = "z" * 8_000


@dataclass
class Fate:
    """The dice of a round, and the relay's recovery window."""

    dice: random.Random
    window: float


async def speak(person: Person) -> None:
    """Say random things to all, to one, to oneself, to somebody who is gone; moderate, inspect, leave."""
    dice = person.random
    while True:
        await asyncio.sleep(dice.choice((0.0, 0.02, 0.1, 0.4)))
        what = dice.random()
        if what < 0.02:
            person.leave()
        elif what < 0.05 and person.role is Role.MODERATOR:
            if person.ground.known:
                person.put_out(dice.choice(list(person.ground.known)))
        elif (
            what < 0.12 and person.role is Role.MODERATOR and isinstance(person, NativePerson | LibraryPerson)
        ):
            person.inspect(on=dice.random() < 0.6)
        elif what < 0.16:
            for _ in range(dice.randint(5, 40)):
                person.say(None, "long", _LONG)
        else:
            for _ in range(dice.randint(1, 8)):
                person.say(_whom(person), dice.choice((None, "chat", "a.b~c-d_e")), dice.choice(_TEXTS))


def _whom(person: Person) -> str | None:
    dice, known = person.random, person.ground.known
    if dice.random() < 0.6 or not known:
        return None
    return dice.choice([*list(known)[-12:], "nobody"])


async def suffer(person: Person, fate: Fate) -> None:
    """One misfortune after another."""
    dice = fate.dice
    while True:
        await asyncio.sleep(dice.uniform(0.1, 2.5))
        await dice.choice(MISFORTUNES)(person, dice)


async def _cut(person: Person, _dice: random.Random) -> None:
    person.proxy.cut()


async def _reset(person: Person, _dice: random.Random) -> None:
    person.proxy.reset()


async def _half_open(person: Person, _dice: random.Random) -> None:
    person.proxy.half_open()


async def _freeze(person: Person, dice: random.Random) -> None:
    up = dice.random() < 0.7
    person.proxy.freeze(up=up, down=not up or dice.random() < 0.5)


async def _late(person: Person, dice: random.Random) -> None:
    person.proxy.up.delay, person.proxy.down.delay = dice.uniform(0, 0.2), dice.uniform(0, 0.3)
    person.proxy.up.jitter = person.proxy.down.jitter = 0.05
    await asyncio.sleep(1.0)
    person.proxy.up.clear()
    person.proxy.down.clear()


async def _trickle(person: Person, dice: random.Random) -> None:
    weather = dice.choice((person.proxy.up, person.proxy.down))
    weather.trickle(piece=dice.choice((7, 100)), rate=20_000)
    await asyncio.sleep(0.8)
    weather.clear()


async def _not_reading(person: Person, dice: random.Random) -> None:
    """Everything for this one piles up, and then it may read on, or be cut."""
    person.is_patient = True
    person.proxy.down.hold()
    await asyncio.sleep(dice.choice((0.5, 2.0)))
    if dice.random() < 0.3:
        person.proxy.cut()
    person.proxy.down.go_on()
    person.is_patient = False


async def _refused(person: Person, dice: random.Random) -> None:
    person.proxy.refuses = True
    person.proxy.cut()
    await asyncio.sleep(dice.choice((0.2, 1.3)))
    person.proxy.refuses = False


async def _many_cuts(person: Person, _dice: random.Random) -> None:
    for _ in range(6):
        person.proxy.cut()
        await asyncio.sleep(0.05)


async def _stolen_from(person: Person, _dice: random.Random) -> None:
    life = person.life
    if life is not None:
        with contextlib.suppress(*LOST):
            await steal(life, person.ground, person.proxy.to_port)


MISFORTUNES: tuple[Callable[[Person, random.Random], Awaitable[None]], ...] = (
    _cut, _reset, _half_open, _freeze, _late, _trickle, _not_reading, _not_reading, _refused, _many_cuts,
    _stolen_from,
)  # fmt: skip
