"""Whole-session inspection by the host: everybody is told, and what is between others is seen with both names."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from heliograph.bridge.app_controller import AppController
from heliograph.bridge.real_reach import RealReach
from heliograph.bridge.session_controller import SessionController
from heliograph.model.capture import Capture, Kind, Row
from heliograph.services.tasks import Tasks
from tests.qt.bridge.fakes import until


class House:
    """A host with a relay process of their own, and guests."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.tasks = Tasks()
        self.apps: list[AppController] = []

    async def enters(self, name: str, invite: str = "") -> SessionController:
        """Somebody hosts, or joins with the invite."""
        app = AppController(self.directory / name, self.tasks, RealReach(self.tasks))
        self.apps.append(app)
        opened: list[SessionController] = []
        app.session_opened.connect(opened.append)
        await app.open()
        if invite:
            app.join(invite, name=name)
        else:
            app.host(name, "Room 4", port=0)
        await until(lambda: opened, within=20)
        return opened[0]

    async def close(self) -> None:
        for app in reversed(self.apps):
            await app.close()
        await self.tasks.close()


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    house = House(tmp_path)
    yield house
    await house.close()


def rows(session: SessionController, kind: Kind) -> list[Row]:
    capture = session.capture
    assert isinstance(capture, Capture)
    return [row for row in capture if row.kind is kind]


def said(session: SessionController) -> list[tuple[str, str, str | None]]:
    """Chat lines as the inspector has them: from whom to whom, and what."""
    capture = session.capture
    assert isinstance(capture, Capture)
    found = rows(session, Kind.CHAT)
    return [(capture.name(row.sender), capture.name(row.to) if row.to else "all", row.data) for row in found]


async def test_private_signals_of_others_are_seen_while_everybody_is_told(house: House) -> None:
    host = await house.enters("Host")
    assert host.invite is not None
    ben, carla = [await house.enters(name, host.invite.line()) for name in ("Ben", "Carla")]
    await until(lambda: len(host.people.present()) == 3 and len(ben.people.present()) == 3)
    ids = {person.name: person.id for person in host.people.present()}
    ben.send_chat("before", ids["Carla"])
    await until(lambda: carla.chat.messages(ids["Ben"]))
    host.set_inspect(True)
    await until(lambda: all(session.inspected for session in (host, ben, carla)))
    assert {session.inspectors for session in (host, ben, carla)} == {frozenset({ids["Host"]})}
    ben.send_chat("between us", ids["Carla"])
    host.send_chat("from the host", ids["Ben"])
    host.send_signal("chat", "to myself", ids["Host"])
    expected = {
        ("Ben", "Carla", "between us"),
        ("Host", "Ben", "from the host"),
        ("Host", "Host", "to myself"),
    }
    await until(lambda: len(said(host)) == 3 and len(ben.chat.messages(ids["Host"])) == 1)
    assert set(said(host)) == expected
    assert not host.chat.messages(ids["Carla"])
    assert [message.text for message in host.chat.messages(ids["Ben"])] == ["from the host"]

    late = await house.enters("Late", host.invite.line())
    assert (late.inspected, late.inspectors) == (True, frozenset({""}))
    host.set_inspect(False)
    await until(lambda: not any(session.inspected for session in (host, ben, carla, late)))
    ben.send_chat("unseen again", ids["Carla"])
    await until(lambda: len(carla.chat.messages(ids["Ben"])) == 3)
    assert "unseen again" not in {text for *_, text in said(host)}
    assert [row.note for row in rows(carla, Kind.INSPECT)] == [
        "Host sees every signal of the session.", "Host no longer sees every signal of the session.",
    ]  # fmt: skip


async def test_guests_may_not(house: House) -> None:
    host = await house.enters("Host")
    assert host.invite is not None
    ben = await house.enters("Ben", host.invite.line())
    assert not ben.may_moderate
    ben.set_inspect(True)
    ben.send_chat("still alone")
    await until(lambda: host.chat.messages(""))
    assert not host.inspected
