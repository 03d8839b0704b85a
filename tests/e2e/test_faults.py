"""What befalls a session: a frozen relay, a killed one, a cut network, a killed program. Nothing is lost,
nothing comes twice, and what nobody can know is said to be unknown."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

import pytest

from heliograph_relay.protocol.invite import Invite
from tests.e2e.desk import Desk
from tests.e2e.members import Member, cut, detour, member
from tests.e2e.program import until
from tests.e2e.window import Window

pytestmark = pytest.mark.timeout(90)

#: Longer than everything else that an app writes by itself while somebody types.
LONG = "a line long enough to be told from notices and receipts on the wire, " * 4


async def hosting(desk: Desk, directory: Path) -> tuple[Window, Invite]:
    window = await desk.start(directory, "--host", "--port", "0", "--name", "Ana")
    return window, await window.invite()


async def joined(desk: Desk, directory: Path, invite: Invite) -> Window:
    window = await desk.start(directory, "--name", "Ben", invite.line())
    await window.invite()
    return window


async def all_have(windows: Sequence[Window], cleo: Member, texts: Sequence[str]) -> None:
    """Everybody has these, once, and in the same order; each speaker's in the order of speaking."""
    for window in windows:
        await window.has(*texts)
    await settle_chat(cleo)
    assert sorted(cleo.chat) == sorted(texts)
    for window in windows:
        assert window.texts() == cleo.chat
    for speaker in {text.split()[0] for text in texts}:
        assert [t for t in cleo.chat if t.split()[0] == speaker] == [
            t for t in texts if t.split()[0] == speaker
        ]


async def settle_chat(cleo: Member) -> None:
    """Read everything that was on its way to Cleo."""
    number = await cleo.signal(type="marker")
    await cleo.until("signal", n=number, from_=cleo.id)


@pytest.mark.parametrize("given_up", [False, True], ids=["for a moment", "until it is given up"])
async def test_a_frozen_relay_loses_nothing(desk: Desk, tmp_path: Path, given_up: bool) -> None:
    ana, invite = await hosting(desk, tmp_path / "ana")
    ben = await joined(desk, tmp_path / "ben", invite)
    async with member(invite, "Cleo") as cleo:
        ways = {window: window.ports_to(invite.port) for window in (ana, ben)}
        relay = ana.relay()
        relay.suspend()
        for window, name in ((ana, "Ana"), (ben, "Ben")):
            for number in range(3):
                await window.say(f"{name} {number}")
            await window.is_waiting(*(f"{name} {number}" for number in range(3)))
        if given_up:
            for window, ports in ways.items():
                await window.tries_again(invite.port, ports)
        relay.resume()
        await all_have((ana, ben), cleo, [f"{name} {n}" for name in ("Ana", "Ben") for n in range(3)])


async def test_a_killed_relay_is_restarted_and_nothing_is_sent_twice(desk: Desk, tmp_path: Path) -> None:
    desk.complaints.append("ERROR heliograph.services.relay_host: the relay has ended with code -9")
    ana, invite = await hosting(desk, tmp_path / "ana")
    ben = await joined(desk, tmp_path / "ben", invite)
    async with member(invite, "Cleo") as cleo:
        epoch = cleo.joined["epoch"]
        relay = ana.relay()
        relay.suspend()
        limbo = {ana: f"Ana: {LONG}".strip(), ben: f"Ben: {LONG}".strip()}
        for window, text in limbo.items():
            await window.say(text)
            await window.has_written(len(text), invite.port)
        relay.kill()
        assert await cleo.read() is None
    await until(lambda: "the relay has ended" in ana.log, "the bad news")
    await ana.say("Ana meanwhile")
    await ana.is_waiting("Ana meanwhile")
    # The button above the people that says "Restart the relay".
    await ana.keys("ctrl+g", "shift+Tab", "space")
    await ana.has("Ana meanwhile")
    for window, text in limbo.items():
        await window.has(text)
        assert window.state(text) == "not_confirmed"
    assert await ana.invite() == await ben.invite() == invite
    async with member(invite, "Cleo") as cleo:
        assert cleo.joined["epoch"] != epoch
        await ben.say("Ben again")
        await cleo.sees("Ben again")
        # From the field back to the messages, to the one that is not confirmed, and once more.
        await ben.keys("ctrl+m", "shift+Tab", "Home", "r")
        await cleo.sees(limbo[ben])
        await settle_chat(cleo)
        assert cleo.chat == ["Ben again", limbo[ben]]
        await ben.has(limbo[ben])
        await ana.has(limbo[ben])
        assert ana.state(limbo[ana]) == "not_confirmed"
    assert ana.texts()[-3:] == ["Ana meanwhile", "Ben again", limbo[ben]]


async def test_a_cut_of_five_seconds_heals_without_loss_or_repetition(desk: Desk, tmp_path: Path) -> None:
    ana, invite = await hosting(desk, tmp_path / "ana")
    async with detour(invite) as (way, proxy), member(invite, "Cleo") as cleo:
        ben = await joined(desk, tmp_path / "ben", way)
        await ben.say("Ben before")
        await cleo.sees("Ben before")
        cut(proxy)
        await cleo.until("away")
        now = asyncio.get_running_loop().time
        healed_at = now() + 5
        for number in range(3):
            await cleo.say_chat(f"Cleo {number}")
            await ana.say(f"Ana {number}")
            await ben.say(f"Ben {number}")
        await ben.is_waiting("Ben 0", "Ben 1", "Ben 2")
        await until(lambda: now() >= healed_at, "five seconds")
        proxy.refuses = False
        await cleo.until("back")
        texts = ["Ben before", *(f"{name} {n}" for name in ("Ana", "Ben", "Cleo") for n in range(3))]
        await all_have((ana, ben), cleo, texts)
        assert cleo.chat[-3:] == ["Ben 0", "Ben 1", "Ben 2"]


async def test_a_killed_program_sends_what_waited_once(desk: Desk, tmp_path: Path) -> None:
    ana, invite = await hosting(desk, tmp_path / "ana")
    async with detour(invite) as (way, proxy), member(invite, "Cleo") as cleo:
        ben = await joined(desk, tmp_path / "ben", way)
        await ben.say("Ben before")
        await cleo.sees("Ben before")
        proxy.stalled = True
        await ben.say("Ben on the way")
        await ben.line_where("Ben on the way", lambda line: line.handed)
        proxy.stalled = False
        cut(proxy)
        await cleo.until("away")
        await ben.say("Ben in the dark")
        await ben.line_where("Ben in the dark", lambda line: not line.handed)
        ben.kill()
        assert ben.state("Ben in the dark") == "waiting"
        proxy.refuses = False
        ben = await joined(desk, tmp_path / "ben", way)
        await cleo.sees("Ben in the dark")
        await ben.has("Ben before", "Ben on the way", "Ben in the dark")
        assert ben.state("Ben on the way") == "not_confirmed"
        await ana.has("Ben in the dark")
        await settle_chat(cleo)
        assert cleo.chat == ana.texts() == ["Ben before", "Ben in the dark"]


async def test_closing_the_window_of_a_host_asks_whom_it_cuts_off(desk: Desk, tmp_path: Path) -> None:
    ana, invite = await hosting(desk, tmp_path / "ana")
    relay = ana.relay()
    async with member(invite, "Cleo") as cleo, member(invite, "Dan") as dan:
        await ana.say("Ana: hello")
        await asyncio.gather(cleo.sees("Ana: hello"), dan.sees("Ana: hello"))
        await ana.keys("alt+F4")
        await ana.keys("Return", window=await ana.titled("^End the session for 2 people"))
        await ana.say("Ana: I stay")
        await asyncio.gather(cleo.sees("Ana: I stay"), dan.sees("Ana: I stay"))
        await dan.leave()
        await cleo.until("connectionDestroyed")
        await ana.keys("alt+F4")
        await ana.keys("Tab", "space", window=await ana.titled("^End the session for 1 person"))
        await cleo.until("bye", code=4503)
        assert await ana.ended() == 0
    assert not relay.is_running()
