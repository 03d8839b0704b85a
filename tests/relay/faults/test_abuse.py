"""The short form of `python -m tests.benchmarks.faults`: others are served, memory is bounded, the abuser is told.

A busy machine is slow for everybody, so that the gates on time are generous: ten times, or a quarter of a second.
"""

import pytest

from .abuse import measure

MIB_MORE = 64


@pytest.mark.alone
@pytest.mark.slow
@pytest.mark.timeout(60)
@pytest.mark.parametrize(
    ("abuse", "told"),
    [
        ("handshakes", {"101"}),
        ("sending-unread", {"sent"}),
        ("garbage", {"1007", "1002", "4400"}),
        ("large-bodies", {"431", "413", "403", "cut"}),
    ],
)
async def test_others_are_served(abuse: str, told: set[str]) -> None:
    outcome = await measure(abuse, seconds=1.0, rounds=1)
    assert outcome.p99_during < max(10 * outcome.p99_before, 250), outcome
    assert outcome.memory_peak < outcome.memory_before + MIB_MORE, outcome
    assert told & outcome.got.keys(), outcome
