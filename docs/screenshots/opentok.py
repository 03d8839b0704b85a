"""Makes the pictures of the application between OpenTok's own chat widgets: real pages in Chromium, a real window.

    python -m docs.screenshots.opentok         # from the project's folder; needs Xvfb, openbox, xdotool, ImageMagick, Node.js, npm and Chromium

The widget and OpenTok.js are installed from npm where they are missing; nothing of them is kept here but what is
to be seen.
"""

import asyncio
import os
import tempfile
from pathlib import Path

from PySide6 import QtCore, QtGui, QtWidgets

from heliograph.model.settings import Settings
from heliograph.services.settings_file import save_settings
from tests.e2e.desk import Desk
from tests.e2e.program import until
from tests.e2e.screen import screen
from tests.e2e.window import Window
from tests.relay.wire.process import Relay, running
from tests.sdk.conftest import KEY, SECRET, Pages, sdk_env, server_sdk
from tests.sdk.driver import driver
from tests.sdk.install import npm_modules
from tests.sdk.page import Page
from tests.sdk.site import DRIVERS, files_of, site
from tests.sdk.widgets import open_widget, say, sees

FOLDER = Path(__file__).resolve().parent
APP = ("860", "640")
PAGE = (340, 640)
GAP = 20
GROUNDS = {"light": "#d9dee6", "dark": "#0b0e13"}


async def talk(window: Window, wanda: Page, willi: Page) -> None:
    """A support case."""
    await say(wanda, "Hi! I cannot share my screen.")
    await until(lambda: len(window.texts()) == 1)
    await window.say("Good morning Wanda. Which browser is that?")
    await window.has("Good morning Wanda. Which browser is that?")
    await say(willi, "Same here. Chromium asks for a permission first.")
    await until(lambda: len(window.texts()) == 3)
    await window.say("That is it: allow it once, then reload.")
    for page in (wanda, willi):
        await sees(page, "then reload")
        await page.run("$('#messagesHolder').scrollTop(10000), 0")


async def photograph(relay: Relay, choice: str, modules: Path, directory: Path) -> None:
    """One theme: the window in the middle, the two pages beside it."""
    env = sdk_env(relay, modules)
    with screen() as made, site(files_of(modules)) as url:
        async with (
            driver("node", str(DRIVERS / "browser.mjs"), env=env) as browser,
            server_sdk(relay, modules) as sdk,
        ):
            pages, desk = Pages(browser, url, relay), Desk(made)
            tokens = [
                await sdk.call("token", relay.session, "publisher", data)
                for data in ('{"name": "Wanda"}', "")
            ]
            save_settings(directory, Settings(theme="dark" if choice == "dark" else "light", pane="chat"))
            try:
                wanda = await open_widget(pages, relay.session, tokens[0], "Wanda")
                willi = await open_widget(pages, relay.session, tokens[1], "Willi")
                window = await desk.start(directory, relay.event["invite"], "--name", "Dora (support)")
                await window.invite()
                await made.xdotool("windowsize", "--sync", window.id, *APP)
                await talk(window, wanda, willi)
                await asyncio.sleep(0.5)  # a frame or two
                await made.run("import", "-silent", "-window", window.id, str(directory / "app.png"))
                for name, page in (("wanda", wanda), ("willi", willi)):
                    await page.picture(directory / f"{name}.png", *PAGE)
            finally:
                for one in desk.windows:
                    one.kill()
                await pages.close()
    compose(directory, choice)


def compose(directory: Path, choice: str) -> None:
    """Side by side."""
    pictures = [QtGui.QImage(str(directory / f"{name}.png")) for name in ("wanda", "app", "willi")]
    size = QtCore.QSize(
        sum(picture.width() + GAP for picture in pictures) + GAP, max(p.height() for p in pictures) + 2 * GAP
    )
    whole = QtGui.QImage(size, QtGui.QImage.Format.Format_RGB32)
    whole.fill(QtGui.QColor(GROUNDS[choice]))
    painter = QtGui.QPainter(whole)
    left = GAP
    for picture in pictures:
        painter.drawImage(left, GAP, picture)
        left += picture.width() + GAP
    painter.end()
    whole.save(str(FOLDER / f"opentok-widgets-{choice}.png"))


async def main() -> None:
    """Both themes, each with a relay of its own."""
    modules = npm_modules(dict(os.environ))
    for choice in GROUNDS:
        with (
            running("--api-key", KEY, "--api-secret", SECRET, "--name", "Support") as relay,
            tempfile.TemporaryDirectory() as directory,
        ):
            await photograph(relay, choice, modules, Path(directory))


if __name__ == "__main__":
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    _application = QtWidgets.QApplication([])
    asyncio.run(main())
