"""Frames of heliograph.v1 that a program sent and heard, as rows. Pure."""

from msgspec import UNSET, Struct

from heliograph.model.captures.opened import OpenedCapture, TooMuch
from heliograph.model.receipts import RECEIPT, parse_receipt
from heliograph.model.rows import Kind
from heliograph_relay.protocol import native
from heliograph_relay.protocol.model import CreatedEntry, DestroyedEntry, SignalEntry

#: Receipts that are counted altogether: each is an entry of a table in memory.
_MOST_RECEIPTS = 3_000_000
_LATEST = 1 << 45


class NativeHearing:
    """One socket's frames, in their order."""

    def __init__(self, capture: OpenedCapture) -> None:
        self._capture = capture
        self._me: str | None = None
        self._receipts = 0

    def sent(self, text: str) -> bool:
        """A frame that went out; False where it is none."""
        try:
            request = native.decode_request(text)
        except native.BadRequest:
            return False
        if isinstance(request, native.Signal):
            to, type, data = (
                None if value is UNSET else value for value in (request.to, request.type, request.data)
            )
            self._capture.sent(str(request.n), type, data, to)
        return True

    def heard(self, text: str, at: int) -> bool:
        """A frame that came in, `at` milliseconds since the epoch; False where it is none."""
        try:
            message = native.decode_message(text)
        except native.BadMessage:
            return False
        if not 0 <= getattr(message, "at", 0) <= _LATEST:
            return False
        if isinstance(message, SignalEntry):
            self._signal(message, at)
        else:
            self._take(message, at)
        return True

    def _signal(self, entry: SignalEntry, at: int) -> None:
        capture, me = self._capture, self._me
        capture.signal(entry, me)
        if entry.sender == me and entry.n is not None:
            capture.acknowledged(str(entry.n), n=entry.n, seq=entry.seq, own_copy=True, me=me, wall=at)
        if entry.type == RECEIPT and entry.sender is not None and entry.sender != me:
            self._receipt(entry, entry.sender)

    def _receipt(self, entry: SignalEntry, sender: str) -> None:
        receipt = parse_receipt(entry.data)
        if receipt is None:
            return
        for first, last in receipt.ranges:
            self._receipts += last - first + 1
            if self._receipts > _MOST_RECEIPTS:
                raise TooMuch("It tells of more receipts than fit into memory.")
            self._capture.receipt(sender, receipt.state, list(range(first, last + 1)), entry.at)

    def _take(self, message: Struct, at: int) -> None:
        capture, me = self._capture, self._me
        match message:
            case native.Joined():
                recovered = None if me is None else message.recovered
                self._me = message.connection.id
                capture.joined(message.connection, message.connections, recovered=recovered, wall=at)
            case CreatedEntry():
                capture.created(message)
            case DestroyedEntry():
                capture.destroyed(message)
            case native.Away(connection=id):
                capture.away(id, at)
            case native.Back(connection=id):
                capture.back(id, at)
            case native.Inspected(by=id, on=on):
                capture.inspected(id, on=on, wall=at)
            case native.Accepted(n=n, seq=seq):
                capture.acknowledged(str(n), n=n, seq=seq, own_copy=False, me=me, wall=at)
            case native.Rejected(n=n):
                capture.refused(str(n), _words(message), me, at)
            case native.Error():
                capture.note(Kind.ERROR, _words(message), at)
            case native.Bye():
                capture.note(Kind.STATUS, _words(message), at)


def _words(message: native.Rejected | native.Error | native.Bye) -> str:
    return f"{message.code} {message.error}: {message.message}"
