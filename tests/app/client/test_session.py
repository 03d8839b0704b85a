"""The client session, as scripts: frames and losses in, frames and events out."""

from typing import Any

import pytest

from heliograph.client.events import (
    Acknowledged,
    Failed,
    Joined,
    Missed,
    NotConfirmed,
    Rejected,
    Sent,
    State,
    Status,
    Trouble,
)
from heliograph.client.session import ClientSession, Credential
from heliograph_relay.protocol.model import SignalEntry
from heliograph_relay.protocol.native import Away, Back, Inspected
from heliograph_relay.protocol.problems import InvalidSignal, TooLarge
from tests.app.client.frames import Driver, bye, connection, joined, signal


def say(driver: Driver, *texts: str, to: str | None = None) -> None:
    for text in texts:
        driver.session.send(text, type="chat", data=text, to=to)


# ---- joining


@pytest.mark.parametrize("kind", ["secret", "pin", "token"])
def test_joins_with_its_credential_and_says_who_it_is(kind: str) -> None:
    driver = Driver(Credential(**{kind: "x"}), data='{"host": true}', client="test")
    assert driver.open() == {
        "op": "join", kind: "x", "name": "Ana", "data": '{"host": true}', "client": "test",
    }  # fmt: skip


def test_tells_that_it_has_joined_and_where() -> None:
    driver = Driver()
    told = driver.join(seq=7, others=("bob",))
    assert isinstance(told[0], Joined)
    assert (told[0].recovered, told[0].seq, told[0].me.id, len(told[0].connections)) == (None, 7, "me", 2)
    assert told[1:] == [Status(State.JOINED)]
    assert driver.session.state is State.JOINED


def test_a_credential_is_one_thing_and_never_shown() -> None:
    for wrong in ({}, {"secret": "a", "pin": "b"}):
        with pytest.raises(ValueError, match="one of"):
            Credential(**wrong)
    assert "s3cret" not in repr(Credential(secret="s3cret"))


@pytest.mark.parametrize(
    "wrong",
    [{"name": "x" * 65}, {"data": "ü" * 501}, {"client": "x" * 33}, {"name": "\ud800"}, {"data": "\ud800"}],
)
def test_refuses_to_be_introduced_as_no_relay_would_take_it(wrong: dict[str, str]) -> None:
    with pytest.raises(InvalidSignal):
        ClientSession(Credential(pin="1"), **({"name": "Ana"} | wrong))


def test_a_refused_join_ends_the_session_with_the_relays_words() -> None:
    driver = Driver()
    driver.open()
    told = driver.feed({"op": "error", "code": 400, "error": "invalidSignal", "message": "name is too long"})
    assert told == [Status(State.ENDED, "Name is too long.", problem="invalidSignal")]
    assert driver.session.parting


# ---- sending


def test_numbers_signals_in_order_and_leaves_out_what_is_left_out() -> None:
    driver = Driver()
    driver.join()
    driver.session.send("a", type="chat", data="")
    driver.session.send("b", type=None, data=None, to="bob")
    frames, told = driver.flush()
    assert frames == [
        {"op": "signal", "n": 1, "type": "chat", "data": ""},
        {"op": "signal", "n": 2, "to": "bob"},
    ]
    assert told == [Sent("a", 1), Sent("b", 2)]
    assert driver.session.waiting == 2


def test_what_is_sent_before_joining_waits_for_it() -> None:
    driver = Driver()
    say(driver, "early")
    driver.open()
    assert driver.written() == []
    driver.feed(joined())
    assert [frame["data"] for frame in driver.written()] == ["early"]


def test_the_own_copy_of_a_signal_to_all_acknowledges_it() -> None:
    driver = Driver()
    driver.join()
    say(driver, "a")
    driver.written()
    told = driver.feed(signal(2, n=1, type="chat", data="a"))
    assert told[0] == Acknowledged("a", 1, seq=2, at=1_002)
    assert isinstance(told[1], SignalEntry)
    assert driver.session.waiting == 0


def test_accepted_acknowledges_a_signal_to_one() -> None:
    driver = Driver()
    driver.join(others=("bob",))
    say(driver, "a", to="bob")
    driver.written()
    assert driver.feed({"op": "accepted", "n": 1, "seq": 5}) == [Acknowledged("a", 1, seq=5, at=None)]
    assert driver.feed({"op": "accepted", "n": 1, "seq": 5}) == []


def test_a_signal_to_oneself_is_acknowledged_once() -> None:
    driver = Driver()
    driver.join()
    say(driver, "a", to="me")
    driver.written()
    told = driver.feed(signal(2, n=1, to="me", type="chat", data="a"), {"op": "accepted", "n": 1, "seq": 2})
    assert [type(event) for event in told] == [Acknowledged, SignalEntry]


def test_signals_of_others_and_of_the_server_acknowledge_nothing() -> None:
    driver = Driver()
    driver.join(others=("bob",))
    say(driver, "a")
    driver.written()
    told = driver.feed(signal(2, "bob", n=1), signal(3, None), signal(4, "me"))
    assert [type(event) for event in told] == [SignalEntry] * 3
    assert driver.session.waiting == 1


def test_a_rejected_signal_is_told_with_the_relays_words() -> None:
    driver = Driver()
    driver.join()
    say(driver, "a", to="nobody")
    driver.written()
    rejected = {"op": "rejected", "n": 1, "code": 404, "error": "noSuchConnection", "message": "no nobody"}
    assert driver.feed(rejected) == [Rejected("a", 404, "noSuchConnection", "no nobody")]
    assert driver.feed(rejected) == []


@pytest.mark.parametrize(
    ("signal", "error"),
    [
        ({"type": "ä", "data": None}, InvalidSignal),
        ({"type": "", "data": None}, InvalidSignal),
        ({"type": "x" * 129, "data": None}, TooLarge),
        ({"type": None, "data": "x" * 8_193}, TooLarge),
        ({"type": None, "data": "\ud800"}, InvalidSignal),
        ({"type": None, "data": None, "to": "\ud800"}, InvalidSignal),
    ],
)
def test_what_breaks_the_rules_is_refused_before_it_is_queued(
    signal: dict[str, Any], error: type[Exception]
) -> None:
    driver = Driver()
    with pytest.raises(error):
        driver.session.send("a", **signal)
    assert driver.session.waiting == 0


def test_a_ref_is_used_once_at_a_time() -> None:
    driver = Driver()
    say(driver, "a")
    with pytest.raises(ValueError, match="on its way already"):
        say(driver, "a")


def test_only_what_was_never_written_can_be_taken_back() -> None:
    driver = Driver()
    say(driver, "a", "b")
    assert driver.session.withdraw("a")
    driver.join()
    assert [frame["data"] for frame in driver.written()] == ["b"]
    assert not driver.session.withdraw("b")
    assert not driver.session.withdraw("a")


# ---- pace


def test_keeps_below_the_relays_limits() -> None:
    driver = Driver()
    driver.join(limits={"type": 128, "data": 8_192, "rate": 10, "burst": 20})
    say(driver, *map(str, range(40)))
    n = 0
    for most in (5, 5, 5):  # a quarter of the burst may be in flight, the rest is written as answers come
        assert len(driver.written()) == most
        assert driver.session.wakeup(driver.now) is None
        driver.feed(*(signal(2 + n + i, n=1 + n + i) for i in range(most)))
        n += most
    wakeup = driver.session.wakeup(driver.now)
    assert wakeup is not None
    assert driver.now < wakeup < driver.now + 0.2
    driver.now = wakeup
    assert len(driver.written()) == 1
    driver.now += 0.3
    assert len(driver.written()) == 2


def test_no_limit_and_nothing_to_send_need_no_waking() -> None:
    driver = Driver()
    driver.join(limits={"type": 128, "data": 8_192, "rate": 0, "burst": 0})
    assert driver.session.wakeup(driver.now) is None
    say(driver, *map(str, range(200)))
    assert len(driver.written()) == 64
    assert driver.session.wakeup(driver.now) is None  # only an answer makes room
    driver.feed(*(signal(2 + i, n=1 + i) for i in range(10)))
    assert len(driver.written()) == 10


def test_a_signal_refused_for_its_rate_is_sent_again_under_a_new_number() -> None:
    driver = Driver()
    driver.join()
    say(driver, "a", "b")
    driver.written()
    say(driver, "c")
    told = driver.feed(
        {"op": "rejected", "n": 1, "code": 429, "error": "tooFast", "message": "wait"},
        signal(2, n=2, data="b"),
        {"op": "rejected", "n": 1, "code": 429, "error": "tooFast", "message": "wait"},
    )
    assert [type(event) for event in told] == [Acknowledged, SignalEntry]
    assert driver.written() == []
    driver.now = driver.session.wakeup(driver.now) or 0
    assert [(f["data"], f["n"]) for f in driver.written()] == [("a", 3)]
    driver.now += 1
    assert [(f["data"], f["n"]) for f in driver.written()] == [("c", 4)]


def test_after_a_refusal_for_rate_a_resume_resends_by_number() -> None:
    driver = Driver()
    driver.join()
    say(driver, "a", "b")
    driver.written()
    driver.feed({"op": "rejected", "n": 1, "code": 429, "error": "tooFast", "message": "wait"})
    driver.now += 1
    assert [frame["n"] for frame in driver.written()] == [3]
    driver.cut()
    driver.join(recovered=True)
    assert [(f["data"], f["n"]) for f in driver.written()] == [("b", 2), ("a", 3)]


# ---- resume


def test_a_resume_names_the_connection_and_the_last_entry_seen() -> None:
    driver = Driver()
    driver.join(seq=4)
    driver.feed(signal(5, "bob"), signal(9, "bob"))
    assert driver.cut() == [
        Status(State.RECONNECTING, "The connection to the relay was lost.", problem="closed")
    ]
    assert driver.open()["resume"] == {"connection": "me", "key": "K1", "epoch": "E1", "seq": 9}


def test_only_entries_seen_move_the_resume_position() -> None:
    driver = Driver()
    driver.join(seq=4)
    driver.cut()
    driver.join(seq=20, recovered=True, key="K2")
    driver.feed(signal(5, "bob"))
    driver.cut()  # in the middle of the replay
    assert driver.open()["resume"] == {"connection": "me", "key": "K2", "epoch": "E1", "seq": 5}


def test_after_a_resume_the_unacknowledged_is_written_again_before_the_new() -> None:
    driver = Driver()
    driver.join(others=("bob",))
    say(driver, "a", "b")
    say(driver, "c", to="bob")
    driver.written()
    driver.feed(signal(2, n=1, data="a"))
    driver.cut()
    say(driver, "d")
    told = driver.join(seq=3, recovered=True, others=("bob",))
    assert isinstance(told[0], Joined)
    assert told[0].recovered is True
    frames, sent = driver.flush()
    assert [(f["data"], f["n"]) for f in frames] == [("b", 2), ("c", 3), ("d", 4)]
    assert sent == [Sent("b", 2), Sent("c", 3), Sent("d", 4)]


def test_a_replayed_own_copy_acknowledges_even_what_was_not_yet_written_again() -> None:
    driver = Driver()
    driver.join()
    say(driver, "a", "b")
    driver.written()
    driver.cut()
    told = driver.join(seq=3, recovered=True) + driver.feed(signal(2, n=1, data="a"))
    assert Acknowledged("a", 1, 2, 1_002) in told
    assert [f["data"] for f in driver.written()] == ["b"]


def test_an_entry_that_was_seen_is_not_told_twice() -> None:
    driver = Driver()
    driver.join()
    driver.feed(signal(2, "bob"))
    (trouble,) = driver.feed(signal(2, "bob"))
    assert isinstance(trouble, Trouble)


def test_a_repeat_that_the_relay_does_not_know_is_not_confirmed() -> None:
    """It was refused with the answer lost and a higher number taken, or it is long gone from the log."""
    driver = Driver()
    driver.join()
    say(driver, "a", to="bob")
    driver.written()
    driver.cut()
    driver.join(recovered=True)
    driver.written()
    assert driver.feed({"op": "accepted", "n": 1, "seq": None}) == [NotConfirmed("a")]


def test_a_rejoin_is_honest_about_what_was_written_and_sends_the_rest() -> None:
    driver = Driver()
    driver.join(seq=3, others=("bob", "eve"))
    say(driver, "written")
    driver.written()
    driver.cut()
    say(driver, "new")
    say(driver, "to bob", to="bob")
    say(driver, "to eve", to="eve")
    told = driver.join(me="me2", seq=40, epoch="E2", others=("eve",))
    assert isinstance(told[0], Joined)
    assert told[0].recovered is False
    assert told[1:] == [
        Missed(3),
        NotConfirmed("written"),
        Failed("to bob", "This person has left the session."),
        Status(State.JOINED),
    ]
    assert [(f["data"], f["n"]) for f in driver.written()] == [("new", 1), ("to eve", 2)]
    driver.cut()
    assert driver.open()["resume"] == {"connection": "me2", "key": "K1", "epoch": "E2", "seq": 40}


def test_a_rejoin_has_a_new_allowance() -> None:
    limits = {"type": 128, "data": 8_192, "rate": 1, "burst": 1}
    driver = Driver()
    driver.join(limits=limits)
    say(driver, "a", "b")
    assert len(driver.written()) == 1
    driver.cut()
    driver.join(me="me2", limits=limits)
    assert [f["data"] for f in driver.written()] == ["b"]


# ---- endings


@pytest.mark.parametrize(
    ("code", "problem", "words"),
    [
        (4400, "badProtocol", "too old"),
        (4403, "forceDisconnected", "put you out"),
        (4404, "noSuchSession", "no such session"),
        (4409, "replaced", "somewhere else"),
        (4401, "unauthorized", "secret is wrong"),
    ],
)
@pytest.mark.parametrize("said", [True, False])
def test_some_goodbyes_are_final(code: int, problem: str, words: str, said: bool) -> None:
    driver = Driver()
    driver.join()
    say(driver, "a")
    driver.written()
    if said:
        assert driver.feed(bye(code)) == []
        assert driver.session.parting
    unsure, status = driver.cut(code if not said else None)
    assert unsure == NotConfirmed("a")
    assert isinstance(status, Status)
    assert (status.state, status.problem) == (State.ENDED, problem)
    assert words in status.message
    assert driver.cut() == []


@pytest.mark.parametrize("code", [None, 1000, 1001, 1006, 1011, 4408, 4500, 4503, 4429, 4999])
def test_other_goodbyes_are_for_now(code: int | None) -> None:
    driver = Driver()
    driver.join()
    (status,) = driver.cut(code)
    assert isinstance(status, Status)
    assert status.state is State.RECONNECTING
    assert status.message
    assert not driver.session.parting


@pytest.mark.parametrize(
    ("credential", "words"),
    [
        (Credential(secret="x"), "invite does not open"),
        (Credential(pin="x"), "PIN does not open"),
        (Credential(token="x"), "token does not open"),
    ],
)
def test_a_wrong_credential_is_named_after_its_kind(credential: Credential, words: str) -> None:
    driver = Driver(credential)
    driver.open()
    (status,) = driver.feed(bye(4401)) + driver.cut(4401)
    assert isinstance(status, Status)
    assert (status.state, status.problem) == (State.ENDED, "unauthorized")
    assert words in status.message


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("every seat of this session is taken", "Every seat of this session is taken."),
        ("too many attempts from your address; try again in 60 s", "Too many attempts from your address"),
    ],
)
def test_full_tells_seats_from_attempts(words: str, shown: str) -> None:
    driver = Driver()
    driver.open()
    driver.feed(bye(4429, "full", words))
    (status,) = driver.cut(4429)
    assert isinstance(status, Status)
    assert (status.state, status.problem) == (State.ENDED, "full")
    assert shown in status.message


def test_a_goodbye_of_a_later_version_is_told_in_its_own_words() -> None:
    driver = Driver()
    driver.join()
    driver.feed(bye(4777, "tired", "the relay sleeps"))
    assert driver.cut(4777) == [Status(State.RECONNECTING, "The relay sleeps.", problem="tired")]


def test_a_first_join_that_is_cut_is_not_tried_again() -> None:
    driver = Driver()
    driver.open()
    (status,) = driver.cut()
    assert isinstance(status, Status)
    assert (status.state, status.problem) == (State.ENDED, "closed")


def test_leaving_writes_what_may_be_written_and_ends_with_the_relays_close() -> None:
    driver = Driver()
    driver.join()
    say(driver, "a", "b")
    assert driver.session.leave() == []
    assert [frame["op"] for frame in driver.written()] == ["signal", "signal", "leave"]
    say(driver, "late")
    assert driver.written() == []
    assert driver.session.wakeup(driver.now) is None
    assert driver.feed(signal(2, n=1))[0] == Acknowledged("a", 1, 2, 1_002)
    assert driver.cut(1000) == [NotConfirmed("b"), Status(State.LEFT)]
    assert driver.session.leave() == []
    assert driver.feed(signal(3, "bob")) == []


def test_leaving_while_away_is_over_at_once() -> None:
    driver = Driver()
    driver.join()
    driver.cut()
    assert driver.session.leave() == [Status(State.LEFT)]
    assert driver.session.parting


# ---- what is no signal


def test_notices_pass_as_they_are_and_move_nothing() -> None:
    driver = Driver()
    driver.join(seq=4)
    told = driver.feed(
        {"op": "away", "connection": "bob"},
        {"op": "back", "connection": "bob"},
        {"op": "inspected", "on": True, "by": "bob"},
        {"op": "error", "code": 403, "error": "notAllowed", "message": "no"},
    )
    assert told == [Away(connection="bob"), Back(connection="bob"), Inspected(on=True, by="bob"),
                    Trouble(403, "notAllowed", "no")]  # fmt: skip
    driver.cut()
    assert driver.open()["resume"]["seq"] == 4


def test_joins_and_leaves_are_entries() -> None:
    driver = Driver()
    driver.join(seq=4)
    told = driver.feed(
        {"op": "connectionCreated", "seq": 5, "at": 1, "connection": connection("bob")},
        {"op": "connectionDestroyed", "seq": 6, "at": 2, "connection": "bob", "reason": "clientDisconnected"},
    )
    assert len(told) == 2
    driver.cut()
    assert driver.open()["resume"]["seq"] == 6


def test_moderators_frames_go_at_once_or_not_at_all() -> None:
    driver = Driver()
    driver.session.disconnect("bob")
    driver.join()
    driver.session.inspect(True)
    driver.session.disconnect("bob")
    assert driver.written() == [{"op": "inspect", "on": True}, {"op": "disconnect", "connection": "bob"}]


def test_a_first_answer_that_cannot_be_read_is_no_relays() -> None:
    for nonsense in ("hello", '{"op": "welcome"}', '{"op": "accepted", "n": 1, "seq": 1}', "[" * 5_000):
        driver = Driver()
        driver.open()
        (status,) = driver.feed(nonsense)
        assert isinstance(status, Status)
        assert (status.state, status.problem) == (State.ENDED, "nonsense")


def test_an_unknown_frame_may_be_a_newer_relays_but_ten_are_nonsense() -> None:
    driver = Driver()
    driver.join()
    for _ in range(9):
        (told,) = driver.feed('{"op": "later"}')
        assert isinstance(told, Trouble)
    driver.feed(signal(2, "bob"))
    *troubles, status = driver.feed(*['{"op": "later"}'] * 10)
    assert len(troubles) == 9
    assert isinstance(status, Status)
    assert (status.state, status.problem) == (State.ENDED, "nonsense")


def test_a_second_joined_changes_nothing() -> None:
    driver = Driver()
    driver.join(seq=4)
    (told,) = driver.feed(joined("other", seq=9))
    assert isinstance(told, Trouble)
    driver.cut()
    assert driver.open()["resume"]["connection"] == "me"
