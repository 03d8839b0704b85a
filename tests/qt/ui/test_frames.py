"""Frames of OpenTok's wire on screen: their switch, their rows, and all about one of them."""

import json

from PySide6 import QtWidgets

from heliograph.model.capture import Capture
from heliograph.ui.inspector.cells import BYTES, DATA, FROM, TO, TYPE
from heliograph.ui.inspector.copying import as_json, as_table
from heliograph.ui.inspector.table import SignalTable
from heliograph.ui.inspector.terms import term_of
from heliograph.ui.inspector.view_stack import ViewStack
from heliograph.ui.inspector.views.sequence_area import SequenceArea
from heliograph_relay.protocol import rumor
from heliograph_relay.protocol.native import Inspected
from heliograph_relay.protocol.rumor import Kind, encode
from heliograph_relay.protocol.tapped import Tapped, TappedFrame, Untapped
from tests.qt.bridge.fakes import signal, until
from tests.qt.ui.stage import Stage
from tests.qt.ui.test_detail import choose, chosen, facts, tabs, text

POLL = b'{"method": "signal", "uri": "/session/S/signal/u", "content": {"type": "poll", "data": [1]}}'
ASKED = encode(Kind.MESSAGE, {"TRANSACTION-ID": "7ff6fb13-a532"}, POLL, ["symphony"])
ANSWER = encode(Kind.STATUS, {"TRANSACTION-ID": "7ff6fb13-a532", "STATUS": "200"})


def told(frame: bytes, *, out: bool = False, connection: str | None = "ana", seq: int = 100) -> TappedFrame:
    return TappedFrame(at=1_764_000_000_000, seq=seq, socket=1, frame=frame, out=out, connection=connection)


async def switched_on(stage: Stage) -> QtWidgets.QAbstractButton:
    """The host inspects the session, and wants to see its frames."""
    await stage.hosting()
    stage.app.save_settings(pane="inspector")
    stage.window.resize(1_300, 800)
    stage.link.say(Inspected(on=True, by="me"))
    button = stage.button("Frames of OpenTok")
    await until(button.isEnabled)
    button.click()
    await until(button.isChecked)
    return button


def tell(stage: Stage, *frames: TappedFrame, lost: int = 0) -> None:
    assert stage.reach.hosting is not None
    ear = stage.reach.hosting.ears["s1"]
    assert ear is not None
    ear(Tapped(session="s1", frames=list(frames), lost=lost))


async def test_it_can_be_switched_while_the_session_is_inspected_only(stage: Stage) -> None:
    await stage.hosting()
    button = stage.button("Frames of OpenTok")
    assert not button.isEnabled()
    assert "Inspect whole session" in button.toolTip()
    assert "Inspect whole session" in button.accessibleDescription()
    stage.link.say(Inspected(on=True, by="me"))
    await until(button.isEnabled)
    assert not button.isChecked()
    assert button.accessibleDescription() == ""
    button.click()
    await until(button.isChecked)
    stage.link.say(Inspected(on=False, by="me"))
    await until(lambda: not button.isChecked() and not button.isEnabled())
    assert stage.reach.hosting is not None
    hosting = stage.reach.hosting
    await until(lambda: hosting.ears["s1"] is None)


async def test_a_relay_that_does_not_answer_is_said(stage: Stage) -> None:
    await stage.hosting()
    stage.link.say(Inspected(on=True, by="me"))
    button = stage.button("Frames of OpenTok")
    await until(button.isEnabled)
    assert stage.reach.hosting is not None
    stage.reach.hosting.fails = True
    button.click()
    await until(lambda: stage.has(QtWidgets.QMessageBox))
    assert not button.isChecked()
    stage.find(QtWidgets.QMessageBox).reject()


async def test_guests_have_no_switch(stage: Stage) -> None:
    await stage.joined()
    names = [
        b.accessibleName() for b in stage.window.findChildren(QtWidgets.QAbstractButton) if b.isVisible()
    ]
    assert "Frames of OpenTok" not in names


async def test_rows_and_all_about_one(stage: Stage) -> None:
    await switched_on(stage)
    tell(stage, told(ASKED), told(ANSWER, out=True), lost=1_200)
    capture, table = stage.session.capture, stage.find(SignalTable)
    assert isinstance(capture, Capture)
    await until(lambda: capture.rows[-1].type == "STATUS" and table.model().rowCount() == len(capture))
    lost, asked, answer = capture.rows[-3:]
    assert lost.note.startswith("1,200 frames not shown")
    place = table.model().rowCount() - 2
    cells = [table.model().index(place, column).data() for column in (FROM, TO, TYPE, BYTES)]
    assert cells == ["Ana", "relay", "MESSAGE", str(len(ASKED))]
    assert table.model().index(place, DATA).data().startswith('signal poll · 7ff6fb13  {"method"')
    assert table.signals.sentence(asked).endswith(
        f"frame MESSAGE from Ana to relay, signal poll · 7ff6fb13, {len(ASKED)} bytes"
    )
    assert [term_of(capture, asked, column) for column in (FROM, TO, TYPE, BYTES)] == [
        "from:Ana", "to:relay", "type:MESSAGE", f"size={len(ASKED)}",
    ]  # fmt: skip
    assert [term_of(capture, answer, column) for column in (FROM, TO)] == ["from:relay", "to:Ana"]
    table.choose_row(place)
    assert sorted(tabs(stage)) == ["Envelope", "Frame", "Hex", "JSON", "Text"]
    assert chosen(stage) == {"Envelope", "Frame"}
    choose(stage, "Hex")
    assert text(stage).splitlines()[0].startswith(f"000000  {ASKED[:16].hex(' ')}")
    members = dict(facts(stage, "Envelope"))
    assert (members["says"], members["transaction"]) == ("signal poll · 7ff6fb13", "7ff6fb13-a532")
    copied = json.loads(as_json(asked))
    assert bytes.fromhex(copied["frame"]) == ASKED
    assert (
        as_table(capture, [asked]).splitlines()[1].split("\t")[DATA].startswith("signal poll · 7ff6fb13  {")
    )


async def test_signals_wait_for_their_frames_and_views_show_signals_only(stage: Stage) -> None:
    await switched_on(stage)
    capture = stage.session.capture
    assert isinstance(capture, Capture)
    stage.link.say(signal(101, "ana", "weather", "fine"))
    tell(stage, told(ASKED), told(ANSWER, out=True, seq=101))
    await until(lambda: capture.rows[-1].type == "STATUS")
    assert [row.type for row in capture.rows[-3:]] == ["MESSAGE", "weather", "STATUS"]
    stage.find(ViewStack).show_view("sequence")
    area = stage.find(SequenceArea)
    await until(lambda: area.caught_up and len(area.keys()))
    shown = [capture.rows[number - 1].type for number in list(area.keys())]
    assert "weather" in shown
    assert not {"MESSAGE", "STATUS"} & set(shown)


async def test_it_ends_when_the_relay_ends_it(stage: Stage) -> None:
    button = await switched_on(stage)
    assert stage.reach.hosting is not None
    ear = stage.reach.hosting.ears["s1"]
    assert ear is not None
    tell(stage, told(encode(Kind.PING)))
    ear(Untapped("s1"))
    await until(lambda: not button.isChecked())
    capture = stage.session.capture
    assert isinstance(capture, Capture)
    assert [row.type or row.note for row in capture.rows[-2:]] == [
        "PING",
        "Frames of OpenTok are not shown any more.",
    ]


async def test_frames_are_not_kept_while_the_capture_is_stopped(stage: Stage) -> None:
    await switched_on(stage)
    stage.button("Stop capture").click()
    tell(stage, told(rumor.encode(Kind.PING)), lost=2)
    capture = stage.session.capture
    assert isinstance(capture, Capture)
    await until(lambda: not capture.confluence)  # type: ignore[attr-defined]
    stage.button("Stop capture").click()
    tell(stage, told(ASKED))
    await until(lambda: capture.rows[-1].type == "MESSAGE")
    assert capture.rows[-2].note == "The capture was stopped: 3 rows not kept."
