"""Makes the pictures of the inspector's views: the real program, a real relay and four people in one process.

python -m docs.screenshots.views           # from the project's folder; needs no screen
"""

import asyncio
from pathlib import Path

from docs.screenshots.make import Studio, conversation, develop, until
from heliograph.bridge.inspection import Inspection
from heliograph.bridge.session_controller import SessionController
from heliograph.model.capture import Capture
from heliograph.model.conversation import EVERYONE
from heliograph.ui.inspector.pane import InspectorPane
from heliograph.ui.inspector.view_stack import ViewStack
from heliograph.ui.inspector.views.order import OrderView
from heliograph.ui.inspector.views.order_area import OrderArea
from heliograph.ui.session_window import SessionWindow
from heliograph_relay.protocol.model import Connection, Role, SignalEntry


async def game(studio: Studio, sessions: list[SessionController]) -> None:
    """Some rounds of a game, with pings between them; Ben reads what is said, and leaves."""
    for number in range(40):
        for place, session in enumerate(sessions):
            if (number + place) % 3:
                session.send_signal("cursor.move", f'{{"x": {number * 7 % 90}, "y": {number * 11 % 60}}}')
        if number % 8 == 0:
            studio.session.ping()
        await asyncio.sleep(0.2)
    sessions[0].mark_read(EVERYONE)
    for line in ("Who has the key of the cupboard?", "Found it."):
        await studio.say(studio.session, line)
    sessions[1].send_signal("score", '{"team": "red", "points": 12}')
    sessions[0].leave()
    await until(lambda: len(studio.session.people.present()) == len(sessions))
    studio.session.send_chat("Thanks, everybody. See you at two.")
    await asyncio.sleep(0.5)


async def photograph(studio: Studio, _folder: Path) -> None:
    """One view after the other."""
    studio.window.show()
    await studio.app.open()
    studio.app.save_settings(name="Ana", pane="inspector")
    studio.app.host("Ana", "Room 4", "4711", 0)
    await until(lambda: studio.window.findChildren(SessionWindow))
    await conversation(studio)
    await game(studio, [guest.sessions[0] for guest in studio.guests])
    pane = studio.window.findChildren(InspectorPane)[0]
    stack = pane.findChildren(ViewStack)[0]
    for name in ("receipts", "sequence", "rates"):
        stack.show_view(name)
        await asyncio.sleep(0.5)
        await studio.shoot(name, stack)
    view = OrderView(Inspection(out_of_order()))
    view.resize(stack.size())
    view.show()
    [area] = view.findChildren(OrderArea)
    await until(lambda: area.caught_up and len(area.keys()))
    area.go_to_fault()
    await studio.shoot("order", view)
    view.deleteLater()


def out_of_order() -> Capture:
    """What no relay of ours does: a signal that its own sender overtook."""
    capture = Capture()
    people = [
        Connection(id=f"{name}-connection", name=name, data="", role=Role.PUBLISHER, created=0, client="x")
        for name in ("Ana", "Ben", "Carla")
    ]
    capture.joined(people[0], people, recovered=None, wall=1_767_600_000_000)
    seqs = [*range(1, 9), 10, 9, *range(14, 20), 22, 21, *range(23, 31)]
    for place, seq in enumerate(seqs):
        sender = people[1].id if seq in (21, 22) else people[seq // 2 % 3].id
        data = f'{{"x": {seq * 7 % 90}, "y": {seq * 11 % 60}}}'
        at = 1_767_600_001_000 + place * 37
        capture.signal(SignalEntry(seq=seq, at=at, sender=sender, type="cursor.move", data=data), None)
    return capture


if __name__ == "__main__":
    develop(photograph)
