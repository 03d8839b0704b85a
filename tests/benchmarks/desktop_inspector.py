"""The inspector with a lot in it: `python -m tests.benchmarks.desktop_inspector [ROWS]`.

Times are those of the window's own thread: what else runs on the machine does not count.
"""

import gc
import sys
import time

from PySide6 import QtWidgets

from heliograph.bridge.inspection import Inspection
from heliograph.model.capture import Capture
from heliograph.ui import theme
from heliograph.ui.inspector.model import CaptureModel
from heliograph.ui.inspector.table import SignalTable
from heliograph_relay.protocol.model import Connection, Role, SignalEntry
from tests.benchmarks import desk

PEOPLE = [
    Connection(
        id=f"connection-{i:04d}", name=f"Person {i}", data="", role=Role.PUBLISHER, created=0, client="x"
    )
    for i in range(40)
]
TYPES = ("chat", "receipt", "score", "cursor.move", "typing", "state/update")
BEGIN = 1_700_000_000_000
PER_FRAME = 333
CLOCK = time.thread_time
FILTERS = (
    ("type:score", 150), ('from:"Person 7"', 150), ("size>100", 150), ("kind:chat -from:me", 150),
    ("(type:score or from:me) size<1k", 150), ("is:unread", 150), ("age<1m", 150), ("data:harbour", 500),
    ("gulls", 500), ('data~"gulls.*rain"', 0),
)  # fmt: skip


def entry(number: int) -> SignalEntry:
    """A signal with 100 bytes of JSON on average, and texts of its own, as a frame brings them."""
    data = f'{{"n":{number},"text":"{desk.text(number)[:150]}"}}'
    return SignalEntry(
        seq=number + 1, at=BEGIN + number * 50, sender=f"connection-{number % 40:04d}", data=data,
        type=TYPES[number % 6].encode().decode(), to=None if number % 5 else f"connection-{number % 7:04d}",
    )  # fmt: skip


class Bench:
    """A table over a capture that grows."""

    def __init__(self, app: QtWidgets.QApplication, count: int) -> None:
        self.app, self.count = app, 0
        self.out = desk.Table(f"Inspector, {count:,} signals")
        self.capture = Capture(max_rows=count + 200_000, max_bytes=1 << 34)
        self.capture.joined(PEOPLE[0], PEOPLE, recovered=None, wall=BEGIN)
        gc.collect()
        before, begun = desk.memory(), CLOCK()
        self.take(count - 1)
        self.out.add("a row taken into the capture", f"{(CLOCK() - begun) / count * 1e6:.1f} µs")
        gc.freeze()  # the program collects its garbage by hand (bridge/garbage.py)
        begun = CLOCK()
        self.inspection = Inspection(self.capture)
        self.model = CaptureModel(self.inspection)
        self.table = SignalTable(self.model)
        self.table.resize(760, 620)
        self.table.show()
        self.table.follow(True)
        self.turn()
        self.out.add("shown for the first time", f"{(CLOCK() - begun) * 1000:.0f} ms")
        self.out.add("memory of capture and table", f"{desk.memory() - before:.0f} MiB", "400 MB")

    def take(self, count: int) -> None:
        """So many signals more."""
        for number in range(self.count, self.count + count):
            self.capture.signal(entry(number), PEOPLE[0].id)
        self.count += count

    def turn(self) -> float:
        """Everything that waits, painting included; in milliseconds."""
        begun = CLOCK()
        self.app.processEvents()
        return (CLOCK() - begun) * 1000

    def follow(self) -> None:
        """Twenty thousand rows a second, at sixty frames a second."""
        found = []
        for _ in range(300):
            self.take(PER_FRAME)
            begun = CLOCK()
            self.inspection.sieve.take_new()
            found.append((CLOCK() - begun) * 1000 + self.turn())
        found.sort()
        words = f"{found[150]:.1f} ms, p99 {found[-3]:.1f} ms"
        self.out.add("a frame while following 20,000 rows a second", words, "p99 8 ms")

    def filter_by(self, words: str, goal: int) -> None:
        """From the key press to the result, and the longest slice meanwhile."""
        begun = CLOCK()
        self.inspection.set_filter(words)
        slices = [(CLOCK() - begun) * 1000]
        while self.inspection.sieve.filtering:
            slices.append(self.turn())
        total = (CLOCK() - begun) * 1000
        found = f"{total:.0f} ms, longest slice {max(slices):.1f} ms"
        self.out.add(
            f"filter `{words}`: {self.model.rowCount():,} rows", found,
            f"{goal} ms, slice 8 ms" if goal else "slice 8 ms",
        )  # fmt: skip

    def select(self) -> None:
        """Select All, and what is painted then."""
        self.inspection.set_filter("")
        while self.inspection.sieve.filtering:
            self.turn()
        found = []
        for _ in range(5):
            self.table.clearSelection()
            begun = CLOCK()
            self.table.selectAll()
            found.append((CLOCK() - begun) * 1000 + self.turn())
        assert self.table.selectionModel().isRowSelected(self.model.rowCount() // 2, self.model.index(-1, -1))
        self.out.add("Select All, painted", desk.spread(found), "50 ms")
        self.out.add(
            "a repaint with all selected", desk.spread(desk.times(100, self.table.viewport().repaint))
        )
        self.table.clearSelection()

    def find(self) -> None:
        """The only row of its kind is found from the other end, in slices."""
        rare = SignalEntry(seq=self.count + 1, at=BEGIN, sender="connection-0001", type="rare", data="needle")
        self.capture.signal(rare, PEOPLE[0].id)
        self.inspection.rows_came()
        self.inspection.finder.look_for("data:needle")
        begun = CLOCK()
        self.inspection.finder.go(1, self.capture.rows[0].number)
        slices = [(CLOCK() - begun) * 1000]
        while self.inspection.current is None:
            slices.append(self.turn())
        found = f"{sum(slices):.0f} ms, longest slice {max(slices):.1f} ms"
        self.out.add("the one row that has a word is found from the other end", found, "500 ms, slice 8 ms")
        self.inspection.finder.look_for("")
        self.inspection.select(None)

    def receipts(self) -> None:
        """What became of a thousand signals, of which none or one is in sight."""
        last = self.capture.rows[-3].seq or 0
        for words, first in (
            ("1,000 receipts out of sight", last - 5_000),
            ("1,000 receipts, those in sight among them", last - 999),
        ):
            seqs = set(range(first, first + 1_000))
            found = []
            for _ in range(100):
                begun = CLOCK()
                self.table.refresh(seqs)
                found.append((CLOCK() - begun) * 1000 + self.turn())
            self.out.add(words, desk.spread(found))


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    app = QtWidgets.QApplication([])
    theme.apply(app, "light")
    bench = Bench(app, count)
    repaint = bench.table.viewport().repaint
    bench.out.add("a repaint of all that is in sight", desk.spread(desk.times(200, repaint)), "2.5 ms")
    bench.follow()
    for words, goal in FILTERS:
        bench.filter_by(words, goal)
    bench.select()
    bench.find()
    bench.receipts()
    bench.out.print()


if __name__ == "__main__":
    main()
