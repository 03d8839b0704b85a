"""The mind of a session: events and acts of the person in, changes and work out. No window, no loop, no clock."""

import json
from typing import Any

import pytest

from heliograph.bridge.chat_desk import PersonGone
from heliograph.bridge.homecoming import WAIT
from heliograph.bridge.receipt_desk import PINGS_AT_ONCE
from heliograph.client.events import Acknowledged, Failed, NotConfirmed, Rejected, Sent, State, Status
from heliograph.model import conversation
from heliograph.model.conversation import EVERYONE, Message
from heliograph.model.settings import Switches
from heliograph.services.store import History, Page
from heliograph_relay.protocol.model import Reason, Role
from heliograph_relay.protocol.native import Away, Back, Inspected
from heliograph_relay.protocol.problems import InvalidSignal, NotAllowed, TooLarge
from tests.qt.bridge.fakes import (
    EPOCH,
    RELAY_TIME,
    connection,
    created,
    destroyed,
    joined,
    signal,
)
from tests.qt.bridge.mind import Session, receipt

# ---- a message of mine


def test_a_message_waits_until_the_relay_has_it_and_then_counts_its_recipients() -> None:
    session = Session("ana", "bo")
    message = session.type("hello")
    assert (message.state, message.mine, message.sender_name) == (conversation.State.WAITING, True, "Me")
    session.sent(message, 11)
    assert message.state is conversation.State.ON_RELAY
    assert (message.seq, message.epoch, message.at) == (11, EPOCH, RELAY_TIME + 11)
    assert message.counts == (0, 0, 2)
    assert session.chat() == [message]


def test_it_counts_who_got_it_and_nobody_else() -> None:
    session = Session("ana", "bo")
    message = session.type("hello")
    session.sent(message, 11)
    session.hear(
        created(12, "late"),
        signal(13, "ana", "receipt", receipt("delivered", (11, 11)), to="me"),
        signal(14, "late", "receipt", receipt("delivered", (11, 11)), to="me"),
        destroyed(15, "bo"),
        signal(16, "ana", "receipt", receipt("read", (1, 11)), to="me"),
    )
    assert message.counts == (1, 1, 2)
    assert message.delivered == {"ana": RELAY_TIME + 13}
    assert message.read == {"ana": RELAY_TIME + 16}
    assert session.capture.receipts == [("ana", "delivered", [11]), ("ana", "read", [11])]
    assert session.state.changes.fates == {11}


def test_read_implies_delivered() -> None:
    session = Session("ana")
    message = session.type("hello")
    session.sent(message, 11)
    session.hear(signal(12, "ana", "receipt", receipt("read", (11, 11)), to="me"))
    assert message.counts == (1, 1, 1)


@pytest.mark.parametrize(
    "data",
    [
        None,
        "",
        "{",
        receipt("delivered", (11, 11), epoch="other"),
        receipt("delivered", (12, 10**15)),
        receipt("eaten"),
    ],
)
def test_hostile_receipts_change_nothing(data: str | None) -> None:
    session = Session("ana")
    message = session.type("hello")
    session.sent(message, 11)
    session.hear(
        signal(12, "ana", "receipt", data, to="me"), signal(13, None, "receipt", receipt("read", (11, 11)))
    )
    assert message.counts == (0, 0, 1)


def test_a_private_message_is_for_one() -> None:
    session = Session("ana", "bo")
    session.capture.ahead = (
        3_600_000  # the relay's clock; it stamps the receipts, so it counts for the message too
    )
    message = session.type("psst", "ana")
    session.sent(message, 11)
    assert message.at == session.time.clock.wall() + 3_600_000
    session.hear(signal(12, "bo", "receipt", receipt("read", (11, 11)), to="me"))
    assert message.counts == (0, 0, 1)
    session.hear(signal(13, "ana", "receipt", receipt("delivered", (11, 11)), to="me"))
    assert message.counts == (1, 0, 1)
    assert session.chat() == []
    assert session.chat("ana") == [message]


@pytest.mark.parametrize(
    ("event", "state", "words"),
    [
        (Rejected("r1", 403, "notAllowed", "you may not"), conversation.State.FAILED, "You may not."),
        (
            Failed("r1", "This person has left the session."),
            conversation.State.FAILED,
            "This person has left the session.",
        ),
        (
            NotConfirmed("r1"),
            conversation.State.NOT_CONFIRMED,
            "It was on its way when the connection ended; nobody",
        ),
    ],
)
def test_a_failure_says_why_and_can_be_tried_again(event: Any, state: conversation.State, words: str) -> None:
    session = Session("ana")
    message = session.type("hello")
    session.hear(event)
    assert message.state is state
    assert message.problem.startswith(words)
    session.forget()
    session.core.chat.retry(message.ref)
    assert message.state is conversation.State.WAITING
    assert session.state.work.handover == [message]


def test_what_cannot_be_tried_again_is_left() -> None:
    session = Session("ana")
    message = session.type("hello")
    session.forget()
    session.core.chat.retry(message.ref)
    session.core.chat.retry("nothing")
    assert session.state.work.handover == []


def test_what_is_typed_without_a_relay_goes_later_in_order() -> None:
    session = Session("ana")
    session.hear(Status(State.RECONNECTING))
    first, second = session.core.chat.typed("1", EVERYONE), session.core.chat.typed("2", "ana")
    assert session.state.work.handover == []
    assert set(session.state.work.unsaved) == {first.ref, second.ref}
    session.hear(joined("ana", recovered=True))
    assert session.state.work.handover == [first, second]


def test_what_was_for_somebody_gone_fails_at_the_next_join() -> None:
    session = Session("ana")
    session.hear(Status(State.RECONNECTING))
    message = session.core.chat.typed("psst", "ana")
    session.hear(joined("bo", recovered=False, me="me2", epoch="epoch-2"))
    assert message.state is conversation.State.FAILED
    assert session.state.work.handover == []


def test_what_was_for_somebody_gone_can_be_sent_to_who_has_the_name_now() -> None:
    session = Session("ana", "bo")
    session.hear(Status(State.RECONNECTING))
    message = session.core.chat.typed("psst", "ana")
    here = [connection(id, name=name) for id, name in (("a2", "Ana"), ("a3", "Ana"), ("b2", "Bo"), ("x", ""))]
    session.hear(joined(*here, recovered=False, me="me2", epoch="epoch-2"), Status(State.JOINED))
    assert [p.id for p in session.state.people.namesakes("ana")] == ["a2", "a3"]
    assert session.state.work.handover == []  # a name proves nothing: it is for the person to say
    anew = session.core.chat.redirect(message.ref, "a3")
    assert anew is not None
    assert session.hand_over() == [("chat", "psst", "a3")]
    assert (session.chat("ana"), session.chat("a3")) == ([], [anew])
    assert session.core.chat.redirect(anew.ref, "a2") is None


def test_what_cannot_be_sent_to_somebody_else_stays() -> None:
    session = Session("ana")
    session.hear(Status(State.RECONNECTING))
    message = session.core.chat.typed("psst", "ana")
    session.hear(joined("a2", recovered=False, me="me2", epoch="epoch-2"), destroyed(11, "a2"))
    with pytest.raises(PersonGone):
        session.core.chat.redirect(message.ref, "a2")
    assert session.chat("ana") == [message]
    assert session.state.people.namesakes("ana") == []
    assert session.state.people.namesakes("me2") == []


def test_what_waited_for_everybody_goes_when_those_are_back_who_were_here_before_the_relay_began_anew() -> (
    None
):
    session = Session("ana", "bo")
    session.hear(Status(State.RECONNECTING))
    first = session.core.chat.typed("while it was dead", EVERYONE)
    session.hear(joined(recovered=False, me="me2", epoch="epoch-2", seq=1), Status(State.JOINED))
    second = session.core.chat.typed("while nobody is back", EVERYONE)
    assert session.hand_over() == []
    held = session.core.chat.held
    assert held is not None
    assert (held.count, held.names, held.no_longer_than) == (2, ("Ana", "Bo"), WAIT)
    session.hear(created(2, "a2", name="Ana"))
    assert session.hand_over() == []
    session.hear(created(3, "b2", name="Bo"))
    assert session.core.chat.held is None
    assert [data for _, data, _ in session.hand_over()] == ["while it was dead", "while nobody is back"]
    session.sent(first, 4)
    assert (first.recipients, second.reached_nobody) == (("a2", "b2"), False)


def test_who_is_not_back_in_time_is_waited_for_no_longer_unless_nobody_is() -> None:
    session = Session("ana", "bo")
    session.hear(joined(recovered=False, me="me2", epoch="epoch-2", seq=1), Status(State.JOINED))
    session.core.chat.typed("x", EVERYONE)
    session.time.seconds += WAIT
    session.core.chat.release()
    held = session.core.chat.held
    assert held is not None
    assert held.no_longer_than is None
    assert session.hand_over() == []
    session.hear(created(2, "c"))
    assert len(session.hand_over()) == 1
    session.hear(destroyed(3, "c"))
    session.core.chat.typed("y", EVERYONE)  # alone again, but nobody is awaited any more
    assert len(session.hand_over()) == 1


def test_what_waits_for_others_can_go_at_once_and_what_is_private_does_not_wait() -> None:
    session = Session("ana", "bo")
    session.hear(joined("a2", recovered=False, me="me2", epoch="epoch-2", seq=1), Status(State.JOINED))
    session.core.chat.typed("x", EVERYONE)
    session.core.chat.typed("psst", "a2")
    assert session.hand_over() == [("chat", "psst", "a2")]
    session.core.chat.release(at_once=True)
    assert session.hand_over() == [("chat", "x", None)]


def test_in_the_same_life_of_the_relay_nobody_is_waited_for() -> None:
    session = Session("ana", "bo")
    session.hear(Status(State.RECONNECTING))
    session.core.chat.typed("x", EVERYONE)
    session.hear(joined("ana", recovered=False, me="me2"), Status(State.JOINED))
    assert session.hand_over() == [("chat", "x", None)]


def test_a_message_that_reached_nobody_is_known_as_such_and_can_be_sent_again() -> None:
    session = Session()
    message = session.type("hello?")
    session.sent(message, 11)
    assert message.reached_nobody
    session.hear(created(12, "ana"))
    session.core.chat.retry(message.ref)
    assert (message.state, message.reached_nobody) == (conversation.State.WAITING, False)
    session.hand_over()
    session.sent(message, 13)
    assert (message.seq, message.recipients, message.reached_nobody) == (13, ("ana",), False)


def test_what_was_never_written_waits_for_the_next_time() -> None:
    session = Session("ana")
    message = session.type("hello")
    session.forget()
    session.hear(Status(State.ENDED, "put out"))
    assert (message.state, message.handed) == (conversation.State.WAITING, False)
    assert message.ref in session.state.work.unsaved


@pytest.mark.parametrize(
    ("text", "key", "error"),
    [
        ("", EVERYONE, InvalidSignal),
        (" \n", EVERYONE, InvalidSignal),
        ("\ud83d", EVERYONE, InvalidSignal),
        ("é" * 4_097, EVERYONE, TooLarge),
        ("x", "gone", PersonGone),
        ("x", "nobody", PersonGone),
    ],
)
def test_what_can_never_go_is_refused_before_anything_is_kept(
    text: str, key: str, error: type[Exception]
) -> None:
    session = Session("ana", "gone")
    session.hear(destroyed(11, "gone"))
    session.forget()
    with pytest.raises(error):
        session.core.chat.typed(text, key)
    assert not session.state.work.unsaved
    assert not session.state.changes


def test_who_may_only_listen_or_has_left_says_nothing() -> None:
    listener = Session("ana", role=Role.SUBSCRIBER)
    with pytest.raises(NotAllowed, match="only listen"):
        listener.core.chat.typed("x", EVERYONE)
    left = Session("ana")
    left.hear(Status(State.LEFT))
    with pytest.raises(NotAllowed, match="no longer"):
        left.core.chat.typed("x", EVERYONE)


def test_a_chat_line_from_the_inspector_is_a_message_too() -> None:
    session = Session("ana")
    session.core.signal("msg", "from below", None)
    session.core.signal("chat", "to one", "ana")
    session.core.signal("dice", "6", None)
    assert len(session.out()) == 3
    session.hear(Acknowledged("r1", 1, 11, RELAY_TIME), signal(11, "me", "msg", "from below"))
    session.hear(
        Acknowledged("r2", 2, 12, None), Acknowledged("r3", 3, 13, RELAY_TIME), signal(13, "me", "dice", "6")
    )
    assert [(m.text, m.mine, m.state, m.seq) for m in session.chat()] == [
        ("from below", True, conversation.State.ON_RELAY, 11)
    ]
    assert [m.text for m in session.chat("ana")] == ["to one"]


# ---- messages of others


def test_a_message_of_somebody_else() -> None:
    session = Session("ana")
    session.hear(signal(11, "ana", "chat", "hi"))
    [message] = session.chat()
    assert (message.sender, message.sender_name, message.text, message.at) == (
        "ana",
        "Ana",
        "hi",
        RELAY_TIME + 11,
    )
    assert message.ref == f"{EPOCH}:11"
    assert session.state.changes.added == [message]
    assert session.state.chat.unread(EVERYONE) == 1
    assert message.ref in session.state.work.unsaved


def test_a_private_one_stands_in_its_own_conversation() -> None:
    session = Session("ana")
    session.hear(signal(11, "ana", "chat", "psst", to="me"))
    assert session.chat() == []
    assert [m.text for m in session.chat("ana")] == ["psst"]


def test_what_goes_on_between_others_is_for_the_inspector_only() -> None:
    session = Session("ana", "bo", role=Role.MODERATOR)
    session.hear(signal(11, "ana", "chat", "psst", to="bo"), signal(12, "ana", "typing", "1", to="bo"))
    assert session.state.chat.keys() == [EVERYONE]
    assert session.chat() == []
    assert session.receipts() == []
    assert len(session.capture) == 2


def test_a_server_signal_is_said_by_the_server_and_answered_by_nobody() -> None:
    session = Session("ana")
    session.hear(
        signal(11, None, "chat", "maintenance"),
        signal(12, None, "chat", "to you", to="me"),
        signal(13, None, None, None),
    )
    assert [(m.sender, m.sender_name, m.text) for m in session.chat()] == [
        (None, "server", "maintenance"),
        (None, "server", "to you"),
    ]
    session.core.mark_read(EVERYONE)
    assert session.receipts() == []


def test_nameless_people_are_called_what_their_app_calls_them() -> None:
    session = Session(connection("ot", name="", client="opentok"), "ana")
    data = json.dumps({"text": "hi", "sender": {"id": "x", "alias": "Olga\u202e"}})
    session.hear(
        signal(11, "ot", "text-chat", data),
        signal(12, "ana", "text-chat", data),
        signal(13, "ot", "chat", "x"),
    )
    assert [m.sender_name for m in session.chat()] == ["Olga‹U+202E›", "Ana", "Guest"]


def test_a_message_that_comes_twice_stands_once() -> None:
    session = Session("ana")
    session.hear(signal(11, "ana"), signal(11, "ana"))
    assert len(session.chat()) == 1


# ---- receipts that I owe


def test_what_arrives_is_acknowledged_together_and_receipts_and_typing_never() -> None:
    session = Session("ana", "bo")
    session.hear(
        signal(11, "ana"),
        signal(12, "ana", "dice", "6"),
        signal(13, "ana", "typing", "1"),
        signal(14, "ana", "receipt", receipt("delivered", (1, 1)), to="me"),
        signal(15, "bo", "chat", "psst", to="me"),
    )
    assert session.state.work.receipts_soon
    assert session.out() == []
    assert session.receipts() == [("delivered", "ana", [[11, 12]]), ("delivered", "bo", [[15, 15]])]
    assert session.receipts() == []


def test_a_receipt_goes_when_the_one_before_it_is_through() -> None:
    session = Session("ana")
    session.hear(signal(11, "ana"))
    assert len(session.receipts()) == 1
    session.hear(signal(12, "ana"), signal(13, "ana"))
    session.forget()
    assert session.receipts() == []
    session.hear(Acknowledged("r1", 1, 14, None))
    assert session.state.work.receipts_soon
    assert session.receipts() == [("delivered", "ana", [[12, 13]])]


def test_a_ping_is_answered_at_once() -> None:
    session = Session("ana")
    session.hear(signal(11, "ana"))
    session.receipts()
    session.hear(signal(12, "ana", None, None, to="me"))
    assert [json.loads(data or "")["ranges"] for _, data, _ in session.out()] == [[[12, 12]]]


def test_a_flood_of_pings_is_answered_in_batches() -> None:
    session = Session("ana")
    session.hear(*(signal(11 + i, "ana", None, None) for i in range(50)))
    assert len(session.out()) == PINGS_AT_ONCE
    assert len(session.receipts()) == 1


def test_the_switch_turns_receipts_of_delivery_off() -> None:
    session = Session("ana")
    session.hear(signal(11, "ana"))
    session.core.switch(Switches(delivered=False))
    session.hear(signal(12, "ana"), signal(13, "ana", None, None))
    assert session.out() == []
    assert session.receipts() == []


def test_listeners_owe_nothing() -> None:
    session = Session("ana", role=Role.SUBSCRIBER)
    session.hear(signal(11, "ana"), signal(12, "ana", None, None))
    session.core.mark_read(EVERYONE)
    assert session.receipts() == []


def test_looking_reads_what_is_there_and_what_comes() -> None:
    session = Session("ana")
    session.hear(signal(11, "ana"))
    session.core.look_at(EVERYONE)
    session.hear(signal(12, "ana"), signal(13, "ana", "chat", "elsewhere", to="me"))
    assert session.state.chat.unread(EVERYONE) == 0
    assert session.state.chat.unread("ana") == 1
    assert session.receipts() == [("delivered", "ana", [[13, 13]]), ("read", "ana", [[11, 12]])]
    assert all(m.receipt_sent for m in session.chat())


def test_looking_away_reads_nothing() -> None:
    session = Session("ana")
    session.core.look_at(EVERYONE)
    session.core.look_at(None)
    session.hear(signal(11, "ana"))
    assert session.state.chat.unread(EVERYONE) == 1


def test_without_the_switch_looking_tells_nobody_and_the_button_does() -> None:
    session = Session("ana", switches=Switches(read=False))
    session.core.look_at(EVERYONE)
    session.hear(signal(11, "ana"), signal(12, "ana"))
    assert session.state.chat.unread(EVERYONE) == 0
    assert session.receipts() == [("delivered", "ana", [[11, 12]])]
    session.core.send_read_receipt(f"{EPOCH}:11")
    assert session.receipts() == [("read", "ana", [[11, 11]])]
    session.core.send_read_receipt(f"{EPOCH}:11")
    session.core.send_read_receipt("nothing")
    session.hear(Acknowledged("r2", 1, 20, None))
    session.core.mark_read(EVERYONE)
    assert session.receipts() == [("read", "ana", [[12, 12]])]


def test_who_has_left_is_told_nothing() -> None:
    session = Session("ana")
    session.hear(signal(11, "ana"), destroyed(12, "ana"))
    session.core.mark_read(EVERYONE)
    assert session.receipts() == []
    assert session.state.chat.unread(EVERYONE) == 0


def test_what_was_heard_on_a_former_connection_cannot_be_acknowledged() -> None:
    session = Session("ana")
    session.hear(signal(11, "ana"), Status(State.RECONNECTING))
    session.hear(joined("ana", me="me2", recovered=False))
    session.core.mark_read(EVERYONE)
    assert session.receipts() == []
    session.hear(signal(21, "ana"))
    session.core.mark_read(EVERYONE)
    assert session.receipts() == [("read", "ana", [[21, 21]])]


def test_nothing_is_sent_without_a_relay_and_a_resume_loses_nothing() -> None:
    session = Session("ana")
    session.hear(signal(11, "ana"), Status(State.RECONNECTING))
    assert session.receipts() == []
    session.hear(joined("ana", recovered=True))
    assert [type for type, _, _ in session.out()] == ["receipt"]


# ---- pings


def test_round_trips_are_measured_from_the_wire_for_each_person() -> None:
    session = Session("ana", "bo")
    assert session.core.ping(None) is None
    assert session.out() == [(None, None, None)]
    session.time.seconds += 100
    session.hear(Sent("r1", 1), Acknowledged("r1", 1, 11, RELAY_TIME), signal(11, "me", None, None, n=1))
    session.time.seconds += 0.25
    session.hear(signal(12, "ana", "receipt", receipt("delivered", (11, 11)), to="me"))
    session.time.seconds += 0.25
    session.hear(signal(13, "bo", "receipt", receipt("delivered", (11, 11)), to="me"))
    assert {p.id: p.rtt_ms for p in session.state.people.present()} == {"me": None, "ana": 250.0, "bo": 500.0}


@pytest.mark.parametrize(
    ("session", "to", "words"),
    [
        (Session(), None, "Nobody else is here."),
        (Session("ana"), "bo", "This person has left."),
        (Session("ana", role=Role.SUBSCRIBER), None, "You may only listen in this session."),
        (Session(join=False), None, "There is no connection to the relay now."),
    ],
)
def test_a_ping_that_cannot_go_says_why(session: Session, to: str | None, words: str) -> None:
    assert session.core.ping(to) == words
    assert session.out() == []


# ---- typing


def test_typing_is_told_rarely_and_to_whom_it_is_for() -> None:
    session = Session("ana")
    for _ in range(5):
        session.core.type_in(EVERYONE, True)
    session.core.type_in("ana", True)
    session.core.type_in("ana", False)
    session.core.type_in("ana", False)
    assert session.out() == [("typing", "1", None), ("typing", "1", "ana"), ("typing", "0", "ana")]
    session.time.seconds += 3
    session.core.type_in(EVERYONE, True)
    assert session.out() == [("typing", "1", None)]


@pytest.mark.parametrize(
    "session",
    [Session("ana", switches=Switches(typing=False)), Session(), Session(join=False)],
    ids=["switched off", "nobody there", "not joined"],
)
def test_typing_is_not_told_where_nobody_is_or_the_switch_is_off(session: Session) -> None:
    session.core.type_in(EVERYONE, True)
    session.core.type_in("gone", True)
    session.core.type_in(EVERYONE, False)
    assert session.out() == []


def test_turning_the_switch_off_ends_what_was_told() -> None:
    session = Session("ana")
    session.core.type_in(EVERYONE, True)
    session.out()
    session.core.switch(Switches(typing=False))
    assert session.out() == [("typing", "0", None)]


def test_others_type_until_they_send_leave_or_fall_silent() -> None:
    session = Session("ana", "bo")
    session.hear(
        signal(11, "ana", "typing", "1"),
        signal(12, "bo", "typing", "1", to="me"),
        signal(13, "me", "typing", "1"),
    )
    assert session.state.changes.typing == {EVERYONE, "bo"}
    assert session.state.chat.typing(EVERYONE, session.time.seconds) == ["ana"]
    assert session.state.chat.typing("bo", session.time.seconds) == ["bo"]
    session.forget()
    session.hear(
        signal(14, "ana", "chat", "done"), destroyed(15, "bo"), signal(16, "stranger", "typing", "1")
    )
    assert session.state.changes.typing == {EVERYONE, "bo"}
    assert session.state.chat.typing(EVERYONE, session.time.seconds) == []


def test_nobody_types_after_a_new_join() -> None:
    session = Session("ana")
    session.hear(signal(11, "ana", "typing", "1"), joined("ana", me="me2", recovered=False))
    assert session.state.chat.typing(EVERYONE, session.time.seconds) == []


# ---- people and the session


def test_coming_and_going_is_told() -> None:
    session = Session("ana", "bo", "cy")
    session.hear(
        created(11, "di"), destroyed(12, "ana"), destroyed(13, "bo", Reason.FORCED), Away(connection="cy")
    )
    assert session.state.changes.notices == ["Di joined", "Ana left", "Bo was put out of the session"]
    assert session.state.changes.people
    assert session.state.work.names == {"di": "Di"}
    assert [p.id for p in session.state.people.present()] == ["me", "cy", "di"]
    away = session.state.people.get("cy")
    assert away is not None
    assert away.away
    session.hear(Back(connection="cy"))
    back = session.state.people.get("cy")
    assert back is not None
    assert not back.away


def test_inspection_is_known_while_anybody_inspects() -> None:
    session = Session("ana", "bo", inspected=True)
    assert session.core.inspected
    session.hear(Inspected(on=True, by="ana"))
    session.hear(Inspected(on=False, by="bo"))
    assert session.core.inspected
    session.hear(Inspected(on=False, by="ana"))
    assert not session.core.inspected


# ---- the past


def test_the_past_comes_back_and_what_was_on_the_wire_is_not_confirmed() -> None:
    session = Session(join=False)
    old = Message(
        ref="old", conversation=EVERYONE, text="old", at=1, sender="ana", sender_name="Ana", place=1
    )
    held = Message(
        ref="held", conversation="", text="h", at=2, mine=True, state=conversation.State.WAITING, place=2
    )
    wire = Message(
        ref="wire",
        conversation="",
        text="w",
        at=3,
        mine=True,
        state=conversation.State.WAITING,
        place=3,
        handed=True,
    )
    session.core.chat.restore(
        History(
            pages=[Page(EVERYONE, [old], has_older=True)],
            waiting=[held, wire],
            drafts={"ana": "half"},
            people={"ana": "Ana"},
        )
    )
    session.hear(joined("bo"))
    assert [m.ref for m in session.chat()] == ["old", "wire", "held"]
    assert wire.state is conversation.State.NOT_CONFIRMED
    assert session.state.work.handover == [held]
    assert session.state.chat.draft("ana") == "half"
    assert session.state.chat.has_older(EVERYONE)
    ana = session.state.people.get("ana")
    assert ana is not None
    assert ana.gone
    assert old.sender_short_id == ana.short_id


def test_who_said_something_before_has_one_colour() -> None:
    session = Session(join=False)
    people = [connection(f"p{number}") for number in range(11)]
    said = [
        Message(
            ref=f"e:{n}", conversation=EVERYONE, text="hi", at=1, sender=p.id, sender_name=p.name, place=n + 1
        )
        for n, p in enumerate(people)
    ]
    page = Page(EVERYONE, said, has_older=False)
    session.core.chat.restore(History(pages=[page], waiting=[], drafts={}, people={}))
    session.hear(joined(*people), Status(State.JOINED))
    assert len({message.sender_hue for message in said}) == 11
    for message in said:
        person = session.state.people.get(message.sender or "")
        assert person is not None
        assert message.sender_hue == person.hue


def test_old_messages_cannot_be_acknowledged() -> None:
    session = Session(join=False)
    old = Message(
        ref="e:5", conversation=EVERYONE, text="old", at=1, sender="ana", seq=5, epoch=EPOCH, place=1
    )
    session.core.chat.restore(History(pages=[Page(EVERYONE, [old], False)], waiting=[], drafts={}, people={}))
    session.hear(joined("ana"))
    session.core.mark_read(EVERYONE)
    assert session.state.chat.unread(EVERYONE) == 0
    assert session.receipts() == []


def test_discarding() -> None:
    session = Session("ana")
    failed = session.type("hello")
    session.hear(Rejected(failed.ref, 400, "invalidSignal", "no"))
    assert session.core.chat.discard(failed.ref)
    assert not session.core.chat.discard(failed.ref)
    session.hear(signal(11, "ana"))
    assert not session.core.chat.discard(f"{EPOCH}:11")
    assert [m.text for m in session.chat()] == ["hi"]
