"""Ratios, goals and tables of the relay's benchmark, from figures that are made up."""

from math import inf, isnan, nan

import pytest

from tests.benchmarks.relay.report import Goal, Report, Row, Unit, judge, markdown, middle, ratio, written


def row(name: str, *, unit: Unit = Unit.COUNT, table: str = "T", **values: list[float]) -> Row:
    return Row(name=name, title=name.title(), table=table, unit=unit, values=values)


def test_a_ratio_is_of_what_was_measured_together() -> None:
    # A slow second round for both: the medians' ratio would be 3.
    assert ratio([20, 2, 30], [10, 1, 10]) == 2


def test_a_ratio_ends_where_one_has_no_more_rounds() -> None:
    assert ratio([20, 2], [10]) == 2
    assert ratio([1], [0]) == inf


def test_nothing_has_no_middle() -> None:
    assert isnan(middle([]))
    assert middle([3, 1, 2]) == 2


@pytest.mark.parametrize(
    ("value", "unit", "words"),
    [
        (8_214_000, Unit.COUNT, "8.21 M"),
        (999_600, Unit.COUNT, "1.00 M"),
        (171_400, Unit.COUNT, "171 k"),
        (5_310, Unit.COUNT, "5.3 k"),
        (0.4567, Unit.MICROSECONDS, "0.46"),
        (2.94, Unit.MILLISECONDS, "2.9 ms"),
        (inf, Unit.MILLISECONDS, "saturated"),
        (inf, Unit.TIMES, "∞"),
        (1.5, Unit.TIMES, "1.50 x"),
        (4.04, Unit.KIBIBYTES, "4.0"),
        (4.25, Unit.MEBIBYTES, "4.2 MiB"),
        (nan, Unit.COUNT, "–"),
    ],
)
def test_figures_are_written_as_people_read_them(value: float, unit: Unit, words: str) -> None:
    assert written(value, unit) == words


ROWS = {
    "room": row("room", ours=[80, 90, 100], theirs=[20, 30, 50], gone=[]),
    "flat": row("flat", ours=[100, 100, 125]),
}


@pytest.mark.parametrize(
    ("goal", "measured", "is_met"),
    [
        (Goal(row="room", ours="ours", theirs="theirs", bound=3), 3, True),
        (Goal(row="room", ours="ours", theirs="theirs", bound=3.1), 3, False),
        (Goal(row="room", ours="ours", bound=91), 90, False),
        (Goal(row="room", ours="ours", bound=91, at_most=True), 90, True),
        (Goal(row="flat", ours="ours", base="room", bound=1.25, at_most=True), 1.25, True),
        (Goal(row="room", ours="ours", theirs="gone", bound=1), None, False),
        (Goal(row="room", ours="never there", bound=1, at_most=True), None, False),
    ],
)
def test_a_goal_is_met_or_missed_or_was_not_measured(
    goal: Goal, measured: float | None, is_met: bool
) -> None:
    verdict = judge(goal, ROWS)

    assert (verdict.measured, verdict.is_met) == (measured, is_met)


def test_a_report_says_everything_once() -> None:
    rows = [
        row("room", ours=[8_000_000], theirs=[100_000]),
        row("wait", unit=Unit.MILLISECONDS, table="Times", ours=[1.5], theirs=[inf]),
        row("small", ours=[2_000_000]),
    ]
    goals = [
        Goal(row="room", ours="ours", theirs="theirs", bound=40),
        Goal(row="wait", ours="ours", bound=1, at_most=True, unit=" ms"),
        Goal(row="room", ours="ours", theirs="bun", bound=1),
    ]
    report = Report(
        machine={"system": "an abacus"},
        versions={"theirs": "1.0", "ours": "2.0", "unused": "3.0"},
        missing={"bun": "no Bun for an abacus"},
        rows=rows,
        faults=["theirs, room: 3 lost"],
        goals=[judge(goal, {row.name: row for row in rows}) for goal in goals],
    )

    assert markdown(report).splitlines() == [
        "- system: an abacus",
        "",
        "**T**",
        "",
        "| server | Room | Small |",
        "|---|---:|---:|",
        "| theirs | 100 k | – |",
        "| ours | 8.00 M | 2.00 M |",
        "",
        "**Times**",
        "",
        "| server | Wait |",
        "|---|---:|",
        "| theirs | saturated |",
        "| ours | 1.5 ms |",
        "",
        "**Servers**",
        "",
        "- theirs: 1.0",
        "- ours: 2.0",
        "- bun: not there (no Bun for an abacus)",
        "",
        "**Goals**",
        "",
        "| | goal | measured | |",
        "|---|---:|---:|---|",
        "| ours: Room, beside theirs | ≥ 40 x | 80 x | met |",
        "| ours: Wait | ≤ 1 ms | 1.50 ms | **missed** |",
        "| ours: Room, beside bun | ≥ 1 x | – | not measured |",
        "",
        "Order, loss and repetition were checked in every run. Found:",
        "",
        "- theirs, room: 3 lost",
    ]
