"""Typing: few notices out, and nobody types for ever."""

from heliograph.model.typists import BELIEVED_FOR, MAX_TYPISTS, NOTICE_EVERY, TypingNotices, Typists


def test_one_notice_in_three_seconds() -> None:
    notices = TypingNotices()
    pressed = [i / 10 for i in range(65)]
    assert [t for t in pressed if notices.typed("", t)] == [0.0, NOTICE_EVERY, 2 * NOTICE_EVERY]


def test_conversations_are_told_apart() -> None:
    notices = TypingNotices()
    assert notices.typed("", 0.0)
    assert notices.typed("ana", 0.0)


def test_an_end_is_told_once_and_only_after_a_beginning() -> None:
    notices = TypingNotices()
    assert not notices.stopped("")
    notices.typed("", 0.0)
    assert notices.stopped("")
    assert not notices.stopped("")
    assert notices.typed("", 0.1)
    assert notices.stop_all() == [""]
    assert not notices.stopped("")


def test_who_says_so_types_until_silence() -> None:
    typists = Typists()
    assert typists.told("", "ana", True, 0.0)
    assert not typists.told("", "ana", True, 2.0)
    assert typists.typing("", 7.9) == ["ana"]
    assert typists.typing("", 2.0 + BELIEVED_FOR) == []
    assert typists.next_expiry() == 2.0 + BELIEVED_FOR
    assert typists.expire(7.9) == set()
    assert typists.expire(8.0) == {""}
    assert typists.next_expiry() is None


def test_who_stops_or_leaves_types_no_more() -> None:
    typists = Typists()
    typists.told("", "ana", True, 0.0)
    typists.told("ana", "ana", True, 0.0)
    typists.told("", "bo", True, 0.0)
    assert typists.told("", "bo", False, 1.0)
    assert not typists.told("", "bo", False, 1.0)
    assert typists.left("ana") == {"", "ana"}
    assert typists.left("ana") == set()
    assert typists.typing("", 1.0) == []


def test_a_crowd_is_bounded() -> None:
    typists = Typists()
    for i in range(MAX_TYPISTS + 5):
        typists.told("", str(i), True, 0.0)
    assert len(typists.typing("", 1.0)) == MAX_TYPISTS


def test_all_forgotten_after_a_new_join() -> None:
    typists = Typists()
    typists.told("ana", "ana", True, 0.0)
    assert typists.clear() == {"ana"}
    assert typists.clear() == set()
