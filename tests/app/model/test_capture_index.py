"""The index of a capture against a dictionary."""

from hypothesis import given
from hypothesis import strategies as st

from heliograph.model.capture_index import SeqIndex


@given(st.lists(st.one_of(st.integers(0, 60), st.none()), max_size=80), st.integers(0, 60))
def test_agrees_with_a_dictionary(seqs: list[int | None], dropped: int) -> None:
    """In any order, with repetitions; None is a row without a seq."""
    index, expected = SeqIndex(), dict[int, int]()
    for number, seq in enumerate(seqs, 1):
        if seq is not None:
            index.add(seq, number)
            expected[seq] = number
    assert {seq: index.get(seq) for seq in expected} == expected


@given(st.lists(st.integers(1, 3), max_size=60), st.integers(0, 70))
def test_what_is_dropped_takes_nothing_else_along(steps: list[int], dropped: int) -> None:
    index, expected, seq = SeqIndex(), dict[int, int](), 0
    for number, step in enumerate(steps, 1):
        seq += step
        index.add(seq, number)
        expected[seq] = number
    index.drop(dropped)
    for seq, number in expected.items():
        if number > dropped:
            assert index.get(seq) == number


def test_a_long_run_is_one_run() -> None:
    index = SeqIndex()
    for number in range(1, 10_000):
        index.add(number + 3, number)
    assert len(index) == 1
    assert index.get(5_003) == 5_000
    for number in range(10_000, 20_000):
        index.add(number + 4, number)
    index.drop(15_000)
    assert len(index) == 1


def test_a_seq_beyond_all_counting_is_passed_over() -> None:
    index = SeqIndex()
    index.add(1 << 70, 1)
    index.add(-1, 2)
    assert len(index) == 0
    assert index.get(1 << 70) == 0
