"""What a session remembers of an OpenTok client beside what it remembers of everybody."""

from collections import OrderedDict

from heliograph_relay.protocol.raptor import Snapshot, Status

#: Transactions of one connection that are still known; the oldest are forgotten first.
MAX_TRANSACTIONS = 16_384


class Visit:
    """The OpenTok side of one connection.

    `socket` is the client's secret for coming back, "" where it does not mean to; `quiet` clients are told
    of nobody's coming and going; `acknowledged` is the last entry of the log that the client is known to
    have: its resume position. `welcome` is the answer to its `create` for as long as the client may not have
    it: nothing that follows means anything to a client that does not know who is there.
    """

    __slots__ = ("_answers", "acknowledged", "quiet", "socket", "welcome")

    def __init__(self, *, socket: str, quiet: bool) -> None:
        self.socket = socket
        self.quiet = quiet
        self.acknowledged = 0
        self.welcome: Snapshot | None = None
        self._answers: OrderedDict[str, Status] = OrderedDict()

    def answered(self, transaction: str) -> Status | None:
        """What this transaction was answered with; None if it is new."""
        return self._answers.get(transaction)

    def answer(self, status: Status) -> Status:
        """Remember an answer: whoever repeats the transaction gets it again, and nothing else happens."""
        self._answers[status.transaction] = status
        if len(self._answers) > MAX_TRANSACTIONS:
            self._answers.popitem(last=False)
        return status

    def forget(self) -> None:
        """The connection has ended."""
        self._answers.clear()
        self.welcome = None
