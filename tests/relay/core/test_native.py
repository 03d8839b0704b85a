"""The core's answers to clients of heliograph.v1, as scripts: frames in, what everybody is told out."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heliograph_relay.core.membership import RelayLimits
from heliograph_relay.core.throttle import Attempts, TokenBucket
from heliograph_relay.protocol.model import CreatedEntry, DestroyedEntry, Reason, SignalEntry
from heliograph_relay.protocol.native import (
    Accepted,
    Away,
    Back,
    BadRequest,
    Disconnect,
    Error,
    Inspect,
    Inspected,
    Join,
    Joined,
    Leave,
    Rejected,
    Resume,
    Signal,
    decode_request,
)
from heliograph_relay.protocol.problems import (
    BadProtocol,
    ForceDisconnected,
    Full,
    Replaced,
    SlowConsumer,
    TooFast,
    Unauthorized,
)

from .desk import Client, Desk


def joined(client: Client) -> Joined:
    return next(message for message in client.told if isinstance(message, Joined))


def enter(desk: Desk, secret: str = "guest", resume: Resume | None = None) -> tuple[Client, Joined]:
    client = desk.open()
    request = Join(secret=secret) if resume is None else Join(secret=secret, resume=resume)
    desk.do(desk.hub.received(client.dialogue, request, desk.now, desk.wall))
    welcome = joined(client)
    client.take()
    return client, welcome


def resumption(welcome: Joined, seq: int, **changes: Any) -> Resume:
    values = {"connection": welcome.connection.id, "key": welcome.key, "epoch": welcome.epoch, "seq": seq}
    return Resume(**{**values, **changes})


class TestJoining:
    def test_others_are_told_and_oneself_is_not(self) -> None:
        desk = Desk()
        ana, _ = enter(desk)
        _, welcome = enter(desk)
        [created] = ana.take()
        assert isinstance(created, CreatedEntry)
        assert created.connection == welcome.connection
        assert (welcome.seq, welcome.recovered) == (2, False)
        assert [c.id for c in welcome.connections] == ["n1", "n3"]

    @pytest.mark.parametrize("request_", [Signal(n=1), Leave(), Inspect(on=True), Disconnect(connection="x")])
    def test_nothing_comes_before_it(self, request_: Any) -> None:
        desk = Desk()
        client = desk.open()
        [error] = desk.say(client, request_)
        assert isinstance(error, Error)
        assert error.code == 400
        assert not desk.session.members

    def test_twice_is_an_error(self) -> None:
        desk = Desk()
        ana, _ = enter(desk)
        [error] = desk.say(ana, Join(secret="guest"))
        assert isinstance(error, Error)

    def test_late_is_too_late(self) -> None:
        desk = Desk()
        client = desk.open()
        desk.wait(9.9)
        assert not client.ended
        desk.wait(0.2)
        assert isinstance(client.ended[0], Unauthorized)

    def test_full_is_said_to_guests_only(self) -> None:
        desk = Desk(seats=1)
        ana, welcome = enter(desk)
        refused = desk.open()
        desk.say(refused, Join(secret="guest"))
        assert isinstance(refused.ended[0], Full)
        enter(desk, "host")
        desk.lose(ana)
        desk.say(again := desk.open(), Join(secret="guest"))
        assert isinstance(again.ended[0], Full)
        _, back = enter(desk, resume=resumption(welcome, 1))
        assert back.recovered

    def test_guessing_is_shut_out_for_a_minute(self) -> None:
        desk = Desk()
        for _ in range(10):
            desk.say(client := desk.open(), Join(secret="wrong"))
            assert isinstance(client.ended[0], Unauthorized)
        desk.say(client := desk.open(), Join(secret="guest"))
        assert isinstance(client.ended[0], Full)
        desk.wait(60.0)
        enter(desk)


class TestSignals:
    def test_a_signal_to_all_is_its_own_acknowledgement(self) -> None:
        desk = Desk()
        ana, welcome = enter(desk)
        ben, _ = enter(desk)
        ana.take()
        [own] = desk.say(ana, Signal(n=1, type="t", data=""))
        assert own == SignalEntry(seq=3, at=desk.wall, sender=welcome.connection.id, n=1, type="t", data="")
        assert ben.take() == [own]

    def test_once(self) -> None:
        desk = Desk()
        ana, _ = enter(desk)
        ben, other = enter(desk)
        ana.take()
        desk.say(ana, Signal(n=5, to=other.connection.id))
        assert desk.say(ana, Signal(n=5, data="again")) == [Accepted(n=5, seq=3)]
        assert desk.say(ana, Signal(n=2)) == [Accepted(n=2, seq=None)]
        assert len(ben.take()) == 1

    def test_a_refused_number_may_be_used_again(self) -> None:
        desk = Desk()
        ana, _ = enter(desk)
        assert [m.code for m in desk.say(ana, Signal(n=1, to="nobody")) if isinstance(m, Rejected)] == [404]
        [entry] = desk.say(ana, Signal(n=1))
        assert isinstance(entry, SignalEntry)

    @pytest.mark.parametrize(
        ("request_", "code"),
        [
            (Signal(n=0), 400),
            (Signal(n=2**53), 400),
            (Signal(n=1, type=""), 400),
            (Signal(n=1, type="a b"), 400),
            (Signal(n=1, type="x" * 129), 413),
            (Signal(n=1, data="é" * 4_097), 413),
        ],
    )
    def test_rules(self, request_: Signal, code: int) -> None:
        desk = Desk()
        ana, _ = enter(desk)
        [answer] = desk.say(ana, request_)
        assert isinstance(answer, Rejected)
        assert (answer.n, answer.code) == (request_.n, code)
        assert desk.session.log.seq == 1

    def test_rates_and_repeats(self) -> None:
        desk = Desk(RelayLimits(rate=10, burst=2))
        ana, welcome = enter(desk)
        for n in (1, 2):
            desk.say(ana, Signal(n=n))
        [refused] = desk.say(ana, Signal(n=3))
        assert isinstance(refused, Rejected)
        assert refused.code == 429
        assert "0.100" in refused.message
        assert desk.say(ana, Signal(n=2)) == [Accepted(n=2, seq=3)]
        desk.lose(ana)
        ana, _ = enter(desk, resume=resumption(welcome, 3))
        [refused] = desk.say(ana, Signal(n=3))
        assert isinstance(refused, Rejected)
        desk.wait(0.1)
        [entry] = desk.say(ana, Signal(n=3))
        assert isinstance(entry, SignalEntry)


class TestBadFrames:
    def test_ten_in_a_row_end_it_and_the_connection_may_resume(self) -> None:
        desk = Desk()
        ana, welcome = enter(desk)
        bad = BadRequest("nonsense")
        for _ in range(9):
            desk.do(desk.hub.unreadable(ana.dialogue, bad, desk.now, desk.wall))
        desk.say(ana, Signal(n=1))
        for _ in range(9):
            desk.do(desk.hub.unreadable(ana.dialogue, bad, desk.now, desk.wall))
        desk.say(ana, Inspect(on=True))  # against its role: that does not count
        assert not ana.ended
        desk.do(desk.hub.unreadable(ana.dialogue, bad, desk.now, desk.wall))
        assert isinstance(ana.ended[0], BadProtocol)
        _, back = enter(desk, resume=resumption(welcome, 2))
        assert back.recovered

    def test_an_answer_does_not_echo_what_was_sent(self) -> None:
        with pytest.raises(BadRequest) as caught:
            decode_request('{"op": "' + "x" * 60_000 + '"}')
        assert len(str(caught.value)) < 300

    def test_a_signal_whose_number_can_be_read_is_rejected(self) -> None:
        desk = Desk()
        ana, _ = enter(desk)
        with pytest.raises(BadRequest) as caught:
            decode_request('{"op": "signal", "n": 7, "type": null}')
        desk.do(desk.hub.unreadable(ana.dialogue, caught.value, desk.now, desk.wall))
        [answer] = ana.take()
        assert isinstance(answer, Rejected)
        assert (answer.n, answer.code) == (7, 400)


class TestLosing:
    def test_away_back_and_gone(self) -> None:
        desk = Desk()
        ana, _ = enter(desk)
        ben, welcome = enter(desk)
        ana.take()
        desk.lose(ben)
        assert ana.take() == [Away(connection=welcome.connection.id)]
        _, back = enter(desk, resume=resumption(welcome, 2))
        assert back.recovered
        assert ana.take() == [Back(connection=welcome.connection.id)]
        desk.wait(60)
        assert ana.take() == []

    def test_the_window_ends(self) -> None:
        desk = Desk()
        ana, _ = enter(desk)
        ben, welcome = enter(desk)
        desk.lose(ben)
        desk.wait(29.9)
        ana.take()
        desk.wait(0.1)
        [gone] = ana.take()
        assert isinstance(gone, DestroyedEntry)
        assert gone.reason is Reason.NETWORK
        _, back = enter(desk, resume=resumption(welcome, 2))
        assert not back.recovered

    def test_a_live_connection_is_taken_over(self) -> None:
        desk = Desk()
        ana, welcome = enter(desk)
        _, back = enter(desk, resume=resumption(welcome, 1))
        assert back.recovered
        assert isinstance(ana.ended[0], Replaced)
        desk.lose(ana)  # its socket goes later, and is nobody's loss
        assert not back.connection.away
        assert desk.session.members[welcome.connection.id].away_since is None

    def test_no_history_for_who_asks_for_more_than_their_own(self) -> None:
        desk = Desk()
        ana, _ = enter(desk)
        desk.say(ana, Signal(n=1, data="before"))
        ben, welcome = enter(desk)
        desk.lose(ben)
        client = desk.open()
        desk.do(
            desk.hub.received(
                client.dialogue, Join(secret="guest", resume=resumption(welcome, 0)), desk.now, desk.wall
            )
        )
        assert joined(client).recovered
        assert not [message for message in client.told if isinstance(message, SignalEntry)]

    def test_who_came_and_went_away_meanwhile_is_shown_away(self) -> None:
        desk = Desk()
        ana, welcome = enter(desk)
        desk.lose(ana)
        ben, other = enter(desk)
        desk.lose(ben)
        client = desk.open()
        resume = Join(secret="guest", resume=resumption(welcome, 1))
        desk.do(desk.hub.received(client.dialogue, resume, desk.now, desk.wall))
        created, away = client.told[1:]
        assert isinstance(created, CreatedEntry)
        assert away == Away(connection=other.connection.id)

    def test_answers_that_wait_for_a_reader_are_bounded(self) -> None:
        desk = Desk()
        ana, welcome = enter(desk)
        ben, _ = enter(desk)
        desk.say(ben, Signal(n=1, data="x"))
        desk.lose(ana)
        client = desk.open()
        effects = desk.hub.received(
            client.dialogue, Join(secret="guest", resume=resumption(welcome, 1)), desk.now, desk.wall
        )
        desk.do(effects[:-1])  # it does not read: its replay waits
        for _ in range(10_001):
            desk.do(desk.hub.received(client.dialogue, Signal(n=0), desk.now, desk.wall))
        assert isinstance(client.ended[0], SlowConsumer)

    def test_private_signals_of_others_do_not_spoil_a_recovery(self) -> None:
        desk = Desk(log_entries=3)
        ana, mine = enter(desk)
        ben, welcome = enter(desk)
        desk.lose(ben)
        for n in range(1, 10):
            desk.say(ana, Signal(n=n, to=mine.connection.id))
        _, back = enter(desk, resume=resumption(welcome, 2))
        assert back.recovered

    def test_leaving_needs_no_window(self) -> None:
        desk = Desk()
        ana, _ = enter(desk)
        ben, _ = enter(desk)
        ana.take()
        desk.say(ben, Leave())
        assert ben.ended == [None]
        [gone] = ana.take()
        assert isinstance(gone, DestroyedEntry)
        assert gone.reason is Reason.CLIENT


class TestModerators:
    def test_they_put_out(self) -> None:
        desk = Desk()
        host, _ = enter(desk, "host")
        ben, welcome = enter(desk)
        host.take()
        desk.say(host, Disconnect(connection=welcome.connection.id))
        assert isinstance(ben.ended[0], ForceDisconnected)
        desk.lose(ben)
        assert welcome.connection.id not in desk.session.members

    def test_guests_may_neither_put_out_nor_inspect(self) -> None:
        desk = Desk()
        ana, welcome = enter(desk)
        for request in (Disconnect(connection=welcome.connection.id), Inspect(on=True)):
            [error] = desk.say(ana, request)
            assert isinstance(error, Error)
            assert error.code == 403

    def test_inspection_is_told_and_ends_with_the_moderator(self) -> None:
        desk = Desk()
        host, welcome = enter(desk, "host")
        ana, mine = enter(desk)
        ben, other = enter(desk)
        desk.say(host, Inspect(on=True))
        assert Inspected(on=True, by=welcome.connection.id) in ana.take()
        desk.say(ana, Signal(n=1, to=other.connection.id, data="private"))
        [seen] = [message for message in host.take() if isinstance(message, SignalEntry)]
        assert (seen.sender, seen.to) == (mine.connection.id, other.connection.id)
        ben.take()
        desk.say(host, Leave())
        assert Inspected(on=False, by=welcome.connection.id) in ben.take()
        assert not desk.session.info.inspected


class TestThrottle:
    @given(st.floats(0.1, 1_000), st.integers(1, 50), st.lists(st.floats(0, 2), max_size=100))
    def test_never_more_than_burst_and_rate_allow(self, rate: float, burst: int, gaps: list[float]) -> None:
        bucket = TokenBucket(rate, burst)
        now = start = 100.0
        taken = 0
        for gap in gaps:
            now += gap
            try:
                bucket.take(now)
            except TooFast as refused:
                assert refused.retry_after > 0
            else:
                taken += 1
        assert taken <= burst + (now - start) * rate + 1e-6

    def test_what_it_says_is_true(self) -> None:
        bucket = TokenBucket(2, 1)
        bucket.take(10.0)
        with pytest.raises(TooFast) as caught:
            bucket.take(10.1)
        bucket.take(10.1 + caught.value.retry_after)

    def test_attempts_forget(self) -> None:
        attempts = Attempts(allowed=3, period=60, addresses=2)
        for second in (0.0, 30.0, 61.0):
            attempts.miss("a", second)
        assert attempts.wait("a", 61.0) == 0
        attempts.miss("a", 62.0)
        assert attempts.wait("a", 62.0) == 60
        assert attempts.wait("b", 62.0) == 0
        attempts.miss("b", 62.0)
        attempts.miss("c", 62.0)
        assert attempts.wait("a", 62.0) == 0  # only so many addresses are remembered


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(st.text())
def test_any_text_is_a_frame_or_a_bad_request(text: str) -> None:
    try:
        decode_request(text)
    except BadRequest as bad:
        assert str(bad)


@given(st.fixed_dictionaries({"op": st.sampled_from(["join", "signal", "leave", "inspect", "disconnect", "x"])}, optional={
    "n": JSON, "to": JSON, "type": JSON, "data": JSON, "secret": JSON, "name": JSON, "resume": JSON, "on": JSON, "connection": JSON,
}), st.booleans())  # fmt: skip
def test_any_object_is_answered(frame: dict[str, Any], in_session: bool) -> None:
    desk = Desk()
    client = enter(desk)[0] if in_session else desk.open()
    try:
        request = decode_request(json.dumps(frame))
    except BadRequest as bad:
        desk.do(desk.hub.unreadable(client.dialogue, bad, desk.now, desk.wall))
        assert client.told
    else:
        desk.do(desk.hub.received(client.dialogue, request, desk.now, desk.wall))
        assert client.told or client.ended or frame["op"] in ("inspect", "leave")
