"""How long to wait between attempts."""

from heliograph.client.backoff import LONGEST, Backoff


def test_waits_double_up_to_the_longest_and_begin_again() -> None:
    backoff = Backoff(lambda: 0.0)
    assert [backoff.next() for _ in range(7)] == [0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 8.0]
    backoff.reset()
    assert backoff.next() == 0.25


def test_chance_shortens_by_up_to_half() -> None:
    backoff = Backoff(lambda: 0.999)
    waits = [backoff.next() for _ in range(10)]
    assert LONGEST / 2 <= waits[-1] < LONGEST * 0.51


def test_several_attempts_fit_into_a_recovery_window() -> None:
    backoff = Backoff(lambda: 0.0)
    assert sum(backoff.next() for _ in range(7)) < 30
