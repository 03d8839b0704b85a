"""A tiny relay of one session, written from docs/PROTOCOL.md and as simple as can be: what a client may meet."""

import json
from dataclasses import dataclass, field

from tests.app.client.frames import JsonObject, connection, signal

RATE, BURST = 20.0, 8


@dataclass
class Member:
    id: str
    key: str
    since: int
    highest: int = 0
    tokens: float = BURST
    stamp: float = 0.0
    live: bool = True


@dataclass
class ModelRelay:
    """`accepted` is everything that it ever relayed, over all its lives: (connection, n, data)."""

    lives: int = 1
    ids: int = 0
    log: list[JsonObject] = field(default_factory=list)
    member: Member | None = None
    accepted: list[tuple[str, int, str]] = field(default_factory=list)
    forgotten: int = 0
    #: It allows this much of what it says that it does.
    generosity: float = 1.0
    refusals: int = 0

    @property
    def epoch(self) -> str:
        return f"E{self.lives}"

    # what befalls it

    def restart(self) -> None:
        self.lives += 1
        self.log, self.member, self.forgotten = [], None, 0

    def expire(self) -> None:
        """The recovery window closes, if the client is away."""
        if self.member is not None and not self.member.live:
            self._append(
                {"op": "connectionDestroyed", "connection": self.member.id, "reason": "networkDisconnected"}
            )
            self.member = None

    def forget(self) -> None:
        """The log no longer reaches back."""
        self.forgotten = len(self.log)

    def lost(self) -> None:
        if self.member is not None:
            self.member.live = False

    def others_speak(self, data: str, *, private: bool) -> list[JsonObject]:
        """Somebody sends to all, or to somebody who is not the client."""
        entry = self._append(signal(0, "bob", data=data) | ({"to": "eve"} if private else {}))
        return [entry] if self.member and self.member.live and not private else []

    # what the client says

    def received(self, frame: JsonObject, now: float) -> list[JsonObject]:
        if frame["op"] == "join":
            return self._join(frame, now)
        assert frame["op"] == "signal"
        assert self.member is not None
        return self._signal(frame, self.member, now)

    def _join(self, frame: JsonObject, now: float) -> list[JsonObject]:
        resume = frame.get("resume")
        member = self.member
        if resume and member and self._continues(resume, member):
            member.live = True
            replay = [e for e in self.log if e["seq"] > resume["seq"] and self._sees(member, e)]
            return [self._joined(member, recovered=True), *replay]
        if member is not None:
            member.live = False
            self.expire()
        self.ids += 1
        member = self.member = Member(f"c{self.ids}", f"k{self.ids}", 0, stamp=now)
        self._append({"op": "connectionCreated", "connection": connection(member.id)})
        member.since = len(self.log)
        return [self._joined(member, recovered=False)]

    def _continues(self, resume: JsonObject, member: Member) -> bool:
        right = (resume["connection"], resume["key"], resume["epoch"]) == (member.id, member.key, self.epoch)
        return right and self.forgotten <= resume["seq"] <= len(self.log)

    def _signal(self, frame: JsonObject, member: Member, now: float) -> list[JsonObject]:
        n = frame["n"]
        if n <= member.highest:
            seqs = [e["seq"] for e in self.log if e.get("from") == member.id and e.get("n") == n]
            return [{"op": "accepted", "n": n, "seq": seqs[0] if seqs else None}]
        more = (now - member.stamp) * RATE * self.generosity
        member.tokens = min(BURST * self.generosity, member.tokens + more)
        member.stamp = now
        if member.tokens < 1:
            self.refusals += 1
            return [{"op": "rejected", "n": n, "code": 429, "error": "tooFast", "message": "wait"}]
        member.tokens -= 1
        if frame.get("to") == "nobody":
            return [{"op": "rejected", "n": n, "code": 404, "error": "noSuchConnection", "message": "gone"}]
        member.highest = n
        self.accepted.append((member.id, n, frame["data"]))
        rest = {key: frame[key] for key in ("to", "data") if key in frame}
        entry = self._append(signal(0, member.id, n=n) | rest)
        return [{"op": "accepted", "n": n, "seq": entry["seq"]}] if "to" in frame else [entry]

    def _append(self, entry: JsonObject) -> JsonObject:
        entry = {**entry, "seq": len(self.log) + 1, "at": 1}
        self.log.append(entry)
        return entry

    def _sees(self, member: Member, entry: JsonObject) -> bool:
        return entry["seq"] > member.since and entry.get("to") in (None, member.id)

    def visible(self, since: int, id: str) -> list[int]:
        """Entries after `since` that this connection must have seen."""
        member = Member(id, "", since)
        return [e["seq"] for e in self.log if self._sees(member, e)]

    def _joined(self, member: Member, *, recovered: bool) -> JsonObject:
        everybody = [connection(id) for id in (member.id, "bob", "eve")]
        limits = {"type": 128, "data": 8_192, "rate": RATE, "burst": BURST}
        return {
            "op": "joined", "session": {"id": "s", "name": "", "mode": "routed", "inspected": False},
            "connection": everybody[0], "connections": everybody, "key": member.key, "epoch": self.epoch,
            "seq": len(self.log), "recovered": recovered, "limits": limits,
            "server": {"name": "model", "version": "1"},
        }  # fmt: skip


def as_text(frame: JsonObject) -> str:
    return json.dumps(frame)
