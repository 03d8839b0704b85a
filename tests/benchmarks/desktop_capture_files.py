"""Opening and saving a large capture in the real window: `python -m tests.benchmarks.desktop_capture_files [ROWS]`.

Meanwhile frames are measured: how late the window gets its turn, and how long its painting takes.
"""

import asyncio
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from heliograph.bridge.aio import Application, run
from heliograph.bridge.app_controller import AppController
from heliograph.bridge.opened_capture import OpenedCapture
from heliograph.bridge.real_reach import RealReach
from heliograph.model.capture import Capture
from heliograph.model.captures.extract import About, Extract
from heliograph.model.captures.formats import FORMATS
from heliograph.model.captures.lines import LineReader, write_lines
from heliograph.services.captures import CaptureFile
from heliograph.services.tasks import Tasks
from heliograph.ui.captures.page import CapturePage
from heliograph.ui.captures.saving import SavingLine
from heliograph.ui.inspector.table import SignalTable
from heliograph.ui.main_window import MainWindow
from tests.benchmarks import desk  # before Qt: it chooses the platform
from tests.benchmarks.desktop_inspector import PEOPLE, entry

_RUNS = 5
_BITE = 32 << 10
_FRAME = 0.016


class Frames:
    """Wants a turn every 16 ms, as a screen does, and paints the table in every third; what is late, somebody held up."""

    def __init__(self, table: Callable[[], SignalTable | None]) -> None:
        self.late: list[float] = []
        self._table = table
        self._on = True

    async def run(self) -> None:
        """Until `stop`."""
        due = time.perf_counter()
        while self._on:
            due = max(due + _FRAME, time.perf_counter())
            await asyncio.sleep(due - time.perf_counter())
            begun = time.perf_counter()
            if len(self.late) % 3 == 0 and (table := self._table()) is not None:
                table.viewport().repaint()
            self.late.append((begun - due + time.perf_counter() - begun) * 1_000)

    def stop(self) -> None:
        """Measure no more."""
        self._on = False


def write(path: Path, count: int) -> None:
    """A capture of so many signals of 40 people."""
    capture = Capture(max_rows=count + 10, max_bytes=1 << 34)
    capture.joined(PEOPLE[0], PEOPLE, recovered=None, wall=entry(0).at)
    for number in range(count - 1):
        capture.signal(entry(number), PEOPLE[0].id)
    with path.open("wb") as file:
        for piece in write_lines(Extract(capture, About(program="benchmark", saved=1, title="Large"))):
            file.write(piece)


def understand(path: Path) -> float:
    """Seconds of a processor that reading takes without a window."""
    reader, begun = LineReader(), time.process_time()
    for block in blocks(path):
        reader.feed(block)
    reader.end()
    return time.process_time() - begun


def blocks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while block := file.read(_BITE):
            yield block


async def open_in_window(
    app: AppController, window: MainWindow, path: Path
) -> tuple[float, float, float, Frames]:
    """Seconds until something is shown, until all is read, and of a processor for that; and the frames meanwhile."""
    shown: list[OpenedCapture] = []
    app.captures.opened.connect(shown.append)
    begun, used = time.perf_counter(), time.process_time()
    app.captures.open(path)
    while not shown:  # noqa: ASYNC110 (see below)
        await asyncio.sleep(0.001)
    first = time.perf_counter() - begun
    frames = Frames(lambda: next(iter(window.findChildren(SignalTable)), None))
    painting = asyncio.get_running_loop().create_task(frames.run())
    while not shown[0].is_read:  # noqa: ASYNC110 (nothing else tells of it to the outside)
        await asyncio.sleep(0.005)
    total, used = time.perf_counter() - begun, time.process_time() - used
    frames.stop()
    await painting
    app.captures.opened.disconnect(shown.append)
    return first, total, used, frames


async def save_from_window(
    window: MainWindow, app: AppController, path: Path, number: int
) -> tuple[float, Frames]:
    """Seconds that saving all rows takes, and the frames meanwhile."""
    [page] = window.findChildren(CapturePage)
    frames = Frames(lambda: window.findChildren(SignalTable)[0])
    painting = asyncio.get_running_loop().create_task(frames.run())
    begun = time.perf_counter()
    saving = app.captures.save(page.opened.inspection, path, FORMATS[number], "all", "Large")
    line = SavingLine()
    line.follow(saving, app.captures)
    done = asyncio.Event()
    saving.saved.connect(lambda _none: done.set())
    await done.wait()
    total = time.perf_counter() - begun
    frames.stop()
    await painting
    return total, frames


async def in_a_thread(window: MainWindow, path: Path) -> tuple[float, Frames]:
    """For comparison: the same reader in a thread of its own, against the same frames."""
    frames = Frames(lambda: window.findChildren(SignalTable)[0])
    painting = asyncio.get_running_loop().create_task(frames.run())

    def read() -> None:
        reader = LineReader()
        for block in blocks(path):
            reader.feed(block)
        reader.end()

    begun = time.perf_counter()
    await asyncio.get_running_loop().run_in_executor(None, read)
    total = time.perf_counter() - begun
    frames.stop()
    await painting
    return total, frames


def worst(frames: Iterable[float]) -> str:
    found = sorted(frames)
    return f"median {found[len(found) // 2]:.1f} ms, p99 {found[int(len(found) * 0.99)]:.1f} ms, longest {found[-1]:.1f} ms"


async def measure(app: AppController, window: MainWindow, folder: Path, count: int) -> None:
    """Everything."""
    out = desk.Table(f"Capture files, {count:,} signals")
    path = folder / "large.jsonl"
    write(path, count)
    out.add("size of the file", f"{path.stat().st_size / (1 << 20):.0f} MiB")
    cpu = sorted(understand(path) for _ in range(3))[1]
    out.add("understood, without a window", f"{cpu:.2f} s of a processor")
    before = desk.memory()
    runs = [await open_in_window(app, window, path)]
    out.add("memory of what is open, table included", f"{desk.memory() - before:.0f} MiB", "400 MB")
    runs += [await open_in_window(app, window, path) for _ in range(_RUNS - 1)]
    runs.sort(key=lambda run: run[1])
    first, total, used, _ = runs[_RUNS // 2]
    out.add("first rows shown", f"{first * 1_000:.0f} ms")
    out.add("opened, the table painted meanwhile", f"{total:.2f} s, {used:.2f} s of a processor", "2 s")
    out.add("frames while it is opened", worst(late for run in runs for late in run[3].late), "16 ms")
    for number, format in enumerate(FORMATS):
        seconds, frames = await save_from_window(window, app, folder / f"saved{format.suffix}", number)
        size = (folder / f"saved{format.suffix}").stat().st_size / (1 << 20)
        out.add(f"saved as {format.words}, {size:.0f} MiB", f"{seconds:.2f} s; frames: {worst(frames.late)}")
    seconds, frames = await in_a_thread(window, path)
    out.add("for comparison: read in a thread", f"{seconds:.2f} s; frames: {worst(frames.late)}")
    file = CaptureFile(folder / "saved.har")
    begun = time.perf_counter()
    await file.read(lambda: None)
    out.add("HAR read", f"{time.perf_counter() - begun:.2f} s")
    out.print()


async def main(_application: Application) -> int:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    tasks = Tasks()
    with tempfile.TemporaryDirectory() as directory:
        app = AppController(Path(directory) / "profile", tasks, RealReach(tasks))
        window = MainWindow(app)
        window.resize(1_200, 760)
        window.show()
        await app.open()
        try:
            await measure(app, window, Path(directory), count)
        finally:
            await app.close()
            await tasks.close()
    return 0


if __name__ == "__main__":
    sys.exit(run(main))
