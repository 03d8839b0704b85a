"""Coverage-guided fuzzing of everything that reads a stranger's bytes, with atheris, by hand.

    pip install atheris
    python -m tests.relay.fuzz.by_hand [CORPUS…] [-max_total_time=600]

The first byte chooses the reader. Only the errors that a reader says it raises are allowed.
"""

import sys
from collections.abc import Callable

from heliograph_relay.protocol import rumor
from heliograph_relay.protocol.invite import BadInvite, parse_address, parse_invite
from heliograph_relay.protocol.native import BadMessage, BadRequest, decode_message, decode_request
from heliograph_relay.protocol.raptor_reader import decode_request as decode_raptor
from heliograph_relay.protocol.rumor import BadFrame
from heliograph_relay.protocol.tokens import BadToken, Project, check_server_token, check_token
from heliograph_relay.shell.frames import FrameReader
from heliograph_relay.shell.handshake import answer, let_in, opening_of

_PROJECT = Project("47000001", "0123456789abcdef0123456789abcdef01234567")


def _text(data: bytes) -> str:
    return data.decode("utf-8", "replace")


def _read_frames(data: bytes) -> None:
    reader = FrameReader(66_560)
    for start in range(0, len(data), 7):
        if reader.is_over:
            return
        reader.feed(data[start : start + 7])
        reader.answers()


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
    (lambda data: let_in(data, is_draining=False, opentok=True), ()),
    (_read_frames, ()),
)


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
    atheris.instrument_all()
    atheris.Setup(sys.argv, read_one)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
