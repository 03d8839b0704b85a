"""Frames of OpenTok's wire in the inspector of their host, from a relay process and a page that speaks Rumor by hand."""

import os
import signal

import pytest

from heliograph.bridge.session_controller import SessionController
from heliograph.model.capture import Capture, Kind, Row
from heliograph.model.rows import FrameRow
from heliograph_relay.protocol import rumor
from tests.qt.bridge.fakes import until
from tests.support.rumor_page import RumorPage

from .test_inspecting import House, house

__all__ = ["house"]

BEGINS, ENDS = "Frames of OpenTok are shown from here on.", "Frames of OpenTok are not shown any more."


def rows(session: SessionController) -> list[Row]:
    capture = session.capture
    assert isinstance(capture, Capture)
    return list(capture)


def frames(session: SessionController) -> list[FrameRow]:
    return [row for row in rows(session) if isinstance(row, FrameRow)]


def notes(session: SessionController) -> list[str]:
    return [row.note for row in rows(session) if row.note in (BEGINS, ENDS)]


async def a_page(house: House, host: SessionController, id: str) -> RumorPage:
    desk = house.apps[0].developer_desk(host)
    assert desk is not None
    token = desk.guest_token(desk.access.session, "publisher", f'{{"name": "{id.title()}"}}', 600)
    return await RumorPage.join(desk.access.port, desk.access.session, token, id)


async def tapped(house: House) -> SessionController:
    """A host who inspects the session, and sees its frames."""
    host = await house.enters("Host")
    host.set_inspect(True)
    await until(lambda: not host.tapping.obstacle)
    host.tapping.switch(True)
    await until(lambda: host.tapping.on)
    return host


async def test_frames_stand_among_the_signals_in_the_relays_order(house: House) -> None:
    host = await tapped(house)
    page = await a_page(house, host, "ana")
    for n in range(30):
        await page.signal("chat", f"line {n}")
    await until(lambda: len(frames(host)) >= 6 + 30 * 4)
    begin = next(place for place, row in enumerate(rows(host)) if row.note == BEGINS)
    seen = [f"{row.kind.value} {row.direction} {row.type or ''}".strip() for row in rows(host)[begin + 1 :]]
    joining = [
        "frame in CONNECT", "frame in SUBSCRIBE", "frame in MESSAGE", "join in", "frame out MESSAGE",
        "frame out STATUS", "frame in STATUS",
    ]  # fmt: skip
    speaking = [
        "frame in MESSAGE",
        "chat in chat",
        "frame out MESSAGE",
        "frame out STATUS",
        "frame in STATUS",
    ]
    assert seen == [*joining, *speaking * 30]
    times = [row.at for row in rows(host)[begin:]]
    assert times == sorted(times)
    assert {row.sender or row.to for row in frames(host)} == {"ana"}
    assert [row.data for row in rows(host) if row.kind is Kind.CHAT] == [f"line {n}" for n in range(30)]
    create = frames(host)[2]
    assert create.note.startswith("connection create · ")
    assert set(rumor.decode(create.frame).headers["X-TB-TOKEN-AUTH"]) == {"*"}
    await page.close()


async def test_it_begins_and_ends_with_the_inspection(house: House) -> None:
    host = await house.enters("Host")
    page = await a_page(house, host, "ana")
    assert host.tapping.obstacle.startswith("Switch on “Inspect whole session” first")
    host.tapping.switch(True)
    await page.signal("chat", "unseen")
    assert (host.tapping.on, frames(host)) == (False, [])
    host.set_inspect(True)
    await until(lambda: not host.tapping.obstacle)
    host.tapping.switch(True)
    await until(lambda: host.tapping.on)
    await page.signal("chat", "seen")
    await until(lambda: len(frames(host)) == 4)
    host.set_inspect(False)
    await until(lambda: not host.tapping.on)
    await page.signal("chat", "unseen again")
    await until(lambda: [row.data for row in rows(host)][-1] == "unseen again")
    assert (len(frames(host)), notes(host)) == (4, [BEGINS, ENDS])
    await page.close()


async def test_receipts_of_my_signals_are_counted_while_it_is_on(house: House) -> None:
    host = await tapped(house)
    assert host.invite is not None
    ben = await house.enters("Ben", host.invite.line())
    await until(lambda: len(host.people.present()) == 2)
    told: list[set[int]] = []
    host.fates_changed.connect(told.append)
    host.send_chat("hi")
    ben.looking_at("")

    def read() -> bool:
        capture = host.capture
        assert isinstance(capture, Capture)
        mine = [row for row in capture if row.kind is Kind.CHAT]
        fate = capture.fate(mine[0]) if mine else None
        return fate is not None and len(fate.read) == 1

    await until(read)
    assert told


async def test_guests_may_not(house: House) -> None:
    host = await house.enters("Host")
    assert host.invite is not None
    ben = await house.enters("Ben", host.invite.line())
    assert ben.tapping.obstacle == "Only the program that hosts a session is told its frames."
    ben.tapping.switch(True)
    assert not ben.tapping.on


async def test_a_session_that_a_server_made_can_be_looked_at_too(house: House) -> None:
    host = await house.enters("Host")
    desk = house.apps[0].developer_desk(host)
    assert desk is not None
    opened: list[SessionController] = []
    desk.opened.connect(opened.append)
    desk.open_session(desk.access.session)
    await until(lambda: opened)
    beside = opened[0]
    beside.set_inspect(True)
    await until(lambda: not beside.tapping.obstacle)
    beside.tapping.switch(True)
    await until(lambda: beside.tapping.on)
    page = await a_page(house, host, "ana")
    await until(lambda: len(frames(beside)) == 6)
    assert frames(host) == []
    await page.close()


@pytest.mark.expects_log("the relay has ended with code -9")
async def test_it_ends_with_the_relay(house: House) -> None:
    host = await tapped(house)
    hosting = house.apps[0]._opening.hosting(host)  # noqa: SLF001 - nobody else knows the process
    pid = hosting._relay.pid  # type: ignore[union-attr] # noqa: SLF001
    died: list[str] = []
    host.relay_died.connect(died.append)
    os.kill(pid, signal.SIGKILL)
    await until(lambda: died and not host.tapping.on)
    assert notes(host) == [BEGINS, ENDS]
