"""The chat with a lot in it: `python -m tests.benchmarks.desktop_chat [MESSAGES]`."""

import gc
import sys
import time

from PySide6 import QtWidgets

from heliograph.model.conversation import Conversations, Message, State
from heliograph.ui import theme
from heliograph.ui.chat.view import ChatView
from tests.benchmarks import desk

BEGIN = 1_700_000_000_000


def message(number: int) -> Message:
    """Short and long ones of seven people; every ninth is mine."""
    mine = number % 9 == 0
    return Message(
        ref=f"epoch:{number}", conversation="", text=desk.text(number), at=BEGIN + number * 20_000, mine=mine,
        sender=f"c{number // 3 % 7}", sender_name=f"Person {number // 3 % 7}", sender_hue=number // 3 % 7, seq=number,
        sender_short_id="ab12", state=State.ON_RELAY if mine else State.RECEIVED, read_by_me=True, place=number + 1,
    )  # fmt: skip


class Bench:
    """A view over a conversation that grows."""

    def __init__(self, app: QtWidgets.QApplication, count: int) -> None:
        self.app, self.count = app, count
        self.out = desk.Table(f"Chat, {count:,} messages")
        self.chat = Conversations()
        self.chat.restore("", [message(i) for i in range(count)], has_older=False)
        gc.freeze()
        self.view = ChatView()
        self.view.resize(560, 640)
        self.view.show()
        app.processEvents()
        self.bar = self.view.verticalScrollBar()
        self.pages = 0

    def draw(self) -> None:
        """All that is in sight."""
        self.view.viewport().repaint()

    def open(self) -> None:
        """The first sight, and what is done about the rest in idle turns."""
        before, begun = desk.memory(), time.perf_counter()
        self.view.open_messages(self.chat.messages(""), None)
        self.draw()
        self.out.add(
            "shown for the first time, at the end", f"{(time.perf_counter() - begun) * 1000:.0f} ms", "150 ms"
        )
        self.out.add("a turn of guessing heights out of sight", desk.spread(self.refine()), "8 ms")
        self.out.add("memory of the rows", f"{desk.memory() - before:.0f} MiB")

    def refine(self) -> list[float]:
        """Let the heights out of sight be guessed to the end; milliseconds of each turn."""
        found = []
        while self.view.refining:
            begun = time.perf_counter()
            self.app.processEvents()
            found.append((time.perf_counter() - begun) * 1000)
        return found

    def append(self) -> None:
        """One message more."""
        self.chat.add(message(self.count))
        self.count += 1
        self.view.show_messages(self.chat.messages(""), None)
        self.draw()

    def older(self) -> None:
        """A page before the first message."""
        self.pages += 1
        page = [message(i - self.pages * 200) for i in range(200)]
        self.chat.restore("", page, has_older=True)
        self.view.show_messages(self.chat.messages(""), None)
        self.draw()

    def resize(self) -> None:
        """A step narrower or wider."""
        self.view.resize(560 if self.view.width() < 560 else 553, 640)
        self.draw()

    def jump(self) -> None:
        """To where nobody was."""
        self.bar.setValue((self.bar.value() + 99_991) % self.bar.maximum())
        self.draw()

    def find(self) -> None:
        """A message by its ref."""
        self.view.reveal(f"epoch:{self.bar.value() * 7919 % self.count}")
        self.draw()

    def receipt(self) -> None:
        """For the newest message of mine."""
        self.view.refresh({f"epoch:{self.count - 1 - (self.count - 1) % 9}"})
        self.draw()


def main() -> None:
    app = QtWidgets.QApplication([])
    theme.apply(app, "light")
    bench = Bench(app, int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
    add = bench.out.add
    bench.open()
    add("a repaint of all that is in sight", desk.spread(desk.times(200, bench.draw)))
    add("a message more, at the end", desk.spread(desk.times(500, bench.append)), "p95 3 ms")
    add("a receipt in sight", desk.spread(desk.times(200, bench.receipt)), "3 ms")
    bench.bar.setValue(bench.bar.maximum() // 2)
    add("a message more, while scrolled up", desk.spread(desk.times(500, bench.append)), "p95 3 ms")
    add("a step of a resize", desk.spread(desk.times(200, bench.resize)), "8 ms")
    bench.refine()
    add("a jump to where nobody was", desk.spread(desk.times(200, bench.jump)), "8 ms")
    add("a message found by its ref", desk.spread(desk.times(200, bench.find)), "8 ms")
    add("a page of 200 older ones above", desk.spread(desk.times(20, bench.older)), "16 ms")
    bench.out.print()


if __name__ == "__main__":
    main()
