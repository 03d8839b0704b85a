"""Makes the pictures of opened captures: the real program, the sample, and another evening like it.

python -m docs.screenshots.captures        # from the project's folder; needs no screen; takes a minute
"""

import asyncio
from pathlib import Path

from PySide6 import QtWidgets

from docs.screenshots.make import Studio, develop, until
from heliograph.ui.captures.comparison import Comparison
from heliograph.ui.captures.page import CapturePage
from heliograph.ui.captures.saving import SaveDialog
from heliograph.ui.inspector.filter_bar import FilterBar
from tests.support.record_sample import record


async def photograph(studio: Studio, folder: Path) -> None:
    """The sample, what can be saved of it, and two evenings side by side."""
    studio.window.show()
    await studio.app.open()
    studio.app.captures.open_sample()
    await until(lambda: studio.window.findChildren(CapturePage))
    [page] = studio.window.findChildren(CapturePage)
    await until(lambda: page.opened.is_read)
    inspection = page.opened.inspection
    look_at = next(row.number for row in inspection.capture if row.type == "weather")
    await asyncio.sleep(0.3)  # the table takes its size first
    inspection.select(look_at)
    await studio.shoot("capture")
    inspection.set_filter("kind:chat")
    page.save()
    await until(lambda: studio.window.findChildren(SaveDialog))
    [dialog] = studio.window.findChildren(SaveDialog)
    await studio.shoot("capture-save", dialog)
    dialog.reject()
    page.findChildren(FilterBar)[0].write("")
    await record(folder / "second evening.jsonl")
    page.compare_with(folder / "second evening.jsonl")
    await until(lambda: studio.window.findChildren(Comparison))
    await asyncio.sleep(0.5)
    [button] = [
        b for b in studio.window.findChildren(QtWidgets.QAbstractButton)
        if b.accessibleName() == "Line up by: Beginning"
    ]  # fmt: skip
    button.click()
    await until(lambda: len(inspection.numbers()) == len(inspection.capture))
    inspection.select(look_at)
    await studio.shoot("capture-compare")


if __name__ == "__main__":
    develop(photograph)
