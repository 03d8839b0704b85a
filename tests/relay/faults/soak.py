"""Soak: many clients of both wires, every kind of misfortune, real sockets and processes, and a judge.

    python -m tests.relay.faults.soak --seconds 60 --seed 1

Round after round, each with a relay of its own and a seed that says what happens: who speaks, who is cut, held,
half-open, late, put out; when the relay is stopped or killed and started again. A round ends in fine weather, when
everybody is back and has seen a last signal; then what each client said and saw is held against the relay's journal
(`verdict.py`). The first round that breaks a guarantee ends the soak with exit code 1 and the shortest witness.
"""

import argparse
import asyncio
import contextlib
import json
import random
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from heliograph_relay.protocol.model import Role
from tests.support.fault_proxy import FaultProxy, fault_proxy

from .library import BROKEN_LIBRARIES, LibraryPerson, broken_library
from .misfortune import Fate, speak, suffer
from .people import Ground, Person
from .process import RelayProcess, read_journal
from .verdict import Bounds, Finding, judge
from .wires import NativePerson, OpenTokPerson

#: Seconds of trouble in a round, and in which everybody has to be back afterwards.
TROUBLE = 5.0
CALM = 25.0
ROLES = (Role.PUBLISHER, Role.PUBLISHER, Role.PUBLISHER, Role.MODERATOR)


@dataclass(frozen=True)
class Plan:
    """What a round is like: how many of each wire, and what the relay is told."""

    seed: str
    native: int
    opentok: int
    bounds: Bounds
    queue_bytes: int
    rate: int
    small_buffers: bool
    restarts: int
    #: How many of those of heliograph.v1 are the application's own client library.
    library: int

    @classmethod
    def of(cls, seed: str) -> "Plan":
        """Chosen by the seed."""
        dice = random.Random(seed)
        return cls(
            seed=seed,
            native=dice.randint(4, 8),
            opentok=dice.randint(3, 6),
            bounds=Bounds(
                log_entries=dice.choice((20_000, 20_000, 1_000, 60)),
                log_bytes=dice.choice((64 << 20, 64 << 20, 1 << 20, 40_000)),
                window=dice.choice((30.0, 30.0, 1.0)),
            ),
            queue_bytes=dice.choice((4 << 20, 65_536, 16_384)),
            rate=dice.choice((0, 0, 50)),
            small_buffers=dice.random() < 0.5,
            restarts=dice.choice((0, 0, 0, 1)),
            library=dice.randint(1, 3),
        )

    @property
    def flags(self) -> list[str]:
        """The relay's command line."""
        bounds = self.bounds
        pairs = {
            "--log-entries": bounds.log_entries,
            "--log-bytes": bounds.log_bytes,
            "--recovery-window": bounds.window,
            "--queue-bytes": self.queue_bytes,
            "--rate": self.rate,
            "--ping-interval": 0.5,
            "--ping-timeout": 1.0,
        }
        return [word for name, value in pairs.items() for word in (name, str(value))]


@dataclass
class Account:
    """What a round has seen."""

    said: int = 0
    shown: int = 0
    lives: int = 0
    epochs: int = 0

    def __str__(self) -> str:
        return f"{self.said} signals, {self.shown} shown, {self.lives} connections, {self.epochs} lives of the relay"  # fmt: skip


async def run_round(
    plan: Plan, *, broken: str = "", library: str = "", trouble: float = TROUBLE
) -> tuple[list[Finding], Account]:
    """One round, with one of the broken relays or of the broken libraries; what it found, the shortest witness first."""
    with broken_library(library):
        return await _round(plan, broken, trouble)


async def _round(plan: Plan, broken: str, trouble: float) -> tuple[list[Finding], Account]:
    with tempfile.TemporaryDirectory(prefix="soak-") as folder:
        journal = Path(folder) / "journal"
        relay = RelayProcess(journal, plan.flags, broken=broken, small_buffers=plan.small_buffers)
        await relay.start()
        try:
            async with _crowd(plan, relay) as (people, ground):
                await _trouble(plan, relay, people, trouble)
                until, late = await _calm_down(relay, people, ground)
        finally:
            await relay.stop()
        truths = read_journal(journal)
    lives = [life for person in people for life in person.lives]
    findings = judge(truths, lives, plan.bounds, until)
    findings += [Finding("At sight", words, ()) for words in ground.complaints]
    findings += [Finding("Coming back", words, ()) for words in late]
    findings += [Finding("No failure", words, ()) for words in relay.complaints]
    account = Account(
        said=sum(person.said for person in people),
        shown=sum(len(life.shown) for life in lives),
        lives=len(lives),
        epochs=len(truths),
    )
    return findings, account


@contextlib.asynccontextmanager
async def _crowd(plan: Plan, relay: RelayProcess) -> AsyncIterator[tuple[list[Person], Ground]]:
    ground = Ground(known={}, complaints=[], secrets=relay.secrets)
    people: list[Person] = []
    async with contextlib.AsyncExitStack() as stack:
        for number in range(plan.native + plan.opentok):
            seed = f"{plan.seed}/{number}"
            buffer = 4_096 if plan.small_buffers else None
            proxy = await stack.enter_async_context(
                fault_proxy(relay.port, seed=number, receive_buffer=buffer)
            )
            people.append(_kind(plan, number)(f"p{number}", ROLES[number % len(ROLES)], ground, proxy, seed))
        async with asyncio.TaskGroup() as group:
            living = [group.create_task(person.live()) for person in people]
            yield people, ground
            for task in living:
                task.cancel()


def _kind(plan: Plan, number: int) -> type[Person]:
    """Those in the middle are the library's: among them is a moderator."""
    if number >= plan.native:
        return OpenTokPerson
    return LibraryPerson if plan.native - 1 - plan.library <= number < plan.native - 1 else NativePerson


async def _trouble(plan: Plan, relay: RelayProcess, people: list[Person], seconds: float) -> None:
    fate = Fate(random.Random(f"{plan.seed}/fate"), plan.bounds.window)
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds), asyncio.TaskGroup() as group:
            for person in people:
                group.create_task(speak(person))
                group.create_task(suffer(person, fate))
            for _ in range(plan.restarts):
                await asyncio.sleep(seconds / (plan.restarts + 1))
                await relay.restart(kill=fate.dice.random() < 0.5)


async def _calm_down(relay: RelayProcess, people: list[Person], ground: Ground) -> tuple[int, list[str]]:
    """Fine weather: everybody comes back, is answered, and sees one last signal; its place in the log."""
    for person in people:
        _heal(person.proxy)
        person.is_patient, person.in_hurry = False, True
    late = await _wait_for(people, lambda p: p.settled(), "is not in, or waits for answers")
    umpire = NativePerson("umpire", Role.MODERATOR, ground, await _direct(relay), "umpire")
    async with asyncio.TaskGroup() as group:
        living = group.create_task(umpire.live())
        late += await _wait_for([umpire], lambda p: p.settled(), "is not in")
        umpire.say(None, "last", None)
        late += await _wait_for([umpire], lambda p: p.settled(), "was not answered")
        until = umpire.life.seq if umpire.life is not None else 0
        late += await _wait_for(people, lambda p: p.has_seen(until), f"does not see entry {until}")
        for person in people:
            if person.life is not None:
                person.life.complete = True
        living.cancel()
    return until, late


def _heal(proxy: FaultProxy) -> None:
    proxy.clear()
    proxy.cut()


async def _direct(relay: RelayProcess) -> FaultProxy:
    """No proxy at all."""
    straight = FaultProxy(relay.port)
    straight.port = relay.port
    return straight


async def _wait_for(people: Sequence[Person], condition: Callable[[Person], bool], words: str) -> list[str]:
    """Complaints about those for whom it does not come true."""
    deadline = time.monotonic() + CALM
    while (waiting := [p for p in people if not condition(p)]) and time.monotonic() < deadline:  # noqa: ASYNC110 (nobody tells)
        await asyncio.sleep(0.02)
    return [f"{person.name} {words} after {CALM:g} s of fine weather: {person.brief()}" for person in waiting]


async def soak(
    seconds: float, seed: str, *, broken: str = "", library: str = ""
) -> tuple[list[Finding], list[str]]:
    """Rounds until the time is up or one finds something: its findings, and a line for each round."""
    deadline, number, lines = time.monotonic() + seconds, 0, []
    while time.monotonic() < deadline:
        plan = Plan.of(f"{seed}.{number}")
        number += 1
        findings, account = await run_round(plan, broken=broken, library=library)
        lines.append(f"round {plan.seed}: {account}")
        sys.stderr.write(f"{lines[-1]}\n")
        if findings:
            return findings, lines
    return [], lines


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--seed", default=str(random.SystemRandom().randrange(10**6)))
    parser.add_argument("--round", help="play this one round only, as a soak has named it")
    parser.add_argument("--broken", default="", help="one of the relays of broken.py")
    parser.add_argument("--broken-library", default="", help=f"one of {', '.join(BROKEN_LIBRARIES)}")
    given = parser.parse_args()
    broken = {"broken": given.broken, "library": given.broken_library}
    if given.round:
        findings, account = asyncio.run(run_round(Plan.of(given.round), **broken))
        lines = [f"round {given.round}: {account}"]
    else:
        findings, lines = asyncio.run(soak(given.seconds, given.seed, **broken))
    report = {"seed": given.seed, "rounds": len(lines), "findings": len(findings)}
    sys.stdout.write(json.dumps(report) + "\n")
    if findings:
        sys.stdout.write(f"{lines[-1]}\n{findings[0]}\n({len(findings)} findings, the shortest is shown)\n")
        sys.exit(1)


if __name__ == "__main__":
    main()
