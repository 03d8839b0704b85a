"""Sender order against arrival order: what may cross, and what may not."""

from hypothesis import given
from hypothesis import strategies as st

from heliograph.model.views.order import MOST_MISSING, Order, Wrong
from tests.app.model.views.recorded import BEGIN, Recorded, person


def order_of(recorded: Recorded) -> Order:
    order = Order(recorded.capture)
    order.take(recorded.capture.rows)
    return order


def test_all_in_order() -> None:
    recorded = Recorded("ana", "ben")
    rows = [recorded.signal(("ana", "ben", "me")[i % 3]) for i in range(9)]
    order = order_of(recorded)
    assert list(order.arrival) == [row.number for row in rows]
    assert [order.rank(row.number) for row in rows] == list(range(9))
    assert [order.in_log(rank) for rank in range(9)] == [row.number for row in rows]
    assert order.faults == []
    assert order.next_fault(0) is None


def test_senders_may_pass_each_other() -> None:
    recorded = Recorded("ana", "ben")
    later = recorded.signal("ana", seq=5)
    earlier = recorded.signal("ben", seq=4)
    order = order_of(recorded)
    assert order.faults == []
    assert (order.rank(later.number), order.rank(earlier.number)) == (1, 0)


def test_one_sender_may_not_overtake_themselves() -> None:
    recorded = Recorded("ana", "ben")
    first = recorded.signal("ana", seq=7)
    recorded.signal("ben", seq=8)
    late = recorded.signal("ana", seq=6)
    recorded.signal("ana", seq=9)
    [fault] = order_of(recorded).faults
    assert (fault.number, fault.other, fault.wrong) == (late.number, first.number, Wrong.LATE)
    assert fault.words == "Entry 6 came after entry 7 of the same sender."


def test_the_same_entry_may_not_come_twice() -> None:
    recorded = Recorded("ana")
    first = recorded.signal("ana", seq=3)
    recorded.signal("ana", seq=4)
    again = recorded.signal("ana", seq=3)
    order = order_of(recorded)
    [fault] = order.faults
    assert (fault.number, fault.other, fault.wrong) == (again.number, first.number, Wrong.TWICE)
    assert {order.rank(first.number), order.rank(again.number)} == {0, 1}
    assert order.fault(again.number) == fault
    assert order.fault(first.number) is None


def test_the_server_is_a_sender_too() -> None:
    recorded = Recorded()
    recorded.signal(None, seq=5)
    recorded.signal(None, seq=4)
    assert [fault.wrong for fault in order_of(recorded).faults] == [Wrong.LATE]


def test_my_own_numbers_stand_in_their_order() -> None:
    recorded = Recorded("ana")
    recorded.signal("me")
    recorded.signal("me")
    recorded.n = 0
    wrong = recorded.signal("me")
    [fault] = order_of(recorded).faults
    assert (fault.number, fault.wrong) == (wrong.number, Wrong.NUMBER)


def test_a_new_connection_begins_anew() -> None:
    recorded = Recorded("ana")
    before = recorded.signal("ana", seq=50)
    again = person("me2")
    recorded.capture.joined(again, [again, person("ana")], recovered=False, wall=BEGIN)
    after = recorded.signal("ana", seq=2)
    order = order_of(recorded)
    assert order.faults == []
    assert (order.rank(before.number), order.rank(after.number)) == (0, 1)


def test_a_resumed_connection_goes_on() -> None:
    recorded = Recorded("ana")
    recorded.signal("ana", seq=50)
    me = person("me")
    recorded.capture.joined(me, [me, person("ana")], recovered=True, wall=BEGIN)
    recorded.signal("ana", seq=49)
    assert len(order_of(recorded).faults) == 1


def test_what_a_filter_leaves_out_is_judged_by_all_the_same() -> None:
    recorded = Recorded("ana", "ben")
    recorded.signal("ana", seq=9)
    late = recorded.signal("ana", seq=3)
    hidden = recorded.signal("ana", seq=4)
    again = person("me2")
    recorded.capture.joined(again, [again], recovered=False, wall=BEGIN)
    after = recorded.signal("ana", seq=1)
    order = Order(recorded.capture)
    order.take(recorded.capture.rows, [late.number, after.number])
    assert [fault.number for fault in order.faults] == [late.number]
    assert order.fault(hidden.number) is None
    assert list(order.arrival) == [late.number, after.number]
    assert order.rank(hidden.number) is None


def test_missing_entries() -> None:
    recorded = Recorded("ana")
    first = recorded.signal("ana", seq=20)
    next_ = recorded.signal("ana", seq=21)
    gap = recorded.signal("ana", seq=25)
    far = recorded.signal("ana", seq=25 + 5 * MOST_MISSING)
    order = order_of(recorded)
    missing = [order.missing_before(row.number) for row in (first, next_, gap, far)]
    assert missing == [0, 0, 3, MOST_MISSING]


def test_joining_fills_a_place_in_the_log() -> None:
    recorded = Recorded("ana")
    recorded.signal("ana")
    recorded.joins("ben")
    said = recorded.signal("ana")
    order = order_of(recorded)
    assert order.missing_before(said.number) == 0
    assert len(order) == 2


def test_finding_faults_goes_round() -> None:
    recorded = Recorded("ana")
    recorded.signal("ana", seq=10)
    one, two = recorded.signal("ana", seq=8), recorded.signal("ana", seq=9)
    order = order_of(recorded)
    found = [order.next_fault(number) for number in (0, one.number, two.number)]
    assert [fault.number for fault in found if fault] == [one.number, two.number, one.number]
    before = [order.next_fault(number, -1) for number in (two.number, one.number)]
    assert [fault.number for fault in before if fault] == [one.number, two.number]


def test_dropped_rows_are_forgotten() -> None:
    recorded = Recorded("ana")
    recorded.signal("ana", seq=10)
    late = recorded.signal("ana", seq=9)
    last = recorded.signal("ana", seq=11)
    order = order_of(recorded)
    order.forget(late.number - 1)
    assert list(order.arrival) == [late.number, last.number]
    assert [order.in_log(rank) for rank in range(2)] == [late.number, last.number]
    order.forget(late.number)
    assert order.faults == []
    assert order.rank(last.number) == 0


@given(st.lists(st.tuples(st.sampled_from(["ana", "ben", None]), st.integers(1, 30)), max_size=40))
def test_it_agrees_with_the_rule(entries: list[tuple[str | None, int]]) -> None:
    recorded = Recorded("ana", "ben")
    rows = [recorded.signal(sender, seq=seq) for sender, seq in entries]
    order = order_of(recorded)
    broken = {
        rows[i].number
        for i, (sender, seq) in enumerate(entries)
        if any(s == sender and n >= seq for s, n in entries[:i])
    }
    assert {fault.number for fault in order.faults} == broken
    by_log = sorted(rows, key=lambda row: (row.seq or 0, row.number))
    assert [order.in_log(rank) for rank in range(len(order))] == [row.number for row in by_log]
    assert [order.rank(row.number) for row in by_log] == list(range(len(order)))
