"""A session with applications of OpenTok in it: what they say, and how they are answered."""

import json
from typing import Any

import pytest

from heliograph.client.events import Acknowledged, NotConfirmed, Rejected, State, Status
from heliograph.model import conversation
from heliograph.model.conversation import EVERYONE
from heliograph.model.dialects import TEXT_CHAT, Dialect
from heliograph.services.store import History, Page
from heliograph_relay.protocol.model import Connection, SignalEntry
from heliograph_relay.protocol.problems import TooLarge
from tests.qt.bridge.fakes import RELAY_TIME, connection, created, destroyed, joined, signal
from tests.qt.bridge.mind import Session, receipt


def page(id: str, data: str = "", **members: Any) -> Connection:
    return connection(id, **{"name": "", "client": "opentok", "data": data, **members})


def widget(text: str, alias: str = "Wanda", id: str = "w1") -> str:
    return json.dumps({"text": text, "sender": {"id": id, "alias": alias}, "sentOn": 5})


def said(seq: int, sender: str, data: str, type: str = "text-chat", **members: Any) -> SignalEntry:
    return signal(seq, sender, type, data, **members)


def names(session: Session, key: str = EVERYONE) -> list[tuple[str, str]]:
    return [(m.sender_name, m.text) for m in session.chat(key)]


# ---- who they are


@pytest.mark.parametrize("data", ['{"name": "Petra"}', "Petra"])
def test_connection_data_names_a_page(data: str) -> None:
    session = Session(page("p1", data))
    person = session.state.people.get("p1")
    assert person is not None
    assert (person.name, person.badges, person.data) == ("Petra", ("OpenTok",), data)
    session.hear(said(11, "p1", widget("hi", "Somebody else")))
    assert names(session) == [("Petra", "hi")]
    assert session.chat()[0].sender_client == "opentok"


def test_an_alias_stands_in_where_there_is_no_name() -> None:
    session = Session("ana", page("p1"))
    session.hear(said(11, "p1", widget("hi", "Wanda\u202e")), said(12, "p1", widget("ho", "Willi")))
    assert names(session) == [("Wanda‹U+202E›", "hi"), ("Willi", "ho")]
    person = session.state.people.get("p1")
    assert person is not None
    assert (person.name, person.alias) == ("Guest", "Willi")


@pytest.mark.parametrize(
    "alias", ["Ana", "ANA", "\u0410na", " ana ", "Me", "me", "server", "You", "Everyone", ""]
)
def test_nobody_poses_as_somebody_else(alias: str) -> None:
    session = Session("ana", page("p1"))
    session.hear(said(11, "p1", widget("hi", alias)))
    assert names(session) == [("Guest", "hi")]


def test_a_native_persons_word_for_themselves_does_not_count() -> None:
    session = Session("ana")
    session.hear(said(11, "ana", widget("hi", "Zoe"), n=1))
    assert names(session) == [("Ana", "hi")]


def test_signals_of_the_server_and_of_any_shape_are_shown() -> None:
    session = Session(page("p1", "Petra"))
    session.hear(
        said(11, None, widget("from the server", "Boss")),  # type: ignore[arg-type]
        signal(12, None, "chat", "plain"),
        said(13, "p1", '{"text":"object"}', "chat", json=True),
        said(14, "p1", '"words"', "chat", json=True),
        said(15, "p1", r'{"text":"half \ud83d"}', "msg", json=True),
        said(16, "p1", "null", "chat", json=True),
    )
    assert names(session) == [
        ("server", "from the server"), ("server", "plain"), ("Petra", "object"), ("Petra", "words"),
        ("Petra", "half \ufffd"),
    ]  # fmt: skip
    assert session.receipts() == []


# ---- how they are answered


def test_native_people_are_answered_plainly() -> None:
    session = Session("ana")
    session.core.chat.typed("hi", EVERYONE)
    assert session.hand_over() == [("chat", "hi", None)]


def test_a_widget_is_answered_as_it_speaks() -> None:
    session = Session("ana", page("p1"), page("p2"))
    session.hear(said(11, "p1", widget("hi")))
    message = session.core.chat.typed("hello\n", EVERYONE)
    [(type, data, to)] = session.hand_over()
    assert (type, to, message.dialect) == ("text-chat", None, TEXT_CHAT)
    assert json.loads(data or "") == {
        "text": "hello\n", "sender": {"id": "me", "alias": "Me"}, "sentOn": message.at,
    }  # fmt: skip
    session.sent(message, 12)
    assert names(session) == [("Wanda", "hi"), ("Me", "hello\n")]


def test_where_pages_differ_each_gets_the_line_once_in_its_own() -> None:
    session = Session("ana", page("p1"), page("p2"), page("p3"))
    session.hear(said(11, "p1", widget("a")), said(12, "p2", widget("b")), said(13, "p3", "c", "msg"))
    message = session.core.chat.typed("hello", EVERYONE)
    out = session.hand_over()
    assert [(type, to) for type, _, to in out] == [("text-chat", None), ("msg", "p3")]
    assert out[1][1] == "hello"
    session.sent(message, 14)
    session.hear(Acknowledged("r2", 2, 15, None))
    assert [m.text for m in session.chat()] == ["a", "b", "c", "hello"]
    assert session.chat("p3") == []


@pytest.mark.parametrize(
    ("event", "notices"),
    [
        (Rejected("r2", 404, "noSuchConnection", "gone"), []),
        (Rejected("r2", 429, "tooFast", "slower"), ["Petra (p1) did not get your last message."]),
        (NotConfirmed("r2"), []),
    ],
)
def test_a_copy_that_fails_is_not_the_line(event: Any, notices: list[str]) -> None:
    session = Session("ana", page("p1", "Petra"))
    message = session.core.chat.typed("hello", EVERYONE)
    assert [type for type, _, _ in session.hand_over()] == ["chat", "text-chat"]
    session.sent(message, 11)
    session.hear(event)
    assert message.state is conversation.State.ON_RELAY
    assert session.state.changes.notices == notices


def test_the_persons_choice_counts_and_is_for_all() -> None:
    session = Session("ana", page("p1"))
    session.hear(said(11, "p1", widget("hi")))
    session.core.chat.voice.chosen = Dialect.MESSAGE
    session.core.chat.typed("hello", EVERYONE)
    assert session.hand_over() == [("message", "hello", None)]
    session.core.chat.typed("psst", "p1")
    assert session.hand_over() == [("message", "psst", "p1")]


def test_what_waited_goes_in_the_dialect_of_who_is_there_then() -> None:
    session = Session("ana")
    session.hear(Status(State.RECONNECTING))
    message = session.core.chat.typed("hello", EVERYONE)
    session.hear(joined(page("p1"), seq=20, recovered=False), Status(State.JOINED))
    session.forget()
    assert message.dialect is Dialect.CHAT
    session.hear(Status(State.RECONNECTING))
    later = session.core.chat.typed("later", EVERYONE)
    session.hear(said(21, "p1", widget("hi")), joined(page("p1"), seq=21, recovered=True))
    assert [type for type, _, _ in session.hand_over()] == ["text-chat"]
    assert later.dialect is TEXT_CHAT


def test_the_limit_is_that_of_the_dialect() -> None:
    session = Session(page("p1"))
    session.hear(said(11, "p1", widget("hi")))
    frame = session.core.chat.voice.size("", EVERYONE)
    session.core.chat.check("x" * (8_192 - frame), EVERYONE)
    with pytest.raises(TooLarge):
        session.core.chat.check("x" * (8_193 - frame), EVERYONE)
    with pytest.raises(TooLarge):
        session.core.chat.check('"' * (8_192 - frame), EVERYONE)


def test_what_grew_too_long_meanwhile_fails_in_words_and_can_be_tried_again() -> None:
    session = Session("ana")
    session.hear(Status(State.RECONNECTING))
    message = session.core.chat.typed("x" * 8_192, EVERYONE)
    session.hear(joined(page("p1"), recovered=False), Status(State.JOINED))
    assert session.state.work.handover == []
    assert message.state is conversation.State.FAILED
    assert "8,192 may go" in message.problem
    session.core.chat.voice.chosen = Dialect.CHAT
    session.core.chat.retry(message.ref)
    assert session.hand_over() == [("chat", "x" * 8_192, None)]


def test_a_past_session_teaches_how_its_pages_speak() -> None:
    session = Session(join=False)
    past = conversation.Message(
        ref="old", conversation="", text="hi", at=1, sender="p0", sender_name="Wanda", sender_client="opentok",
        dialect=Dialect.MSG, place=1,
    )  # fmt: skip
    session.core.chat.restore(
        History(pages=[Page("", [past], False)], waiting=[], drafts={}, people={"p0": "Wanda"})
    )
    session.hear(joined(page("p1")), Status(State.JOINED))
    session.forget()
    session.core.chat.typed("hello", EVERYONE)
    assert session.hand_over() == [("msg", "hello", None)]
    person = session.state.people.get("p0")
    assert person is not None
    assert person.badges == ("OpenTok",)


# ---- receipts, typing, pings


def test_pages_get_no_receipts_and_owe_none() -> None:
    session = Session("ana", page("p1"))
    session.core.look_at(EVERYONE)
    session.hear(
        said(11, "p1", widget("hi")),
        signal(12, "p1", None, None),
        signal(13, "ana", "text-chat", widget("x")),
    )
    assert session.receipts() == [("read", "ana", [[13, 13]])]
    assert [m.may_send_receipt for m in session.chat()] == [False, False]
    message = session.type("hello")
    session.sent(message, 14)
    assert (message.counts, message.silent) == ((0, 0, 1), ("p1",))
    session.hear(signal(15, "ana", "receipt", receipt("read", (14, 14)), to="me"))
    assert message.counts == (1, 1, 1)


def test_a_page_that_tells_all_the_same_is_counted() -> None:
    session = Session(page("p1"))
    message = session.type("hello")
    session.sent(message, 11)
    session.hear(signal(12, "p1", "receipt", receipt("delivered", (11, 11)), to="me"))
    assert (message.counts, message.silent) == ((1, 0, 1), ())


def test_typing_is_told_to_those_who_make_something_of_it() -> None:
    session = Session(page("p1"))
    session.core.type_in(EVERYONE, True)
    session.core.type_in("p1", True)
    assert session.out() == []
    session.hear(created(11, "ana"))
    session.core.type_in(EVERYONE, True)
    assert session.out() == [("typing", "1", None)]
    session.hear(destroyed(12, "ana"))
    session.core.type_in(EVERYONE, False)
    assert session.out() == []


def test_a_ping_of_pages_goes_but_promises_nothing() -> None:
    session = Session(page("p1"))
    assert "do not answer" in (session.core.ping(None) or "")
    assert session.core.ping("p1") is not None
    assert session.out() == [(None, None, None), (None, None, "p1")]
    session.hear(created(11, "ana"))
    assert session.core.ping(None) is None


def test_times_and_places_are_those_of_the_log() -> None:
    session = Session(page("p1"))
    session.hear(said(11, "p1", widget("hi")))
    assert (session.chat()[0].at, session.chat()[0].seq) == (RELAY_TIME + 11, 11)
