"""A full inspector while its oldest rows go to disk: `python -m tests.benchmarks.desktop_spool [ROWS] [SECONDS]`.

20,000 rows a second come into a capture that holds ROWS and is full; frames are measured with the option off and on: how late the
window's turn comes, with the rows of that frame taken and the table painted in it. Then all is saved, and a part opened.
"""

import asyncio
import sys
import tempfile
import time
from pathlib import Path

from PySide6 import QtWidgets

from heliograph.bridge.aio import Application, run
from heliograph.bridge.garbage import burst
from heliograph.bridge.inspection import Inspection
from heliograph.bridge.live_capture import LiveCapture
from heliograph.bridge.spooling import Spooling
from heliograph.model.captures.extract import About
from heliograph.model.captures.formats import FORMATS
from heliograph.model.captures.pages import parts_of
from heliograph.services.spool import SpoolAbout
from heliograph.services.spool_reading import SpoolPart, save_long
from heliograph.services.tasks import Tasks
from heliograph.ui import theme
from heliograph.ui.inspector.model import CaptureModel
from heliograph.ui.inspector.table import SignalTable
from tests.benchmarks import desk
from tests.benchmarks.desktop_inspector import BEGIN, PEOPLE, PER_FRAME, entry

_FRAME = 1 / 60
_ABOUT = SpoolAbout(session="s1", title="Large", program="benchmark", created=BEGIN)


class Bench:
    """A table that follows a full capture, and what takes its oldest rows to disk."""

    def __init__(self, folder: Path, tasks: Tasks, count: int) -> None:
        self.count = 0
        self.capture = LiveCapture(max_rows=count)
        self.capture.joined(PEOPLE[0], PEOPLE, recovered=None, wall=BEGIN)
        self.spooling = Spooling(self.capture, _ABOUT, folder, lambda: 1 << 40, tasks)
        self.take(count + 2 * PER_FRAME)
        self.inspection = Inspection(self.capture)
        self.table = SignalTable(CaptureModel(self.inspection))
        self.table.resize(760, 620)
        self.table.show()
        self.table.follow(True)

    def take(self, count: int) -> None:
        """So many signals more."""
        for number in range(self.count, self.count + count):
            self.capture.signal(entry(number), PEOPLE[0].id)
        self.count += count

    async def frames(self, seconds: float) -> tuple[list[float], list[float], float]:
        """For each frame, by how much it ended later than it was due, and how long its own work took; and how much of a
        processor all of it took.
        """
        late, own = list[float](), list[float]()
        due = time.perf_counter()
        used, ends = time.process_time(), due + seconds
        while due < ends:
            due = max(due + _FRAME, time.perf_counter())
            await asyncio.sleep(due - time.perf_counter())
            begun = time.perf_counter()
            self.take(PER_FRAME)
            self.inspection.rows_came()
            self.table.viewport().repaint()
            ended = time.perf_counter()
            late.append((ended - due) * 1_000)
            own.append((ended - begun) * 1_000)
        return late, own, (time.process_time() - used) / seconds


def words(found: list[float]) -> str:
    """Median, 99th percentile and the worst."""
    found = sorted(found)
    return f"median {found[len(found) // 2]:.1f} ms, p99 {found[int(len(found) * 0.99)]:.1f} ms, longest {found[-1]:.1f} ms"


async def measure(bench: Bench, out: desk.Table, folder: Path, tasks: Tasks, seconds: float) -> None:
    """Everything."""
    for _ in range(2):
        for on in (False, True):
            bench.spooling.switch(on)
            with burst():
                late, own, used = await bench.frames(seconds)
            kind = "rows go to disk" if on else "rows are dropped"
            out.add(f"a frame while {kind}", f"{words(own)}", "8 ms")
            out.add(f"the same, with the wait for its turn while {kind}", f"{words(late)}", "16 ms")
            out.add(f"a processor while {kind}", f"{used * 100:.0f} %")
    file = await bench.spooling.borrow()
    pages = await file.pages()
    rows = sum(page.count for page in pages)
    out.add(f"a row on disk, of {rows:,}", f"{bench.spooling.used / rows:.0f} bytes of disk")
    await bench.spooling.give_back(file)
    await reading(bench, out, folder, tasks)


async def reading(bench: Bench, out: desk.Table, folder: Path, tasks: Tasks) -> None:
    """Saving all of it while rows go on coming, and opening what is on disk."""
    begun = time.perf_counter()
    extract = bench.spooling.extract(About(program="benchmark", saved=1))
    saving = tasks.start(
        save_long(
            folder / "all.jsonl", FORMATS[0].write, extract, lambda: None, lambda: None,
            bench.spooling.borrow, bench.spooling.give_back,
        ),
        name="saving",
    )  # fmt: skip
    late = list[float]()
    with burst():
        while not saving.done():
            late += (await bench.frames(0.2))[0]
    what = f"all {len(extract):,} rows saved as JSON Lines, while 20,000 a second come"
    out.add(what, f"{time.perf_counter() - begun:.1f} s; frames: {words(late)}", "16 ms")
    file = await bench.spooling.borrow()
    parts = parts_of(await file.pages())
    begun = time.perf_counter()
    part = SpoolPart(file, _ABOUT, parts[0], lambda: bench.spooling.give_back(file))
    await part.read(lambda: None)
    out.add(f"{parts[0].rows:,} rows of the disk opened", f"{time.perf_counter() - begun:.1f} s")


async def main(_application: Application) -> int:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    seconds = float(sys.argv[2]) if len(sys.argv) > 2 else 15.0
    theme.apply(QtWidgets.QApplication.instance(), "light")  # type: ignore[arg-type]
    tasks = Tasks()
    out = desk.Table(f"Long captures, {count:,} rows in memory")
    with tempfile.TemporaryDirectory() as directory:
        bench = Bench(Path(directory), tasks, count)
        try:
            await measure(bench, out, Path(directory), tasks, seconds)
        finally:
            await bench.spooling.end()
            await tasks.close()
    out.print()
    return 0


if __name__ == "__main__":
    sys.exit(run(main))
