"""Links against the real relay, through a proxy that cuts, stalls and swallows."""

import signal
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

import pytest

from heliograph.client.connection import Link, Patience
from heliograph.client.events import (
    Acknowledged,
    Event,
    Joined,
    Missed,
    NotConfirmed,
    Rejected,
    Sent,
    State,
    Status,
    Trouble,
)
from heliograph.client.session import Credential
from heliograph_relay.protocol.model import CreatedEntry, SignalEntry
from tests.relay.wire.process import Relay
from tests.support.fault_proxy import FaultProxy, fault_proxy
from tests.support.links import Listener, link_to

SECRETS = ("--session", "room", "--secret", "guest-secret", "--host-secret", "host-secret", "--pin", "1234")
GUEST = Credential(secret="guest-secret")


@contextmanager
def running(*flags: str) -> Iterator[Relay]:
    relay = Relay(*SECRETS, *flags)
    try:
        yield relay
    finally:
        relay.end(signal.SIGKILL)
        relay.wait()
        for lines, stream in ((relay.stdout, relay.process.stdout), (relay.stderr, relay.process.stderr)):
            lines.rest()
            assert stream is not None
            stream.close()


@asynccontextmanager
async def member(
    port: int, name: str = "Ana", credential: Credential = GUEST, session: str = "room"
) -> AsyncIterator[tuple[Link, Listener]]:
    async with link_to(port, credential=credential, session=session, name=name) as (link, heard):
        await heard.joined()
        yield link, heard


def texts(heard: Listener) -> list[str | None]:
    return [entry.data for entry in heard.of(SignalEntry)]


def say(link: Link, *words: str, to: str | None = None) -> None:
    for word in words:
        link.send(word, type="chat", data=word, to=to)


async def test_two_people_chat() -> None:
    with running() as relay:
        async with member(relay.port) as (ana, ana_heard), member(relay.port, "Bob") as (bob, bob_heard):
            await ana_heard.until(lambda: ana_heard.of(CreatedEntry))
            say(ana, "hello")
            await bob_heard.until(lambda: bob_heard.of(SignalEntry))
            say(bob, "hi")
            await ana_heard.until(lambda: len(ana_heard.of(SignalEntry)) == 2)
            bobs_id = bob_heard.of(Joined)[0].me.id
            say(ana, "just you", to=bobs_id)
            await ana_heard.until(lambda: len(ana_heard.of(Acknowledged)) == 2)
            await bob_heard.until(lambda: len(bob_heard.of(SignalEntry)) == 3)
            assert texts(ana_heard) == ["hello", "hi"]
            assert texts(bob_heard) == ["hello", "hi", "just you"]


async def test_an_address_and_a_pin_are_enough() -> None:
    with running() as relay:
        async with member(relay.port, credential=Credential(pin="1234"), session="lan") as (_, heard):
            assert heard.of(Joined)[0].session.id == "room"


async def test_a_cut_loses_nothing_and_doubles_nothing() -> None:
    with running() as relay:
        async with (
            fault_proxy(relay.port) as proxy,
            member(proxy.port) as (ana, ana_heard),
            member(relay.port, "Bob") as (bob, bob_heard),
        ):
            say(ana, "before")
            await bob_heard.until(lambda: bob_heard.of(SignalEntry))
            proxy.refuses = True
            proxy.cut()
            await ana_heard.status(State.RECONNECTING)
            say(bob, "meanwhile 1", "meanwhile 2")
            say(ana, "while away")
            await bob_heard.until(lambda: len(bob_heard.of(Acknowledged)) == 2)
            proxy.refuses = False
            ana.reconnect()
            assert (await ana_heard.joined(times=2)).recovered is True
            await ana_heard.until(lambda: len(ana_heard.of(Acknowledged)) == 2)
            everything = ["before", "meanwhile 1", "meanwhile 2", "while away"]
            assert texts(ana_heard) == everything
            assert texts(bob_heard) == everything


async def test_many_cuts_in_the_middle_of_a_flood() -> None:
    with running("--rate", "0") as relay:
        async with (
            fault_proxy(relay.port) as proxy,
            member(proxy.port) as (ana, ana_heard),
            member(relay.port, "Bob") as (bob, bob_heard),
        ):
            words = [f"ana {i}" for i in range(600)]
            for i in range(0, 600, 100):
                say(ana, *words[i : i + 100])
                say(bob, *(f"bob {j}" for j in range(i, i + 100)))
                await bob_heard.until(lambda i=i: len(bob_heard.of(Acknowledged)) >= i + 50)  # type: ignore[misc]
                proxy.cut()
                ana.reconnect()
            await ana_heard.until(lambda: len(ana_heard.of(Acknowledged)) == 600)
            await bob_heard.until(lambda: len(bob_heard.of(SignalEntry)) == 1_200)
            await ana_heard.until(lambda: len(ana_heard.of(SignalEntry)) == 1_200)
            assert texts(ana_heard) == texts(bob_heard)
            assert [text for text in texts(bob_heard) if text and text.startswith("ana")] == words
            assert all(joined.recovered for joined in ana_heard.of(Joined)[1:])


async def test_a_frozen_relay_is_noticed_and_healed() -> None:
    with running() as relay:
        async with member(relay.port) as (ana, heard):
            relay.end(signal.SIGSTOP)
            say(ana, "into the ice")
            status = await heard.status(State.RECONNECTING)
            assert status.problem == "notAnswering"
            relay.end(signal.SIGCONT)
            assert (await heard.joined(times=2)).recovered is True
            await heard.until(lambda: heard.of(Acknowledged))
            assert texts(heard) == ["into the ice"]


@pytest.mark.parametrize("one_way", [False, True])
async def test_a_half_open_network_is_noticed_and_healed(one_way: bool) -> None:
    with running() as relay:
        async with fault_proxy(relay.port) as proxy, member(proxy.port) as (ana, heard):
            _stall(proxy, one_way=one_way, on=True)
            say(ana, "into the void")
            status = await heard.status(State.RECONNECTING)
            assert status.problem == "notAnswering"
            _stall(proxy, one_way=one_way, on=False)
            assert (await heard.joined(times=2)).recovered is True
            await heard.until(lambda: heard.of(Acknowledged))
            assert texts(heard) == ["into the void"]


def _stall(proxy: FaultProxy, *, one_way: bool, on: bool) -> None:
    if one_way:
        proxy.swallows_answers = on
    else:
        proxy.stalled = on


async def test_after_a_restart_of_the_relay_what_was_on_the_wire_is_not_confirmed() -> None:
    with running() as first:
        async with fault_proxy(first.port) as proxy, member(proxy.port) as (ana, heard):
            proxy.swallows_answers = True
            say(ana, "unsure")
            await heard.until(lambda: heard.of(Sent))
            first.end(signal.SIGKILL)
            first.wait()
            await heard.status(State.RECONNECTING)
            say(ana, "surely new")
            with running() as second:
                proxy.to_port, proxy.swallows_answers = second.port, False
                ana.reconnect()
                again = await heard.joined(times=2)
                assert again.recovered is False
                await heard.until(lambda: heard.of(Acknowledged))
                assert heard.of(NotConfirmed) == [NotConfirmed("unsure")]
                assert heard.of(Missed) == [Missed(1)]
                assert texts(heard) == ["surely new"]


async def test_outside_the_recovery_window_the_rejoin_is_honest() -> None:
    with running("--recovery-window", "0") as relay:
        async with fault_proxy(relay.port) as proxy, member(proxy.port) as (_, heard):
            proxy.cut()
            again = await heard.joined(times=2)
            assert again.recovered is False
            assert again.me.id != heard.of(Joined)[0].me.id
            assert again.epoch == heard.of(Joined)[0].epoch


async def test_who_reads_too_slowly_is_dropped_and_catches_up() -> None:
    log = ("--log-entries", "20000", "--log-bytes", "100000000")
    with running("--queue-bytes", "65536", "--rate", "0", *log) as relay:
        patient = Patience(quiet=60)
        async with (
            link_to(relay.port, credential=GUEST, session="room", patience=patient) as (ana, ana_heard),
            member(relay.port, "Bob") as (bob, bob_heard),
        ):
            await ana_heard.joined()
            assert ana._transport is not None  # noqa: SLF001
            wire = ana._transport.transport  # noqa: SLF001
            wire.pause_reading()
            for i in range(2_000):
                bob.send(str(i), type=None, data="x" * 8_000)
            await bob_heard.until(lambda: len(bob_heard.of(Acknowledged)) == 2_000)
            wire.resume_reading()
            status = await ana_heard.status(State.RECONNECTING)
            assert (status.problem, "could not keep up" in status.message) == ("slowConsumer", True)
            await ana_heard.until(lambda: len(ana_heard.of(SignalEntry)) == 2_000)
            assert all(joined.recovered for joined in ana_heard.of(Joined)[1:])


async def test_a_stopping_relay_says_so() -> None:
    with running() as relay:
        async with member(relay.port) as (_, heard):
            relay.end(signal.SIGTERM)
            status = await heard.status(State.RECONNECTING)
            assert (status.problem, status.message) == ("goingAway", "The relay is stopping.")
            assert relay.wait() == 0
            later = await heard.until(lambda: [s for s in heard.of(Status) if s.problem == "unreachable"])
            assert "Nothing listens at" in later[0].message


async def test_the_pace_never_makes_the_relay_refuse() -> None:
    with running("--rate", "200", "--burst", "40") as relay:
        async with member(relay.port) as (ana, heard):
            words = [str(i) for i in range(300)]
            say(ana, *words)
            await heard.until(lambda: len(heard.of(Acknowledged)) == 300)
            assert texts(heard) == words
            assert heard.of(Rejected) == []


@pytest.mark.parametrize(
    ("credential", "session", "words"),
    [
        (Credential(secret="wrong"), "room", "secret is wrong"),
        (Credential(pin="0000"), "room", "This PIN does not open"),
        (Credential(token="T1==x"), "room", "This token does not open"),
        (GUEST, "elsewhere", "or the session has ended"),
    ],
)
async def test_what_does_not_open_the_session(credential: Credential, session: str, words: str) -> None:
    with running() as relay:
        async with link_to(relay.port, credential=credential, session=session) as (_, heard):
            status = await heard.status(State.ENDED)
            assert status.problem == "unauthorized"
            assert words in status.message


async def test_a_full_session() -> None:
    with running("--seats", "1") as relay:
        async with member(relay.port), link_to(relay.port, credential=GUEST, session="room") as (_, heard):
            status = await heard.status(State.ENDED)
            assert (status.problem, status.message) == ("full", "Every seat of this session is taken.")


async def test_too_many_attempts() -> None:
    with running() as relay:
        status = Status(State.CONNECTING)
        for _ in range(11):
            async with link_to(relay.port, credential=Credential(pin="0"), session="room") as (_, heard):
                status = await heard.status(State.ENDED)
        assert status.problem == "full"
        assert "oo many attempts" in status.message


async def test_a_moderator_inspects_and_puts_people_out() -> None:
    with running() as relay:
        host = Credential(secret="host-secret")
        async with (
            member(relay.port, "Host", host) as (moderator, host_heard),
            member(relay.port, "Bob") as (bob, bob_heard),
        ):
            moderator.inspect(True)
            await bob_heard.until(lambda: [e for e in bob_heard.events if type(e).__name__ == "Inspected"])
            me = bob_heard.of(Joined)[0].me.id
            say(bob, "to myself", to=me)
            await host_heard.until(lambda: host_heard.of(SignalEntry))
            moderator.disconnect(me)
            status = await bob_heard.status(State.ENDED)
            assert status.problem == "forceDisconnected"


async def test_leaving_is_told_at_once() -> None:
    with running() as relay:
        async with member(relay.port) as (_, ana_heard), member(relay.port, "Bob") as (bob, bob_heard):
            bob.leave()
            await bob_heard.status(State.LEFT)
            gone: list[Event] = await ana_heard.until(
                lambda: [e for e in ana_heard.events if type(e).__name__ == "DestroyedEntry"]
            )
            assert "clientDisconnected" in str(gone[0])
            assert ana_heard.of(Trouble) == []
