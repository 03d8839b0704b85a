"""How a transport ends, in the words of its wire."""

from msgspec import Struct


class Farewell(Struct, frozen=True):
    """A transport's last frames, and its close code; None: the peer closes."""

    frames: bytes
    code: int | None
    reason: str = ""
