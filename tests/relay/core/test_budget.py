"""All logs together are bounded: the longest idle session forgets first, and says so to whoever comes back."""

from heliograph_relay.core.budget import LogBudget
from heliograph_relay.core.log import ENTRY_BYTES
from heliograph_relay.core.session import Session
from heliograph_relay.core.session_config import SessionConfig
from heliograph_relay.protocol.native import Join, Joined, Resume

from .desk import Desk

ROOM = 10 * (ENTRY_BYTES + 100)


def _session(budget: LogBudget, id: str) -> Session:
    return Session(SessionConfig(id=id, log_entries=1_000), epoch="e", budget=budget)


def _say(session: Session, wall: int, times: int = 1) -> None:
    for _ in range(times):
        session.signal(sender=None, n=None, to=None, type=None, data="x" * 100, size=100, wall=wall)


def test_the_longest_idle_session_gives_way_first() -> None:
    budget = LogBudget(ROOM)
    old, young, speaker = (_session(budget, id) for id in "abc")
    _say(young, wall=2, times=3)
    _say(old, wall=1, times=3)
    _say(speaker, wall=3, times=5)
    assert (len(old.log), len(young.log), len(speaker.log)) == (1, 3, 5)
    assert budget.used == 9 * (ENTRY_BYTES + 100)


def test_who_speaks_alone_forgets_its_own_oldest_and_keeps_its_numbers() -> None:
    budget = LogBudget(ROOM)
    session = _session(budget, "a")
    _say(session, wall=1, times=50)
    assert budget.used <= ROOM
    assert 8 <= len(session.log) <= 10
    assert session.log.seq == 50
    assert [kept.entry.seq for kept in session.log.after(0)][-1] == 50


def test_a_session_that_ends_gives_everything_back() -> None:
    budget = LogBudget(ROOM)
    session = _session(budget, "a")
    _say(session, wall=1, times=5)
    session.end()
    assert budget.used == 0
    _say(other := _session(budget, "b"), wall=2, times=9)
    assert len(other.log) == 9


def test_own_bounds_count_in_the_budget_too() -> None:
    budget = LogBudget(0)
    session = Session(SessionConfig(id="a", log_entries=3), epoch="e", budget=budget)
    _say(session, wall=1, times=30)
    assert budget.used == session.log.cost == 3 * (ENTRY_BYTES + 100)


def test_who_was_away_from_a_session_that_had_to_forget_is_told_so() -> None:
    desk = Desk(all_log_bytes=ROOM)
    ana = desk.open()
    joined = desk.say(ana, Join(secret="guest"))[-1]
    assert isinstance(joined, Joined)
    desk.do(desk.hub.lost(ana.dialogue, desk.now, desk.wall))
    _say(desk.session, wall=desk.wall, times=2)
    other = desk.hub.create_session(SessionConfig(id="other"), epoch="e", now=0, wall=0)
    _say(other, wall=desk.wall + 1, times=10)
    back = desk.open()
    resume = Resume(connection=joined.connection.id, key=joined.key, epoch=joined.epoch, seq=joined.seq)
    answer = next(m for m in desk.say(back, Join(secret="guest", resume=resume)) if isinstance(m, Joined))
    assert not answer.recovered
