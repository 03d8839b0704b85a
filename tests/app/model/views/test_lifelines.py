"""Who was there when, as the rows tell it."""

from heliograph.model.views.lifelines import Lifelines, Stay
from tests.app.model.views.recorded import BEGIN, Recorded, person


def read(recorded: Recorded) -> Lifelines:
    lifelines = Lifelines()
    lifelines.take(recorded.capture.rows)
    return lifelines


def test_people_stand_in_the_order_in_which_they_occur() -> None:
    recorded = Recorded("ana", "ben")
    recorded.signal("ben", to="ana")
    recorded.joins("carla")
    recorded.signal(None)
    assert read(recorded).people == ["me", "ben", "ana", "carla"]


def test_who_occurs_without_joining_was_there_from_the_beginning() -> None:
    recorded = Recorded("ana")
    said = recorded.signal("ana")
    lifelines = read(recorded)
    assert lifelines.stay("ana", 0) is Stay.HERE
    assert lifelines.stay("ana", said.number) is Stay.HERE
    assert lifelines.me == "me"
    assert lifelines.stay("me", 0) is Stay.ABSENT


def test_joining_leaving_and_being_away() -> None:
    recorded = Recorded()
    before = recorded.signal("me")
    joined = recorded.joins("ana")
    away = recorded.capture.away("ana", recorded.at)
    back = recorded.capture.back("ana", recorded.at)
    left = recorded.leaves("ana")
    lifelines = read(recorded)
    stays = [lifelines.stay("ana", row.number) for row in (before, joined, away, back, left)]
    assert stays == [Stay.ABSENT, Stay.HERE, Stay.AWAY, Stay.HERE, Stay.ABSENT]
    assert lifelines.changes("ana", joined.number, back.number) == [
        (away.number, Stay.AWAY), (back.number, Stay.HERE),
    ]  # fmt: skip
    assert lifelines.left_after("ana", joined.number)
    assert not lifelines.left_after("me", joined.number)


def test_it_tells_whether_anybody_came_or_went() -> None:
    recorded = Recorded("ana")
    lifelines = Lifelines()
    assert lifelines.take(recorded.capture.rows)
    assert lifelines.take([recorded.signal("ana")])
    assert not lifelines.take([recorded.signal("ana"), recorded.signal("me", to="ana")])
    assert lifelines.take([recorded.leaves("ana")])


def test_another_connection_of_mine_ends_the_one_before() -> None:
    recorded = Recorded("ana")
    recorded.signal("me")
    again = person("me2")
    row = recorded.capture.joined(again, [again], recovered=False, wall=BEGIN)
    lifelines = read(recorded)
    assert lifelines.me == "me2"
    assert lifelines.stay("me", row.number) is Stay.ABSENT
    assert lifelines.stay("me2", row.number) is Stay.HERE


def test_who_left_before_the_oldest_row_is_forgotten() -> None:
    recorded = Recorded("ana")
    recorded.signal("ana")
    left = recorded.leaves("ana")
    recorded.signal("me")
    lifelines = read(recorded)
    lifelines.forget(left.number - 1)
    assert "ana" in lifelines.people
    lifelines.forget(left.number)
    assert lifelines.people == ["me"]
    assert lifelines.stay("me", left.number) is Stay.HERE


def test_who_is_known_to_be_there_was_there_unless_a_row_says_when_they_came() -> None:
    recorded = Recorded("ana")
    lifelines = read(recorded)
    lifelines.knows(["ana", "ben"])
    assert lifelines.people == ["me", "ana", "ben"]
    assert lifelines.stay("ben", 0) is Stay.HERE
    joined = recorded.joins("ben")
    lifelines.take([joined])
    assert lifelines.stay("ben", joined.number - 1) is Stay.ABSENT
    assert lifelines.stay("ben", joined.number) is Stay.HERE


def test_i_am_known_by_what_i_said_where_no_row_tells_of_my_joining() -> None:
    recorded = Recorded("ana")
    said = recorded.signal("me", to="ana")
    lifelines = Lifelines()
    lifelines.take([recorded.signal("ana"), said])
    assert lifelines.me == "me"
    assert lifelines.mine == {"me"}
