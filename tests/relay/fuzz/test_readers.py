"""The readers that are fuzzed by hand, with what hypothesis comes up with in a second."""

import os

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from .by_hand import READERS, SEEDS, read_one

MANY = int(os.environ.get("HELIOGRAPH_TEST_EXAMPLES", "60")) * 5
DATA = st.binary(max_size=300) | st.builds(
    lambda seed, place, more: seed[:place] + more + seed[place:],
    st.sampled_from(SEEDS),
    st.integers(0, 60),
    st.binary(max_size=12),
)


@settings(max_examples=MANY, deadline=None, suppress_health_check=list(HealthCheck))
@given(number=st.integers(0, len(READERS) - 1), data=DATA)
@example(number=0, data=b"[" * 100_000)
@example(number=6, data=b"T1==" + b"A" * 100_000)
@example(number=8, data=b"/opentok/" + b"%" * 60_000)
def test_a_reader_raises_what_it_says_and_nothing_else(number: int, data: bytes) -> None:
    read_one(bytes([number]) + data)
