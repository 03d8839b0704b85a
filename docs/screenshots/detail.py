"""Makes the pictures of the inspector's detail and of the compose window: the real program, a real relay, four people.

python -m docs.screenshots.detail          # from the project's folder; needs no screen
"""

import asyncio
import json
from pathlib import Path

from PySide6 import QtCore, QtWidgets

from docs.screenshots.make import Studio, conversation, develop, until
from heliograph.model.capture import Capture
from heliograph.model.templates import Draft
from heliograph.ui.inspector.compose import ComposeWindow
from heliograph.ui.inspector.compose_form import ComposeForm
from heliograph.ui.inspector.pane import InspectorPane
from heliograph.ui.inspector.table import SignalTable
from heliograph.ui.session_window import SessionWindow

BEFORE = {
    "room": 4, "round": 11, "players": [
        {"id": "ana", "score": 12, "place": {"x": 3.50, "y": 8}}, {"id": "ben", "score": 9, "place": {"x": 1, "y": 2}},
    ],
    "weather": "مشمس ☀️",
}  # fmt: skip
AFTER = {
    "room": 4, "round": 12, "players": [
        {"id": "ana", "score": 14, "place": {"x": 3.50, "y": 8}},
        {"id": "ben", "score": 9, "place": {"x": 1, "y": 3}, "hidden": True},
    ],
}  # fmt: skip


async def photograph(studio: Studio, _folder: Path) -> None:
    """The detail, two rows beside each other, and a signal that is written."""
    studio.window.show()
    await studio.app.open()
    studio.app.save_settings(name="Ana", pane="inspector")
    studio.app.host("Ana", "Room 4", "4711", 0)
    await until(lambda: studio.window.findChildren(SessionWindow))
    await conversation(studio)
    ben = studio.guests[0].sessions[0]
    for state in (BEFORE, AFTER):
        ben.send_signal("game.state", json.dumps(state, ensure_ascii=False))
        await asyncio.sleep(0.2)
    await details(studio)
    await compose(studio)


async def details(studio: Studio) -> None:
    """One row, then two."""
    capture, pane = studio.session.capture, studio.window.findChildren(InspectorPane)[0]
    assert isinstance(capture, Capture)
    states = [row.seq for row in capture if row.type == "game.state"]
    await until(lambda: len(states) == 2)
    [table] = pane.findChildren(SignalTable)
    split = table.window().findChildren(QtWidgets.QSplitter)
    next(
        s for s in split if s.isAncestorOf(table) and s.orientation() is QtCore.Qt.Orientation.Vertical
    ).setSizes([260, 300])
    await asyncio.sleep(0.2)  # rows come a frame later
    pane.reveal(states[1] or 0)
    await studio.shoot("detail")
    previous = next(
        row for row in range(table.model().rowCount()) if table.model().index(row, 5).data() == "game.state"
    )
    flags = QtCore.QItemSelectionModel.SelectionFlag
    table.selectionModel().select(table.model().index(previous, 0), flags.Select | flags.Rows)
    await studio.shoot("compare")


async def compose(studio: Studio) -> None:
    """What was sent, and what is being repeated."""
    window = studio.window.findChildren(SessionWindow)[0]
    window.findChildren(InspectorPane)[0].compose()
    [dialog] = studio.window.findChildren(ComposeWindow)
    composing = studio.session.composing
    composing.send(Draft(type="poll", data='{"question": "Lunch?", "options": ["pizza", "soup"]}'))
    composing.send(Draft(to=studio.guests[0].sessions[0].people.me.id))  # type: ignore[union-attr]
    composing.send(Draft(type="two words", data=""))
    draft = Draft(type="cursor.move", data='{\n  "x": {{n}},\n  "y": 17,\n  "at": {{time}},\n}', fills=True)
    dialog.begin_from(draft)
    composing.repeat(Draft(type="cursor.move", data='{"x": {{n}}}', fills=True), 500, 30)
    times = next(s for s in dialog.findChildren(ComposeForm)[0].findChildren(QtWidgets.QSpinBox))
    times.setValue(500)
    await until(lambda: composing.sendings[-1].taken > 40)
    await studio.shoot("compose", dialog)
    composing.stop()
    dialog.close()


if __name__ == "__main__":
    develop(photograph)
