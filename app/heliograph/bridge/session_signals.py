"""What a session tells its screens: Qt's signals and nothing else."""

from PySide6 import QtCore

from heliograph.bridge.changes import Changes


class SessionSignals(QtCore.QObject):
    """Every signal is emitted at most once in 16 ms, with all that changed since."""

    #: Status: connecting, joined, reconnecting (with `retry_at`), ended (with `message` for a person).
    status_changed = QtCore.Signal(object)
    #: None: somebody came, went, is away or back, or a round trip was measured.
    people_changed = QtCore.Signal(object)
    #: set of conversation keys in which messages came, moved, went or changed.
    messages_changed = QtCore.Signal(object)
    #: set of refs of messages whose state, counts or read mark changed. Emitted before `messages_changed`.
    states_changed = QtCore.Signal(object)
    #: Message: a new one of somebody else, for notices and counters. One emission a message.
    message_added = QtCore.Signal(object)
    #: (first, last): rows of the capture that were added, as indices.
    rows_added = QtCore.Signal(object)
    #: set of seq: own signals whose receipts changed.
    fates_changed = QtCore.Signal(object)
    #: list of Acknowledged, Rejected, Failed or NotConfirmed: what became of signals of mine, by their refs.
    signals_settled = QtCore.Signal(object)
    #: set of conversation keys in which who types has changed.
    typing_changed = QtCore.Signal(object)
    #: Switches, after a change.
    switches_changed = QtCore.Signal(object)
    #: Dialect | None: the person chose in which one to be heard.
    dialect_changed = QtCore.Signal(object)
    #: str: a line for the status bar.
    notice = QtCore.Signal(object)
    #: Problem: something that needs the person's eye, such as a message that cannot be kept on disk.
    problem = QtCore.Signal(object)
    #: bool: whether somebody inspects the whole session.
    inspected_changed = QtCore.Signal(object)
    #: Invite: it has changed, for example after the relay was started again on another port.
    invite_changed = QtCore.Signal(object)
    #: str, in a person's words: the relay that this app hosts has ended. `restart_relay()` starts it again.
    relay_died = QtCore.Signal(object)
    #: None: the session is left; the window may go.
    closed = QtCore.Signal(object)

    def tell(self, changes: Changes, *, status: object, inspected: bool, rows: int) -> None:
        """Emit what changed, once each; `rows` is the length of the capture."""
        if changes.status:
            self.status_changed.emit(status)
        if changes.people:
            self.people_changed.emit(None)
        if changes.inspected:
            self.inspected_changed.emit(inspected)
        for message in changes.added:
            self.message_added.emit(message)
        for signal, what in (
            (self.states_changed, changes.states),
            (self.messages_changed, changes.conversations),
            (self.typing_changed, changes.typing),
            (self.fates_changed, changes.fates),
            (self.signals_settled, changes.settled),
        ):
            if what:
                signal.emit(what)
        if changes.rows and rows:  # the capture may have been cleared meanwhile
            self.rows_added.emit((max(0, rows - changes.rows), rows - 1))
        for words in changes.notices:
            self.notice.emit(words)
