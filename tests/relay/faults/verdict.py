"""What everybody sent and saw over real sockets, held against the relay's journal. Pure.

The order, visibility and completeness of what was shown are judged by `tests.relay.core.history`, as for the core
alone; here is what only whole clients can tell: answers, contents, recoveries.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import accumulate

from msgspec.structs import replace

from heliograph_relay.protocol.model import (
    Connection,
    CreatedEntry,
    DestroyedEntry,
    Entry,
    Reason,
    Role,
    SignalEntry,
    utf8_length,
)
from tests.relay.core.history import Broken, Truth, Witness

Key = int | str


@dataclass(frozen=True)
class Said:
    """What a client asked to be relayed."""

    to: str | None
    type: str | None
    data: str | None


@dataclass(eq=False)
class Life:
    """One connection as its client knows it, over all its transports.

    Its signals go by their `n`, or by their transaction on OpenTok's wire. `refused` is true once it was told that
    it could not be resumed; `complete` says that it was there to the end, in fine weather.
    """

    person: str
    id: str
    epoch: str
    joined_at: int
    opentok: bool = False
    shown: list[Entry] = field(default_factory=list)
    said: dict[Key, Said] = field(default_factory=dict)
    answered: dict[Key, int | None] = field(default_factory=dict)
    rejected: dict[Key, int] = field(default_factory=dict)
    #: Numbers that were given up for others, under which the same was said again.
    resaid: dict[Key, Key] = field(default_factory=dict)
    story: list[str] = field(default_factory=list)
    refused: bool = False
    complete: bool = False

    @property
    def seq(self) -> int:
        """The last entry it saw."""
        return self.shown[-1].seq if self.shown else self.joined_at


@dataclass(frozen=True)
class Bounds:
    """What the relay was told to keep: entries, bytes, and seconds after a loss."""

    log_entries: int
    log_bytes: int
    window: float


@dataclass(frozen=True)
class Finding:
    """A guarantee that does not hold, and the shortest history that shows it."""

    guarantee: str
    words: str
    witness: tuple[str, ...]

    def __str__(self) -> str:
        return "\n".join([f"{self.guarantee}: {self.words}", *(f"    {line}" for line in self.witness)])


def judge(truths: dict[str, Truth], lives: Iterable[Life], bounds: Bounds, until: int = 0) -> list[Finding]:
    """What is wrong, the shortest witness first. `until`: the last entry of the last log that counts."""
    findings = []
    lives = list(lives)
    for number, (epoch, truth) in enumerate(truths.items()):
        last = until if until and number == len(truths) - 1 else len(truth.entries)
        cut = Truth(truth.entries[:last], truth.seen_by[:last])
        findings += [Finding("Order", str(broken), ()) for broken in _broken_logs(cut)]
        of_epoch = [life for life in lives if life.epoch == epoch]
        for life in of_epoch:
            findings += _judge_life(life, cut, truth, bounds)
    unknown = [life for life in lives if life.epoch not in truths]
    findings += [Finding("Recovery", f"{life.person} knows an epoch that never was", ()) for life in unknown]
    return sorted(findings, key=lambda finding: len(finding.witness))


def _broken_logs(truth: Truth) -> Iterator[Broken]:
    for check in (truth.check_senders, truth.check_departures):
        try:
            check()
        except Broken as broken:
            yield broken


def _judge_life(life: Life, cut: Truth, truth: Truth, bounds: Bounds) -> Iterator[Finding]:
    yield from _judge_shown(life, cut)
    yield from _judge_said(life, truth)
    if life.refused:
        yield from _judge_refusal(life, truth, bounds)


def _judge_shown(life: Life, truth: Truth) -> Iterator[Finding]:
    seen = as_opentok(truth) if life.opentok else truth
    shown = [entry for entry in life.shown if entry.seq <= len(truth.entries)]
    try:
        Witness(life.id, life.joined_at, shown).check(seen, complete=life.complete)
    except Broken as broken:
        expected = seen.visible(life.id, life.joined_at)
        agree = next((i for i, (a, b) in enumerate(zip(shown, expected, strict=False)) if a != b), None)
        place = min(len(shown), len(expected)) if agree is None else agree
        yield Finding(_guarantee(shown, expected, place), str(broken), _window(life, shown, expected, place))


def _guarantee(shown: list[Entry], expected: list[Entry], place: int) -> str:
    """Which promise it is that an entry in the wrong place breaks."""
    if place >= len(shown):
        return "Recovery (lost)"
    seq = shown[place].seq
    if any(entry.seq == seq for entry in shown[:place]):
        return "Once (shown twice)"
    if all(entry.seq != seq for entry in expected):
        return "Privacy (shown to a stranger)"
    if place < len(expected) and expected[place].seq == seq:
        return "Validation (changed)"
    missed = {entry.seq for entry in expected[place:] if entry.seq < seq}
    return "Order" if missed & {entry.seq for entry in shown[place:]} else "Recovery (lost)"


def _window(life: Life, shown: list[Entry], expected: list[Entry], place: int) -> tuple[str, ...]:
    """The life's story, and both sides around the place where they part."""
    around = slice(max(0, place - 2), place + 3)
    return (
        f"{life.person} as {life.id}: {'; '.join(life.story[-6:])}",
        *(f"shown  {_brief(entry)}" for entry in shown[around]),
        *(f"to see {_brief(entry)}" for entry in expected[around]),
    )


def _judge_said(life: Life, truth: Truth) -> Iterator[Finding]:
    """Every signal stands in the log as it was said, once if it was answered, not at all if it was refused."""
    stands: dict[int, SignalEntry] = {
        entry.seq: entry
        for entry in truth.entries
        if isinstance(entry, SignalEntry) and entry.sender == life.id
    }
    about = f"{life.person} as {life.id}: {'; '.join(life.story[-6:])}"
    for key, seq in life.answered.items():
        entry = stands.get(seq) if seq is not None else None
        if seq is not None and (entry is None or not _same(entry, life.said[key])):
            yield Finding("Answers", f"signal {key} was accepted as {seq}, where it does not stand", (about,))
    for finding in _unsaid(life, stands.values()):
        yield Finding("Validation (changed)", finding, (about,))
    for key in life.rejected:
        if isinstance(key, int) and any(entry.n == key for entry in stands.values()):
            yield Finding("Answers", f"signal {key} was rejected and relayed", (about,))
    numbers = {entry.n for entry in stands.values()}
    for key, again in life.resaid.items():
        if key in numbers and again in numbers:
            yield Finding("Once (relayed twice)", f"signal {key} was said again as {again}, and both were relayed", (about,))  # fmt: skip
    settled = life.answered.keys() | life.rejected.keys() | life.resaid.keys()
    open_ends = [key for key in life.said if key not in settled]
    if life.complete and open_ends:
        yield Finding(
            "Answers", f"{len(open_ends)} signals were never answered, first {open_ends[0]}", (about,)
        )


def _unsaid(life: Life, stands: Iterable[SignalEntry]) -> Iterator[str]:
    """Signals in its name that it did not say so, or more often than it said them."""
    if not life.opentok:
        for entry in stands:
            said = life.said.get(entry.n or 0)
            if said is None or not _same(entry, said):
                yield f"entry {entry.seq} says what {life.person} did not say: {_brief(entry)}"
        return
    left = list(life.said.values())
    for entry in stands:
        said = Said(entry.to, entry.type, entry.data)
        if said not in left:
            yield f"entry {entry.seq} says what {life.person} did not say, or not as often: {_brief(entry)}"
        else:
            left.remove(said)


def _same(entry: SignalEntry, said: Said) -> bool:
    return Said(entry.to, entry.type, entry.data) == said


def _judge_refusal(life: Life, truth: Truth, bounds: Bounds) -> Iterator[Finding]:
    """A connection is given up because it was put out, was away for too long, or missed too much."""
    end = next(
        (e for e in truth.entries if isinstance(e, DestroyedEntry) and e.connection == life.id),
        None,
    )
    if end is None:
        # The journal of a relay that was killed may end before.
        return
    if end.reason is not Reason.NETWORK:
        return
    # Whoever sees an entry was there when it was made; the transport was lost later.
    last = max((entry for entry in truth.entries if entry.seq <= life.seq), key=lambda entry: entry.seq)
    away = (end.at - last.at) / 1_000
    if away < bounds.window * 0.98 and not _misses_something(life, truth, bounds, end.seq):
        words = f"{life.person} was refused after {away:.2f} s, {end.seq - life.seq} entries behind"
        about = f"{life.id}: {'; '.join(life.story[-6:])}"
        yield Finding("Recovery (refused without need)", words, (about,))


def _misses_something(life: Life, truth: Truth, bounds: Bounds, end: int) -> bool:
    """Whether the log, before entry `end`, no longer reached back to what this life had seen."""
    before = truth.entries[: end - 1]
    sizes = accumulate(size_of(entry) for entry in reversed(before))
    kept = sum(1 for number, size in enumerate(sizes, 1) if number <= bounds.log_entries and size <= bounds.log_bytes)  # fmt: skip
    oldest = len(before) - kept + 1
    # What an OpenTok client has acknowledged may not have arrived: any forgotten entry since it joined counts.
    seen = life.joined_at if life.opentok else life.seq
    return any(seen < entry.seq < oldest for entry in truth.visible(life.id, seen))


def size_of(entry: Entry) -> int:
    """What an entry counts for in the log's bound."""
    if isinstance(entry, SignalEntry):
        return len(entry.type or "") + utf8_length(entry.data or "")
    if isinstance(entry, CreatedEntry):
        return utf8_length(entry.connection.name) + utf8_length(entry.connection.data)
    return 0


def as_opentok(truth: Truth) -> Truth:
    """The log as it looks through OpenTok's wire."""
    return Truth([opentok_view(entry) for entry in truth.entries], truth.seen_by)


def opentok_view(entry: Entry) -> Entry:
    """An entry without what OpenTok's messages have no place for."""
    if isinstance(entry, SignalEntry):
        return replace(entry, at=0, n=None)
    if isinstance(entry, CreatedEntry):
        shown = entry.connection
        return replace(entry, at=0, connection=opentok_connection(shown.id, shown.data, shown.role))
    return replace(entry, at=0)


def opentok_connection(id: str, data: str, role: Role) -> Connection:
    """What OpenTok's messages tell of a connection."""
    return Connection(id=id, name="", data=data, role=role, created=0, client="opentok")


def _brief(entry: Entry) -> str:
    if isinstance(entry, SignalEntry):
        data = "" if entry.data is None else f" {entry.data[:24]!r}, {len(entry.data)} long"
        to = "" if entry.to is None else f" to {entry.to}"
        return f"{entry.seq} signal from {entry.sender}{to} n={entry.n} {entry.type or ''}{data}"
    if isinstance(entry, CreatedEntry):
        return f"{entry.seq} {entry.connection.id} came"
    return f"{entry.seq} {entry.connection} left ({entry.reason})"
