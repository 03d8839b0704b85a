"""Of a run of acknowledgements the last one counts; everything else is read as it came."""

from hypothesis import given
from hypothesis import strategies as st
from websockets.frames import Frame, Opcode

from heliograph_relay.protocol import rumor
from heliograph_relay.protocol.rumor import Kind
from heliograph_relay.shell.acknowledgements import last_acknowledgement
from heliograph_relay.shell.frames import FrameReader

SIZES = st.sampled_from([3, 36, 60, 200])


def frame(kind: Kind, transaction: str) -> bytes:
    return rumor.encode(kind, {"TRANSACTION-ID": transaction, "X-TB-FROM-ADDRESS": "me"}, b"", ["you"])


KINDS = st.sampled_from([Kind.STATUS, Kind.STATUS, Kind.STATUS, Kind.MESSAGE])
FRAMES = st.lists(st.tuples(KINDS, SIZES), max_size=30).map(
    lambda drawn: [frame(kind, f"{n:0{size}}") for n, (kind, size) in enumerate(drawn)]
)


def reader(*, skipping: bool) -> FrameReader:
    return FrameReader(10_000, binary=True, last_alike=last_acknowledgement if skipping else None)


@given(FRAMES, st.binary(max_size=30))
def test_only_acknowledgements_with_another_one_right_behind_are_skipped(
    frames: list[bytes], tail: bytes
) -> None:
    stream = b"".join(Frame(Opcode.BINARY, data).serialize(mask=True) for data in frames) + tail
    everything, some = reader(skipping=False).feed(stream), reader(skipping=True).feed(stream)
    rest = iter(everything)
    for message in some:
        for skipped in rest:
            if skipped == message:
                break
            assert rumor.kind_of(skipped) == Kind.STATUS
            assert len(skipped) == len(message)
    assert not list(rest)


def test_a_long_run_is_one_message() -> None:
    runs = [frame(Kind.STATUS, f"{n:03}") for n in range(500)] + [frame(Kind.MESSAGE, "m")]
    stream = b"".join(Frame(Opcode.BINARY, data).serialize(mask=True) for data in runs)
    assert reader(skipping=True).feed(stream) == [runs[499], runs[500]]
