"""A session's controller on a real store and a link whose relay is the test: what it tells, keeps and sends, and when."""

import asyncio
import sqlite3
import time
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from PySide6 import QtCore

from heliograph.bridge import keeper
from heliograph.bridge.parts import NeverJoined, Parts
from heliograph.bridge.session_controller import SessionController
from heliograph.bridge.state import Clock
from heliograph.client.events import NotConfirmed, Rejected, State, Status
from heliograph.model import conversation, typists
from heliograph.model.conversation import EVERYONE, Message
from heliograph.model.settings import Switches
from heliograph.services.store import FILE_NAME, Store
from heliograph.services.tasks import Tasks
from heliograph_relay.protocol.invite import Invite
from heliograph_relay.protocol.model import Role
from heliograph_relay.protocol.problems import InvalidSignal, NotAllowed, TooLarge
from tests.qt.bridge.fakes import (
    FakeCapture,
    FakeHosting,
    FakeLink,
    Heard,
    connection,
    created,
    joined,
    refs,
    signal,
    until,
)

CLOCK = Clock(now=time.monotonic, wall=lambda: int(time.time() * 1000))


class Stage:
    """Makes controllers on one store, and ends all of them."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.tasks = Tasks()
        self.store: Store | None = None
        self.controllers: list[SessionController] = []

    async def controller(self, **members: Any) -> tuple[SessionController, FakeLink]:
        """A session that has not begun to join."""
        if self.store is None:
            self.store = await Store.open(self.path)
        links: list[FakeLink] = []

        def connect(on_event: Callable[[Any], None]) -> FakeLink:
            links.append(FakeLink(on_event))
            return links[0]

        parts = {
            "tasks": self.tasks, "store": self.store, "connect": connect, "capture": FakeCapture(), "clock": CLOCK,
            "new_ref": refs(), **members,
        }  # fmt: skip
        controller = SessionController(Parts(**parts))
        self.controllers.append(controller)
        controller.start()
        return controller, links[0]

    async def joined(
        self, *others: Any, parts: dict[str, Any] | None = None, **members: Any
    ) -> tuple[SessionController, FakeLink]:
        """A session that has joined, with nothing left to tell."""
        controller, link = await self.controller(**(parts or {}))
        link.say(joined(*others, **members))
        link.say(Status(State.JOINED))
        await controller.joined()
        await until(lambda: not wakeful(controller))
        return controller, link

    async def close(self) -> None:
        for controller in self.controllers:
            await controller.close()
            controller.deleteLater()
        await self.tasks.close()
        if self.store is not None:
            await self.store.close()


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    stage = Stage(tmp_path / FILE_NAME)
    yield stage
    await stage.close()


def wakeful(controller: SessionController) -> list[QtCore.QTimer]:
    """Timers of the controller that will ring."""
    return [timer for timer in controller.findChildren(QtCore.QTimer) if timer.isActive()]


def kept(path: Path, columns: str = "text, state, handed") -> list[tuple[Any, ...]]:
    """What an independent reader finds on disk."""
    with closing(sqlite3.connect(path)) as db:
        return db.execute(f"SELECT {columns} FROM messages ORDER BY place").fetchall()


def texts(messages: Iterable[Message]) -> list[str]:
    return [message.text for message in messages]


# ---- telling


async def test_a_flood_is_told_in_few_words(stage: Stage) -> None:
    controller, link = await stage.joined("ana")
    heard = Heard(controller, "rows_added", "messages_changed", "message_added", "states_changed")
    for seq in range(11, 511):
        link.say(signal(seq, "ana"))
    assert heard["rows_added"] == []
    await until(lambda: heard["rows_added"])
    assert heard["rows_added"] == [(0, 499)]
    assert heard["messages_changed"] == [{EVERYONE}]
    assert len(heard["message_added"]) == 500
    assert len(heard["states_changed"][0]) == 500


async def test_rows_are_told_by_their_indices_in_order(stage: Stage) -> None:
    controller, link = await stage.joined("ana")
    heard = Heard(controller, "rows_added")
    link.say(signal(11, "ana"))
    await until(lambda: heard["rows_added"])
    link.say(signal(12, "ana"))
    link.say(signal(13, "ana"))
    await until(lambda: len(heard["rows_added"]) == 2)
    assert heard["rows_added"] == [(0, 0), (1, 2)]


async def test_nothing_wakes_while_nothing_happens(stage: Stage) -> None:
    controller, link = await stage.joined("ana")
    link.say(signal(11, "ana"))
    await until(lambda: link.of_type("receipt") and not wakeful(controller))
    assert wakeful(controller) == []


async def test_people_status_and_inspection_are_told(stage: Stage) -> None:
    controller, link = await stage.joined("ana")
    heard = Heard(controller, "people_changed", "status_changed", "inspected_changed", "notice")
    link.say(created(11, "bo"))
    link.say(Status(State.RECONNECTING, "lost"))
    await until(lambda: heard["status_changed"])
    assert heard["people_changed"] == [None]
    assert heard["status_changed"] == [Status(State.RECONNECTING, "lost")]
    assert heard["notice"] == ["Bo joined"]
    link.say(joined("ana", "bo", inspected=True, recovered=False, me="me2"))
    await until(lambda: heard["inspected_changed"])
    assert heard["inspected_changed"] == [True]
    assert controller.inspected


async def test_typing_ends_by_itself(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(typists, "BELIEVED_FOR", 0.05)
    controller, link = await stage.joined("ana")
    heard = Heard(controller, "typing_changed")
    link.say(signal(11, "ana", "typing", "1"))
    assert [p.name for p in controller.typing()] == ["Ana"]
    await until(lambda: len(heard["typing_changed"]) == 2)
    assert controller.typing() == []


# ---- joining


async def test_a_session_that_is_never_joined_says_why(stage: Stage) -> None:
    controller, link = await stage.controller()
    link.say(Status(State.CONNECTING))
    link.say(Status(State.ENDED, "wrong secret", problem="unauthorized"))
    with pytest.raises(NeverJoined) as failure:
        await controller.joined()
    assert failure.value.status.problem == "unauthorized"


async def test_the_past_stands_before_what_comes_while_it_is_loaded(stage: Stage) -> None:
    first, link = await stage.joined("ana")
    link.say(signal(11, "ana", "chat", "old"))
    await first.close()
    controller, link = await stage.controller()
    link.say(joined("ana", me="me2", seq=20))
    link.say(Status(State.JOINED))
    link.say(signal(21, "ana", "chat", "new"))
    assert texts(controller.chat.messages(EVERYONE)) == []
    await controller.joined()
    assert texts(controller.chat.messages(EVERYONE)) == ["old", "new"]
    assert controller.chat.unread(EVERYONE) == 2
    assert controller.status.state is State.JOINED


async def test_earlier_messages_come_on_demand(stage: Stage) -> None:
    first, link = await stage.joined("ana")
    first.looking_at(EVERYONE)
    for seq in range(11, 461):
        link.say(signal(seq, "ana", "chat", str(seq)))
    await first.close()
    controller, link = await stage.joined("ana", me="me2")
    heard = Heard(controller, "messages_changed")
    assert texts(controller.chat.messages(EVERYONE))[0] == "261"
    controller.load_older()
    controller.load_older()
    await until(lambda: heard["messages_changed"])
    assert texts(controller.chat.messages(EVERYONE))[0] == "61"
    controller.load_older()
    await until(lambda: len(heard["messages_changed"]) == 2)
    assert texts(controller.chat.messages(EVERYONE)) == [str(seq) for seq in range(11, 461)]
    assert not controller.chat.has_older(EVERYONE)
    controller.load_older()


async def test_the_title_is_the_session_name_the_invites_or_the_id(stage: Stage) -> None:
    invite = Invite(addresses=("10.0.0.1",), port=1, session="s1", name="From the invite")
    controller, link = await stage.controller(invite=invite)
    assert controller.title == "From the invite"
    link.say(joined("ana"))
    await controller.joined()
    assert controller.title == "Choir"


# ---- sending


async def test_a_message_is_on_disk_before_it_is_on_the_wire(stage: Stage) -> None:
    controller, link = await stage.joined("ana")
    found: list[Any] = []
    send = link.send

    def looking(ref: str, **members: Any) -> None:
        found.extend(kept(stage.path))
        send(ref, **members)

    link.send = looking  # type: ignore[method-assign]
    controller.send_chat("hello")
    assert link.sent == []
    await until(lambda: link.sent)
    assert found == [("hello", "waiting", 1)]
    assert link.of_type("chat") == [("hello", None)]


async def test_the_way_of_a_message(stage: Stage) -> None:
    controller, link = await stage.joined("ana")
    link.answers = 11
    heard = Heard(controller, "states_changed", "messages_changed", "message_added")
    ref = controller.send_chat("hello", "ana")
    message = controller.chat.get(ref)
    assert message is not None
    assert message.state is conversation.State.WAITING
    assert controller.waiting() == 1
    await until(lambda: message.state is conversation.State.ON_RELAY)
    await until(lambda: kept(stage.path) == [("hello", "on_relay", 1)])
    await until(lambda: heard["states_changed"] and heard["states_changed"][-1] == {ref})
    assert heard["messages_changed"][-1] == {"ana"}
    assert heard["message_added"] == []
    assert controller.waiting() == 0


async def test_messages_go_in_the_order_of_typing(stage: Stage) -> None:
    controller, link = await stage.joined("ana")
    link.say(Status(State.RECONNECTING))
    controller.send_chat("1")
    controller.send_chat("2", "ana")
    link.say(joined("ana", recovered=True))
    link.say(Status(State.JOINED))
    controller.send_chat("3")
    controller.send_chat("4", "ana")
    await until(lambda: len(link.of_type("chat")) == 4)
    assert [data for data, _ in link.of_type("chat")] == ["1", "2", "3", "4"]


@pytest.mark.parametrize(("text", "error"), [("x" * 8_193, TooLarge), ("", InvalidSignal)])
async def test_what_is_refused_leaves_the_draft(stage: Stage, text: str, error: type[Exception]) -> None:
    controller, link = await stage.joined("ana")
    controller.set_draft("still here")
    with pytest.raises(error):
        controller.send_chat(text)
    assert controller.draft() == "still here"
    assert link.sent == []


async def test_a_full_disk_keeps_the_message_off_the_wire_and_on_the_screen(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    controller, link = await stage.joined("ana")
    heard = Heard(controller, "problem")
    full = sqlite3.OperationalError("database or disk is full")

    def failing(session: str, messages: Any) -> asyncio.Future[None]:
        future = asyncio.get_running_loop().create_future()
        future.set_exception(full)
        return future

    assert stage.store is not None
    with monkeypatch.context() as patch:
        patch.setattr(stage.store, "save", failing)
        ref = controller.send_chat("precious")
        message = controller.chat.get(ref)
        assert message is not None
        await until(lambda: message.state is conversation.State.FAILED)
        assert message.problem == "It could not be kept on this computer (database or disk is full)."
        await until(lambda: not wakeful(controller))
        assert [problem.title for problem in heard["problem"]] == ["The history does not work"]
        assert link.sent == []
    controller.retry(ref)
    await until(lambda: link.of_type("chat") == [("precious", None)])


async def test_a_message_can_be_taken_back_until_it_is_written(stage: Stage) -> None:
    controller, link = await stage.joined("ana")
    heard = Heard(controller, "notice")
    early = controller.send_chat("early")
    controller.discard(early)
    waiting = controller.send_chat("waiting")
    await until(lambda: link.of_type("chat"))
    controller.discard(waiting)
    written = controller.send_chat("written")
    await until(lambda: len(link.of_type("chat")) == 2)
    link.write(written)
    controller.discard(written)
    await until(lambda: heard["notice"])
    assert [data for data, _ in link.of_type("chat")] == ["waiting", "written"]
    assert link.withdrawn == [early, waiting, written]
    assert texts(controller.chat.messages(EVERYONE)) == ["written"]
    await until(lambda: [text for text, *_ in kept(stage.path)] == ["written"])
    assert heard["notice"] == ["It is on its way already."]


async def test_a_failed_message_can_be_let_go(stage: Stage) -> None:
    controller, link = await stage.joined("ana")
    ref = controller.send_chat("oops")
    await until(lambda: link.sent)
    link.write(ref)
    link.say(Rejected(ref, 403, "notAllowed", "no"))
    controller.discard(ref)
    await until(lambda: kept(stage.path) == [])


async def test_bare_signals_are_checked_and_sent(stage: Stage) -> None:
    controller, link = await stage.joined("ana")
    for type, data in (("no space", None), (None, "x" * 9_000), (None, "\ud800"), ("", "")):
        with pytest.raises((InvalidSignal, TooLarge)):
            controller.send_signal(type, data)
    controller.send_signal("dice", "6", "ana")
    assert link.sent == [("r1", "dice", "6", "ana")]
    assert controller.capture.sent_signals == link.sent  # type: ignore[attr-defined]


async def test_listeners_and_those_put_out_send_nothing(stage: Stage) -> None:
    listener, _ = await stage.joined("ana", role=Role.SUBSCRIBER)
    with pytest.raises(NotAllowed):
        listener.send_signal(None, None)
    gone, link = await stage.joined("ana", session="s2")
    link.say(Status(State.ENDED, "put out", problem="forceDisconnected"))
    with pytest.raises(NotAllowed):
        gone.send_signal(None, None)
    with pytest.raises(NotAllowed):
        gone.send_chat("x")
    assert link.sent == []


# ---- after the end of the program


async def test_what_waits_comes_back_and_goes_and_what_was_on_the_wire_is_not_confirmed(stage: Stage) -> None:
    crashed, link = await stage.joined("ana")
    crashed.send_chat("on the wire")
    await until(lambda: link.sent)
    link.say(Status(State.RECONNECTING))
    crashed.send_chat("waiting")
    await until(lambda: len(kept(stage.path)) == 2)
    # The program ends here: nothing is left, nothing is closed.
    controller, link = await stage.joined("ana", me="me2")
    await until(lambda: link.of_type("chat"))
    assert link.of_type("chat") == [("waiting", None)]
    states = {m.text: m.state for m in controller.chat.messages(EVERYONE)}
    assert states == {"on the wire": conversation.State.NOT_CONFIRMED, "waiting": conversation.State.WAITING}


async def test_what_was_never_written_waits_for_the_next_time_after_leaving(stage: Stage) -> None:
    first, link = await stage.joined("ana")
    first.send_chat("unwritten")
    await until(lambda: link.sent)
    await first.close()
    assert kept(stage.path) == [("unwritten", "waiting", 0)]
    _, link = await stage.joined("ana", me="me2")
    await until(lambda: link.of_type("chat") == [("unwritten", None)])


async def test_an_unconfirmed_message_is_sent_again_as_the_newest(stage: Stage) -> None:
    controller, link = await stage.joined("ana")
    ref = controller.send_chat("first")
    await until(lambda: link.sent)
    link.write(ref)
    link.say(NotConfirmed(ref))
    link.say(signal(12, "ana", "chat", "later"))
    controller.retry(ref)
    await until(lambda: len(link.of_type("chat")) == 2)
    assert texts(controller.chat.messages(EVERYONE)) == ["later", "first"]


async def test_drafts_outlive_the_program(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeper, "DRAFT_WITHIN", 0.01)
    first, _ = await stage.joined("ana")
    first.set_draft("half a sen")
    first.set_draft("for ana", "ana")
    await until(lambda: not wakeful(first))
    second, _ = await stage.joined("ana", me="me2")
    assert (second.draft(), second.draft("ana")) == ("half a sen", "for ana")
    second.set_draft("half a sentence")
    second.send_chat("for ana", "ana")
    await second.close()
    third, _ = await stage.joined("ana", me="me3")
    assert (third.draft(), third.draft("ana")) == ("half a sentence", "")


# ---- receipts, typing, people


async def test_receipts_go_by_themselves(stage: Stage) -> None:
    controller, link = await stage.joined("ana")
    controller.looking_at(EVERYONE)
    link.say(signal(11, "ana"))
    await until(lambda: link.of_type("receipt"))
    [(data, to)] = link.of_type("receipt")
    assert to == "ana"
    assert data is not None
    assert '"read"' in data
    assert controller.chat.unread(EVERYONE) == 0


async def test_receipts_go_by_button(stage: Stage) -> None:
    parts = {"switches": Switches(delivered=False, read=False)}
    controller, link = await stage.joined("ana", parts=parts)
    link.say(signal(11, "ana"))
    link.say(signal(12, "ana"))
    controller.send_read_receipt(controller.chat.messages(EVERYONE)[0].ref)
    await until(lambda: len(link.of_type("receipt")) == 1)
    link.answers = 20
    link.acknowledge(link.sent[0][0])
    controller.mark_read()
    await until(lambda: len(link.of_type("receipt")) == 2)
    assert controller.chat.unread(EVERYONE) == 0


async def test_switches_are_told_and_remembered(stage: Stage) -> None:
    remembered: list[Switches] = []
    controller, _ = await stage.joined("ana", parts={"on_switches": remembered.append})
    heard = Heard(controller, "switches_changed")
    controller.set_switch("read", False)
    assert heard["switches_changed"] == remembered == [Switches(read=False)]
    assert controller.switches == Switches(read=False)


async def test_typing_is_told_and_ends_with_the_message(stage: Stage) -> None:
    controller, link = await stage.joined("ana")
    controller.set_typing(EVERYONE, True)
    controller.set_typing(EVERYONE, True)
    controller.send_chat("done")
    await until(lambda: link.of_type("chat"))
    assert [sent[1:] for sent in link.sent] == [
        ("typing", "1", None),
        ("typing", "0", None),
        ("chat", "done", None),
    ]


async def test_pings_go_or_say_why_not(stage: Stage) -> None:
    alone, link = await stage.joined()
    heard = Heard(alone, "notice")
    alone.ping()
    await until(lambda: heard["notice"] == ["Nobody else is here."])
    link.say(created(11, "ana"))
    alone.ping("ana")
    assert link.sent == [("r1", None, None, "ana")]


async def test_only_moderators_moderate(stage: Stage) -> None:
    guest, link = await stage.joined("ana")
    heard = Heard(guest, "notice")
    guest.put_out("ana")
    guest.set_inspect(True)
    await until(lambda: heard["notice"])
    assert (link.put_out, link.inspecting) == ([], [])
    moderator, link = await stage.joined("ana", role=Role.MODERATOR, session="s2")
    assert moderator.may_moderate
    moderator.put_out("ana")
    moderator.set_inspect(True)
    assert (link.put_out, link.inspecting) == (["ana"], [True])
    heard = Heard(moderator, "notice")
    link.say(Status(State.RECONNECTING))
    moderator.put_out("ana")
    await until(lambda: heard["notice"] == ["There is no connection to the relay now."])


# ---- hosting and leaving


async def test_closing_a_hosted_session_cuts_others_off_and_stops_the_relay(stage: Stage) -> None:
    hosting = FakeHosting()
    controller, _ = await stage.joined(connection("ana"), "bo", parts={"hosting": hosting})
    heard = Heard(controller, "closed")
    assert controller.hosting
    assert [p.name for p in controller.people_cut_off()] == ["Ana", "Bo"]
    controller.leave()
    await until(lambda: heard["closed"])
    assert hosting.stopped
    await controller.close()
    assert heard["closed"] == [None]


async def test_a_guest_who_leaves_cuts_nobody_off(stage: Stage) -> None:
    controller, link = await stage.joined("ana")
    assert controller.people_cut_off() == []
    await controller.close()
    assert link.closed


async def test_the_relays_death_is_told_and_it_can_be_started_again(stage: Stage) -> None:
    hosting = FakeHosting()
    controller, link = await stage.joined("ana", parts={"hosting": hosting})
    heard = Heard(controller, "relay_died", "problem", "invite_changed")
    controller.restart_relay()
    hosting.on_death("The relay has ended.")
    assert heard["relay_died"] == ["The relay has ended."]
    hosting.fails = True
    controller.restart_relay()
    await until(lambda: heard["problem"])
    assert link.reconnects == 0
    hosting.fails = False
    controller.restart_relay()
    await until(lambda: heard["invite_changed"])
    assert controller.invite is not None
    assert controller.invite.port == 9999
    assert link.reconnects == 1
    controller.reconnect_now()
    assert link.reconnects == 2
