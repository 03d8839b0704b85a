"""Receipts, rates and order with a lot in them: `python -m tests.benchmarks.desktop_views [ROWS]`."""

import gc
import json
import sys
from collections.abc import Callable
from time import process_time  # what else runs on the machine does not count

from PySide6 import QtWidgets

from heliograph.bridge.inspection import Inspection
from heliograph.model.capture import Capture
from heliograph.ui import theme
from heliograph.ui.inspector.views.matrix_area import MatrixArea
from heliograph.ui.inspector.views.order import OrderView
from heliograph.ui.inspector.views.order_area import OrderArea
from heliograph.ui.inspector.views.plot_area import PlotArea
from heliograph.ui.inspector.views.rates import RatesView
from heliograph.ui.inspector.views.receipts import ReceiptsView
from heliograph_relay.protocol.model import Connection, Role, SignalEntry
from tests.benchmarks import desk
from tests.benchmarks.desktop_inspector import BEGIN, PEOPLE, entry
from tests.benchmarks.desktop_sequence import times

MESSAGES, READERS = 100_000, 200


class Bench:
    """Views over captures, one after the other."""

    def __init__(self, app: QtWidgets.QApplication) -> None:
        self.app = app

    def turn(self) -> float:
        """Everything that waits, painting included; in milliseconds."""
        begun = process_time()
        self.app.processEvents()
        return (process_time() - begun) * 1000

    def show(self, out: desk.Table, view: QtWidgets.QWidget, done: Callable[[], bool]) -> None:
        """From nothing to all of it, and the longest turn meanwhile."""
        view.resize(1_100, 760)
        begun = process_time()
        view.show()
        turns = [self.turn()]
        while not done():
            turns.append(self.turn())
        self.turn()
        out.add("shown with all of it", f"{(process_time() - begun) * 1000:.0f} ms")
        out.add("the longest turn meanwhile", f"{max(turns[1:] or turns):.1f} ms", "8 ms")

    def jumps(self, out: desk.Table, area: QtWidgets.QAbstractScrollArea) -> None:
        """To where nobody was, painted."""
        bar, found = area.verticalScrollBar(), []
        for step in range(100):
            begun = process_time()
            bar.setValue(bar.maximum() * (step * 37 % 100) // 100)
            found.append((process_time() - begun) * 1000 + self.turn())
        out.add("a jump to where nobody was", desk.spread(found), "8 ms")

    def receipts(self) -> None:
        """My messages against as many people as have room in a hall."""
        out = desk.Table(f"Receipts, {MESSAGES:,} messages and {READERS} people")
        capture, mine = received()
        gc.freeze()  # the program collects its garbage by hand (bridge/garbage.py)
        inspection = Inspection(capture)
        view = ReceiptsView(inspection)
        [area] = view.findChildren(MatrixArea)
        self.show(out, view, lambda: area.caught_up)
        out.add("a repaint", desk.spread(times(100, area.viewport().repaint)), "8 ms")
        self.jumps(out, area)
        found = []
        for number in range(100):
            seq = mine[-1 - number % 20]
            begun = process_time()
            capture.receipt(PEOPLE[1].id, "read", [seq], BEGIN + seq)
            inspection.fates_changed.emit({seq})
            area.show_new()
            found.append((process_time() - begun) * 1000 + self.turn())
        out.add("a receipt in sight", desk.spread(found), "8 ms")
        view.close()
        out.print()

    def others(self, count: int) -> None:
        """The same signals as rates and as orders."""
        capture = Capture(max_rows=count + 200_000, max_bytes=1 << 34)
        capture.joined(PEOPLE[0], PEOPLE, recovered=None, wall=BEGIN)
        for number in range(count):
            capture.signal(entry(number), PEOPLE[0].id)
        gc.freeze()
        inspection = Inspection(capture)
        out = desk.Table(f"Order, {count:,} signals")
        order = OrderView(inspection)
        [area] = order.findChildren(OrderArea)
        self.show(out, order, lambda: area.caught_up)
        out.add("a repaint", desk.spread(times(100, area.viewport().repaint)), "8 ms")
        self.jumps(out, area)
        area.follow()
        self.follow(out, inspection, capture, count, area.show_new)
        order.close()
        out.print()
        out = desk.Table(f"Rates, {count:,} signals")
        rates = RatesView(inspection)
        plots: PlotArea = rates.plots
        self.show(out, rates, lambda: plots.caught_up)
        out.add("a repaint", desk.spread(times(100, plots.repaint)), "8 ms")
        self.follow(out, inspection, capture, count + 100 * 333, plots.tick)
        rates.close()
        out.print()

    def follow(
        self, out: desk.Table, inspection: Inspection, capture: Capture, count: int, show: Callable[[], None]
    ) -> None:
        """Twenty thousand signals a second, at sixty frames a second."""
        found = []
        for frame in range(100):
            for number in range(333):
                capture.signal(entry(count + frame * 333 + number), PEOPLE[0].id)
            begun = process_time()
            inspection.sieve.take_new()
            show()
            found.append((process_time() - begun) * 1000 + self.turn())
        out.add("a frame while following 20,000 signals a second", desk.spread(found), "8 ms")


def received() -> tuple[Capture, list[int]]:
    """What I said, and that most of the people have it."""
    people = [
        Connection(
            id=f"reader-{i:04d}", name=f"Reader {i}", data="", role=Role.PUBLISHER, created=0, client="x"
        )
        for i in range(READERS)
    ]
    capture = Capture(max_rows=MESSAGES * 2, max_bytes=1 << 34)
    capture.joined(PEOPLE[0], [PEOPLE[0], *people], recovered=None, wall=BEGIN)
    mine = []
    for number in range(MESSAGES):
        seq = number * 2 + 1
        me = PEOPLE[0].id
        said = SignalEntry(
            seq=seq, at=BEGIN + seq * 50, sender=me, type="chat", data=desk.text(number), n=number + 1
        )
        capture.signal(said, me)
        mine.append(seq)
        reader, data = (
            people[number % READERS].id,
            json.dumps({"state": "read", "epoch": "e", "ranges": [[seq, seq]]}),
        )
        told = SignalEntry(seq=seq + 1, at=said.at + 20, sender=reader, type="receipt", data=data, to=me)
        capture.signal(told, me)
        for other in people[: number % 7]:
            capture.receipt(other.id, "delivered", [seq], told.at)
    return capture, mine


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 500_000
    app = QtWidgets.QApplication([])
    theme.apply(app, "light")
    bench = Bench(app)
    bench.receipts()
    bench.others(count)


if __name__ == "__main__":
    main()
