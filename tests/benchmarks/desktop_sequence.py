"""The sequence diagram with a lot in it: `python -m tests.benchmarks.desktop_sequence [SIGNALS]`."""

import gc
import sys
from collections.abc import Callable
from time import process_time  # what else runs on the machine does not count

from PySide6 import QtWidgets

from heliograph.bridge.inspection import Inspection
from heliograph.model.capture import Capture
from heliograph.ui import theme
from heliograph.ui.inspector.views.sequence import SequenceView
from heliograph.ui.inspector.views.sequence_area import SequenceArea
from tests.benchmarks import desk
from tests.benchmarks.desktop_inspector import BEGIN, PEOPLE, entry

PER_FRAME = 333


class Bench:
    """A diagram over a capture that grows."""

    def __init__(self, app: QtWidgets.QApplication, count: int) -> None:
        self.app, self.count = app, 0
        self.out = desk.Table(f"Sequence diagram, {count:,} signals of {len(PEOPLE)} people")
        self.capture = Capture(max_rows=count + 200_000, max_bytes=1 << 34)
        self.capture.joined(PEOPLE[0], PEOPLE, recovered=None, wall=BEGIN)
        self.take(count - 1)
        gc.collect()
        gc.freeze()  # the program collects its garbage by hand (bridge/garbage.py)
        self.inspection = Inspection(self.capture)
        self.view = SequenceView(self.inspection)
        self.view.resize(1_100, 760)
        [self.area] = self.view.findChildren(SequenceArea)
        self.area.follow()
        begun = process_time()
        self.view.show()
        turns = [self.turn()]
        while not self.area.caught_up:
            turns.append(self.turn())
        self.out.add("shown with all of them", f"{(process_time() - begun) * 1000:.0f} ms")
        self.out.add("the longest turn meanwhile", f"{max(turns[1:]):.1f} ms", "8 ms")

    def take(self, count: int) -> None:
        """So many signals more."""
        for number in range(self.count, self.count + count):
            self.capture.signal(entry(number), PEOPLE[0].id)
        self.count += count

    def turn(self) -> float:
        """Everything that waits, painting included; in milliseconds."""
        begun = process_time()
        self.app.processEvents()
        return (process_time() - begun) * 1000

    def follow(self) -> None:
        """Twenty thousand signals a second, at sixty frames a second."""
        found = []
        for _ in range(300):
            self.take(PER_FRAME)
            begun = process_time()
            self.inspection.sieve.take_new()
            self.area.show_new()
            found.append((process_time() - begun) * 1000 + self.turn())
        found.sort()
        words = f"{found[150]:.1f} ms, p99 {found[-3]:.1f} ms"
        self.out.add("a frame while following 20,000 signals a second", words, "p99 8 ms")

    def scroll(self) -> None:
        """Jumps to where nobody was, and the smallest rows."""
        bar, found = self.area.verticalScrollBar(), []
        for step in range(100):
            begun = process_time()
            bar.setValue(bar.maximum() * (step * 37 % 100) // 100)
            found.append((process_time() - begun) * 1000 + self.turn())
        self.out.add("a jump to where nobody was", desk.spread(found), "8 ms")
        self.area.zoom_to(0)
        self.turn()
        repaint = self.area.viewport().repaint
        self.out.add("a repaint with the smallest rows", desk.spread(times(50, repaint)), "16 ms")


def times(runs: int, what: Callable[[], object]) -> list[float]:
    """Milliseconds of each of so many runs."""
    found = []
    for _ in range(runs):
        begun = process_time()
        what()
        found.append((process_time() - begun) * 1000)
    return found


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 500_000
    app = QtWidgets.QApplication([])
    theme.apply(app, "light")
    bench = Bench(app, count)
    repaint = bench.area.viewport().repaint
    bench.out.add("a repaint of all that is in sight", desk.spread(times(200, repaint)), "8 ms")
    bench.follow()
    bench.scroll()
    bench.out.print()


if __name__ == "__main__":
    main()
