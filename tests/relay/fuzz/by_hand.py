"""Coverage-guided fuzzing of everything that reads a stranger's bytes, with atheris, by hand.

    uv venv --python 3.11 fuzz && uv pip install --python fuzz/bin/python atheris .
    nice fuzz/bin/python -m tests.relay.fuzz.by_hand CORPUS -max_total_time=900 -timeout=10

The first byte chooses the reader. Only the errors that a reader says it raises are allowed, and where two ways lead to
one result, it has to be the same. CORPUS is a folder that grows; an empty one gets `SEEDS` to begin with. What fails
is written to a file `crash-…`, which the same command plays again: `by_hand crash-…`.
"""

import sys
from collections.abc import Callable
from pathlib import Path

from heliograph_relay.protocol import rumor
from heliograph_relay.protocol.invite import BadInvite, parse_address, parse_invite
from heliograph_relay.protocol.native import BadMessage, BadRequest, decode_message, decode_request
from heliograph_relay.protocol.raptor_reader import decode_request as decode_raptor
from heliograph_relay.protocol.rumor import BadFrame
from heliograph_relay.protocol.tapped import discreet
from heliograph_relay.protocol.tokens import BadToken, Project, check_server_token, check_token
from heliograph_relay.shell.acknowledgements import last_acknowledgement
from heliograph_relay.shell.frames import FrameReader
from heliograph_relay.shell.handshake import answer, let_in, opening_of

_PROJECT = Project("47000001", "0123456789abcdef0123456789abcdef01234567")


def _text(data: bytes) -> str:
    return data.decode("utf-8", "replace")


def _read_frames(data: bytes) -> None:
    """In pieces as at once: the same messages, the same answers, the same end."""
    at_once, in_pieces = (_frames(data, size) for size in (len(data) or 1, 7))
    assert at_once == in_pieces, (at_once, in_pieces)


def _frames(data: bytes, size: int) -> tuple[list[bytes], bytes, bool]:
    reader = FrameReader(66_560)
    messages: list[bytes] = []
    answers: list[bytes] = []
    for start in range(0, len(data), size):
        messages += reader.feed(data[start : start + size])
        answers.append(reader.answers())
        while reader.has_more and not reader.is_over:
            messages += reader.feed(b"")
            answers.append(reader.answers())
        if reader.is_over:
            break
    return messages, b"".join(answers), reader.is_over


def _read_binary_frames(data: bytes) -> None:
    reader = FrameReader(66_560, binary=True, last_alike=last_acknowledgement)
    reader.feed(data)
    reader.answers()


def _let_in(data: bytes) -> None:
    """Who is let in by the short way is let in by the long one, and to the same."""
    quick = let_in(data, is_draining=False, opentok=True)
    if quick is not None:
        response, opening = answer(data, is_draining=False, opentok=True)
        assert opening == quick[1], (opening, quick)
        lines = [set(text.lower().split(b"\r\n")) for text in (quick[0], response)]
        assert lines[0] <= lines[1], lines


def _discreet(data: bytes) -> None:
    """A frame keeps its length."""
    assert len(discreet(data)) == len(data)


#: What reads, and what it may raise.
READERS: tuple[tuple[Callable[[bytes], object], tuple[type[Exception], ...]], ...] = (
    (lambda data: decode_request(_text(data)), (BadRequest,)),
    (decode_message, (BadMessage,)),
    (rumor.decode, (BadFrame,)),
    (decode_raptor, (BadFrame,)),
    (lambda data: parse_invite(_text(data)), (BadInvite,)),
    (lambda data: parse_address(_text(data)), (BadInvite,)),
    (lambda data: check_token(_text(data), _PROJECT, 0.0), (BadToken,)),
    (lambda data: check_server_token(_text(data), _PROJECT, 0.0), (BadToken,)),
    (lambda data: opening_of(data.decode("latin-1")), ()),
    (lambda data: answer(data, is_draining=False, opentok=True), ()),
    (_let_in, ()),
    (_read_frames, ()),
    (_read_binary_frames, ()),
    (_discreet, ()),
)
_HEAD = (
    b"GET /session/S HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
    b"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n"
    b"Sec-WebSocket-Protocol: heliograph.v1\r\n\r\n"
)
#: What some reader or other can read.
SEEDS = (
    b'{"op":"signal","n":1,"data":"x"}', b"heliograph://h:1/s?k=v", b"T1==cGFydG5lcl9pZD0x", b"eyJhbGciOiJIUzI1NiJ9.e30.",
    _HEAD, b"\x81\x85abcdhello", b"\0\0\0\5\0\0\7\0\0", b"[::1]:80", b"/opentok/S?socketId=",
    b"\x01\x81abcdh\x80\x81abcdi\x89\x80abcd\x88\x82abcd\x62\x8a", b'{"op":"joined"}', b'{"token":"T1==abc"}',
)  # fmt: skip


def read_one(data: bytes) -> None:
    """One input: whatever is not allowed to be raised comes out."""
    if not data:
        return
    reader, allowed = READERS[data[0] % len(READERS)]
    try:
        reader(data[1:])
    except allowed:
        return


def main() -> None:
    """Fuzz until stopped."""
    try:
        import atheris  # type: ignore[import-not-found, import-untyped, unused-ignore]  # noqa: PLC0415 - has no wheels for every Python, and no place in the tests
    except ImportError:
        sys.exit("atheris is not installed here: pip install atheris")
    for folder in (Path(name) for name in sys.argv[1:] if not name.startswith("-")):
        if folder.is_dir() and not any(folder.iterdir()):
            for number in range(len(READERS)):
                for which, seed in enumerate(SEEDS):
                    (folder / f"seed-{number}-{which}").write_bytes(bytes([number]) + seed)
    atheris.instrument_all()
    atheris.Setup(sys.argv, read_one)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
