"""Signals written by hand in a real window: seen on the wire, kept over a crash, sent again from the inspector."""

import json
from pathlib import Path

import pytest

from tests.e2e.desk import Desk
from tests.e2e.members import member
from tests.e2e.program import until
from tests.e2e.window import Window

pytestmark = pytest.mark.timeout(90)

COMPOSE = "^Compose a signal$"


async def hosting(desk: Desk, directory: Path) -> Window:
    window = await desk.start(directory, "--name", "Ana", "--host", "--port", "0")
    await window.invite()
    return window


async def compose_window(window: Window, *keys: str) -> str:
    """Press the keys that open it, and wait until it has the keyboard."""
    await window.keys(*keys)
    compose = await window.titled(COMPOSE)
    await window.front(compose)
    return compose


async def write(window: Window, text: str) -> None:
    """Type wherever the keyboard is."""
    await window.screen.xdotool("type", "--delay", "4", text)


async def test_composed_resent_and_kept_over_a_crash(desk: Desk, tmp_path: Path) -> None:
    ana = await hosting(desk, tmp_path / "ana")
    async with member(await ana.invite(), "Cleo") as cleo:
        compose = await compose_window(ana, "ctrl+n")
        await write(ana, "poll")
        await ana.press("Tab")
        await write(ana, '{"n": 1.50}')
        await ana.press("ctrl+Return")
        first = await cleo.until("signal", type="poll")
        assert (first["data"], first["from"]) == ('{"n": 1.50}', cleo.id_of("Ana"))

        # What follows goes through the same window: the field of the data has the focus still.
        await write(ana, " ")
        await ana.press("ctrl+Return")
        assert (await cleo.until("signal", type="poll"))["data"] == '{"n": 1.50} '
        await ana.keys("Escape", window=compose)

        # Somebody else's signal, looked at and sent again.
        await cleo.signal(type="state", data='{"from": "Cleo"}')
        await cleo.until("signal", type="receipt")
        await ana.keys("ctrl+l")
        await write(ana, "type:state")  # the one row that passes, whatever comes behind it
        await compose_window(ana, "Return", "space", "ctrl+e")
        await ana.press("ctrl+Return")
        again = await cleo.until("signal", type="state")
        assert (again["data"], again["from"]) == ('{"from": "Cleo"}', cleo.id_of("Ana"))

    # Half a thought, and the program is killed.
    await write(ana, "precious ")
    settings = tmp_path / "ana" / "settings.json"

    def kept() -> bool:
        return "precious" in json.loads(settings.read_text("utf-8"))["compose_draft"].get("data", "")

    await until(kept, "the draft on disk")
    ana.kill()
    anew = await hosting(desk, tmp_path / "ana")
    await until(lambda: anew.rows("SELECT COUNT(*) FROM sessions") == [(2,)], "the second session")
    async with member(await anew.invite(), "Cleo") as cleo:
        await compose_window(anew, "ctrl+n")
        await anew.press("ctrl+Return")
        assert "precious" in (await cleo.until("signal", type="state"))["data"]
