"""Signals that are written by hand go out as they are meant to, and one sees how they fare."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from heliograph.bridge.composing import Composing, Sending
from heliograph.bridge.session_controller import SessionController
from heliograph.client.events import Failed, NotConfirmed, Rejected
from heliograph.model.repeating import WINDOW
from heliograph.model.templates import Draft, Template
from tests.qt.bridge.fakes import FakeLink, Heard, destroyed, until
from tests.qt.ui.stage import Stage


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    """In a session with Ana."""
    stage = Stage(tmp_path / "profile")
    await stage.joined()
    yield stage
    await stage.close()


def composing(stage: Stage) -> Composing:
    return stage.session.composing


def link(stage: Stage) -> FakeLink:
    return stage.link


async def refused_by(stage: Stage, sending: Sending) -> str:
    await until(lambda: sending.lost)
    return sending.problem


class TestOnce:
    async def test_it_goes_as_it_is_written(self, stage: Stage) -> None:
        composing(stage).send(Draft(type="poll", data="", to="ana"))
        composing(stage).send(Draft())
        composing(stage).send(Draft(data="{{n}}"))
        assert [sent[1:] for sent in link(stage).sent] == [
            ("poll", "", "ana"),
            (None, None, None),
            (None, "{{n}}", None),
        ]

    async def test_what_the_relay_took_is_known_by_its_seq(self, stage: Stage) -> None:
        link(stage).answers = 42
        told = Heard(composing(stage), "sendings_changed")
        to_all, to_one = (composing(stage).send(Draft(type="a", to=to)) for to in (None, "ana"))
        await until(lambda: to_all.over and to_one.over)
        assert (to_all.seq, to_one.seq) == (42, 43)
        assert (to_all.problem, to_one.taken) == ("", 1)
        assert told["sendings_changed"]

    @pytest.mark.parametrize(
        ("fate", "words"),
        [
            (lambda ref: Rejected(ref, 404, "noSuchConnection", "no connection"), "404 noSuchConnection: no connection"),
            (lambda ref: Failed(ref, "This person has left."), "This person has left."),
            (NotConfirmed, "nobody knows"),
        ],
    )  # fmt: skip
    async def test_what_was_not_taken_says_why(self, stage: Stage, fate: object, words: str) -> None:
        sending = composing(stage).send(Draft(type="a"))
        link(stage).say(fate(link(stage).sent[-1][0]))  # type: ignore[operator]
        assert words in await refused_by(stage, sending)
        assert sending.over
        assert sending.seq is None

    async def test_what_breaks_the_rules_never_goes(self, stage: Stage) -> None:
        sending = composing(stage).send(Draft(type="no spaces"))
        assert "not ' '" in sending.problem
        assert sending.over
        assert not link(stage).sent

    async def test_chat_lines_of_others_are_none_of_its_business(self, stage: Stage) -> None:
        sending = composing(stage).send(Draft(type="a"))
        link(stage).answers = 50
        stage.session.send_chat("hello")
        await until(lambda: link(stage).of_type("chat"))
        assert not sending.over


class TestProblems:
    async def test_each_stands_with_its_field(self, stage: Stage) -> None:
        found = composing(stage).problems(Draft(type="ä", data="x" * 8_193, to="nobody"))
        assert set(found) == {"type", "data", "to"}
        assert "8192" in found["data"]
        assert composing(stage).problems(Draft(type="chat", data="hi", to="ana")) == {}
        assert composing(stage).problems(Draft()) == {}
        assert "half a character" in composing(stage).problems(Draft(data="\ud800"))["data"]

    async def test_an_empty_type_is_none_that_may_go(self, stage: Stage) -> None:
        assert "leave it out" in composing(stage).problems(Draft(type=""))["type"]

    async def test_somebody_who_left(self, stage: Stage) -> None:
        link(stage).say(destroyed(11, "ana"))
        assert "not in the session" in composing(stage).problems(Draft(to="ana"))["to"]

    async def test_what_the_places_grow_to_counts(self, stage: Stage) -> None:
        draft = Draft(data="x" * 8_187 + "{{n}}", fills=True)
        assert composing(stage).problems(draft, times=99_999) == {}
        assert "8193" in composing(stage).problems(draft, times=100_000)["data"]


class TestAgainAndAgain:
    async def test_each_has_its_number(self, stage: Stage) -> None:
        link(stage).answers = 20
        sending = composing(stage).repeat(Draft(type="a", data="{{n}}", fills=True), 5, 1_000)
        await until(lambda: sending.over)
        assert [data for data, _ in link(stage).of_type("a")] == ["1", "2", "3", "4", "5"]
        assert (sending.taken, sending.seq) == (5, 24)
        assert composing(stage).running is None

    async def test_it_waits_for_the_relay(self, stage: Stage) -> None:
        sending = composing(stage).repeat(Draft(type="a"), 100, 1_000)
        await until(lambda: sending.sent == WINDOW)
        for ref, *_ in list(link(stage).sent):
            link(stage).say(Rejected(ref, 404, "noSuchConnection", "gone"))
        await until(lambda: sending.sent > WINDOW)
        assert sending.lost == WINDOW
        assert sending.sent <= 2 * WINDOW

    async def test_it_can_be_stopped(self, stage: Stage) -> None:
        link(stage).answers = 20
        sending = composing(stage).repeat(Draft(type="a"), 100, 0.01)
        assert composing(stage).running is sending
        composing(stage).stop()
        await until(lambda: sending.over)
        assert (sending.sent, composing(stage).running) == (1, None)

    async def test_another_one_takes_its_place(self, stage: Stage) -> None:
        first = composing(stage).repeat(Draft(type="a"), 100, 0.01)
        second = composing(stage).repeat(Draft(type="b"), 100, 0.01)
        assert first.stopped
        assert composing(stage).running is second

    async def test_leaving_the_session_ends_it(self, stage: Stage) -> None:
        sending = composing(stage).repeat(Draft(type="a"), 100, 0.01)
        stage.session.leave()
        await until(lambda: sending.stopped)

    async def test_the_rate_is_the_sessions(self, stage: Stage) -> None:
        assert stage.session.rate == 50
        assert composing(stage).rate(500) == pytest.approx(45)
        assert composing(stage).rate(10) == 10


class TestKept:
    async def test_templates_and_the_draft_are_there_the_next_time(
        self, stage: Stage, tmp_path: Path
    ) -> None:
        told = Heard(composing(stage), "templates_changed")
        composing(stage).save_template(Template(name="mine", type="x"))
        composing(stage).save_template(Template(name="mine", type="y", data=""))
        composing(stage).save_template(Template(name="other"))
        composing(stage).delete_template("other")
        composing(stage).keep_draft(Draft(type="half", data="wri"))
        assert len(told["templates_changed"]) == 4
        await stage.app.close()
        again = Stage(tmp_path / "profile")
        await again.joined()
        assert again.session.composing.templates == (Template(name="mine", type="y", data=""),)
        assert again.session.composing.draft == Draft(type="half", data="wri")
        await again.close()

    async def test_a_draft_is_kept_while_one_writes(self, stage: Stage) -> None:
        composing(stage).keep_draft(Draft(data="x"))
        await until(lambda: stage.app.settings.compose_draft == Draft(data="x"))


async def test_sessions_that_run_are_known(stage: Stage) -> None:
    assert stage.app.sessions == (stage.session,)
    assert isinstance(stage.session, SessionController)
