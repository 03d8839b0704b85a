"""WebSocket bytes in any pieces: the same messages, never an exception, nothing kept beyond the bound."""

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from websockets.frames import Frame, Opcode

from heliograph_relay.shell.frames import MOST_BYTES, FrameReader, text_frame
from heliograph_relay.shell.payloads import Binary

LIMIT = 2_000


def masked(opcode: Opcode, data: bytes, *, fin: bool = True) -> bytes:
    return Frame(opcode, data, fin).serialize(mask=True)


MESSAGES = st.lists(st.binary(max_size=300), max_size=8)


def pieces(stream: bytes, cuts: list[int]) -> list[bytes]:
    edges = sorted({0, len(stream), *(cut % (len(stream) + 1) for cut in cuts)})
    return [stream[a:b] for a, b in itertools.pairwise(edges)]


@settings(deadline=None)  # a busy machine stops for longer than any deadline
@given(MESSAGES, st.lists(st.integers(0, 10_000), max_size=10), st.data())
def test_any_cut_of_a_stream_gives_the_same_messages(
    messages: list[bytes], cuts: list[int], data: st.DataObject
) -> None:
    stream = b""
    for message in messages:
        if data.draw(st.booleans()):
            stream += masked(Opcode.PING, b"p")
        if data.draw(st.booleans()):
            half = len(message) // 2
            stream += masked(Opcode.TEXT, message[:half], fin=False)
            stream += masked(Opcode.PONG, b"")
            stream += masked(Opcode.CONT, message[half:])
        else:
            stream += masked(Opcode.TEXT, message)
    reader = FrameReader(LIMIT)
    got = [message for piece in pieces(stream, cuts) for message in reader.feed(piece)]
    assert got == messages
    assert not reader.is_over


@settings(deadline=None)  # a busy machine stops for longer than any deadline
@given(st.lists(st.binary(max_size=4_000), max_size=6))
def test_any_bytes_are_survived(chunks: list[bytes]) -> None:
    reader = FrameReader(LIMIT)
    for chunk in chunks:
        for message in reader.feed(chunk):
            assert len(message) <= LIMIT
        reader.answers()
        if reader.is_over:
            break


def close_code(answer: bytes) -> int:
    assert answer[0] == 0x88
    return int.from_bytes(answer[2:4], "big")


@pytest.mark.parametrize(
    ("stream", "code"),
    [
        pytest.param(masked(Opcode.TEXT, b"x" * (LIMIT + 1)), 1009, id="too large"),
        pytest.param(masked(Opcode.TEXT, b"x" * 70_000)[:14], 1009, id="too large by its length"),
        pytest.param(
            masked(Opcode.TEXT, b"x" * LIMIT, fin=False) + masked(Opcode.CONT, b"x"),
            1009,
            id="too large in two",
        ),
        pytest.param(b"\x81\x05hello", 1002, id="not masked"),
        pytest.param(b"\xc1\x80\x00\x00\x00\x00", 1002, id="a reserved bit"),
        pytest.param(b"\x83\x80\x00\x00\x00\x00", 1002, id="a reserved opcode"),
        pytest.param(masked(Opcode.CONT, b"x"), 1002, id="goes on with nothing"),
        pytest.param(
            masked(Opcode.TEXT, b"a", fin=False) + masked(Opcode.TEXT, b"b"), 1002, id="one within another"
        ),
        pytest.param(b"\x89\xfe\x00\x7e\x00\x00\x00\x00" + b"p" * 126, 1002, id="a long ping"),
    ],
)
def test_what_breaks_the_protocol_is_closed_with_its_code(stream: bytes, code: int) -> None:
    reader = FrameReader(LIMIT)
    assert reader.feed(stream) == []
    assert reader.is_over
    assert close_code(reader.answers()) == code


def test_binary_messages_are_marked() -> None:
    [message] = FrameReader(LIMIT).feed(masked(Opcode.BINARY, b"{}"))
    assert isinstance(message, Binary)


def test_nothing_comes_after_a_close() -> None:
    reader = FrameReader(LIMIT)
    stream = masked(Opcode.TEXT, b"1") + masked(Opcode.CLOSE, b"\x03\xe8") + masked(Opcode.TEXT, b"2")
    assert reader.feed(stream) == [b"1"]
    assert reader.is_over
    assert close_code(reader.answers()) == 1000
    assert reader.close(4400, "late") == b""


@settings(deadline=None)  # a busy machine stops for longer than any deadline
@given(st.binary(max_size=70_000))
def test_our_frames_are_those_of_the_library(payload: bytes) -> None:
    assert text_frame(payload) == Frame(Opcode.TEXT, payload).serialize(mask=False)


@settings(deadline=None)  # a busy machine stops for longer than any deadline
@given(st.lists(st.binary(max_size=40), max_size=30), st.integers(1, 5))
def test_a_client_is_taken_in_shares(messages: list[bytes], share: int) -> None:
    reader = FrameReader(LIMIT)
    shares = [reader.feed(b"".join(masked(Opcode.TEXT, message) for message in messages), share)]
    while reader.has_more:
        shares.append(reader.feed(b"", share))
    assert [message for messages in shares for message in messages] == messages
    assert all(len(messages) <= share for messages in shares)


def test_pings_count_as_a_share_and_are_all_answered() -> None:
    reader = FrameReader(LIMIT)
    assert reader.feed(b"".join(masked(Opcode.PING, bytes((n,))) for n in range(10)), 4) == []
    answers = reader.answers()
    assert reader.has_more
    assert answers == b"".join(Frame(Opcode.PONG, bytes((n,))).serialize(mask=False) for n in range(4))


def test_a_pong_needs_no_answer_and_a_ping_between_fragments_breaks_nothing() -> None:
    reader = FrameReader(LIMIT)
    stream = masked(Opcode.TEXT, b"a", fin=False) + masked(Opcode.PONG, b"") + masked(Opcode.PING, b"p")
    assert reader.feed(stream + masked(Opcode.CONT, b"b")) == [b"ab"]
    assert reader.answers() == b"\x8a\x01p"


def test_our_ping_is_that_of_the_library_until_we_close() -> None:
    reader = FrameReader(LIMIT)
    assert reader.ping() == Frame(Opcode.PING, b"").serialize(mask=False)
    reader.close(1000, "")
    assert reader.ping() == b""


def closing(*, with_the_library: bool) -> FrameReader:
    """One that has written its close; fragments need the library's parser."""
    reader = FrameReader(LIMIT)
    if with_the_library:
        reader.feed(masked(Opcode.TEXT, b"", fin=False) + masked(Opcode.CONT, b""))
    assert reader.close(4400, "why") == Frame(Opcode.CLOSE, b"\x11\x30why").serialize(mask=False)
    assert reader.close(1000, "") == b""
    return reader


FRAMES_AFTER = st.sampled_from(
    [
        masked(Opcode.CLOSE, b"\x11\x30why"), masked(Opcode.CLOSE, b""), masked(Opcode.CLOSE, b"x"),
        masked(Opcode.TEXT, b"late"), masked(Opcode.TEXT, b"a", fin=False), masked(Opcode.CONT, b"b"),
        masked(Opcode.PING, b"p"), masked(Opcode.BINARY, b"{}"), b"\x81\x05hello", b"\x88\x00", b"\xc1\x80\x00\x00\x00\x00",
    ]
)  # fmt: skip


@settings(deadline=None)  # a busy machine stops for longer than any deadline
@given(st.lists(FRAMES_AFTER, max_size=5))
def test_after_our_close_all_is_as_with_the_library(frames: list[bytes]) -> None:
    short, whole = closing(with_the_library=False), closing(with_the_library=True)
    for frame in frames:
        if whole.is_over:
            break
        assert short.feed(frame) == whole.feed(frame)
        assert short.answers() == whole.answers()
        assert (short.is_over, short.has_more) == (whole.is_over, whole.has_more)
    assert short.ping() == whole.ping() == b""


def test_whoever_talks_on_after_our_close_is_not_listened_to_but_for_pings_and_the_close() -> None:
    reader = closing(with_the_library=False)
    late = (
        masked(Opcode.TEXT, b"[" * LIMIT) + masked(Opcode.BINARY, b"x") + masked(Opcode.CONT, b"y", fin=False)
    )
    assert reader.feed(late[:20]) == []
    assert reader.feed(late[20:] + masked(Opcode.PING, b"p") + masked(Opcode.CLOSE, b"")) == []
    assert reader.answers() == Frame(Opcode.PONG, b"p").serialize(mask=False)
    assert reader.is_over


def test_one_share_is_so_many_bytes_and_has_a_whole_frame_at_least() -> None:
    reader = FrameReader(LIMIT)
    frames = [masked(Opcode.TEXT, b"d" * (LIMIT - number)) for number in range(1_000)]
    messages = reader.feed(b"".join(frames), most=10_000)
    while reader.has_more:
        more = reader.feed(b"", most=10_000)
        assert more
        assert sum(map(len, more)) <= max(MOST_BYTES, LIMIT)
        messages += more
    assert len(messages) == len(frames)
