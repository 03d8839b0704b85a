"""The start screen: nothing typed is lost, and every problem is said where it belongs."""

import pytest
from PySide6 import QtWidgets

from heliograph.client.events import State, Status
from heliograph.model.problem import Problem
from heliograph.ui.recent_list import RecentList
from heliograph.ui.session_window import SessionWindow
from heliograph.ui.start import StartScreen
from heliograph.ui.start_cards import HostCard, JoinCard
from tests.qt.bridge.fakes import until
from tests.qt.ui.stage import INVITE, Stage


def field(stage: Stage, name: str) -> QtWidgets.QLineEdit:
    [found] = [
        f for f in stage.find(StartScreen).findChildren(QtWidgets.QLineEdit) if f.accessibleName() == name
    ]
    return found


def cancel_of(stage: Stage) -> QtWidgets.QPushButton | None:
    buttons = stage.window.findChildren(QtWidgets.QPushButton)
    return next((b for b in buttons if b.text() == "Cancel" and b.isVisible()), None)


WHERE = "Paste an invite, or type an address"


async def test_a_friendly_name_is_there_at_first(stage: Stage) -> None:
    await stage.open()
    assert field(stage, "Your name").text() == stage.app.settings.name != ""


async def test_a_pin_is_asked_for_with_an_address_only(stage: Stage) -> None:
    await stage.open()
    assert not field(stage, "PIN or token").isVisible()
    field(stage, WHERE).setText("192.168.1.5:8765")
    assert field(stage, "PIN or token").isVisible()
    field(stage, WHERE).setText(INVITE)
    assert not field(stage, "PIN or token").isVisible()


async def test_join_by_invite(stage: Stage) -> None:
    await stage.open()
    assert not stage.button("Join").isEnabled()
    field(stage, "Your name").setText("Carla")
    field(stage, WHERE).setText(f"Come in: {INVITE} !")
    stage.button("Join").click()
    await until(lambda: stage.has(SessionWindow))
    assert stage.reach.names == ["Carla"]
    assert "Choir" in stage.window.windowTitle()


async def test_a_problem_is_shown_and_what_was_typed_stays(stage: Stage) -> None:
    await stage.open()
    stage.reach.status = Status(State.ENDED, "This PIN does not open the session.", problem="unauthorized")
    field(stage, WHERE).setText("10.0.0.1")
    field(stage, "PIN or token").setText("1234")
    stage.button("Join").click()
    labels = stage.find(StartScreen).findChildren(QtWidgets.QLabel)
    await until(lambda: any("PIN" in label.text() and label.isVisible() for label in labels))
    assert field(stage, WHERE).text() == "10.0.0.1"
    assert field(stage, "PIN or token").text() == "1234"
    assert stage.button("Join").isEnabled()


async def test_what_the_command_line_gave_can_be_put_right(stage: Stage) -> None:
    await stage.open()
    stage.window.offer("nonsense", "1234")
    stage.app.join("nonsense:99999", "1234")
    assert (field(stage, WHERE).text(), field(stage, "PIN or token").text()) == ("nonsense", "1234")
    labels = stage.find(StartScreen).findChildren(QtWidgets.QLabel)
    await until(lambda: any("port" in label.text() and label.isVisible() for label in labels))


async def test_a_broken_invite_says_so_at_once(stage: Stage) -> None:
    await stage.open()
    field(stage, WHERE).setText(INVITE[:40])
    stage.button("Join").click()
    labels = stage.find(StartScreen).findChildren(QtWidgets.QLabel)
    assert any("cut off" in label.text() and label.isVisible() for label in labels) or any(
        label.property("danger") and label.isVisible() for label in labels
    )
    assert not stage.reach.links


async def test_giving_up(stage: Stage) -> None:
    await stage.open()
    stage.reach.silent = True
    field(stage, WHERE).setText(INVITE)
    stage.button("Join").click()
    await until(lambda: stage.button("Cancel").isVisible())
    assert not stage.button("Host on this network").isEnabled()
    assert not stage.find(RecentList).isEnabled()
    stage.button("Cancel").click()
    [join] = [b for b in stage.window.findChildren(QtWidgets.QPushButton) if b.text() == "Join"]
    await until(lambda: join.isVisible() and join.isEnabled())
    assert field(stage, WHERE).text() == INVITE


async def test_what_is_being_done_takes_the_place_of_the_button(stage: Stage) -> None:
    await stage.open()
    stage.reach.silent = True
    field(stage, WHERE).setText(INVITE)
    join, size = stage.button("Join"), stage.find(JoinCard).size()
    join.setFocus()
    join.click()
    await until(lambda: cancel_of(stage))
    cancel = cancel_of(stage)
    assert cancel is not None
    assert cancel.hasFocus()
    assert not join.isVisible()
    assert stage.find(JoinCard).size() == size


async def test_a_problem_goes_when_what_caused_it_changes(stage: Stage) -> None:
    await stage.open()
    field(stage, WHERE).setText("999.1.1.1:99999999")
    stage.button("Join").click()
    labels = [
        label for label in stage.find(JoinCard).findChildren(QtWidgets.QLabel) if label.property("danger")
    ]
    await until(labels[0].isVisible)
    field(stage, WHERE).setText("10.0.0.1")
    assert not labels[0].isVisible()


async def test_a_copied_invite_is_offered_and_taken(stage: Stage) -> None:
    QtWidgets.QApplication.clipboard().setText(f"Come: {INVITE}")
    await stage.open()
    offer = stage.button("Use the copied invite to Choir")
    offer.click()
    assert INVITE in field(stage, WHERE).text()
    assert not offer.isVisible()
    assert stage.button("Join").hasFocus()
    QtWidgets.QApplication.clipboard().clear()


@pytest.mark.parametrize("copied", ["", "hello", "heliograph://", INVITE[:-6], "x" * 100_000])
async def test_nothing_else_is_offered(stage: Stage, copied: str) -> None:
    QtWidgets.QApplication.clipboard().setText(copied)
    await stage.open()
    assert not [b for b in stage.find(JoinCard).findChildren(QtWidgets.QPushButton) if "copied" in b.text()]
    QtWidgets.QApplication.clipboard().clear()


async def test_the_port_is_under_more(stage: Stage) -> None:
    await stage.open()
    port = stage.find(QtWidgets.QSpinBox)
    assert not port.isVisible()
    stage.button("More").click()
    assert port.isVisible()


async def test_a_recent_session_is_hosted_again_or_forgotten(stage: Stage) -> None:
    await stage.hosting()
    stage.session.leave()
    await until(lambda: not stage.has(SessionWindow))
    stage.button("Forget Choir").click()
    await until(lambda: not stage.find(RecentList).isVisible())
    assert stage.app.recent() == []


async def test_host_and_leave_come_back_to_the_start_with_the_session_in_the_list(stage: Stage) -> None:
    await stage.hosting()
    stage.session.leave()
    await until(lambda: not stage.has(SessionWindow))
    await until(lambda: any("hosted" in b.text() for b in stage.window.findChildren(QtWidgets.QPushButton)))


async def test_hosting_from_the_command_line_is_shown_where_it_belongs(stage: Stage) -> None:
    await stage.open()
    stage.reach.hosting_problem = Problem("The session cannot be hosted", "The port is in use.")
    stage.app.host("Me", "Choir")
    await until(lambda: not stage.app.is_busy)
    cards = {kind: stage.find(kind).findChildren(QtWidgets.QLabel) for kind in (HostCard, JoinCard)}
    shown = {kind for kind, labels in cards.items() if any("in use" in label.text() for label in labels)}
    assert shown == {HostCard}
