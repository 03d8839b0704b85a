"""The start screen as a person meets it: what goes wrong is said, and can be put right."""

import http.server
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from PySide6 import QtGui

from tests.e2e.windows import Screen, until
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


async def test_wrong_turns_and_then_the_right_one(desk: Screen, tmp_path: Path) -> None:
    with running("--pin", "4711", "--name", "Choir") as relay, web_server() as other:
        window = await desk.start(tmp_path / "ben", "--name", "Ben")
        invite = relay.event["invite"]
        await window.type("127.0.0.1:1")  # nobody listens
        for wrong in (f"127.0.0.1:{other}", invite[: len(invite) // 2], "this is nothing", "127.0.0.1:99999"):
            await window.keys("ctrl+a")
            await window.type(wrong)
        assert not window.rows("SELECT 1 FROM sessions")
        await window.keys("ctrl+a")
        await window.type(f"127.0.0.1:{relay.port}")
        await window.keys("Tab")
        await window.type("0000")  # a wrong PIN
        await window.keys("ctrl+a")
        await window.type("4711")
        rows = await until(lambda: window.rows("SELECT name FROM sessions"), "the session")
        assert rows == [("Choir",)]
        assert await window.end() == 0


def colors(picture: Path) -> tuple[int, float]:
    """How many different colours there are, and the mean lightness from 0 to 1."""
    image = QtGui.QImage(str(picture))
    found = [image.pixelColor(x, y) for x in range(100, 1_250, 5) for y in range(80, 780, 5)]
    return len({color.rgb() for color in found}), sum(color.lightnessF() for color in found) / len(found)


async def test_the_window_paints_in_light_and_dark(desk: Screen, tmp_path: Path) -> None:
    window = await desk.start(tmp_path / "ana", "--host", "--port", "0", "--name", "Ana")
    await window.invite()
    await window.say("hello")
    await window.has("hello")
    many, light = colors(await desk.shoot("smoke-light"))
    assert many > 20
    await window.keys("ctrl+shift+t")
    await until(lambda: '"theme": "dark"' in (window.directory / "settings.json").read_text(encoding="utf-8"))
    many, dark = colors(await desk.shoot("smoke-dark"))
    assert many > 20
    assert light > 0.7
    assert dark < 0.3
