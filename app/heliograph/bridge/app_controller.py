"""Start screen to session: settings, recent sessions, hosting and joining."""

from pathlib import Path

from PySide6 import QtCore

from heliograph.model.settings import Recent, Settings


class AppController(QtCore.QObject):
    """What the start screen talks to. One for the program; it outlives sessions.

    A failed start changes nothing that was typed: the screen keeps its inputs and shows the problem.
    """

    #: SessionController: joined, and ready to be shown.
    session_opened = QtCore.Signal(object)
    #: Problem: title, text, and what to do.
    problem = QtCore.Signal(object)
    #: str, what is being done (hosting, joining), or None when nothing is. `cancel()` ends it.
    busy = QtCore.Signal(object)
    #: Settings, after every change.
    settings_changed = QtCore.Signal(object)
    #: None: the list of recent sessions has changed.
    recent_changed = QtCore.Signal(object)
    #: str: something worth a line, such as a busy port that was replaced.
    notice = QtCore.Signal(object)

    def __init__(self, profile: Path, parent: QtCore.QObject | None = None) -> None:
        super().__init__(parent)
        self._profile = profile
        self._settings = Settings()

    @property
    def settings(self) -> Settings:
        """What the person has chosen."""
        return self._settings

    def save_settings(self, **changes: object) -> None:
        """Change members of the settings, tell everybody, and write the file (atomically, soon)."""
        raise NotImplementedError

    def recent(self) -> list[Recent]:
        """Sessions joined or hosted before, the latest first."""
        raise NotImplementedError

    def forget(self, recent: Recent) -> None:
        """Take a session off the list of recent ones; its messages stay."""
        raise NotImplementedError

    def host(
        self, name: str, session_name: str = "", pin: str | None = None, port: int | None = None
    ) -> None:
        """Start a relay as a child process and join it. Ends in `session_opened` or `problem`."""
        raise NotImplementedError

    def join(self, text: str, pin: str = "", name: str = "") -> None:
        """Join by an invite line, an address or a pasted link. Ends in `session_opened` or `problem`."""
        raise NotImplementedError

    def join_recent(self, recent: Recent, name: str = "") -> None:
        """Join a session again; one that was hosted here is hosted again, with the same invite."""
        raise NotImplementedError

    def cancel(self) -> None:
        """Give up what is being done; nothing is left behind."""
        raise NotImplementedError

    async def close(self) -> None:
        """Leave every session, stop every relay, close the store. Await it before the program ends."""
        raise NotImplementedError
