"""Captures in real windows, by keys: a session is saved and opened again, and what the command line names is there."""

import json
from pathlib import Path
from typing import Any

import pytest

from heliograph.ui.palette import LIGHT
from tests.e2e.desk import Desk
from tests.e2e.members import member
from tests.e2e.program import until
from tests.e2e.window import Window

pytestmark = pytest.mark.timeout(90)

SAMPLE = Path(__file__).parents[2] / "resources" / "captures" / "sample.jsonl"


def rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()[1:]]


async def save_as(window: Window, path: Path, *choices: str) -> None:
    """Ctrl+S, what is chosen by these keys, and the name."""
    await window.keys("ctrl+s")
    dialog = await window.titled("^Save the capture$")
    await window.keys(*choices, "Return", window=dialog)
    target = await window.titled("^Save the capture as$")
    await window.keys("ctrl+a", window=target)
    await window.screen.xdotool("type", "--delay", "4", str(path))
    await window.press("Return")
    await until(path.exists, path.name)


async def test_a_session_is_saved_and_opened_again(desk: Desk, tmp_path: Path) -> None:
    ana = await desk.start(tmp_path / "ana", "--name", "Ana", "--host", "--port", "0")
    invite = await ana.invite()
    async with member(invite, "Cleo") as cleo:
        await cleo.say_chat("good morning")
        await ana.has("good morning")
        saved = tmp_path / "morning.jsonl"
        await save_as(ana, saved)
        said = [row["data"] for row in rows(saved) if row["kind"] == "chat"]
        assert said == ["good morning"]
        assert invite.secret not in saved.read_text(encoding="utf-8")
    assert await ana.end() == 0
    again = await desk.start(tmp_path / "ana", str(saved))
    await again.titled("Ana's session – Heliograph$")
    again.id = await again.titled("Heliograph$")
    other = tmp_path / "again.csv"
    await save_as(again, other, "Tab", "Down")
    assert "good morning" in other.read_text(encoding="utf-8-sig")
    await again.keys("ctrl+w")
    await again.titled("^Heliograph$")
    assert await again.end() == 0


async def test_the_sample_is_one_key_away(desk: Desk, tmp_path: Path) -> None:
    window = await desk.start(tmp_path / "ana", "--name", "Ana")
    await window.keys("alt+p")
    await window.titled("Stargazing on Friday – Heliograph$")
    await window.shows(lambda picture: len(picture.places_of(LIGHT.surface_alt)) > 10_000, "rows")
    await window.keys("ctrl+w")
    await window.titled("^Heliograph$")
    assert await window.end() == 0


async def test_two_files_stand_side_by_side(desk: Desk, tmp_path: Path) -> None:
    second = tmp_path / "second.jsonl"
    second.write_bytes(SAMPLE.read_bytes())
    window = await desk.start(tmp_path / "ana", str(SAMPLE), str(second))
    await window.titled("Stargazing on Friday – Heliograph$")
    bars = await window.shows(lambda picture: bool(picture.places_of(LIGHT.accent_edge)), "the time axis")
    assert len(bars.places_of(LIGHT.accent_edge)) > 100
    assert await window.end() == 0


async def test_a_file_that_is_not_there_is_said(desk: Desk, tmp_path: Path) -> None:
    window = await desk.start(tmp_path / "ana", str(tmp_path / "none.jsonl"))
    await window.shows(lambda picture: bool(picture.places_of(LIGHT.danger)), "a problem")
    assert await window.end() == 0
