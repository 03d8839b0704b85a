"""The short form of `python -m tests.benchmarks.faults`: others are served, memory is bounded, the abuser is told.

A busy machine is slow for everybody, so that the gates on time are generous: ten times, or a quarter of a second.
"""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.benchmarks.faults import HEAD, MARKS, row, verdict, write

from .abuse import Outcome, measure

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


OUTCOME = Outcome(
    abuse="garbage", p99_before=2.0, p99_during=2.4, p50_before=1.0, p50_during=1.0, ratio_of_medians=1.1,
    memory_before=39.0, memory_peak=42.0, got={"4400": 1_470},
)  # fmt: skip


def test_the_table_takes_the_place_of_the_one_before(tmp_path: Path) -> None:
    document = tmp_path / "page.md"
    document.write_text(f"before\n\n{MARKS[0]}\nold\n{MARKS[1]}\n\nafter\n")
    for _ in range(2):
        write(document, [HEAD, row(OUTCOME)])
    text = document.read_text()
    assert "old" not in text
    assert text.count("| 1.20 | 1.10 | 39 MiB | 42 MiB | 1,470 4400 |") == 1
    assert text.startswith("before\n")
    assert text.endswith(f"{MARKS[1]}\n\nafter\n")


def test_a_goal_that_is_missed_by_either_figure_is_said() -> None:
    assert "is met in every row" in verdict([OUTCOME])
    for worse in (replace(OUTCOME, p99_during=3.1), replace(OUTCOME, ratio_of_medians=1.6)):
        assert verdict([OUTCOME, worse]).endswith("by: garbage.")
