"""A repetition keeps its pace and never runs ahead of the relay."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heliograph.model.repeating import WINDOW, Repeating, fitting_rate


def test_the_first_goes_at_once_and_the_rest_on_time() -> None:
    repeating = Repeating(3, 10, now=100.0)
    assert repeating.due(100.0, 0) == 1
    assert repeating.wait(100.0) == pytest.approx(0.1)
    assert repeating.due(100.05, 0) == 0
    assert repeating.due(100.1, 0) == 1
    assert repeating.due(100.2, 0) == 1
    assert repeating.over


def test_a_late_timer_makes_up_for_what_is_due() -> None:
    repeating = Repeating(100, 10, now=0.0)
    repeating.due(0.0, 0)
    assert repeating.due(0.35, 0) == 3
    assert repeating.wait(0.35) == pytest.approx(0.05)


def test_what_the_relay_held_up_is_not_made_up_for() -> None:
    repeating = Repeating(1_000, 100, now=0.0)
    assert repeating.due(0.0, WINDOW) == 0
    assert repeating.due(5.0, WINDOW) == 0
    assert repeating.due(5.0, 0) == 1
    assert repeating.wait(5.0) == pytest.approx(0.01)


@given(
    st.integers(1, 300),
    st.floats(0.5, 1_000),
    st.lists(st.tuples(st.floats(0, 3), st.integers(0, 20)), max_size=60),
)
def test_never_more_than_asked_nor_faster_nor_ahead(
    times: int, rate: float, steps: list[tuple[float, int]]
) -> None:
    repeating, now = Repeating(times, rate, now=0.0), 0.0
    for step, unanswered in steps:
        now += step
        count = repeating.due(now, unanswered)
        assert count == 0 or count + unanswered <= WINDOW
        assert repeating.sent <= min(times, now * rate + 1 + 1e-3)
        assert repeating.wait(now) >= 0


def test_the_rate_leaves_room_for_what_people_say() -> None:
    assert fitting_rate(10, 50) == 10
    assert fitting_rate(500, 50) == pytest.approx(45)
    assert fitting_rate(500, 0) == 500
