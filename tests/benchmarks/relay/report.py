"""Figures, ratios of them, goals, and how they are written. Pure: nothing here measures."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from math import inf, isinf, isnan, nan
from statistics import median

from msgspec import Struct


class Unit(StrEnum):
    """What a figure is, and so how it is written."""

    COUNT = "count"
    MICROSECONDS = "µs"
    MILLISECONDS = "ms"
    KIBIBYTES = "KiB"
    MEBIBYTES = "MiB"
    TIMES = "x"


class Row(Struct, frozen=True, kw_only=True):
    """One figure of all servers; for each the values of its rounds, of which the n-th were measured together."""

    name: str
    title: str
    table: str
    unit: Unit
    values: Mapping[str, Sequence[float]]


class Report(Struct, frozen=True, kw_only=True):
    """One run of the benchmark. `faults`: what a server promised and did not keep, while it was measured."""

    machine: Mapping[str, str]
    versions: Mapping[str, str]
    missing: Mapping[str, str]
    rows: Sequence[Row]
    faults: Sequence[str]
    goals: Sequence["Verdict"] = ()


class Goal(Struct, frozen=True, kw_only=True):
    """`ours` in row `row` is at least (or `at_most`) `bound`, times `theirs` where that is named.

    `theirs` is a server in the same row, or, with `base`, in that row; without `theirs` the base is `ours` itself.
    """

    row: str
    ours: str
    bound: float
    theirs: str | None = None
    base: str | None = None
    at_most: bool = False
    unit: str = ""


class Verdict(Struct, frozen=True, kw_only=True):
    """A goal and what came out; `measured` is None where one of the two was not there."""

    words: str
    goal: str
    measured: float | None
    unit: str
    is_met: bool


# Numbers


def middle(values: Sequence[float]) -> float:
    """The median; NaN of nothing."""
    return median(values) if values else nan


def ratio(ours: Sequence[float], theirs: Sequence[float]) -> float:
    """The median of the ratios of what was measured together, so that a slow minute hits both."""
    pairs = [a / b if b else inf for a, b in zip(ours, theirs, strict=False)]
    return middle(pairs)


def judge(goal: Goal, rows: Mapping[str, Row]) -> Verdict:
    """What came of a goal."""
    row = rows[goal.row]
    base = rows[goal.base or goal.row]
    ours = row.values.get(goal.ours, ())
    is_ratio = goal.theirs is not None or goal.base is not None
    theirs = base.values.get(goal.theirs or goal.ours, ())
    measured = ratio(ours, theirs) if is_ratio else middle(ours)
    known = not isnan(measured)
    unit = goal.unit or (" x" if is_ratio else "")
    met = known and (measured <= goal.bound if goal.at_most else measured >= goal.bound)
    return Verdict(
        words=_words(goal, row, base),
        goal=f"{'≤' if goal.at_most else '≥'} {_plain(goal.bound)}{unit}",
        measured=measured if known else None,
        unit=unit,
        is_met=met,
    )


def _words(goal: Goal, row: Row, base: Row) -> str:
    if goal.base is not None and goal.theirs is None:
        return f"{goal.ours}: {row.title}, beside {base.title}"
    if goal.theirs is not None:
        return f"{goal.ours}: {row.title}, beside {goal.theirs}"
    return f"{goal.ours}: {row.title}"


# Words


def written(value: float, unit: Unit) -> str:
    """A figure as the tables show it."""
    if isnan(value):
        return "–"
    if isinf(value):
        return "saturated" if unit is Unit.MILLISECONDS else "∞"
    if unit is Unit.COUNT:
        return (
            f"{value / 1e6:,.2f} M"
            if value >= 999_500
            else f"{value / 1e3:,.0f} k"
            if value >= 9_950
            else f"{value / 1e3:.1f} k"
        )
    digits = {
        Unit.MICROSECONDS: 2,
        Unit.MILLISECONDS: 1,
        Unit.KIBIBYTES: 1,
        Unit.MEBIBYTES: 1,
        Unit.TIMES: 2,
    }[unit]
    mark = {Unit.MILLISECONDS: " ms", Unit.MEBIBYTES: " MiB", Unit.TIMES: " x"}.get(unit, "")
    return f"{value:,.{digits}f}{mark}"


def markdown(report: Report) -> str:
    """All of it, as a person reads it."""
    tables: dict[str, list[Row]] = {}
    for row in report.rows:
        tables.setdefault(row.table, []).append(row)
    parts = [_setting(report), *(_table(title, rows, report.versions) for title, rows in tables.items())]
    parts.append(_servers(report))
    if report.goals:
        parts.append(_goals(report.goals))
    parts.append("Order, loss and repetition were checked in every run. " + _faults(report.faults))
    return "\n\n".join(parts) + "\n"


def _setting(report: Report) -> str:
    return "\n".join(f"- {what}: {value}" for what, value in report.machine.items())


def _table(title: str, rows: Sequence[Row], versions: Mapping[str, str]) -> str:
    there = {name for row in rows for name, values in row.values.items() if values}
    lines = [f"**{title}**", "", "| server | " + " | ".join(row.title for row in rows) + " |"]
    lines.append("|---|" + "---:|" * len(rows))
    for name in versions:
        if name in there:
            cells = [written(middle(row.values.get(name, ())), row.unit) for row in rows]
            lines.append(f"| {name} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def _servers(report: Report) -> str:
    measured = {name for row in report.rows for name in row.values}
    lines = ["**Servers**", ""]
    lines += [f"- {name}: {version}" for name, version in report.versions.items() if name in measured]
    lines += [f"- {name}: not there ({why})" for name, why in report.missing.items()]
    return "\n".join(lines)


def _goals(verdicts: Sequence[Verdict]) -> str:
    lines = ["**Goals**", "", "| | goal | measured | |", "|---|---:|---:|---|"]
    for verdict in verdicts:
        measured = "–" if verdict.measured is None else _plain(verdict.measured) + verdict.unit
        outcome = "met" if verdict.is_met else "not measured" if verdict.measured is None else "**missed**"
        lines.append(f"| {verdict.words} | {verdict.goal} | {measured} | {outcome} |")
    return "\n".join(lines)


def _faults(faults: Sequence[str]) -> str:
    return "Nothing was found." if not faults else "Found:\n\n" + "\n".join(f"- {fault}" for fault in faults)


def _plain(value: float) -> str:
    if isinf(value):
        return "∞"
    return (
        f"{value:,.0f}"
        if value >= 100 or value == int(value)
        else f"{value:.2f}"
        if value < 10
        else f"{value:.1f}"
    )
