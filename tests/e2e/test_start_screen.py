"""The start screen as a person meets it: what goes wrong is said, what was typed stays, and can be put right."""

import http.server
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from heliograph.ui.palette import DARK, LIGHT
from tests.e2e.desk import Desk
from tests.e2e.program import until
from tests.e2e.screen import Picture
from tests.e2e.window import Window
from tests.relay.wire.process import running

pytestmark = pytest.mark.timeout(90)


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Requests are not the test's business."""


@contextmanager
def web_server() -> Iterator[int]:
    """A server that is no relay."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Quiet)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class Complaints:
    """What the start screen says in red, problem after problem."""

    def __init__(self, window: Window) -> None:
        self._window = window
        self._before: frozenset[int] = frozenset()

    async def hears_another(self) -> None:
        """Until it says something, and something else than before."""

        def differs(picture: Picture) -> bool:
            red = picture.places_of(LIGHT.danger)
            return bool(red) and red != self._before

        self._before = (await self._window.shows(differs, "a problem")).places_of(LIGHT.danger)


async def test_wrong_addresses_and_pins_are_put_right_where_they_stand(desk: Desk, tmp_path: Path) -> None:
    with running("--pin", "4711", "--name", "Choir") as relay, web_server() as other:
        window = await desk.start(tmp_path / "ben", "--name", "Ben")
        complaints = Complaints(window)
        await window.type("127.0.0.1:1")
        await complaints.hears_another()  # the PIN is missing
        await window.press("Tab")
        await window.type("0000")
        await complaints.hears_another()  # nobody listens
        for port in (other, relay.port):
            await window.press("shift+Tab", "End", "shift+ctrl+Left", "BackSpace")
            await window.type(str(port), then="Tab")
            await window.press("Return")
            await complaints.hears_another()  # a server that is no relay; a wrong PIN
        await window.press("ctrl+a")
        await window.type("4711")
        assert await until(lambda: window.rows("SELECT name FROM sessions"), "the session") == [("Choir",)]
        assert await window.end() == 0


async def test_a_broken_invite_is_completed(desk: Desk, tmp_path: Path) -> None:
    with running("--name", "Choir") as relay:
        invite = relay.event["invite"]
        window = await desk.start(tmp_path / "ben", "--name", "Ben")
        complaints = Complaints(window)
        for part in ("invite", f" {invite[:15]}", invite[15:-9]):
            await window.type(part)
            await complaints.hears_another()
        await window.type(invite[-9:])
        assert await until(lambda: window.rows("SELECT name FROM sessions"), "the session") == [("Choir",)]
        assert await window.end() == 0


async def test_every_screen_paints_in_light_and_dark(desk: Desk, tmp_path: Path) -> None:
    window = await desk.start(tmp_path / "ana", "--name", "Ana")
    assert_painted(await window.picture(), LIGHT.window)
    await window.keys("shift+Tab", "space")
    await window.invite()
    await window.say("hello")
    await window.has("hello")
    light = await window.picture()
    assert_painted(light, LIGHT.window)
    await window.keys("ctrl+shift+t")
    dark = await window.shows(lambda picture: len(picture.places_of(DARK.window)) > 10_000, "the dark")
    assert_painted(dark, DARK.window)
    assert not dark.places_of(LIGHT.window)
    assert dark.lightness < 0.25
    assert light.lightness > 0.75
    await window.keys("ctrl+w")
    await window.titled("^Heliograph$")
    assert_painted(await window.picture(), DARK.window)
    await window.end()
    again = await desk.start(tmp_path / "ana")
    assert_painted(await again.picture(), DARK.window)


def assert_painted(picture: Picture, ground: str) -> None:
    """It is no bare surface: there is text, with its many shades, on the theme's ground."""
    assert picture.colors > 60
    assert len(picture.places_of(ground)) > 10_000
