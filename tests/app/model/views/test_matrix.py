"""How a message of mine fared with whom."""

import pytest

from heliograph.model.views.lifelines import Lifelines
from heliograph.model.views.matrix import Fared, Mark, Matrix, mine
from tests.app.model.views.recorded import Recorded


def matrix_of(recorded: Recorded, silent: str = "") -> Matrix:
    lifelines = Lifelines()
    lifelines.take(recorded.capture.rows)
    lifelines.knows(recorded.capture.people())
    return Matrix(recorded.capture, lifelines, lambda who: who == silent)


def test_rows_are_what_receipts_can_tell_of() -> None:
    recorded = Recorded("ana")
    said = recorded.signal("me")
    recorded.signal("ana")
    recorded.signal("me", "typing", "1")
    ping = recorded.signal("me", None, None)
    recorded.signal("me", "receipt", "{}", "ana")
    refused = recorded.capture.refused("r", "413", "me", recorded.at)
    assert mine(recorded.capture.rows) == [said.number, ping.number, refused.number]


def test_cells() -> None:
    recorded = Recorded("ana", "ben", "carla", "dora")
    said = recorded.signal("me")
    recorded.receipt("ana", said, after=40)
    recorded.receipt("ana", said, "read", after=1_160)
    recorded.receipt("ben", said, after=300)
    late = recorded.joins("emil")
    matrix = matrix_of(recorded, silent="dora")
    assert matrix.mark(said, "ana") == Mark(Fared.READ, 1_200)
    assert matrix.mark(said, "ben") == Mark(Fared.DELIVERED, 1_500)
    assert matrix.mark(said, "carla") == Mark(Fared.ON_RELAY)
    assert matrix.mark(said, "dora") == Mark(Fared.SILENT)
    assert late.sender == "emil"
    assert matrix.mark(said, "emil") == Mark(Fared.NOT_THERE)
    assert matrix.summary(said) == "read 1/4"


def test_a_private_one_is_for_one() -> None:
    recorded = Recorded("ana", "ben")
    said = recorded.signal("me", to="ana")
    matrix = matrix_of(recorded)
    assert matrix.mark(said, "ana").fared is Fared.ON_RELAY
    assert matrix.mark(said, "ben").fared is Fared.NOT_FOR


def test_who_left_before_is_marked() -> None:
    recorded = Recorded("ana", "ben", "carla")
    said = recorded.signal("me")
    recorded.receipt("ana", said)
    recorded.receipt("carla", said, "read")
    for id in ("ana", "ben", "carla"):
        recorded.leaves(id)
    matrix = matrix_of(recorded)
    assert matrix.mark(said, "ana").words() == "delivered 100 ms, left since"
    assert matrix.mark(said, "ben").words() == "left before"
    assert matrix.mark(said, "carla").words() == "read 200 ms"


def test_what_was_not_relayed_has_reached_nobody() -> None:
    recorded = Recorded("ana")
    refused = recorded.capture.refused("r", "413", "me", recorded.at)
    matrix = matrix_of(recorded)
    assert matrix.mark(refused, "ana").fared is Fared.REFUSED
    assert matrix.summary(refused) == "not relayed"
    assert not matrix.is_unread(refused)


def test_unread_until_all_have_read() -> None:
    recorded = Recorded("ana", "ben")
    said = recorded.signal("me")
    matrix = matrix_of(recorded)
    assert matrix.is_unread(said)
    recorded.receipt("ana", said, "read")
    assert matrix.is_unread(said)
    recorded.receipt("ben", said, "read")
    assert not matrix.is_unread(said)


def test_nobody_reads_a_ping() -> None:
    recorded = Recorded("ana")
    ping = recorded.signal("me", None, None)
    recorded.receipt("ana", ping)
    recorded.leaves("ana")
    matrix = matrix_of(recorded)
    assert not matrix.is_unread(ping)
    assert matrix.mark(ping, "ana").words() == "delivered 100 ms"


@pytest.mark.parametrize("state", ["delivered", "read"])
def test_the_row_of_a_receipt_and_back(state: str) -> None:
    recorded = Recorded("ana", "ben")
    first, second = recorded.signal("me"), recorded.signal("me")
    recorded.receipt("ben", first, state)
    told = recorded.receipt("ana", second, state)
    matrix = matrix_of(recorded)
    assert matrix.receipt_of(second, "ana") == told.number
    assert matrix.receipt_of(second, "ben") is None
    assert matrix.told_of(told) == second.number
    assert matrix.told_of(first) is None


def test_a_receipt_for_everything_is_answered_at_once() -> None:
    recorded = Recorded("ana")
    said = recorded.signal("me")
    data = '{"state":"read","epoch":"e","ranges":[[1,9000000000000]]}'
    assert matrix_of(recorded).told_of(recorded.signal("ana", "receipt", data, "me")) in (None, said.number)


def test_a_message_to_nobody() -> None:
    recorded = Recorded()
    said = recorded.signal("me")
    assert matrix_of(recorded).summary(said) == "nobody there"


@pytest.mark.parametrize(
    ("ms", "words"), [(0, "read <1 ms"), (3, "read 3 ms"), (97, "read 97 ms"), (1_240, "read 1.2 s")]
)
def test_times_are_no_more_exact_than_they_were_measured(ms: int, words: str) -> None:
    assert Mark(Fared.READ, ms).words() == words
