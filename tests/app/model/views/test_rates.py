"""Signals a second and round trips, in bins."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heliograph.model.views.rates import (
    FINEST,
    MOST_POINTS,
    NO_TYPE,
    OTHER,
    PING,
    TOP,
    Rates,
    Span,
    nice_top,
    span,
)
from tests.app.model.views.recorded import BEGIN, Recorded

MINUTE = 60_000


def rates_of(recorded: Recorded) -> Rates:
    rates = Rates()
    rates.take(recorded.capture, recorded.capture.rows)
    return rates


def whole(rates: Rates) -> Span:
    assert rates.first is not None
    assert rates.last is not None
    return span(rates.first, rates.last + 1)


def sums(rates: Rates) -> dict[str, float]:
    where = whole(rates)
    seconds = where.width / 1_000
    return {s.key: round(sum(v or 0 for v in s.values) * seconds) for s in rates.signals(where)}


@given(st.integers(0, 1 << 42), st.integers(1, 1 << 41))
def test_a_span_shows_all_of_it_with_few_points(begin: int, length: int) -> None:
    found = span(begin, begin + length)
    assert 1 <= found.count <= MOST_POINTS
    assert found.begin <= begin
    assert found.end >= begin + length
    assert found.at(begin) == 0
    assert found.at(begin + length - 1) == found.count - 1
    assert found.at(found.end) is None


def test_a_minute_is_shown_as_finely_as_it_is_kept() -> None:
    assert span(BEGIN, BEGIN + MINUTE).width == FINEST


def test_signals_a_second_by_type() -> None:
    recorded = Recorded("ana")
    for _ in range(4):
        recorded.signal("ana", "chat", after=100)
    recorded.signal("ana", None, None, after=100)
    recorded.signal("ana", None, "x", after=100)
    recorded.joins("ben")
    assert sums(rates_of(recorded)) == {"chat": 4, PING: 1, NO_TYPE: 1}
    where = Span(1, BEGIN // 1_000, 1)
    assert next((s.key, s.last) for s in rates_of(recorded).signals(where)) == ("chat", 4.0)


def test_many_types_are_one_line() -> None:
    recorded = Recorded("ana")
    for number in range(TOP + 3):
        for _ in range(TOP + 3 - number):
            recorded.signal("ana", f"type {number}")
    found = sums(rates_of(recorded))
    assert list(found) == [*(f"type {n}" for n in range(TOP)), OTHER]
    assert found[OTHER] == 3 + 2 + 1


def test_somebody_who_invents_types_costs_little() -> None:
    recorded = Recorded("ana")
    for number in range(2_000):
        recorded.signal("ana", f"type {number}", after=10)
    assert sums(rates_of(recorded))[OTHER] == 2_000 - TOP


@pytest.mark.parametrize("spacing", [1, 250, 7_000, 3_600_000])
def test_nothing_is_lost_at_any_width(spacing: int) -> None:
    recorded = Recorded("ana")
    for _ in range(1_500):
        recorded.signal("ana", after=spacing)
    assert sums(rates_of(recorded)) == {"chat": 1_500}


def test_slices_add_up() -> None:
    recorded = Recorded("ana")
    for number in range(300):
        recorded.signal("ana", ("chat", "score")[number % 3 == 0], after=90)
    rates, rows = Rates(), recorded.capture.rows
    for first in range(0, len(rows), 7):
        rates.take(recorded.capture, rows[first : first + 7])
    assert sums(rates) == sums(rates_of(recorded))


def test_round_trips_are_those_of_my_pings() -> None:
    recorded = Recorded("ana", "ben")
    ping = recorded.signal("me", None, None)
    recorded.receipt("ana", ping, after=40)
    recorded.receipt("ben", recorded.signal("me"), after=40)
    rates = rates_of(recorded)
    [trips] = rates.trips(whole(rates))
    assert (trips.key, trips.last, trips.highest) == ("ana", 40.0, 40.0)
    recorded.receipt("ben", ping, after=20)
    rates.take(recorded.capture, recorded.capture.rows[-1:])
    rates.trip(recorded.capture, ping)
    rates.trip(recorded.capture, ping)
    assert {s.key: s.last for s in rates.trips(whole(rates))}.keys() == {"ana", "ben"}
    assert sum(v is not None for s in rates.trips(whole(rates)) for v in s.values) == 2


def test_round_trips_of_one_bin_are_their_mean() -> None:
    recorded = Recorded("ana")
    for after in (10, 30):
        ping = recorded.signal("me", None, None, after=20)
        recorded.receipt("ana", ping, after=after)
    rates = rates_of(recorded)
    [trips] = rates.trips(span(BEGIN, BEGIN + MINUTE * 60))
    assert trips.last == 20.0


def test_forgetting_pings_counts_nothing_twice() -> None:
    recorded = Recorded("ana")
    ping = recorded.signal("me", None, None)
    recorded.receipt("ana", ping)
    rates = rates_of(recorded)
    rates.forget(ping.number)
    [trips] = rates.trips(whole(rates))
    assert trips.last == 100.0


@pytest.mark.parametrize(
    ("highest", "top"),
    [
        (0, 1),
        (0.3, 0.5),
        (0.04, 0.05),
        (1, 1),
        (1.2, 2),
        (3, 5),
        (7, 10),
        (10, 10),
        (99, 100),
        (1_999, 2_000),
    ],
)
def test_axes_end_at_round_numbers(highest: float, top: float) -> None:
    assert nice_top(highest) == pytest.approx(top)


@given(st.floats(0, 1e9))
def test_axes_have_room(highest: float) -> None:
    assert highest <= nice_top(highest) * 1.000001
    assert nice_top(highest) <= max(1, highest * 5.1)
