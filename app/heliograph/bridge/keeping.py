"""What this program keeps of the person: settings, recent sessions, and the store of all messages."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING

from heliograph.bridge.words import nothing_kept, settings_unsaved
from heliograph.model.problem import Problem
from heliograph.model.settings import Recent, Settings
from heliograph.services.profile import Profile, claim
from heliograph.services.settings_file import load_settings, save_settings
from heliograph.services.store import FILE_NAME, Store
from heliograph.services.tasks import Tasks

if TYPE_CHECKING:
    from heliograph_relay.protocol.tokens import Project


class Keeping:
    """The person's files. Nothing here raises: what fails is told to `on_problem`, and the program goes on."""

    def __init__(self, directory: Path, tasks: Tasks, on_problem: Callable[[Problem], None]) -> None:
        self._tasks = tasks
        self._on_problem = on_problem
        self._profile: Profile | None = None
        self._directory = directory
        self._base = directory
        self._project: Project | None = None
        self._warnings: list[str] = []
        #: Why nothing at all is kept; said once, and not of each file again.
        self._unkept: Problem | None = None
        try:
            self._profile = claim(directory)
            self._directory = self._profile.directory
        except OSError as error:
            self._unkept = nothing_kept(directory, error.strerror or str(error))
        self.settings, warning = load_settings(self._directory)
        self._warnings += [warning] if warning else []
        self._written = self.settings
        self._writing = False
        self._store: Store | None = None
        self._is_open = asyncio.Event()
        self.recent: list[Recent] = []

    @property
    def directory(self) -> Path:
        """Where the files of this program are."""
        return self._directory

    @property
    def store(self) -> Store:
        """The store, once `opened`."""
        assert self._store is not None
        return self._store

    async def open(self) -> None:
        """Open the store, and say what was found amiss."""
        self._store = await Store.open(self._directory / FILE_NAME)
        if self._store.warning:
            self._warnings.append(self._store.warning)
        await self._refresh()
        self._is_open.set()
        if self._unkept is not None:
            self._on_problem(self._unkept)
        else:
            for warning in self._warnings:
                self._on_problem(
                    Problem("Not everything could be read or kept", warning, "Nothing was deleted.")
                )
        self._warnings.clear()

    async def opened(self) -> None:
        """Wait until the store is open."""
        await self._is_open.wait()

    async def project(self) -> "Project":
        """The API key and secret of this person's relays, the same for all of their programs."""
        from heliograph.services.own_project import own_project  # noqa: PLC0415 - not needed for the first paint

        if self._project is None:
            loop = asyncio.get_running_loop()
            made, warning = await loop.run_in_executor(None, own_project, self._base)
            self._project = made
            if warning:
                self._on_problem(Problem("Another API key and secret", warning))
            return made
        return self._project

    async def close(self) -> None:
        """Write what is not written, and let go of everything."""
        await self._write_settings()
        if self._store is not None:
            await self._store.close()
        if self._profile is not None:
            self._profile.release()

    # ---- settings

    def change_settings(self, settings: Settings) -> None:
        """They hold at once and are on disk soon."""
        self.settings = settings
        if not self._writing:
            self._writing = True
            self._tasks.spawn(self._write_settings(), name="writing the settings")

    async def _write_settings(self) -> None:
        loop = asyncio.get_running_loop()
        try:
            while self.settings != self._written:
                settings = self.settings
                await loop.run_in_executor(None, save_settings, self._directory, settings)
                self._written = settings
        except OSError as error:
            if self._unkept is None:
                self._on_problem(settings_unsaved(f"{error.strerror or error}."))
        finally:
            self._writing = False

    # ---- recent sessions

    async def remember(self, recent: Recent) -> None:
        """A session was joined or hosted."""
        await self._try(self.store.joined(recent))

    async def forget(self, session: str) -> None:
        """Take a session off the list."""
        await self.opened()
        await self._try(self.store.forget(session))

    async def _try(self, doing: Awaitable[None]) -> None:
        try:
            await doing
        except Exception as error:  # noqa: BLE001 (a person is told, and the program goes on)
            self._on_problem(
                Problem("The list of sessions cannot be kept", f"{error}.", "Check that the disk has room.")
            )
        await self._refresh()

    async def _refresh(self) -> None:
        try:
            self.recent = await self.store.recent()
        except Exception as error:  # noqa: BLE001 (a person is told, and the program goes on)
            self._on_problem(
                Problem("The list of sessions cannot be read", f"{error}.", "Join by the invite instead.")
            )
