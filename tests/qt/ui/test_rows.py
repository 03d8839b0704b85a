"""Rows of a chat, and where they stand."""

import datetime

from hypothesis import given
from hypothesis import strategies as st

from heliograph.model.conversation import Message
from heliograph.ui.chat.rows import DayRow, Heights, MessageRow, UnreadRow, build_rows

NOON = int(datetime.datetime(2024, 5, 3, 12).timestamp() * 1000)  # noqa: DTZ001
MINUTE = 60_000


def message(ref: str, minutes: float = 0, sender: str = "ana") -> Message:
    return Message(ref=ref, conversation="", text="hi", at=NOON + int(minutes * MINUTE), sender=sender)


def test_a_day_a_group_and_what_is_new() -> None:
    messages = [
        message("a"),
        message("b", 1),
        message("c", 2, "ben"),
        message("d", 3, "ben"),
        message("e", 60 * 24),
    ]
    rows = build_rows(messages, "d")
    kinds = [type(row).__name__ for row in rows]
    assert kinds == [
        "DayRow",
        "MessageRow",
        "MessageRow",
        "MessageRow",
        "UnreadRow",
        "MessageRow",
        "DayRow",
        "MessageRow",
    ]
    leads = [row.leads for row in rows if isinstance(row, MessageRow)]
    assert leads == [True, False, True, True, True]


def test_a_pause_ends_a_group() -> None:
    rows = build_rows([message("a"), message("b", 4), message("c", 12)], None)
    assert [row.leads for row in rows if isinstance(row, MessageRow)] == [True, False, True]
    assert not [row for row in rows if isinstance(row, UnreadRow)]


def test_another_name_of_the_same_sender_begins_a_group() -> None:
    """An alias is a claim of each line: it must not stand above somebody else's words."""
    messages = [message("a"), message("b", 1), message("c", 2)]
    messages[0].sender_name = messages[1].sender_name = "Ana"
    messages[2].sender_name = "Ben"
    leads = [row.leads for row in build_rows(messages, None) if isinstance(row, MessageRow)]
    assert leads == [True, False, True]


def test_nothing() -> None:
    assert build_rows([], None) == []
    assert [type(row) for row in build_rows([message("a")], None)] == [DayRow, MessageRow]


@given(st.lists(st.integers(1, 90), min_size=1, max_size=1_500), st.data())
def test_heights_agree_with_plain_sums(values: list[int], data: st.DataObject) -> None:
    heights = Heights()
    heights.reset(list(values))
    start, end = sorted((data.draw(st.integers(0, len(values))), data.draw(st.integers(0, len(values)))))
    come = data.draw(st.lists(st.integers(1, 90), min_size=1, max_size=600))
    heights.splice(start, end, come)
    values = [*values[:start], *come, *values[end:]]
    changed = data.draw(st.integers(0, len(values) - 1))
    values[changed] = data.draw(st.integers(1, 90))
    heights.set(changed, values[changed])
    assert heights.total == sum(values)
    row = data.draw(st.integers(0, len(values) - 1))
    assert heights.top(row) == sum(values[:row])
    inside = data.draw(st.integers(0, values[row] - 1))
    assert heights.at(sum(values[:row]) + inside) == (row, inside)
