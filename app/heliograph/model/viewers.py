"""Ways to show the data of a signal. Each viewer is a plug-in with a priority; raw text shows everything. Pure.

A viewer gets a signal's type and data, and gives a text or a tree of JSON, or None where it does not fit. To add
one, write a function and put it into `VIEWERS`.
"""

import base64
import binascii
import re
from collections.abc import Callable
from dataclasses import dataclass

import msgspec
from msgspec import Struct

from heliograph.model import json_tree
from heliograph.model.dialects import TEXT_CHAT
from heliograph.model.json_tree import BadJson, Node
from heliograph.model.receipts import RECEIPT, TYPING, parse_receipt
from heliograph.model.text import plural, reveal

#: The viewer of bytes.
HEX = "Hex"
#: Longest text that a viewer makes, in characters.
MOST = 200_000
#: Most ranges of a receipt that are said in words.
MOST_RANGES = 200
#: Shortest text taken for base 64: shorter ones are words that merely look like it.
_SHORTEST_BASE64 = 16

_BASE64 = re.compile(r"(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?", re.ASCII)


@dataclass(frozen=True)
class Viewer:
    """`show` gets type and data. Higher priorities are tried first."""

    name: str
    priority: int
    show: Callable[[str | None, str], str | Node | None]


def fitting(type: str | None, data: str) -> list[tuple[Viewer, str | Node]]:
    """The viewers that can show this and what they show, the best one first. The last one always fits."""
    tried = ((viewer, viewer.show(type, data)) for viewer in VIEWERS)
    return [(viewer, shown) for viewer, shown in tried if shown is not None]


def _words(type: str | None, data: str) -> str | None:
    """What signals of this program's own conventions say (docs/PROTOCOL.md, "Conventions")."""
    if type == RECEIPT:
        return _receipt(data)
    if type == TYPING:
        return {"1": "is typing", "0": "no longer types"}.get(data)
    return _widget(data) if type == TEXT_CHAT else None


def _receipt(data: str) -> str | None:
    receipt = parse_receipt(data)
    if receipt is None:
        return None
    said = [
        str(first) if first == last else f"{first}–{last}" for first, last in receipt.ranges[:MOST_RANGES]
    ]
    count = sum(last - first + 1 for first, last in receipt.ranges)
    left = len(receipt.ranges) - len(said)
    whose = "its" if count == 1 else "their"
    words = ", ".join(said) + (f" and {plural(left, 'more range')}" if left > 0 else "")
    return f"{receipt.state} {words or 'nothing'}\n\n{plural(count, 'signal')}, by {whose} seq\nepoch {reveal(receipt.epoch)}"


class _Writer(Struct, gc=False, frozen=True):
    id: str = ""
    alias: str = ""


class _Line(Struct, gc=False, rename="camel"):
    text: str
    sender: _Writer = _Writer()
    sent_on: float | str | None = None


_line = msgspec.json.Decoder(_Line)


def _widget(data: str) -> str | None:
    try:
        line = _line.decode(data)
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        return None
    who = reveal(line.sender.alias or line.sender.id) or "somebody"
    sent = (
        f"\n\nsent on {reveal(str(line.sent_on))} by the sender's clock" if line.sent_on is not None else ""
    )
    return f"{who}: {reveal(line.text, keep=chr(10))}{sent}"[:MOST]


def _json(_type: str | None, data: str) -> Node | None:
    """Objects and arrays. A bare number or word is JSON too, but a tree shows nothing of it that text does not."""
    if data.lstrip()[:1] not in ("{", "["):
        return None
    try:
        return json_tree.read(data)
    except BadJson:
        return None


def _inner_json(_type: str | None, data: str) -> Node | None:
    """JSON that was made into a string of JSON, as happens where two layers of a program both encode."""
    if data.lstrip()[:1] != '"':
        return None
    try:
        outer = json_tree.read(data)
    except BadJson:
        return None
    return _json(None, outer.text)


def _base64(_type: str | None, data: str) -> str | None:
    """Text in base 64; whatever else is in it is rather not guessed at."""
    if len(data) < _SHORTEST_BASE64 or not _BASE64.fullmatch(data):
        return None
    try:
        text = base64.b64decode(data, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return None
    return text[:MOST] if all(c.isprintable() or c in "\n\r\t" for c in text) else None


def _plain(_type: str | None, data: str) -> str:
    return reveal(data[:MOST], keep="\n\t")[:MOST]


def _hex(_type: str | None, data: str) -> str:
    return hex_words(data[:MOST].encode("utf-8", "surrogatepass"))


def hex_words(raw: bytes) -> str:
    """Bytes as people read them: places, sixteen of them in hexadecimal digits, and as letters."""
    raw = raw[: MOST // 5]
    lines = []
    for start in range(0, len(raw), 16):
        part = raw[start : start + 16]
        shown = "".join(chr(b) if 32 <= b < 127 else "·" for b in part)
        lines.append(f"{start:06x}  {part.hex(' '):<47}  {shown}")
    return "\n".join(lines)


VIEWERS = sorted(
    (
        Viewer("Words", 40, _words),
        Viewer("JSON", 30, _json),
        Viewer("JSON inside", 28, _inner_json),
        Viewer("Base 64", 25, _base64),
        Viewer("Text", 20, _plain),
        Viewer(HEX, 10, _hex),
    ),
    key=lambda v: -v.priority,
)
