"""What a person has chosen, as one frozen value with a version; and how older files are brought up to it. Pure.

`services/settings_file.py` reads and writes it.
"""

from collections.abc import Callable
from typing import Any, Literal

import msgspec
from msgspec import Struct

from heliograph.model.templates import Draft, Template

VERSION = 1

Theme = Literal["system", "light", "dark"]
Pane = Literal["chat", "both", "inspector"]
#: Who may use OpenTok's wire and REST API at a relay of ours: nobody, this computer, everybody who reaches it.
OpenTokReach = Literal["off", "loopback", "all"]


class Settings(Struct, frozen=True, kw_only=True, omit_defaults=False):
    """Everything that is remembered between runs, except messages and recent sessions (services/store.py).

    `name` is "" until a person chose one. `layout` holds what windows and splitters want to remember,
    by a name of their own choice, as text (a QByteArray in base 64). `session_ttl` is how many seconds a session that
    was made over REST lives at a relay of ours with nobody in it; 0: as long as the relay. `captures` are the paths of
    those opened or saved last, the latest first, `captures_folder` where the next one is looked for. `long_captures` is
    whether rows that no longer fit into memory go to disk, and `long_captures_bytes` how much of it they may take there.
    """

    version: int = VERSION
    name: str = ""
    theme: Theme = "system"
    delivered_receipts: bool = True
    read_receipts: bool = True
    typing: bool = True
    pane: Pane = "both"
    session_name: str = ""
    port: int = 8765
    opentok: OpenTokReach = "loopback"
    session_ttl: int = 86_400
    notifications: bool = True
    layout: dict[str, str] = {}
    filters: dict[str, str] = {}
    captures: tuple[str, ...] = ()
    captures_folder: str = ""
    long_captures: bool = False
    long_captures_bytes: int = 2_000_000_000
    templates: tuple[Template, ...] = ()
    compose_draft: Draft = Draft(data="")


class Recent(Struct, frozen=True, kw_only=True):
    """A session that was joined or hosted here. `last` is in milliseconds since the epoch; `invite` holds its secret.

    `pin` is what guests may type where it was hosted, and what was typed (a PIN or a token) where it was joined.
    """

    session: str
    name: str
    invite: str
    last: int
    hosted: bool = False
    pin: str = ""


class Switches(Struct, frozen=True, kw_only=True):
    """What this app tells others by itself: receipts of delivery, receipts of reading, typing."""

    delivered: bool = True
    read: bool = True
    typing: bool = True


class DamagedSettings(ValueError):
    """A settings file that cannot be read; the words say why."""


class NewerSettings(DamagedSettings):
    """A settings file of a later version of the program."""


#: One function a version: from the raw object of that version to the raw object of the next one.
MIGRATIONS: dict[int, Callable[[dict[str, Any]], dict[str, Any]]] = {}


def read_settings(text: bytes | str) -> Settings:
    """Settings from the text of their file; what a member lacks has its default.

    Raises:
        DamagedSettings: this is no settings file, or one of a newer version.
    """
    try:
        raw = msgspec.json.decode(text, type=dict[str, Any])
        return msgspec.convert(_migrated(raw), Settings)
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        raise DamagedSettings(str(error)) from None


def write_settings(settings: Settings) -> bytes:
    """The text of a settings file."""
    return msgspec.json.format(msgspec.json.encode(settings), indent=2) + b"\n"


def switches(settings: Settings) -> Switches:
    """The switches with which a session begins."""
    return Switches(
        delivered=settings.delivered_receipts, read=settings.read_receipts, typing=settings.typing
    )


def _migrated(raw: dict[str, Any]) -> dict[str, Any]:
    version = raw.get("version", 1)
    if not isinstance(version, int) or version < 1:
        raise DamagedSettings(f"{version!r} is no version")
    if version > VERSION:
        raise NewerSettings(f"version {version} is newer than this program, which knows {VERSION}")
    for step in range(version, VERSION):
        raw = {**MIGRATIONS[step](raw), "version": step + 1}
    return raw
