"""Which signals are chat lines, in the dialects of other apps too, and how a line is said in each
(docs/PROTOCOL.md, "Conventions"). Pure.
"""

import json
from enum import StrEnum
from typing import Any

from msgspec import Struct

from heliograph_relay.protocol.model import SignalEntry


class Dialect(StrEnum):
    """A way to say a chat line; the value is the type of its signals."""

    CHAT = "chat"
    MSG = "msg"
    MESSAGE = "message"
    TEXT_MESSAGE = "textMessage"
    #: OpenTok's text-chat widget: data is JSON {"text", "sender": {"id", "alias"}, "sentOn"}.
    TEXT_CHAT = "text-chat"

    @property
    def words(self) -> str:
        """What it is, for a person who chooses one."""
        if self is Dialect.TEXT_CHAT:
            return "text-chat: JSON, as OpenTok's chat widget shows it"
        return f"{self.value}: plain text"


#: What this app says by itself.
CHAT = Dialect.CHAT
TEXT_CHAT = Dialect.TEXT_CHAT

_BY_TYPE: dict[str | None, Dialect] = {dialect.value: dialect for dialect in Dialect}
#: Where apps that send an object put the text, and how they call who speaks.
_TEXT_MEMBERS = ("text", "message", "msg", "body", "content")
_NAME_MEMBERS = ("name", "username", "userName", "alias", "displayName", "nickname", "sender", "user")


class ChatLine(Struct, frozen=True, gc=False):
    """A line to show. `alias` is how the sender's app calls them, "" where it says nothing of that."""

    text: str
    alias: str = ""


class Author(Struct, frozen=True):
    """Who says a line, for dialects that name them in it."""

    id: str
    alias: str


def dialect_of(type: str | None) -> Dialect | None:
    """The dialect of signals of this type; None where they are no chat lines."""
    return _BY_TYPE.get(type)


def is_chat_type(type: str | None) -> bool:
    """Whether signals of this type are chat lines."""
    return type in _BY_TYPE


def chat_line(entry: SignalEntry) -> ChatLine | None:
    """The chat line that `entry` is; None for any other signal, and for one that says nothing.

    Plain text of a native client is what it is. Pages of OpenTok also send objects, as such (`json`) or as
    JSON in a string: of those the text that is in them is shown, or all of it where there is none.
    """
    dialect = dialect_of(entry.type)
    if dialect is None or not entry.data:
        return None
    if dialect is TEXT_CHAT or entry.json:
        return _structured(entry.data, widget=dialect is TEXT_CHAT)
    if entry.n is None and entry.data.lstrip().startswith("{"):
        found = _object(entry.data)
        line = _said_in(found) if found is not None else None
        return line or ChatLine(entry.data)
    return ChatLine(entry.data)


def say(dialect: Dialect, text: str, author: Author, at: int) -> str:
    """The data of the signal by which `text` is said; `at` in milliseconds since the epoch."""
    if dialect is not TEXT_CHAT:
        return text
    said = {"text": text, "sender": {"id": author.id, "alias": author.alias}, "sentOn": at}
    return json.dumps(said, ensure_ascii=False, separators=(",", ":"))


def _structured(data: str, *, widget: bool) -> ChatLine | None:
    """JSON of a page. Of the widget's object only the text is meant; what is no JSON at all is text."""
    try:
        value: Any = json.loads(data)
    except (ValueError, RecursionError):
        return ChatLine(data)
    if value is None:
        return None
    if not isinstance(value, dict):
        words = whole(value) if isinstance(value, str) else data
        return ChatLine(words) if words else None
    return _said_in(value) or (None if widget else ChatLine(data))


def _object(data: str) -> dict[str, Any] | None:
    try:
        value = json.loads(data)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _said_in(value: dict[str, Any]) -> ChatLine | None:
    text = next((said for member in _TEXT_MEMBERS if (said := _words(value.get(member)))), "")
    return ChatLine(text, name_in(value)) if text else None


def name_in(value: dict[str, Any]) -> str:
    """How an object of some app calls a person; "" where it does not."""
    for member in _NAME_MEMBERS:
        found = value.get(member)
        if isinstance(found, dict):
            found = next((n for m in _NAME_MEMBERS if isinstance(n := found.get(m), str) and n.strip()), "")
        if isinstance(found, str) and found.strip():
            return whole(found)
    return ""


def _words(value: object) -> str:
    """Text, or a number as text: pages take both for the same."""
    if isinstance(value, str):
        return whole(value)
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else ""


def whole(text: str) -> str:
    """`text` without halves of characters, which an escape in JSON can bring: nothing can keep or send them."""
    if not any("\ud800" <= c <= "\udfff" for c in text):
        return text
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
