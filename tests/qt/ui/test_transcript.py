"""Rows kept up with their messages are the rows that would be built anew."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heliograph.model.conversation import Message
from heliograph.ui.chat.rows import MessageRow, build_rows
from heliograph.ui.chat.transcript import Transcript
from tests.qt.ui.test_rows import message


def check(transcript: Transcript, messages: list[Message], unread: str | None) -> None:
    assert transcript.rows == build_rows(messages, unread)
    for index, row in enumerate(transcript.rows):
        if isinstance(row, MessageRow):
            assert transcript.row_of(row.message.ref) == index
            assert transcript.message(row.message.ref) is row.message
    assert transcript.row_of("never") is None


@given(st.data())
def test_any_changes(data: st.DataObject) -> None:
    count = iter(range(10_000))
    minutes = st.sampled_from([0, 1, 4, 7, 60, 60 * 24])
    senders = st.sampled_from(["ana", "ben"])

    def some(most: int) -> list[Message]:
        draws = data.draw(st.lists(st.tuples(minutes, senders), max_size=most))
        return [message(str(next(count)), *draw) for draw in draws]

    messages = some(12)
    transcript = Transcript()
    transcript.reset(messages, None)
    mirror = list(transcript.rows)
    for _ in range(data.draw(st.integers(1, 5))):
        start = data.draw(st.integers(0, len(messages)))
        end = data.draw(st.integers(start, min(len(messages), start + 3)))
        messages = [*messages[:start], *some(4), *messages[end:]]
        unread = data.draw(st.sampled_from([None, *(m.ref for m in messages)]))
        for splice in transcript.show(messages, unread):
            mirror[splice.start : splice.end] = splice.rows
        check(transcript, messages, unread)
        assert mirror == transcript.rows


@pytest.mark.parametrize("count", [1, 1_023, 1_024, 1_025, 3_000])
@pytest.mark.parametrize("where", ["start", "middle", "end"])
def test_long_ones(count: int, where: str) -> None:
    messages = [message(str(i), i / 10) for i in range(count)]
    transcript = Transcript()
    transcript.reset(messages, None)
    at = {"start": 0, "middle": count // 2, "end": count - 1}[where]
    without = [*messages[:at], *messages[at + 1 :]]
    assert len(transcript.show(without, None)) == 1
    check(transcript, without, None)
    assert len(transcript.show(messages, None)) == 1
    check(transcript, messages, None)


def test_one_at_the_end_touches_nothing_else() -> None:
    messages = [message(str(i), i) for i in range(5_000)]
    transcript = Transcript()
    transcript.reset(messages, None)
    rows = len(transcript.rows)
    messages.append(message("new", 5_000))
    [splice] = transcript.show(messages, None)
    assert splice.start == splice.end == rows
    assert len(splice.rows) <= 2


def test_the_line_above_what_is_unread_moves_alone() -> None:
    messages = [message(str(i), i / 100) for i in range(5_000)]
    transcript = Transcript()
    transcript.reset(messages, "100")
    splices = transcript.show(messages, "4000")
    assert sum(len(splice.rows) for splice in splices) < 10
    check(transcript, messages, "4000")


def test_a_message_that_gets_the_relays_time_later() -> None:
    messages = [message("a"), message("b", 1), message("c", 2)]
    transcript = Transcript()
    transcript.reset(messages, None)
    messages[1].at += 60 * 60_000
    assert transcript.rebuild_moved({"a", "c", "gone"}) == []
    assert transcript.rebuild_moved({"b"})
    check(transcript, messages, None)
