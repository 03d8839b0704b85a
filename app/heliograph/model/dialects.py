"""Which signals are chat lines, in the dialects of other apps too (docs/PROTOCOL.md, "Conventions"). Pure."""

import msgspec
from msgspec import Struct

from heliograph_relay.protocol.model import SignalEntry

#: The type that this app sends.
CHAT = "chat"
#: Types whose data is the plain text.
PLAIN_TYPES = frozenset({CHAT, "msg", "message", "textMessage"})
#: OpenTok's text-chat widget: data is JSON {"text", "sender": {"id", "alias"}, "sentOn"}.
TEXT_CHAT = "text-chat"


class ChatLine(Struct, frozen=True, gc=False):
    """A line to show. `alias` is how the sender's app calls them, "" where the dialect has no such thing."""

    text: str
    alias: str = ""


class _Sender(Struct, gc=False):
    alias: str = ""


class _TextChat(Struct, gc=False):
    text: str
    sender: _Sender | None = None


class _Text(Struct, gc=False):
    text: str


_text_chat = msgspec.json.Decoder(_TextChat)
_text = msgspec.json.Decoder(_Text)


def is_chat_type(type: str | None) -> bool:
    """Whether signals of this type are chat lines."""
    return type in PLAIN_TYPES or type == TEXT_CHAT


def chat_line(entry: SignalEntry) -> ChatLine | None:
    """The chat line that `entry` is; None for any other signal, and for one that says nothing."""
    if not is_chat_type(entry.type) or not entry.data:
        return None
    return _widget_line(entry.data) if entry.type == TEXT_CHAT else ChatLine(entry.data)


def _widget_line(data: str) -> ChatLine | None:
    """A line of the widget. One whose `sender` is broken still has its text; one without text has none."""
    try:
        said = _text_chat.decode(data)
        return ChatLine(said.text, said.sender.alias if said.sender else "") if said.text else None
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        pass
    try:
        bare = _text.decode(data)
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        return None
    return ChatLine(bare.text) if bare.text else None
