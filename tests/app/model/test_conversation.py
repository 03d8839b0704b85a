"""Conversations: their order, what is unread, and what happens to a message that fails."""

from typing import Any

import pytest

from heliograph.model.conversation import EVERYONE, Conversations, Message, State


def received(ref: str, conversation: str = EVERYONE, **members: Any) -> Message:
    return Message(ref=ref, conversation=conversation, text=ref, at=1, sender="ana", **members)


def typed(ref: str, conversation: str = EVERYONE) -> Message:
    return Message(ref=ref, conversation=conversation, text=ref, at=1, mine=True, state=State.WAITING)


def chat_of(*messages: Message) -> Conversations:
    chat = Conversations()
    for message in messages:
        assert chat.add(message)
    return chat


def refs(chat: Conversations, key: str = EVERYONE) -> list[str]:
    return [m.ref for m in chat.messages(key)]


def test_what_waits_stands_last_and_settles_behind_what_came_before_it() -> None:
    mine = typed("mine")
    chat = chat_of(received("1"), mine, received("2"))
    assert refs(chat) == ["1", "2", "mine"]
    chat.settle(mine, State.ON_RELAY)
    chat.add(received("3"))
    assert refs(chat) == ["1", "2", "mine", "3"]


def test_a_failed_one_stands_where_it_failed() -> None:
    first, second = typed("first"), typed("second")
    chat = chat_of(first, second)
    chat.settle(second, State.FAILED, "too large")
    assert refs(chat) == ["second", "first"]
    assert second.problem == "too large"
    assert second.state.may_retry


def test_a_retry_is_the_newest() -> None:
    failed = typed("failed")
    chat = chat_of(failed)
    chat.settle(failed, State.NOT_CONFIRMED, "nobody knows")
    chat.add(received("later"))
    chat.add(typed("waiting"))
    failed.seq, failed.epoch = 5, "old"
    chat.again(failed, at=77)
    assert refs(chat) == ["later", "waiting", "failed"]
    assert failed.state is State.WAITING
    assert [failed.problem, failed.at, failed.seq, failed.epoch] == ["", 77, None, None]


def test_places_grow_along_the_conversation_whatever_happens() -> None:
    one, two = typed("one"), typed("two")
    chat = chat_of(received("a"), one, received("b"), two, received("c"))
    chat.settle(one, State.FAILED)
    chat.add(received("d"))
    chat.again(one, at=1)
    chat.settle(two, State.ON_RELAY)
    chat.settle(one, State.ON_RELAY)
    messages = chat.messages(EVERYONE)
    assert [m.ref for m in messages] == ["a", "b", "c", "d", "two", "one"]
    assert [m.place for m in messages] == sorted({m.place for m in messages})


def test_a_message_comes_once() -> None:
    chat = chat_of(received("1"))
    assert not chat.add(received("1"))
    assert refs(chat) == ["1"]


def test_everyone_first_then_by_last_activity() -> None:
    chat = chat_of(received("1", "ana"), received("2", "bo"))
    assert chat.keys() == [EVERYONE, "bo", "ana"]
    chat.add(typed("3", "ana"))
    assert chat.keys() == [EVERYONE, "ana", "bo"]


def test_unread_counts_messages_of_others_until_seen() -> None:
    first, second = received("1"), received("2")
    chat = chat_of(first, typed("mine"), second)
    assert (chat.unread(EVERYONE), chat.first_unread(EVERYONE)) == (2, "1")
    chat.seen(first)
    chat.seen(first)
    assert (chat.unread(EVERYONE), chat.first_unread(EVERYONE)) == (1, "2")
    chat.seen(second)
    assert (chat.unread(EVERYONE), chat.first_unread(EVERYONE)) == (0, None)


def test_an_unknown_conversation_is_empty() -> None:
    chat = Conversations()
    assert list(chat.messages("x")) == []
    assert (chat.unread("x"), chat.first_unread("x"), chat.has_older("x"), chat.draft("x")) == (
        0,
        None,
        False,
        "",
    )
    assert chat.typing("x", 0.0) == []
    assert chat.get("x") is None


def test_drafts_are_kept_by_conversation() -> None:
    chat = Conversations()
    chat.set_draft("ana", "half a sen")
    assert (chat.draft("ana"), chat.draft(EVERYONE)) == ("half a sen", "")


@pytest.mark.parametrize("state", [State.WAITING, State.FAILED, State.NOT_CONFIRMED])
def test_a_discarded_message_is_gone(state: State) -> None:
    mine = typed("mine")
    chat = chat_of(mine)
    if state is not State.WAITING:
        chat.settle(mine, state)
    chat.discard(mine)
    assert refs(chat) == []
    assert chat.get("mine") is None


def test_history_stands_before_what_is_new_and_new_places_after_old_ones() -> None:
    chat = chat_of(received("new"))
    older = [received("old", place=40), typed("unsent")]
    older[1].place = 41
    chat.restore(EVERYONE, older, has_older=True)
    assert refs(chat) == ["old", "new", "unsent"]
    assert chat.has_older(EVERYONE)
    chat.add(received("newest"))
    assert chat.messages(EVERYONE)[2].place == 42
    assert [m.ref for m in chat.waiting()] == ["unsent"]


def test_history_that_is_here_already_comes_once() -> None:
    chat = chat_of(received("1"))
    chat.restore(EVERYONE, [received("1")], has_older=False)
    assert refs(chat) == ["1"]


def test_unread_of_the_history_counts() -> None:
    chat = chat_of(received("new"))
    chat.restore(EVERYONE, [received("a", read_by_me=True), received("b")], has_older=False)
    assert (chat.unread(EVERYONE), chat.first_unread(EVERYONE)) == (2, "b")


def test_waiting_ones_go_in_the_order_in_which_they_were_typed() -> None:
    chat = chat_of(typed("1", "ana"), typed("2"), typed("3", "ana"))
    assert [m.ref for m in chat.waiting()] == ["1", "2", "3"]


def test_counts() -> None:
    message = typed("m")
    message.recipients = ("ana", "bo", "cy")
    message.delivered = {"ana": 1, "bo": 2}
    message.read = {"bo": 3}
    assert message.counts == (2, 1, 3)


@pytest.mark.parametrize(
    ("members", "may"),
    [
        ({}, False),
        ({"fresh": True}, True),
        ({"fresh": True, "receipt_sent": True}, False),
        ({"fresh": True, "mine": True}, False),
    ],
)
def test_only_fresh_messages_of_others_can_be_acknowledged(members: dict[str, Any], may: bool) -> None:
    assert received("1", **members).may_send_receipt is may
    server = Message(ref="s", conversation=EVERYONE, text="s", at=1, sender=None, fresh=True)
    assert not server.may_send_receipt
