"""The relay is fast beside others in the same minute on the same machine. Ratios alone: no times, which are a machine's."""

import pytest

from tests.benchmarks.load.programs import NoCompiler, compiler
from tests.benchmarks.relay import goals, scenarios
from tests.benchmarks.relay.__main__ import SHORT_PEERS, run
from tests.benchmarks.relay.report import markdown


def _has_compiler() -> bool:
    try:
        compiler()
    except NoCompiler:
        return False
    return True


@pytest.mark.alone
@pytest.mark.slow
@pytest.mark.timeout(180)
@pytest.mark.skipif(
    not _has_compiler(), reason="the load generator is written in C, and there is no compiler"
)
def test_the_relay_is_fast_beside_others_and_loses_nothing() -> None:
    report = run(scenarios.SHORT, SHORT_PEERS, goals.SHORT)

    text = markdown(report)
    assert not report.missing, text
    assert not report.faults, text
    assert [verdict for verdict in report.goals if not verdict.is_met] == [], text
    assert len(report.goals) == len(goals.SHORT)
