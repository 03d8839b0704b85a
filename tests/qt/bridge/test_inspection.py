"""What an inspector looks at: rows that pass a filter, marks, what is found, what is cleared."""

import random
from collections.abc import Callable, Sequence

import pytest
from PySide6 import QtCore

from heliograph.bridge.inspection import BadFilter, Inspection
from heliograph.bridge.live_capture import LiveCapture
from heliograph.bridge.sieve import Sieve
from heliograph.model.capture import Capture
from heliograph_relay.protocol.model import Connection, Role, SignalEntry
from tests.qt.bridge.fakes import until

PEOPLE = [
    Connection(id=id, name=id.title(), data="", role=Role.PUBLISHER, created=0, client="x")
    for id in ("me", "ana")
]


def capture_of(count: int, **limits: int) -> Capture:
    capture = Capture(**limits)
    capture.joined(PEOPLE[0], PEOPLE, recovered=None, wall=1_000)
    grow(capture, count)
    return capture


def grow(capture: Capture, count: int, data: str = "n", type: str = "") -> None:
    for _ in range(count):
        seq = capture.dropped + len(capture) + 1
        capture.signal(
            SignalEntry(
                seq=seq, at=1_000 + seq, sender="me" if seq % 2 else "ana", data=f"{data}{seq}",
                type=type or ("chat" if seq % 3 else "score"),
            ),
            "me",
        )  # fmt: skip


class Mirror:
    """What somebody has who hears only what the sieve tells."""

    def __init__(self, sieve: Sieve) -> None:
        self._sieve = sieve
        self.numbers = list(sieve.numbers)
        self._places = (0, -1)
        sieve.inserting.connect(self._note)
        sieve.removing.connect(self._note)
        sieve.inserted.connect(self._inserted)
        sieve.removed.connect(self._removed)
        sieve.was_reset.connect(self._reset)
        self.resets = 0

    def _note(self, places: tuple[int, int]) -> None:
        assert list(self._sieve.numbers) == self.numbers, "told after the change, or not of another one"
        self._places = places

    def _inserted(self) -> None:
        first, last = self._places
        self.numbers[first:first] = self._sieve.numbers[first : last + 1]

    def _removed(self) -> None:
        first, last = self._places
        del self.numbers[first : last + 1]

    def _reset(self) -> None:
        self.resets += 1
        self.numbers = list(self._sieve.numbers)


def passing(inspection: Inspection) -> list[int]:
    found = inspection.filter
    return [row.number for row in inspection.capture if found is None or found(row)]


FILTERS = (
    "",
    "type:score",
    "from:ana",
    "is:unread",
    "is:marked",
    'data~"[27]$"',
    "kind:gap",
    "-kind:gap size>3",
)


@pytest.mark.parametrize("seed", range(6))
async def test_the_sieve_shows_what_passes_whatever_happens(qapp: QtCore.QCoreApplication, seed: int) -> None:
    chance = random.Random(seed)
    inspection = Inspection(capture_of(30, max_rows=chance.choice((60, 200, 10_000))))
    mirror, capture = Mirror(inspection.sieve), inspection.capture

    def some() -> int:
        return capture.dropped + 1 + chance.randrange(len(capture) or 1)

    deeds: Sequence[Callable[[], object]] = (
        lambda: grow(capture, chance.randrange(40)),
        lambda: inspection.set_filter(chance.choice(FILTERS)),
        lambda: inspection.toggle_mark(some()),
        lambda: capture.receipt("ana", "read", [some()], 9),
        inspection.clear,
        inspection.undo_clear,
    )
    for _ in range(50):
        chance.choice(deeds)()
        inspection.rows_came()
        inspection.sieve.ask_again()
        assert not inspection.sieve.filtering
        assert list(inspection.numbers()) == mirror.numbers == passing(inspection)


async def test_a_long_capture_is_filtered_in_slices(qapp: QtCore.QCoreApplication) -> None:
    inspection = Inspection(capture_of(30_000))
    inspection.set_filter("type:score")
    assert inspection.sieve.filtering
    grow(inspection.capture, 100)
    inspection.rows_came()
    await until(lambda: not inspection.sieve.filtering)
    inspection.rows_came()
    assert list(inspection.numbers()) == passing(inspection)


async def test_what_is_asked_again_keeps_its_place(qapp: QtCore.QCoreApplication) -> None:
    inspection = Inspection(capture_of(40))
    time = [1_030]
    inspection.capture.wall = lambda: time[0]
    inspection.set_filter("age<20ms")
    mirror = Mirror(inspection.sieve)
    before = len(mirror.numbers)
    time[0] += 10
    await until(lambda: len(mirror.numbers) < before)
    assert mirror.resets == 0
    assert mirror.numbers == passing(inspection)


async def test_ages_are_left_alone_while_nobody_looks(qapp: QtCore.QCoreApplication) -> None:
    inspection = Inspection(capture_of(40))
    time = [1_030]
    inspection.capture.wall = lambda: time[0]
    inspection.set_filter("age<20ms")
    before = list(inspection.numbers())
    seen = [False]
    asked: list[None] = []

    def is_seen() -> bool:
        asked.append(None)
        return seen[0]

    inspection.is_seen = is_seen
    time[0] += 10
    await until(lambda: asked)
    assert list(inspection.numbers()) == before
    seen[0] = True
    await until(lambda: len(inspection.numbers()) < len(before))


async def test_an_expression_that_takes_too_long_is_given_up(qapp: QtCore.QCoreApplication) -> None:
    inspection = Inspection(capture_of(3))
    chance = random.Random(1)
    grow(inspection.capture, 1, "".join(chance.choice("ab") for _ in range(8_000)))
    told: list[str] = []
    inspection.filter_failed.connect(told.append)
    inspection.set_filter("data~(a|b)*a" + "(a|b)" * 60 + "c")
    await until(lambda: told)
    assert "too long" in told[0]
    assert inspection.filter is None
    assert list(inspection.numbers()) == [1, 2, 3, 4, 5]


def test_a_bad_filter_leaves_the_present_one(qapp: QtCore.QCoreApplication) -> None:
    inspection = Inspection(capture_of(10))
    inspection.set_filter("type:score")
    with pytest.raises(BadFilter):
        inspection.set_filter("nosuch:1")
    assert inspection.filter_text == "type:score"


def test_marks_are_gone_through_in_a_ring(qapp: QtCore.QCoreApplication) -> None:
    inspection = Inspection(capture_of(10))
    for number in (3, 7):
        inspection.toggle_mark(number)
    places = []
    for step in (1, 1, 1, -1):
        inspection.next_mark(step)
        places.append(inspection.current)
    assert places == [3, 7, 3, 7]
    inspection.set_filter("is:marked")
    assert list(inspection.numbers()) == [3, 7]
    inspection.toggle_mark(3)
    assert list(inspection.numbers()) == [7]


async def test_what_is_looked_for_is_found_both_ways_and_round(qapp: QtCore.QCoreApplication) -> None:
    inspection = Inspection(capture_of(5_000))
    grow(inspection.capture, 1, "needle")
    inspection.rows_came()
    grow(inspection.capture, 3_000)
    inspection.rows_came()
    said: list[str] = []
    inspection.notice.connect(said.append)
    inspection.finder.look_for("needle")
    for step in (1, -1):
        inspection.select(None)
        inspection.finder.go(step, None)
        await until(lambda: inspection.current == 5_002)
    inspection.finder.go(1, inspection.current)
    await until(lambda: said)
    assert said == ["Went on from the first row."]
    inspection.finder.look_for("haystack")
    inspection.finder.go(1, None)
    await until(lambda: said[-1].startswith("Not found"))
    assert inspection.current == 5_002


def test_undo_says_what_did_not_come_back(qapp: QtCore.QCoreApplication) -> None:
    inspection = Inspection(capture_of(80, max_rows=100))
    said: list[str] = []
    inspection.notice.connect(said.append)
    inspection.clear()
    grow(inspection.capture, 50)
    inspection.rows_came()
    inspection.undo_clear()
    assert len(inspection.capture) == 100
    assert "of 81 cleared rows are back" in said[0]
    assert list(inspection.numbers()) == passing(inspection)


def test_it_is_said_when_nothing_can_come_back(qapp: QtCore.QCoreApplication) -> None:
    capture = LiveCapture(max_rows=100)
    inspection = Inspection(capture)
    said: list[str] = []
    states: list[bool] = []
    inspection.notice.connect(said.append)
    inspection.clearing_changed.connect(states.append)
    grow(capture, 60)
    inspection.rows_came()
    inspection.clear()
    for _ in range(12):
        grow(capture, 20)
        inspection.rows_came()
    assert states == [True, False]
    assert len(said) == 1
    assert "cannot come back" in said[0]
