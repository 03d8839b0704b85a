"""Which receipts in a capture tell of a signal of somebody else: mine, and where the whole session is inspected,
those of others. Pure.
"""

from msgspec import Struct

from heliograph.model.capture import Capture, Kind, Row
from heliograph.model.receipts import ReceiptState, parse_receipt

#: Most rows behind a signal that are looked through for receipts of it.
MOST_LOOKED_AT = 50_000


class Answer(Struct, frozen=True, gc=False):
    """A receipt: who sent it, what it says, the number of its row, and when, in milliseconds since the epoch."""

    sender: str
    state: ReceiptState
    number: int
    at: int


def answers_to(capture: Capture, row: Row) -> list[Answer]:
    """The receipts of that signal, in the order in which they went."""
    seq, start = row.seq, row.number - capture.dropped
    if seq is None or row.sender is None:
        return []
    found = []
    for later in capture.rows[max(0, start) : start + MOST_LOOKED_AT]:
        if later.kind is Kind.RECEIPT:
            if later.to == row.sender and (answer := _answer(later, seq)):
                found.append(answer)
        elif later.kind is Kind.JOIN and later.direction == "local":
            break  # another connection, and perhaps another log in which seq counts anew
    return found


def _answer(row: Row, seq: int) -> Answer | None:
    receipt = parse_receipt(row.data)
    if receipt is None or row.sender is None or not any(low <= seq <= high for low, high in receipt.ranges):
        return None
    return Answer(row.sender, receipt.state, row.number, row.at)
