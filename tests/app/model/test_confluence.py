"""Events of a session and frames of its wire, whichever comes first, in the relay's order."""

import random

import pytest

from heliograph.model.confluence import MOST_FRAMES, WAITING, Confluence


class Stream:
    """A confluence, a clock, and what came out."""

    def __init__(self) -> None:
        self.now = 0.0
        self.woken = 0
        self.out: list[str] = []
        self.confluence = Confluence(lambda: self.now, self._wake)

    def _wake(self) -> None:
        self.woken += 1

    def event(self, seq: int | None, name: str = "") -> None:
        self.confluence.event(seq, lambda: self.out.append(name or f"e{seq}"))

    def frame(self, seq: int, name: str) -> None:
        self.confluence.frame(seq, lambda: self.out.append(name))

    def after(self, seconds: float = WAITING) -> list[str]:
        self.now += seconds
        self.confluence.flow()
        return self.out


#: A signal: its frame, its entry, the frames to two pages, their acknowledgements.
FRAMES = [(1, "in"), (2, "out a"), (2, "out b"), (2, "ack a"), (2, "ack b"), (2, "in 2"), (3, "out 2")]
IN_ORDER = ["in", "e2", "out a", "out b", "ack a", "ack b", "in 2", "e3", "out 2"]


@pytest.mark.parametrize("seed", range(30))
def test_however_they_come_together_the_order_is_the_relays(seed: int) -> None:
    dice, stream = random.Random(seed), Stream()
    events, frames = [2, 3], list(FRAMES)
    while events or frames:
        stream.after(dice.random() * WAITING / 10)
        if events and (not frames or dice.random() < 0.3):
            stream.event(events.pop(0))
        else:
            stream.frame(*frames.pop(0))
    assert stream.after() == IN_ORDER
    assert stream.woken == len(IN_ORDER)
    assert not stream.confluence


def test_nothing_goes_before_it_has_waited() -> None:
    stream = Stream()
    stream.event(2)
    assert stream.after(WAITING / 2) == []
    assert stream.after(WAITING / 2) == ["e2"]


def test_what_is_late_goes_when_it_comes() -> None:
    stream = Stream()
    stream.event(2)
    stream.after()
    stream.frame(1, "late")
    assert stream.after() == ["e2", "late"]


def test_events_without_an_entry_stay_in_their_order() -> None:
    stream = Stream()
    stream.event(2)
    stream.event(None, "away")
    stream.event(3)
    stream.frame(1, "first")
    stream.frame(3, "last")
    assert stream.after() == ["first", "e2", "away", "e3", "last"]


def test_at_the_end_nothing_waits() -> None:
    stream = Stream()
    stream.frame(7, "frame")
    stream.event(8)
    stream.confluence.flow_all()
    assert stream.out == ["frame", "e8"]


def test_one_step_is_short_and_the_next_goes_on() -> None:
    stream = Stream()

    def slow() -> None:
        stream.now += 0.004
        stream.out.append("slow")

    for _ in range(5):
        stream.confluence.frame(1, slow)
    assert len(stream.after()) == 2
    assert len(stream.after(0)) == 4


def test_frames_that_may_wait_are_bounded() -> None:
    stream = Stream()
    stream.frame(1, "x")
    assert stream.confluence.room == MOST_FRAMES - 1
