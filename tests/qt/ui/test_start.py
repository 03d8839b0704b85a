"""The start screen: nothing typed is lost, and every problem is said where it belongs."""

from PySide6 import QtWidgets

from heliograph.client.events import State, Status
from heliograph.ui.session_window import SessionWindow
from heliograph.ui.start import StartScreen
from tests.qt.bridge.fakes import until
from tests.qt.ui.stage import INVITE, Stage


def field(stage: Stage, name: str) -> QtWidgets.QLineEdit:
    [found] = [
        f for f in stage.find(StartScreen).findChildren(QtWidgets.QLineEdit) if f.accessibleName() == name
    ]
    return found


WHERE = "Paste an invite, or type an address"


async def test_a_friendly_name_is_there_at_first(stage: Stage) -> None:
    await stage.open()
    assert field(stage, "Your name").text() == stage.app.settings.name != ""


async def test_a_pin_is_asked_for_with_an_address_only(stage: Stage) -> None:
    await stage.open()
    assert not field(stage, "PIN").isVisible()
    field(stage, WHERE).setText("192.168.1.5:8765")
    assert field(stage, "PIN").isVisible()
    field(stage, WHERE).setText(INVITE)
    assert not field(stage, "PIN").isVisible()


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
    field(stage, "PIN").setText("1234")
    stage.button("Join").click()
    labels = stage.find(StartScreen).findChildren(QtWidgets.QLabel)
    await until(lambda: any("PIN" in label.text() and label.isVisible() for label in labels))
    assert field(stage, WHERE).text() == "10.0.0.1"
    assert field(stage, "PIN").text() == "1234"
    assert stage.button("Join").isEnabled()


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
    stage.button("Cancel").click()
    await until(lambda: stage.button("Join").isEnabled())


async def test_host_and_leave_come_back_to_the_start_with_the_session_in_the_list(stage: Stage) -> None:
    await stage.hosting()
    stage.session.leave()
    await until(lambda: not stage.has(SessionWindow))
    await until(lambda: any("hosted" in b.text() for b in stage.window.findChildren(QtWidgets.QPushButton)))
