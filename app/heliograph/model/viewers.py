"""Ways to show the data of a signal. Each viewer is a plug-in with a priority; raw text shows everything. Pure."""

import json
from collections.abc import Callable
from dataclasses import dataclass

from heliograph.model.text import reveal

#: Longest text that a viewer makes, in characters.
MOST = 200_000


@dataclass(frozen=True)
class Viewer:
    """`show` gives the text, or None where this viewer does not fit. Higher priorities are tried first."""

    name: str
    priority: int
    show: Callable[[str], str | None]


def fitting(data: str) -> list[Viewer]:
    """The viewers that can show this, the best one first."""
    return [viewer for viewer in VIEWERS if viewer.show(data) is not None]


def _json(data: str) -> str | None:
    if data.lstrip()[:1] not in ("{", "["):
        return None
    try:
        value = json.loads(
            data, object_pairs_hook=_Pairs, parse_int=_Number, parse_float=_Number, parse_constant=_Number
        )
        return _pretty(value, 0)[:MOST]
    except (ValueError, RecursionError):
        return None


class _Pairs(list[tuple[str, object]]):
    """An object's members as they came: nothing is lost where a key stands twice."""


class _Number(str):
    """A number as it was written: no digit is rounded away."""

    __slots__ = ()


def _pretty(value: object, depth: int) -> str:
    pad, end = "  " * (depth + 1), "  " * depth
    if isinstance(value, _Pairs):
        inner = ",\n".join(f"{pad}{_text(key)}: {_pretty(item, depth + 1)}" for key, item in value)
        return f"{{\n{inner}\n{end}}}" if value else "{}"
    if isinstance(value, list):
        inner = ",\n".join(pad + _pretty(item, depth + 1) for item in value)
        return f"[\n{inner}\n{end}]" if value else "[]"
    return _text(value)


def _text(value: object) -> str:
    if isinstance(value, _Number):
        return str(value)
    return reveal(json.dumps(value, ensure_ascii=False))


def _plain(data: str) -> str:
    return reveal(data, keep="\n\t")[:MOST]


def _hex(data: str) -> str:
    raw = data.encode("utf-8", "surrogatepass")[: MOST // 5]
    lines = []
    for start in range(0, len(raw), 16):
        part = raw[start : start + 16]
        shown = "".join(chr(b) if 32 <= b < 127 else "·" for b in part)
        lines.append(f"{start:06x}  {part.hex(' '):<47}  {shown}")
    return "\n".join(lines)


VIEWERS = sorted(
    (Viewer("JSON", 30, _json), Viewer("Text", 20, _plain), Viewer("Hex", 10, _hex)),
    key=lambda v: -v.priority,
)
