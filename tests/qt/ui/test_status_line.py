"""The status bar says where one is, and loses nothing that matters to a notice."""

from PySide6 import QtWidgets

from heliograph.client.events import State, Status
from heliograph.model.templates import Draft
from heliograph.ui.status_line import StatusLine
from tests.qt.bridge.fakes import created, until
from tests.qt.ui.stage import Stage


def words(stage: Stage) -> list[str]:
    labels = stage.find(StatusLine).findChildren(QtWidgets.QLabel)
    return [label.text() for label in labels if label.text()]


async def test_where_one_is(stage: Stage) -> None:
    await stage.joined()
    assert "In Choir at 10.0.0.1:8765" in words(stage)
    assert "2 people" in words(stage)
    assert "not encrypted" in words(stage)


async def test_hosting(stage: Stage) -> None:
    await stage.hosting()
    assert any(text.startswith("Hosting Choir at ") for text in words(stage))


async def test_a_notice_stands_beside_the_state(stage: Stage) -> None:
    await stage.joined()
    stage.link.say(created(11, "ben"))
    await until(lambda: any("joined" in text for text in words(stage)))
    assert "In Choir at 10.0.0.1:8765" in words(stage)


async def test_reconnecting_counts_down_and_says_why(stage: Stage) -> None:
    await stage.joined()
    stage.link.say(Status(State.RECONNECTING, "The connection was lost.", retry_at=1e12))
    await until(lambda: any(text.startswith("Reconnecting, next try in ") for text in words(stage)))
    assert "The connection was lost." in words(stage)
    assert "2 people" not in words(stage)


async def test_what_waits_is_counted(stage: Stage) -> None:
    await stage.joined()
    stage.link.say(Status(State.RECONNECTING, "The connection was lost.", retry_at=1e12))
    stage.session.send_chat("hello")
    await until(lambda: "1 waiting" in words(stage))


async def test_what_is_sent_again_and_again_is_seen_and_can_be_stopped(stage: Stage) -> None:
    await stage.joined()
    composing = stage.session.composing
    composing.repeat(Draft(type="score", data="1"), 500, 1)

    def buttons() -> list[QtWidgets.QPushButton]:
        found = stage.find(StatusLine).findChildren(QtWidgets.QPushButton)
        return [
            button for button in found if button.isVisible() and button.text().startswith("Stop sending (")
        ]

    await until(buttons)
    [button] = buttons()
    assert button.text() == "Stop sending (1 of 500)"
    button.click()
    assert composing.sendings[-1].stopped
    assert not buttons()
    composing.send(Draft(type="score", data="2"))
    assert not buttons()
