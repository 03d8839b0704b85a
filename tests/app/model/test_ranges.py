"""Range sets agree with plain sets, whatever is added in whatever order."""

import itertools

from hypothesis import given
from hypothesis import strategies as st

from heliograph.model.ranges import RangeSet, ranges_of

pairs = st.lists(
    st.tuples(st.integers(1, 60), st.integers(0, 15)).map(lambda p: (p[0], p[0] + p[1])), max_size=30
)


def expand(ranges: list[tuple[int, int]]) -> set[int]:
    return {number for first, last in ranges for number in range(first, last + 1)}


@given(st.lists(st.integers(1, 200)))
def test_ranges_hold_these_numbers_and_no_others(numbers: list[int]) -> None:
    ranges = ranges_of(numbers)
    assert expand(ranges) == set(numbers)
    assert all(a[1] + 1 < b[0] for a, b in itertools.pairwise(ranges))


@given(pairs)
def test_adding_tells_what_is_new(added: list[tuple[int, int]]) -> None:
    ranges, model = RangeSet(), set[int]()
    for first, last in added:
        new = ranges.add(first, last)
        now = set(range(first, last + 1))
        assert expand(new) == now - model
        assert sum(b - a + 1 for a, b in new) == len(expand(new))
        model |= now
        assert len(ranges) == len(ranges_of(model))
    assert {n for n in range(100) if n in ranges} == model


def test_everything_costs_one_range() -> None:
    ranges = RangeSet()
    assert ranges.add(1, 10**18) == [(1, 10**18)]
    assert ranges.add(5, 10**17) == []
    assert len(ranges) == 1
