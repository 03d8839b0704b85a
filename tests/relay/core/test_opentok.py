"""OpenTok clients in the relay's mind: joins, transactions, acknowledgements, returns."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from heliograph_relay.core.membership import RelayLimits
from heliograph_relay.core.session_config import SessionConfig
from heliograph_relay.core.visit import MAX_TRANSACTIONS, Visit
from heliograph_relay.protocol import native, raptor
from heliograph_relay.protocol.model import CreatedEntry, DestroyedEntry, Reason, Role, SignalEntry
from heliograph_relay.protocol.problems import (
    BadProtocol,
    ForceDisconnected,
    Full,
    NoSuchConnection,
    NoSuchSession,
    TooLarge,
    Unauthorized,
)
from heliograph_relay.protocol.raptor import Acknowledge, Malformed, Ping, Pong, Quit, Read, Snapshot, Status
from heliograph_relay.protocol.rumor import BadFrame

from .desk import Client, Desk, create, signal, token


def statuses(told: list[Any]) -> list[tuple[str, int]]:
    return [(item.transaction, item.code) for item in told if isinstance(item, Status)]


def signals(told: list[Any]) -> list[str | None]:
    return [item.data for item in told if isinstance(item, SignalEntry)]


# Joining


def test_a_create_is_answered_with_the_own_creation_and_everybody() -> None:
    desk = Desk()
    nat = desk.join()
    ana = desk.open("sock")
    (welcome,) = desk.say(ana, create("ana", role=Role.MODERATOR))
    assert isinstance(welcome, Snapshot)
    assert [c.id for c in welcome.connections] == ["n1", "ana"]
    assert (welcome.own and welcome.own.id, welcome.own_seq, welcome.transaction) == ("ana", 2, "create")
    (created,) = nat.take()
    assert isinstance(created, CreatedEntry)
    assert (created.connection.client, created.connection.role) == ("opentok", Role.MODERATOR)


def test_a_repeated_create_is_answered_again_and_another_one_refused() -> None:
    desk = Desk()
    ana = desk.create("ana")
    assert isinstance(desk.say(ana, create("ana"))[0], Snapshot)
    assert statuses(desk.say(ana, create("eve"))) == [("create", 409)]
    assert list(desk.session.members) == ["ana"]


def test_who_wants_to_be_told_of_nobody_is_told_of_itself() -> None:
    desk = Desk()
    desk.join()
    (welcome,) = desk.say(desk.open("s"), create("ana", quiet=True))
    assert isinstance(welcome, Snapshot)
    assert [c.id for c in welcome.connections] == ["ana"]


@pytest.mark.parametrize("bad", ["", "nonsense", token(session="other")])
def test_a_token_that_opens_nothing_is_answered_and_the_socket_closed(bad: str) -> None:
    desk = Desk()
    client = desk.open("s")
    request = raptor.Create(transaction="t", connection="ana", token=bad, quiet=False)
    assert statuses(desk.say(client, request)) == [("t", 403)]
    assert isinstance(client.ended[0], Unauthorized)
    assert desk.say(client, request) == []


def test_tokens_that_miss_shut_nobody_out() -> None:
    desk = Desk()
    for _ in range(30):
        desk.say(desk.open("s"), raptor.Create(transaction="t", connection="a", token="x", quiet=False))
    assert desk.join().dialogue.member is not None


def test_a_session_that_is_not_there_is_said_to_who_proves_that_they_may_know() -> None:
    desk = Desk()
    client = desk.open("s", session="gone")
    request = raptor.Create(transaction="t", connection="ana", token=token(session="gone"), quiet=False)
    assert statuses(desk.say(client, request)) == [("t", 403)]
    assert isinstance(client.ended[0], NoSuchSession)
    with pytest.raises(NoSuchSession):
        desk.hub.session_for("gone", token(session="gone"), desk.wall)
    with pytest.raises(Unauthorized):
        desk.hub.session_for("gone", token(), desk.wall)


def test_seats_count_for_every_wire() -> None:
    desk = Desk(seats=1)
    desk.join()
    client = desk.open("s")
    (answer,) = desk.say(client, create("ana"))
    assert isinstance(answer, Status)
    assert (answer.code, answer.reason) == (403, "connectionLimitExceeded")
    assert isinstance(client.ended[0], Full)
    assert desk.create("mod", role=Role.MODERATOR).dialogue.member is not None


@pytest.mark.parametrize("id", ["", "a b", "symphony.x", "x" * 65, "é"])
def test_ids_that_could_deceive_are_refused(id: str) -> None:
    desk = Desk()
    assert statuses(desk.say(desk.open("s"), create(id))) == [("create", 400)]


def test_an_id_or_socket_that_somebody_has_or_had_is_taken() -> None:
    desk = Desk()
    nat, ana = desk.join(), desk.create("ana")
    for id in ("n1", "ana"):
        assert statuses(desk.say(desk.open("s"), create(id))) == [("create", 409)]
    assert statuses(desk.say(desk.open("socket of ana"), create("eve"))) == [("create", 409)]
    desk.say(nat, native.Leave())
    desk.say(ana, Quit(returning=False))
    for id in ("n1", "ana"):
        assert statuses(desk.say(desk.open("s"), create(id))) == [("create", 409)]


def test_it_is_free_when_the_log_has_forgotten_it() -> None:
    desk = Desk(log_entries=3)
    ben = desk.create("ben")
    for _ in range(3):
        ana = desk.create("ana", socket="s")
        assert ana.dialogue.member is not None
        desk.say(ana, Quit(returning=False))
        for number in range(3):
            assert statuses(desk.say(desk.open("t"), create("ana"))) == [("create", 409)]
            desk.say(ben, signal(f"{desk.session.log.seq}-{number}"))


def test_a_seat_is_free_again_when_who_had_it_is_gone() -> None:
    desk = Desk(seats=1)
    moderator = desk.join("host")
    for _ in range(3):
        ana = desk.join()
        assert ana.dialogue.member is not None
        assert isinstance(desk.join().ended[0], Full)
        desk.say(ana, native.Leave())
    desk.say(moderator, native.Leave())
    assert desk.join().dialogue.member is not None
    assert isinstance(desk.join().ended[0], Full)


# Transactions


def test_a_signal_reaches_everybody_and_is_answered() -> None:
    desk = Desk()
    ana, ben, nat = desk.create("ana"), desk.create("ben"), desk.join()
    for client in (ana, ben, nat):
        client.take()
    told = desk.say(ana, signal("t", "7", type="a.b", json=True))
    entry = SignalEntry(seq=4, at=desk.wall, sender="ana", type="a.b", data="7", json=True)
    assert told == [entry, Status(transaction="t")]
    assert ben.take() == nat.take() == [entry]
    assert entry.n is None


def test_a_repeated_transaction_is_answered_the_same_and_not_done_again() -> None:
    desk = Desk()
    ana, ben = desk.create("ana"), desk.create("ben")
    for client in (ana, ben):
        client.take()
    for transaction, request in (
        ("good", signal("good", "once")),
        ("bad", signal("bad", "x" * 8_191)),
        ("nobody", signal("nobody", to="eve")),
    ):
        first = statuses(desk.say(ana, request))
        again = statuses(desk.say(ana, signal(transaction, "something else")))
        assert first == again
    assert signals(ben.take()) == ["once"]


def test_a_repeated_transaction_after_a_return_too() -> None:
    desk = Desk()
    ana, ben = desk.create("ana"), desk.create("ben")
    desk.say(ana, signal("t", "1"))
    desk.lose(ana)
    ana = desk.back("socket of ana")
    ben.take()
    assert statuses(desk.say(ana, signal("t", "1"))) == [("t", 200)]
    assert signals(ben.take()) == []


def test_no_more_transactions_are_remembered_than_the_bound() -> None:
    visit = Visit(socket="s", quiet=False)
    for n in range(MAX_TRANSACTIONS + 10):
        visit.answer(Status(transaction=str(n)))
    assert visit.answered("9") is None
    assert visit.answered("10") == Status(transaction="10")


@pytest.mark.parametrize(
    ("request_", "role", "code"),
    [
        (signal("t", "1", type="no spaces"), Role.PUBLISHER, 400),
        (signal("t", "1", type="x" * 129), Role.PUBLISHER, 413),
        (signal("t", "x" * 8_191), Role.PUBLISHER, 413),
        (signal("t", to="nobody"), Role.PUBLISHER, 404),
        (signal("t", "1"), Role.SUBSCRIBER, 403),
        (raptor.Delete(transaction="t", connection="ana"), Role.PUBLISHER, 403),
        (raptor.Delete(transaction="t", connection="nobody"), Role.MODERATOR, 404),
        (Malformed(transaction="t", words="?"), Role.PUBLISHER, 400),
    ],
    ids=str,
)
def test_refusals(request_: raptor.Request, role: Role, code: int) -> None:
    desk = Desk()
    ben = desk.create("ben")
    ana = desk.create("ana", role=role)
    ben.take()
    assert statuses(desk.say(ana, request_)) == [("t", code)]
    assert ben.take() == []


def test_the_rate_is_one_for_every_wire_and_a_return_does_not_refill_it() -> None:
    desk = Desk(RelayLimits(rate=1, burst=2))
    ana = desk.create("ana")
    codes = [statuses(desk.say(ana, signal(str(n))))[0][1] for n in range(3)]
    assert codes == [200, 200, 429]
    desk.lose(ana)
    ana = desk.back("socket of ana")
    ana.take()
    assert statuses(desk.say(ana, signal("3"))) == [("3", 429)]
    assert statuses(desk.say(ana, signal("0"))) == [("0", 200)], "repeats are free"
    desk.now += 1
    assert statuses(desk.say(ana, signal("4"))) == [("4", 200)]


def test_before_create_nothing_is_done() -> None:
    desk = Desk()
    client = desk.open("s")
    assert statuses(desk.say(client, signal("t", "1"))) == [("t", 400)]
    assert desk.say(client, Ping()) == [Pong()]
    assert desk.say(client, raptor.Noted()) == desk.say(client, Acknowledge("ep.1")) == []
    assert desk.session.log.seq == 0


def test_to_the_session_is_to_everybody_and_read_says_who_is_there() -> None:
    desk = Desk()
    ana, ben = desk.create("ana"), desk.create("ben")
    desk.say(ana, signal("t", "1", to="S"))
    assert signals(ben.take()) == ["1"]
    told = desk.say(ana, Read(transaction="r"))
    assert isinstance(told[0], Snapshot)
    assert [c.id for c in told[0].connections] == ["ana", "ben"]


# Ends


def test_leaving_for_good_and_only_replacing_the_socket() -> None:
    desk = Desk()
    ana, ben = desk.create("ana"), desk.create("ben")
    ben.take()
    desk.say(ana, Quit(returning=True))
    assert ben.take() == []
    desk.say(ana, Quit(returning=False))
    (gone,) = ben.take()
    assert isinstance(gone, DestroyedEntry)
    assert gone.reason is Reason.CLIENT
    assert ana.ended == [None]


def test_a_loss_is_told_after_the_recovery_window() -> None:
    desk = Desk()
    ana, nat = desk.create("ana"), desk.join()
    desk.lose(ana)
    assert nat.take() == [native.Away(connection="ana")]
    desk.wait(29)
    assert nat.take() == []
    desk.wait(1)
    (gone,) = nat.take()
    assert isinstance(gone, DestroyedEntry)
    assert gone.reason is Reason.NETWORK


def test_who_has_no_socket_id_does_not_mean_to_come_back() -> None:
    desk = Desk()
    ana, nat = desk.create("ana", socket=""), desk.join()
    desk.lose(ana)
    assert [type(item) for item in nat.take()] == [DestroyedEntry]


def test_a_bad_frame_ends_the_socket() -> None:
    desk = Desk()
    ana = desk.create("ana")
    desk.do(desk.hub.unreadable(ana.dialogue, BadFrame("?"), desk.now, desk.wall))
    assert isinstance(ana.ended[0], BadProtocol)
    assert desk.hub.unreadable(ana.dialogue, BadFrame("?"), desk.now, desk.wall) == []


# Returns


def test_a_return_goes_on_where_the_acknowledgements_end() -> None:
    desk = Desk()
    ana, ben = desk.create("ana"), desk.create("ben")
    for n in range(4):
        desk.say(ben, signal(str(n), str(n)))
    desk.say(ana, Acknowledge("ep.4"))
    desk.say(ana, Acknowledge("ep.3"))
    desk.say(ana, Acknowledge("other.99"))
    desk.lose(ana)
    desk.say(ben, signal("4", "4"))
    ana = desk.back("socket of ana")
    told = ana.take()
    assert told[0] == Pong()
    assert signals(told) == ["2", "3", "4"]
    desk.say(ben, signal("5", "5"))
    assert signals(ana.take()) == ["5"]


def test_an_acknowledgement_of_what_was_never_said_loses_nothing_later() -> None:
    desk = Desk()
    ana, ben = desk.create("ana"), desk.create("ben")
    desk.say(ana, Acknowledge("ep.1000"))
    desk.lose(ana)
    desk.say(ben, signal("t", "1"))
    assert signals(desk.back("socket of ana").take()) == ["1"]


def test_a_new_socket_replaces_one_that_still_looks_open() -> None:
    desk = Desk()
    ana, ben = desk.create("ana"), desk.create("ben")
    ben.take()
    again = desk.back("socket of ana")
    assert len(ana.ended) == 1
    desk.lose(ana)
    desk.say(again, signal("t", "1"))
    assert signals(ben.take()) == ["1"]
    assert desk.session.members["ana"].dialogue is again.dialogue


@pytest.mark.parametrize("session", ["S", "elsewhere"])
def test_an_unknown_socket_is_told_to_give_up(session: str) -> None:
    desk = Desk()
    desk.create("ana")
    client = desk.back("guessed", session)
    assert isinstance(client.ended[0], Unauthorized)
    assert isinstance(desk.back("", session).ended[0], Unauthorized)


def test_who_was_put_out_while_away_is_told_so() -> None:
    desk = Desk()
    ana, nat = desk.create("ana"), desk.join("host")
    desk.lose(ana)
    desk.say(nat, native.Disconnect(connection="ana"))
    client = desk.back("socket of ana")
    assert isinstance(client.ended[0], ForceDisconnected)
    assert client.dialogue.member is not None
    desk.lose(client)
    assert "ana" not in desk.session.members
    assert len(desk.session.members) == 1


def test_what_the_log_no_longer_holds_ends_the_connection_honestly() -> None:
    desk = Desk(log_entries=3)
    ana, ben = desk.create("ana"), desk.create("ben")
    desk.lose(ana)
    for n in range(4):
        desk.say(ben, signal(str(n)))
    client = desk.back("socket of ana")
    assert isinstance(client.ended[0], Unauthorized)
    assert signals(client.take()) == []
    assert list(desk.session.members) == ["ben"]


def test_where_the_answer_to_create_may_be_lost_it_comes_again_before_anything_else() -> None:
    """Who was there then, so that what is replayed means something (docs/OPENTOK.md, "What holds")."""
    desk = Desk()
    ben, ana = desk.create("ben"), desk.create("ana")
    desk.lose(ana)
    desk.say(ben, signal("t", "1"))
    carl = desk.create("carl")
    desk.say(carl, signal("t", "2"))
    desk.say(ben, Quit(returning=False))
    ana = desk.back("socket of ana")
    welcome, *told = ana.take()
    assert isinstance(welcome, Snapshot)
    assert (welcome.transaction, welcome.own and welcome.own.id, welcome.own_seq) == ("create", "ana", 2)
    assert [c.id for c in welcome.connections] == ["ben", "ana"]
    assert [type(item) for item in told] == [SignalEntry, CreatedEntry, SignalEntry, DestroyedEntry]
    (again,) = desk.say(ana, create("ana"))
    assert isinstance(again, Snapshot)


def test_who_has_its_own_creation_is_given_the_answer_alone() -> None:
    desk = Desk()
    ana, ben = desk.create("ana"), desk.create("ben")
    desk.say(ana, Acknowledge("ep.1"))
    desk.lose(ana)
    desk.say(ben, signal("t", "1"))
    welcome, *told = desk.back("socket of ana").take()
    assert isinstance(welcome, Snapshot)
    assert (welcome.own, [c.id for c in welcome.connections]) == (None, ["ana"])
    assert [type(item) for item in told] == [CreatedEntry, SignalEntry]


@pytest.mark.parametrize("proof", [Acknowledge("ep.2"), signal("t", "hi"), Read(transaction="r")], ids=str)
def test_who_is_known_to_have_the_answer_is_not_given_it_again(proof: raptor.Request) -> None:
    desk = Desk()
    ana = desk.create("ana")
    desk.create("ben")
    desk.say(ana, proof)
    desk.lose(ana)
    assert desk.back("socket of ana").take()[0] == Pong()


# The server


def test_signals_of_the_server_have_no_sender() -> None:
    desk = Desk()
    ana, nat = desk.create("ana"), desk.join()
    for client in (ana, nat):
        client.take()
    desk.do(desk.hub.server_signal(desk.session, to=None, type="a", data="1", wall=desk.wall))
    desk.do(desk.hub.server_signal(desk.session, to="ana", type=None, data=None, wall=desk.wall))
    heard = ana.take()
    assert [(e.sender, e.to) for e in heard if isinstance(e, SignalEntry)] == [(None, None), (None, "ana")]
    assert nat.take() == heard[:1]
    with pytest.raises(NoSuchConnection):
        desk.hub.server_signal(desk.session, to="eve", type=None, data=None, wall=desk.wall)
    with pytest.raises(TooLarge):
        desk.hub.server_signal(desk.session, to=None, type=None, data="é" * 4_097, wall=desk.wall)


def test_a_made_session_lives_until_it_has_been_empty_for_its_time() -> None:
    desk = Desk()
    config = SessionConfig(id="made", ttl=10)
    desk.hub.create_session(config, epoch="e2", now=desk.now, wall=desk.wall)
    desk.wait(9)
    client = desk.open("s", "made")
    desk.say(
        client, raptor.Create(transaction="t", connection="ana", token=token(session="made"), quiet=False)
    )
    desk.wait(30)
    desk.say(client, Quit(returning=False))
    desk.wait(9.5)
    assert desk.hub.session("made").config is config
    desk.wait(0.6)
    with pytest.raises(NoSuchSession):
        desk.hub.session("made")
    assert desk.hub.session("S") is desk.session
    assert desk.hub.deadline() is None


# Histories


class Browser:
    """OpenTok.js as far as histories go: acknowledges, drops repeats, comes back and sends again."""

    def __init__(self, desk: Desk, id: str) -> None:
        self.desk, self.id = desk, id
        self.client: Client | None = desk.create(id)
        self.heard: list[tuple[str | None, str | None]] = []
        self._seen: set[str] = set()
        self._pending: dict[str, raptor.Signal] = {}
        self._sent = 0

    def send(self) -> None:
        self._sent += 1
        request = signal(f"{self.id}-{self._sent}", str(self._sent))
        self._pending[request.transaction] = request
        if self.client:
            self._give(self.client, request)

    def lose(self, taken: int, acknowledged: int) -> None:
        """The link is lost after so much of what was on its way was read, and so much of that acknowledged."""
        if self.client:
            self._read(self.client, taken, acknowledged)
            self.desk.lose(self.client)
            self.client = None

    def back(self) -> None:
        if self.client is None:
            self.client = self.desk.back(f"socket of {self.id}")
            for request in list(self._pending.values()):
                self._give(self.client, request)

    def read(self) -> None:
        if self.client:
            self._read(self.client, 10**6, 10**6)

    def _give(self, client: Client, request: raptor.Signal) -> None:
        client.told += self.desk.say(client, request)

    def _read(self, client: Client, taken: int, acknowledged: int) -> None:
        for message in client.take()[:taken]:
            if isinstance(message, Status):
                assert message.code == 200
                self._pending.pop(message.transaction, None)
            if isinstance(message, SignalEntry):
                if acknowledged > 0:
                    acknowledged -= 1
                    self.desk.hub.received(client.dialogue, Acknowledge(f"ep.{message.seq}"), 0.0, 0)
                if f"{message.seq}" not in self._seen:
                    self._seen.add(f"{message.seq}")
                    self.heard.append((message.sender, message.data))


steps = st.lists(
    st.tuples(st.integers(0, 2), st.sampled_from(["send", "send", "send", "read", "lose", "back"]), st.integers(0, 6), st.integers(0, 6)),
    max_size=60,
)  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(steps)
def test_whatever_is_cut_everybody_hears_everything_once_and_in_one_order(
    script: list[tuple[int, str, int, int]],
) -> None:
    desk = Desk()
    browsers = [Browser(desk, id) for id in ("ana", "ben", "carl")]
    sent = 0
    for who, what, taken, acknowledged in script:
        browser = browsers[who]
        if what == "lose":
            browser.lose(taken, acknowledged)
        else:
            sent += what == "send"
            getattr(browser, what)()
    for browser in browsers:
        browser.back()
    for browser in browsers:
        browser.read()
    first = browsers[0].heard
    assert len(first) == sent
    assert all(browser.heard == first for browser in browsers)
