"""Frames as a relay writes them, and a client session that is fed with them."""

import json
from typing import Any

from heliograph.client.events import Event
from heliograph.client.session import ClientSession, Credential

JsonObject = dict[str, Any]
LIMITS = {"type": 128, "data": 8_192, "rate": 50, "burst": 200}


def connection(id: str, name: str = "", role: str = "publisher") -> JsonObject:
    return {
        "id": id,
        "name": name,
        "data": "",
        "role": role,
        "created": 1,
        "client": "heliograph",
        "away": False,
    }


def joined(
    me: str = "me", *, seq: int = 1, epoch: str = "E1", recovered: bool = False, others: tuple[str, ...] = (),
    key: str = "K1", limits: JsonObject = LIMITS,
) -> JsonObject:  # fmt: skip
    return {
        "op": "joined",
        "session": {"id": "s", "name": "S", "mode": "routed", "inspected": False},
        "connection": connection(me),
        "connections": [connection(id) for id in (me, *others)],
        "key": key, "epoch": epoch, "seq": seq, "recovered": recovered, "limits": limits,
        "server": {"name": "fake", "version": "1"},
    }  # fmt: skip


def signal(seq: int, sender: str | None = "me", **more: Any) -> JsonObject:
    return {"op": "signal", "seq": seq, "at": 1_000 + seq, "from": sender} | more


def bye(code: int, error: str = "x", message: str = "words") -> JsonObject:
    return {"op": "bye", "code": code, "error": error, "message": message}


class Driver:
    """A session under test: feeds frames, returns what it tells and writes. Time moves by hand."""

    def __init__(self, credential: Credential | None = None, **more: Any) -> None:
        self.session = ClientSession(credential or Credential(secret="s3cret"), name="Ana", **more)
        self.now = 100.0

    def open(self) -> JsonObject:
        """A transport opens; returns the join."""
        self.session.opened(self.now)
        (join,) = self.written()
        return join

    def feed(self, *frames: JsonObject | str) -> list[Event]:
        told: list[Event] = []
        for frame in frames:
            text = frame if isinstance(frame, str) else json.dumps(frame)
            told += self.session.received(text, self.now)
        return told

    def flush(self) -> tuple[list[JsonObject], list[Event]]:
        frames, told = self.session.outgoing(self.now)
        return [json.loads(frame) for frame in frames], told

    def written(self) -> list[JsonObject]:
        return self.flush()[0]

    def cut(self, code: int | None = None) -> list[Event]:
        return self.session.lost(code, self.now)

    def join(self, **more: Any) -> list[Event]:
        self.open()
        return self.feed(joined(**more))
