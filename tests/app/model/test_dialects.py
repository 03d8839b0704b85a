"""Chat lines in the dialects of other apps."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heliograph.model.dialects import Author, ChatLine, Dialect, chat_line, dialect_of, is_chat_type, say
from heliograph_relay.protocol.model import SignalEntry

WIDGET = json.dumps({"text": "hi", "sender": {"id": "1", "alias": "Ana"}, "sentOn": 1_700_000_000_000})


def entry(type: str | None, data: str | None, **members: Any) -> SignalEntry:
    """As a native client sends it."""
    return SignalEntry(seq=1, at=1, sender="ana", type=type, data=data, **{"n": 1, **members})


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
        ("text-chat", '{"text": "hi", "sender": {"name": "Ana"}}', ChatLine("hi", "Ana")),
        ("text-chat", '{"text": "hi", "sender": "Ana"}', ChatLine("hi", "Ana")),
        ("text-chat", '{"text": ""}', None),
        ("text-chat", '{"text": 5}', ChatLine("5")),
        ("text-chat", '{"text": true}', None),
        ("text-chat", '{"sender": {}}', None),
        ("text-chat", "null", None),
        ("text-chat", '"hi"', ChatLine("hi")),
        ("text-chat", "hi", ChatLine("hi")),
        ("text-chat", "{", ChatLine("{")),
        (
            "text-chat",
            r'{"text": "half \ud83d", "sender": {"alias": "\udc00x"}}',
            ChatLine("half \ufffd", "\ufffdx"),
        ),
        ("text-chat", r'{"text": "\ud83d\ude00"}', ChatLine("\U0001f600")),
    ],
)
def test_which_signals_are_chat_lines(type: str | None, data: str | None, line: ChatLine | None) -> None:
    assert chat_line(entry(type, data)) == line


@pytest.mark.parametrize(
    ("data", "line"),
    [
        ("hi", ChatLine("hi")),
        ('{"text": "hi"}', ChatLine("hi")),
        ('{"message": "hi", "username": "Ana"}', ChatLine("hi", "Ana")),
        ('{"msg": "hi", "user": {"name": "Ana"}}', ChatLine("hi", "Ana")),
        ('{"score": 5}', ChatLine('{"score": 5}')),
        ('{"text": ""}', ChatLine('{"text": ""}')),
        ("{ not json", ChatLine("{ not json")),
        ("[1]", ChatLine("[1]")),
        ("5", ChatLine("5")),
    ],
)
def test_pages_put_lines_into_objects_in_strings(data: str, line: ChatLine) -> None:
    assert chat_line(entry("chat", data, n=None)) == line


@pytest.mark.parametrize(
    ("data", "line"),
    [
        ('{"text":"hi","alias":"Ana"}', ChatLine("hi", "Ana")),
        ('{"a":[1,null]}', ChatLine('{"a":[1,null]}')),
        ("[1,2]", ChatLine("[1,2]")),
        ('"hi"', ChatLine("hi")),
        (r'"\ud83d"', ChatLine("\ufffd")),
        ('""', None),
        ("null", None),
        ("5", ChatLine("5")),
        ("true", ChatLine("true")),
    ],
)
@pytest.mark.parametrize("type", ["chat", "msg", "message", "textMessage"])
def test_data_that_is_no_string(type: str, data: str, line: ChatLine | None) -> None:
    assert chat_line(entry(type, data, n=None, json=True)) == line


def test_nesting_without_end_is_shown_or_not_but_harms_nobody() -> None:
    for type in Dialect:
        for data in ("[" * 8_000, "[" * 4_000 + "]" * 4_000, '{"text":' * 1_500 + "1" + "}" * 1_500):
            chat_line(entry(type, data, n=None, json=True))
            chat_line(entry(type, data, n=None))


@given(st.text(), st.sampled_from(list(Dialect)), st.text(), st.text())
def test_what_is_said_is_heard(text: str, dialect: Dialect, id: str, alias: str) -> None:
    said = say(dialect, text, Author(id, alias), 1_700_000_000_000)
    heard = chat_line(entry(dialect, said))
    assert heard is None if not text else heard is not None and heard.text == text
    if dialect is Dialect.TEXT_CHAT:
        assert json.loads(said) == {
            "text": text, "sender": {"id": id, "alias": alias}, "sentOn": 1_700_000_000_000,
        }  # fmt: skip


@given(st.text())
def test_any_widget_data_is_read_without_harm(data: str) -> None:
    chat_line(entry("text-chat", data))


def test_types_of_chat() -> None:
    assert is_chat_type("text-chat")
    assert not is_chat_type(None)
    assert dialect_of("msg") is Dialect.MSG
    assert dialect_of("receipt") is None
