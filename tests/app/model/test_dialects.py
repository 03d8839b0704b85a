"""Chat lines in the dialects of other apps."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heliograph.model.dialects import ChatLine, chat_line, is_chat_type
from heliograph_relay.protocol.model import SignalEntry

WIDGET = json.dumps({"text": "hi", "sender": {"id": "1", "alias": "Ana"}, "sentOn": 1_700_000_000_000})


def entry(type: str | None, data: str | None) -> SignalEntry:
    return SignalEntry(seq=1, at=1, sender="ana", type=type, data=data)


@pytest.mark.parametrize(
    ("type", "data", "line"),
    [
        ("chat", "hi", ChatLine("hi")),
        ("msg", "hi", ChatLine("hi")),
        ("message", "hi", ChatLine("hi")),
        ("textMessage", "hi", ChatLine("hi")),
        ("chat", '{"text": "hi"}', ChatLine('{"text": "hi"}')),
        ("chat", " ", ChatLine(" ")),
        ("chat", "", None),
        ("chat", None, None),
        ("Chat", "hi", None),
        ("ping", "hi", None),
        (None, "hi", None),
        (None, None, None),
        ("receipt", "{}", None),
        ("text-chat", WIDGET, ChatLine("hi", "Ana")),
        ("text-chat", '{"text": "hi"}', ChatLine("hi")),
        ("text-chat", '{"text": "hi", "sender": null}', ChatLine("hi")),
        ("text-chat", '{"text": "hi", "sender": {"alias": 5}}', ChatLine("hi")),
        ("text-chat", '{"text": "hi", "sender": "Ana"}', ChatLine("hi")),
        ("text-chat", '{"text": ""}', None),
        ("text-chat", '{"text": 5}', None),
        ("text-chat", '{"sender": {}}', None),
        ("text-chat", "hi", None),
        ("text-chat", "[" * 8_000, None),
    ],
)
def test_which_signals_are_chat_lines(type: str | None, data: str | None, line: ChatLine | None) -> None:
    assert chat_line(entry(type, data)) == line


@given(st.text())
def test_any_widget_data_is_read_without_harm(data: str) -> None:
    chat_line(entry("text-chat", data))


def test_types_of_chat() -> None:
    assert is_chat_type("text-chat")
    assert not is_chat_type(None)
