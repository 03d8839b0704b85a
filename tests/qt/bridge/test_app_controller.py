"""The start screen's controller: hosting, joining, giving up, and what is remembered."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from heliograph.bridge import opening
from heliograph.bridge.app_controller import AppController
from heliograph.client.events import State, Status
from heliograph.model.problem import Problem
from heliograph.model.settings import Recent, Settings
from heliograph.services.settings_file import FILE_NAME, load_settings
from heliograph.services.tasks import Tasks
from heliograph_relay.protocol.invite import Invite, parse_invite
from heliograph_relay.protocol.tokens import Project
from tests.qt.bridge.fakes import FakeReach, Heard, until

INVITE = Invite(addresses=("10.0.0.7", "fe80::1"), port=8765, session="s1", secret="sec", name="Choir")
SIGNALS = ("session_opened", "problem", "busy", "settings_changed", "recent_changed", "notice")


class Program:
    """A program with a fake world around it."""

    def __init__(self, directory: Path) -> None:
        self.tasks = Tasks()
        self.reach = FakeReach()
        self.app = AppController(directory, self.tasks, self.reach)
        self.heard = Heard(self.app, *SIGNALS)

    async def opened(self) -> Any:
        await until(lambda: self.heard["session_opened"])
        return self.heard["session_opened"].pop()

    async def failed(self) -> Problem:
        await until(lambda: self.heard["problem"])
        [problem] = self.heard["problem"]
        self.heard["problem"].clear()
        assert not self.app.is_busy
        assert isinstance(problem, Problem)
        return problem

    async def close(self) -> None:
        await self.app.close()
        await self.tasks.close()


@pytest.fixture
async def program_in(tmp_path: Path) -> AsyncIterator[Callable[[], Program]]:
    programs: list[Program] = []

    def start() -> Program:
        programs.append(Program(tmp_path / "profile"))
        return programs[-1]

    yield start
    for program in programs:
        await program.close()


@pytest.fixture
async def program(program_in: Callable[[], Program]) -> Program:
    program = program_in()
    await program.app.open()
    return program


# ---- joining


async def test_joining_by_invite(program: Program) -> None:
    program.app.join(f"Join me: {INVITE.line()} !", name="Ana")
    session = await program.opened()
    assert session.title == "Choir"
    assert not session.hosting
    assert session.invite == INVITE
    assert program.heard["busy"] == ["Joining 10.0.0.7:8765…", None]
    assert program.heard["problem"] == []
    [destination] = program.reach.destinations
    assert (destination.hosts, destination.port, destination.session) == (("10.0.0.7", "fe80::1"), 8765, "s1")
    assert destination.credential.secret == "sec"
    assert program.reach.names == ["Ana"]
    assert program.app.settings.name == "Ana"


async def test_joining_by_address_and_pin(program: Program) -> None:
    program.app.join("10.0.0.7", pin=" 123 456 ")
    await program.opened()
    [destination] = program.reach.destinations
    assert (destination.session, destination.credential.pin) == ("lan", "123456")
    [recent] = program.app.recent()
    assert (recent.session, parse_invite(recent.invite).session) == ("s1", "s1")


@pytest.mark.parametrize(
    ("text", "pin", "words"),
    [
        ("", "", "Paste an invite"),
        ("   ", "1", "Paste an invite"),
        ("10.0.0.7:8765", "", "Type the PIN"),
        (INVITE.line()[:-9], "", "again"),
        ("https://example.org", "1", "https"),
        ("10.0.0.7:99999", "1", "port"),
    ],
)
async def test_what_leads_nowhere_is_said_at_once(program: Program, text: str, pin: str, words: str) -> None:
    program.app.join(text, pin, "Ana")
    [problem] = program.heard["problem"]
    assert words in problem.text
    assert program.heard["busy"] == []
    assert program.reach.links == []


async def test_a_place_without_a_pin_is_no_wrong_place(program: Program) -> None:
    program.app.join("10.0.0.7:8765", "", "Ana")
    [problem] = program.heard["problem"]
    assert problem.title == "A PIN is needed there"


@pytest.mark.parametrize(
    ("status", "title"),
    [
        (Status(State.ENDED, "refused", problem="unreachable"), "Nobody answers at 10.0.0.7:8765"),
        (Status(State.ENDED, "wrong", problem="unauthorized"), "The session does not open"),
        (Status(State.ENDED, "news", problem="somethingNew"), "Joining failed"),
    ],
)
async def test_a_join_that_fails_says_why_and_leaves_nothing(
    program: Program, status: Status, title: str
) -> None:
    program.reach.status = status
    program.app.join(INVITE.line())
    problem = await program.failed()
    assert (problem.title, problem.text) == (title, status.message)
    assert problem.action
    assert program.reach.links[0].closed
    assert program.app.recent() == []
    assert program.heard["session_opened"] == []


async def test_a_name_that_no_relay_takes(program: Program) -> None:
    program.app.join(INVITE.line(), name="x" * 65)
    assert (await program.failed()).title == "This name cannot be used"


async def test_a_join_that_never_ends_is_given_up(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "JOIN_WITHIN", 0.02)
    program.reach.silent = True
    program.app.join(INVITE.line())
    assert "does not finish answering" in (await program.failed()).title
    assert program.reach.links[0].closed


async def test_joining_can_be_cancelled(program: Program) -> None:
    program.reach.silent = True
    program.app.join(INVITE.line())
    await until(lambda: program.reach.links)
    program.app.join(INVITE.line())
    program.app.cancel()
    await until(lambda: not program.app.is_busy)
    assert program.reach.links[0].closed
    assert len(program.reach.links) == 1
    assert program.heard["problem"] == []
    assert program.heard["busy"] == ["Joining 10.0.0.7:8765…", None]
    program.app.cancel()
    program.reach.silent = False
    program.app.join(INVITE.line())
    await program.opened()


async def test_joining_may_begin_before_the_store_is_open(program_in: Callable[[], Program]) -> None:
    program = program_in()
    program.app.join(INVITE.line())
    await asyncio.sleep(0)
    await program.app.open()
    await program.opened()


@pytest.mark.expects_log("failed")
async def test_a_fault_of_ours_is_told_too(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> None:
        raise ZeroDivisionError("oops")

    monkeypatch.setattr(program.reach, "capture", broken)
    program.app.join(INVITE.line())
    assert (await program.failed()).text == "ZeroDivisionError: oops"


# ---- hosting


async def test_hosting(program: Program) -> None:
    program.app.host("Ana", "Choir", pin="1234", port=0)
    session = await program.opened()
    [wish] = program.reach.wishes
    assert (wish.name, wish.pin, wish.port, wish.session) == ("Choir", "1234", 0, None)
    assert session.hosting
    assert session.may_moderate
    assert session.invite.addresses == ("10.0.0.1",)
    assert program.reach.destinations[0].credential.secret == "host"
    [recent] = program.app.recent()
    assert recent.hosted
    await session.close()
    assert program.reach.hosting is not None
    assert program.reach.hosting.stopped


async def test_a_busy_port_is_told(program: Program) -> None:
    program.reach.port = 40_001
    program.app.host("Ana", "Choir", port=8765)
    await program.opened()
    assert program.heard["notice"] == ["Port 8765 is in use; this session is at port 40001."]


async def test_a_relay_that_does_not_start(program: Program) -> None:
    program.reach.hosting_problem = Problem("The session cannot be hosted", "no room")
    program.app.host("Ana", "Choir")
    assert (await program.failed()).text == "no room"


async def test_a_relay_that_cannot_be_joined_is_stopped(program: Program) -> None:
    program.reach.status = Status(State.ENDED, "?", problem="unreachable")
    program.app.host("Ana", "Choir")
    await program.failed()
    assert program.reach.hosting is not None
    assert program.reach.hosting.stopped


async def test_cancelled_hosting_leaves_no_relay(program: Program) -> None:
    program.reach.silent = True
    program.app.host("Ana", "Choir")
    await until(lambda: program.reach.links)
    program.app.cancel()
    await until(lambda: not program.app.is_busy)
    assert program.reach.hosting is not None
    assert program.reach.hosting.stopped
    assert program.reach.links[0].closed


# ---- what is remembered


async def test_recent_sessions_are_joined_or_hosted_again(program: Program) -> None:
    program.app.host("Ana", "Choir", port=7777)
    await (await program.opened()).close()
    program.reach.session = "s2"
    program.app.join(Invite(addresses=("10.0.0.8",), port=1, session="s2", secret="x").line())
    await (await program.opened()).close()
    guest, hosted = program.app.recent()
    assert [guest.session, hosted.session] == ["s2", "s1"]
    program.app.join_recent(guest)
    await program.opened()
    program.app.join_recent(hosted)
    await program.opened()
    wish = program.reach.wishes[-1]
    assert (wish.name, wish.session, wish.secret, wish.port) == ("Choir", "s1", "sec", 7777)
    program.app.forget(guest)
    await until(lambda: [recent.session for recent in program.app.recent()] == ["s1"])


async def test_a_recent_session_without_its_secret_asks_for_the_pin(program: Program) -> None:
    invite = Invite(addresses=("10.0.0.8",), port=1, session="s2").line()
    recent = Recent(session="s2", name="x", invite=invite, last=1)
    program.app.join_recent(recent)
    assert "PIN" in (await program.failed()).text
    program.app.join_recent(recent, pin="99")
    await program.opened()


async def test_a_pin_is_kept_with_its_session(program: Program) -> None:
    program.app.host("Ana", "Choir", pin="4711")
    await (await program.opened()).close()
    program.reach.session = "s2"
    program.app.join("10.0.0.8", pin="99")
    await (await program.opened()).close()
    guest, hosted = program.app.recent()
    program.app.join_recent(guest)
    await program.opened()
    assert program.reach.destinations[-1].credential.pin == "99"
    program.app.join_recent(hosted)
    await program.opened()
    assert program.reach.wishes[-1].pin == "4711"
    program.app.forget(guest)
    await until(lambda: len(program.app.recent()) == 1)


async def test_hosting_takes_the_persons_own_project_and_what_they_chose(
    program_in: Callable[[], Program], tmp_path: Path
) -> None:
    first, second = program_in(), program_in()
    for program in (first, second):
        await program.app.open()
        program.app.save_settings(opentok="all", session_ttl=60)
        program.app.host("Ana")
        await (await program.opened()).close()
    wishes = [wish for program in (first, second) for wish in program.reach.wishes]
    assert [(wish.opentok, wish.session_ttl) for wish in wishes] == [("all", 60)] * 2
    file = tmp_path / "profile" / "project.json"
    assert file.stat().st_mode & 0o777 == 0o600
    kept = json.loads(file.read_text(encoding="utf-8"))
    assert [wish.project for wish in wishes] == [Project(kept["api_key"], kept["api_secret"])] * 2


async def test_a_damaged_project_is_set_aside_and_told(
    program_in: Callable[[], Program], tmp_path: Path
) -> None:
    (tmp_path / "profile").mkdir()
    (tmp_path / "profile" / "project.json").write_text("{", encoding="utf-8")
    program = program_in()
    await program.app.open()
    program.app.host("Ana")
    await program.opened()
    [problem] = program.heard["problem"]
    assert "set aside" in problem.text
    assert program.reach.wishes[-1].project is not None


async def test_settings_are_told_and_written(program: Program, tmp_path: Path) -> None:
    program.app.save_settings(theme="dark")
    program.app.save_settings(theme="dark")
    program.app.save_settings(name="Bo")
    assert [s.theme for s in program.heard["settings_changed"]] == ["dark", "dark"]
    assert len(program.heard["settings_changed"]) == 2
    await until(lambda: load_settings(tmp_path / "profile")[0] == program.app.settings)


async def test_settings_that_cannot_be_written_hold_all_the_same(
    program: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("heliograph.bridge.keeping.save_settings", full)
        program.app.save_settings(theme="dark")
        problem = await program.failed()
    assert problem.text == "No space left on device."
    assert program.app.settings.theme == "dark"


async def test_switches_of_a_session_are_those_of_the_next(program: Program) -> None:
    program.app.join(INVITE.line())
    session = await program.opened()
    session.set_switch("read", False)
    assert not program.app.settings.read_receipts
    program.app.join(INVITE.line())
    assert not (await program.opened()).switches.read


async def test_a_person_has_a_friendly_name_from_the_first(program: Program) -> None:
    assert len(program.app.settings.name.split()) == 2
    assert program.app.suggest_name()


async def test_damaged_files_are_told(program_in: Callable[[], Program], tmp_path: Path) -> None:
    (tmp_path / "profile").mkdir()
    (tmp_path / "profile" / FILE_NAME).write_text("{")
    (tmp_path / "profile" / "history.sqlite3").write_text("no database" * 100)
    program = program_in()
    await program.app.open()
    assert ["settings" in p.text or "history" in p.text for p in program.heard["problem"]] == [True, True]


async def test_a_second_program_is_somebody_else(program_in: Callable[[], Program]) -> None:
    first, second = program_in(), program_in()
    await first.app.open()
    await second.app.open()
    first.app.save_settings(name="Ana")
    second.app.save_settings(name="Bo")
    await first.close()
    await second.close()
    again = program_in()
    assert again.app.settings.name == "Ana"
    assert program_in().app.settings.name == "Bo"
    await again.app.open()


async def test_a_folder_that_cannot_be_used_is_told_and_the_program_goes_on(
    program_in: Callable[[], Program], tmp_path: Path
) -> None:
    (tmp_path / "profile").write_text("a file where the folder should be")
    program = program_in()
    await program.app.open()
    program.app.save_settings(theme="dark")
    problem = await program.failed()  # one, not one for each file
    assert problem.title == f"Nothing can be kept in {tmp_path / 'profile'}"
    assert "put aside" not in problem.text
    program.app.join(INVITE.line())
    await program.opened()
    assert program.app.settings != Settings()


async def test_closing_ends_everything(program: Program) -> None:
    program.app.host("Ana", "Choir")
    await program.opened()
    program.reach.silent = True
    program.app.join(INVITE.line())
    await until(lambda: len(program.reach.links) == 2)
    await program.close()
    assert [link.closed for link in program.reach.links] == [True, True]
    assert program.reach.hosting is not None
    assert program.reach.hosting.stopped
