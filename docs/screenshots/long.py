"""Makes the picture of a long capture: the real program, with more rows than fit into memory.

python -m docs.screenshots.long        # from the project's folder; needs no screen; takes a minute
"""

import asyncio
from pathlib import Path
from typing import cast

from docs.screenshots.make import Studio, develop, until
from heliograph.bridge.live_capture import LiveCapture
from heliograph.model.capture import MAX_ROWS
from heliograph.ui.captures.long_dialog import LongDialog
from heliograph.ui.session_window import SessionWindow
from heliograph_relay.protocol.model import SignalEntry

#: Rows that come at once, and in all.
_TOGETHER, _ROWS = 3_000, MAX_ROWS + 2_000_000


async def photograph(studio: Studio, _folder: Path) -> None:
    """What is chosen, and what is on disk."""
    studio.window.show()
    await studio.app.open()
    studio.app.save_settings(name="Ana", pane="both", long_captures=True)
    studio.app.host("Ana", "Room 4", "4711", 0)
    await until(lambda: studio.window.findChildren(SessionWindow))
    await studio.guest("Ben")
    capture = cast(LiveCapture, studio.session.capture)
    [ben] = [person.id for person in studio.session.people.present() if not person.is_me]
    begun = capture.rows[-1].at
    for first in range(0, _ROWS, _TOGETHER):
        for number in range(first, first + _TOGETHER):
            data = f'{{"x":{number * 7919 % 1920},"y":{number * 104729 % 1080}}}'
            entry = SignalEntry(
                seq=100 + number, at=begun + number, sender=ben, type="cursor.move", data=data
            )
            capture.signal(entry, studio.session.people.me.id if studio.session.people.me else None)
        await asyncio.sleep(0)
    disk = studio.app.captures.long.of(studio.session)
    assert disk is not None
    await disk.give_back(await disk.borrow())
    [window] = studio.window.findChildren(SessionWindow)
    window.show_long()
    [dialog] = window.findChildren(LongDialog)
    await studio.shoot("long-captures", dialog)
    dialog.reject()


if __name__ == "__main__":
    develop(photograph)
