"""Who sees every signal of the session is said in words, and switched by those who may."""

from PySide6 import QtWidgets

from heliograph.ui.banners import Banner
from heliograph_relay.protocol.native import Inspected
from tests.qt.bridge.fakes import until
from tests.qt.ui.stage import Stage


def banners(stage: Stage) -> list[str]:
    shown = [banner for banner in stage.window.findChildren(Banner) if banner.isVisible()]
    return [
        label.text() for banner in shown for label in banner.findChildren(QtWidgets.QLabel) if label.text()
    ]


async def test_the_host_switches_it_and_is_told_so(stage: Stage) -> None:
    await stage.hosting()
    button = stage.button("Inspect whole session")
    button.click()
    assert stage.link.inspecting == [True]
    stage.link.say(Inspected(on=True, by="me"))
    await until(lambda: banners(stage))
    assert banners(stage) == [
        "You see every signal of this session, private ones included. Everybody here is told."
    ]
    assert button.isChecked()
    stage.button("Stop").click()
    assert stage.link.inspecting == [True, False]
    stage.link.say(Inspected(on=False, by="me"))
    await until(lambda: not banners(stage))
    assert not button.isChecked()


async def test_another_moderator_is_named_and_is_not_me(stage: Stage) -> None:
    await stage.hosting()
    stage.link.say(Inspected(on=True, by="ana"))
    await until(lambda: banners(stage))
    assert banners(stage) == ["Ana sees every signal of this session, private ones included."]
    assert not stage.button("Inspect whole session").isChecked()


async def test_guests_are_told_and_have_no_switch(stage: Stage) -> None:
    await stage.joined()
    stage.link.say(Inspected(on=True, by="somebody who was never here"))
    await until(lambda: banners(stage))
    assert banners(stage) == ["The host sees every signal of this session, private ones included."]
    names = [
        b.accessibleName() for b in stage.window.findChildren(QtWidgets.QAbstractButton) if b.isVisible()
    ]
    assert "Inspect whole session" not in names
