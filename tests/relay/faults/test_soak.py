"""A minute of the soak with a fixed seed; relays that break a guarantee, each caught; and the judge itself."""

import os
from dataclasses import replace
from typing import Any

import pytest

from heliograph_relay.protocol.model import CreatedEntry, DestroyedEntry, Entry, Reason, Role, SignalEntry
from tests.relay.core.history import Truth

from .broken import BROKEN
from .soak import Plan, run_round, soak
from .verdict import Bounds, Key, Life, Said, judge, opentok_connection

#: Those that the core's own random lives cannot show: what only whole processes and sockets do.
IN_CI = ("lost", "doubled", "swapped", "leaked", "calls-a-loss-recovered", "takes-any-key")
PLAN = replace(Plan.of("broken"), native=5, opentok=3, restarts=0, small_buffers=False, rate=0)


@pytest.mark.slow
@pytest.mark.timeout(180)
async def test_a_minute_of_trouble_breaks_no_guarantee() -> None:
    findings, rounds = await soak(float(os.environ.get("HELIOGRAPH_TEST_SOAK_SECONDS", "60")), "ci")
    assert not findings, f"{rounds[-1]}\n{findings[0]}"


def _plan(broken: str, attempt: int) -> Plan:
    """Where a broken relay shows itself soon: little memory for who lies about it, much for the others."""
    little = Bounds(log_entries=40, log_bytes=1 << 20, window=30.0)
    much = Bounds(log_entries=20_000, log_bytes=64 << 20, window=30.0)
    return replace(
        PLAN, seed=f"{broken}/{attempt}", bounds=little if broken == "calls-a-loss-recovered" else much
    )


@pytest.mark.slow
@pytest.mark.timeout(120)
@pytest.mark.parametrize("broken", [name for name in BROKEN if name in IN_CI])
async def test_a_broken_relay_is_caught_over_sockets(broken: str) -> None:
    for attempt in range(6):
        findings, _ = await run_round(_plan(broken, attempt), broken=broken, trouble=1.5)
        if findings:
            return
    raise AssertionError("a broken relay passed")


@pytest.mark.slow
@pytest.mark.timeout(120)
@pytest.mark.parametrize("library", ["new-numbers", "drops-recovered"])
async def test_a_broken_client_library_is_caught_over_sockets(library: str) -> None:
    for attempt in range(6):
        plan = replace(_plan(library, attempt), native=5, opentok=0, library=4)
        findings, _ = await run_round(plan, library=library, trouble=2.5)
        if findings:
            return
    raise AssertionError("a broken library passed")


# ---- the judge

BOUNDS = Bounds(log_entries=3, log_bytes=100, window=30.0)


def _signals(*numbers: int, to: str | None = None) -> list[Entry]:
    return [SignalEntry(seq=seq, at=seq, sender="a", n=seq, to=to, data=f"t{seq}") for seq in numbers]


def _truth(*entries: Entry, inspectors: frozenset[str] = frozenset()) -> dict[str, Truth]:
    truth = Truth()
    truth.grow(entries, inspectors)
    return {"e": truth}


def _life(shown: list[Entry], **more: Any) -> Life:
    return Life("Ben", "b", "e", 0, shown=shown, **more)


@pytest.mark.parametrize(
    ("shown", "guarantee"),
    [
        (_signals(1, 3), "Recovery (lost)"),
        (_signals(1, 2), "Recovery (lost)"),
        (_signals(2, 1, 3), "Order"),
        (_signals(1, 1, 2, 3), "Once (shown twice)"),
        ([*_signals(1), SignalEntry(seq=2, at=2, sender="a", n=2, data="?")], "Validation (changed)"),
    ],
)
def test_what_was_shown_wrongly_is_named(shown: list[Entry], guarantee: str) -> None:
    findings = judge(_truth(*_signals(1, 2, 3)), [_life(shown, complete=True)], BOUNDS)
    assert [finding.guarantee for finding in findings] == [guarantee]
    assert findings[0].witness


def test_what_was_shown_rightly_is_not_named() -> None:
    lives = [_life(_signals(1, 2, 3), complete=True), _life(_signals(1)), _life([])]
    assert not judge(_truth(*_signals(1, 2, 3)), lives, BOUNDS)


def test_what_was_private_is_a_leak() -> None:
    private = _signals(1, to="c")
    assert not judge(_truth(*private, inspectors=frozenset("b")), [_life(private)], BOUNDS)
    assert judge(_truth(*private), [_life(private)], BOUNDS)[0].guarantee == "Privacy (shown to a stranger)"


def test_of_the_last_log_only_what_came_before_the_end_counts() -> None:
    assert not judge(_truth(*_signals(1, 2, 3)), [_life(_signals(1, 2), complete=True)], BOUNDS, until=2)


@pytest.mark.parametrize(
    ("life", "guarantee"),
    [
        ({"said": {1: Said(None, None, "t1")}, "answered": {1: 1}}, None),
        ({"said": {1: Said(None, None, "other")}, "answered": {1: 1}}, "Answers"),
        ({"said": {1: Said(None, None, "t1")}, "answered": {1: 2}}, "Answers"),
        ({"said": {1: Said(None, None, "t1")}, "rejected": {1: 429}}, "Answers"),
        ({"said": {1: Said(None, None, "t1")}, "resaid": {7: 1}}, None),
        ({"said": {1: Said(None, None, "t1"), 2: Said(None, None, "")}, "complete": True}, "Answers"),
        ({}, "Validation (changed)"),
    ],
)
def test_what_was_said_is_held_against_the_log(life: dict[str, Any], guarantee: str | None) -> None:
    ana = Life("Ana", "a", "e", 0, **{"answered": {1: 1}, "shown": _signals(1), **life})
    if "answered" not in life:
        ana.answered = {}
    found = {finding.guarantee for finding in judge(_truth(*_signals(1)), [ana], BOUNDS)}
    assert found >= ({guarantee} if guarantee else set())
    assert bool(found) == bool(guarantee)


def test_what_was_said_again_under_another_number_may_be_relayed_once_only() -> None:
    said: dict[Key, Said] = {1: Said(None, None, "t1"), 2: Said(None, None, "t2")}
    ana = Life("Ana", "a", "e", 0, shown=_signals(1, 2), said=said, answered={2: 2}, resaid={1: 2})
    assert judge(_truth(*_signals(1, 2)), [ana], BOUNDS)[0].guarantee == "Once (relayed twice)"


def _left(seq: int, at: int, reason: Reason = Reason.NETWORK) -> Entry:
    return DestroyedEntry(seq=seq, at=at, connection="b", reason=reason)


@pytest.mark.parametrize(
    ("log", "seen", "found"),
    [
        ([*_signals(1, 2), _left(3, 10)], 2, True),  # nothing missed, no time gone
        ([*_signals(1, 2), _left(3, 30_500)], 2, False),  # away for the window
        ([*_signals(1, 2), _left(3, 10, Reason.FORCED)], 2, False),
        ([*_signals(1, 2, 3, 4, 5, 6), _left(7, 10)], 2, False),  # 3 is forgotten
        ([*_signals(1, 2, 3, 4, 5), _left(6, 10)], 2, True),  # 3, 4, 5 are kept
    ],
)
def test_a_recovery_is_refused_for_a_reason(log: list[Entry], seen: int, found: bool) -> None:
    life = _life(_signals(*range(1, seen + 1)), refused=True)
    findings = {finding.guarantee for finding in judge(_truth(*log), [life], BOUNDS)}
    assert ("Recovery (refused without need)" in findings) is found


def test_opentok_clients_are_held_to_what_their_wire_can_say() -> None:
    created = CreatedEntry(seq=1, at=5, connection=opentok_connection("a", "d", Role.PUBLISHER))
    shown: list[Entry] = [
        CreatedEntry(seq=1, at=0, connection=opentok_connection("a", "d", Role.PUBLISHER)),
        SignalEntry(seq=2, at=0, sender="a", data="t2"),
    ]
    life = _life(shown, opentok=True, complete=True)
    assert not judge(_truth(created, *_signals(2)), [life], BOUNDS)
    shown.reverse()
    assert judge(_truth(created, *_signals(2)), [life], BOUNDS)[0].guarantee == "Order"


def test_an_epoch_that_never_was_is_noticed() -> None:
    assert judge({}, [_life([])], BOUNDS)[0].guarantee == "Recovery"
