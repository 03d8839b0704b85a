"""Makes the pictures of OpenTok's frames in the inspector: the real program, a real relay, two pages that speak Rumor by hand.

python -m docs.screenshots.frames          # from the project's folder; needs no screen
"""

import asyncio
from pathlib import Path

from PySide6 import QtCore, QtWidgets

from docs.screenshots.make import Studio, develop, until
from heliograph.bridge.inspection import Inspection
from heliograph.model.capture import Capture, Kind
from heliograph.model.rows import FrameRow
from heliograph.ui.inspector.pane import InspectorPane
from heliograph.ui.inspector.table import SignalTable
from heliograph.ui.session_window import SessionWindow
from tests.support.rumor_page import RumorPage

IDS = {"Wanda": "3f2a9c1e-7b1d-4c55-9a0e-6d2f5b8e1a77", "Willi": "b07d41aa-1c9e-4f0b-8e36-2a9d7c5f4e10"}
POLL = {"question": "Lunch?", "options": ["pizza", "soup"], "multiple": False}


async def page(studio: Studio, name: str) -> RumorPage:
    """A page joins."""
    desk = studio.app.developer_desk(studio.session)
    assert desk is not None
    token = desk.guest_token(desk.access.session, "publisher", f'{{"name": "{name}"}}', 600)
    return await RumorPage.join(desk.access.port, desk.access.session, token, IDS[name])


async def photograph(studio: Studio, _folder: Path) -> None:
    """Two pages meet, and one asks who wants what."""
    studio.window.show()
    await studio.app.open()
    studio.app.save_settings(name="Ana", pane="inspector")
    studio.app.host("Ana", "Room 4", "4711", 0)
    await until(lambda: studio.window.findChildren(SessionWindow))
    studio.session.set_inspect(True)
    await until(lambda: not studio.session.tapping.obstacle)
    studio.session.tapping.switch(True)
    await until(lambda: studio.session.tapping.on)
    wanda, willi = await page(studio, "Wanda"), await page(studio, "Willi")
    await wanda.signal("poll", POLL)
    await willi.signal("text-chat", '{"text": "Soup for me", "sender": {"alias": "Willi"}}')
    await asyncio.sleep(0.5)  # frames wait for signals
    await detail(studio)
    await wanda.close()
    await willi.close()


async def detail(studio: Studio) -> None:
    """The frame with the question."""
    capture, pane = studio.session.capture, studio.window.findChildren(InspectorPane)[0]
    assert isinstance(capture, Capture)
    [table] = pane.findChildren(SignalTable)
    split = table.window().findChildren(QtWidgets.QSplitter)
    next(
        s for s in split if s.isAncestorOf(table) and s.orientation() is QtCore.Qt.Orientation.Vertical
    ).setSizes([360, 260])
    asked = next(row for row in capture if row.kind is Kind.FRAME and row.note.startswith("signal poll"))
    assert isinstance(asked, FrameRow)
    studio.session.findChildren(Inspection)[0].select(asked.number)
    await asyncio.sleep(0.2)
    await studio.shoot("frames")


if __name__ == "__main__":
    develop(photograph)
