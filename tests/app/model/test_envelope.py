"""What is known of a row besides its data, and its frame."""

import json

from heliograph.model.capture import Capture, Kind
from heliograph.model.envelope import called, envelope, frame
from heliograph_relay.protocol.model import Connection, Role, SignalEntry

ME, ANA = (
    Connection(
        id=f"{id}-connection", name=id.title(), data="", role=Role.PUBLISHER, created=0, client="heliograph"
    )
    for id in ("me", "ana")
)


def joined() -> Capture:
    capture = Capture()
    capture.joined(ME, (ME, ANA), recovered=None, wall=1)
    return capture


def test_a_signal_of_somebody_else() -> None:
    capture = joined()
    row = capture.signal(
        SignalEntry(seq=9, at=5, sender=ANA.id, n=3, type="t", data="é", to=ME.id, json=True), ME.id
    )
    members = envelope(capture, row)
    assert list(members) == ["kind", "at", "seq", "from", "to", "type", "bytes", "json"]
    assert members["from"] == f"Ana anac  ({ANA.id})"
    assert members["to"] == f"Me meco  ({ME.id})"
    assert (members["seq"], members["type"], members["bytes"]) == ("9", "t", "3")
    assert json.loads(frame(capture, row) or "") == {
        "op": "signal", "seq": 9, "at": 5, "from": ANA.id, "to": ME.id, "type": "t", "data": "é", "json": True,
    }  # fmt: skip


def test_a_signal_of_mine_to_all_has_its_number() -> None:
    capture = joined()
    row = capture.signal(SignalEntry(seq=9, at=5, sender=ME.id, n=3, type="t"), ME.id)
    assert (envelope(capture, row)["n"], envelope(capture, row)["to"]) == ("3", "everyone")
    assert json.loads(frame(capture, row) or "")["n"] == 3


def test_one_to_somebody_else_has_the_frame_that_went() -> None:
    capture = joined()
    capture.sent("r", "t", "x", ANA.id)
    row = capture.acknowledged("r", n=4, seq=9, own_copy=False, me=ME.id, wall=5)
    assert row is not None
    assert json.loads(frame(capture, row) or "") == {
        "op": "signal",
        "n": 4,
        "to": ANA.id,
        "type": "t",
        "data": "x",
    }


def test_one_that_was_refused_has_it_too() -> None:
    capture = joined()
    capture.sent("r", "t", "x", None)
    row = capture.refused("r", "400 invalidSignal: no", ME.id, 5)
    assert json.loads(frame(capture, row) or "")["type"] == "t"
    assert envelope(capture, row)["note"] == "400 invalidSignal: no"


def test_a_server_and_what_is_no_signal() -> None:
    capture = joined()
    server = capture.signal(SignalEntry(seq=9, at=5, sender=None), ME.id)
    assert envelope(capture, server)["from"] == "server"
    assert envelope(capture, server)["type"] == "none"
    gap = capture.note(Kind.GAP, "Something was missed.", 5)
    assert list(envelope(capture, gap)) == ["kind", "at", "note"]
    assert frame(capture, gap) is None


def test_people_of_one_name_are_told_apart() -> None:
    capture = joined()
    other = Connection(id="zoe-connection", name="Ana", data="", role=Role.PUBLISHER, created=0, client="x")
    capture.joined(ME, (ME, ANA, other), recovered=None, wall=1)
    assert called(capture, ANA.id) != called(capture, other.id)
