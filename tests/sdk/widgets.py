"""OpenTok's chat widget in a page: opened, written in, and read."""

import asyncio

from tests.sdk.conftest import Pages
from tests.sdk.page import Page


async def open_widget(pages: Pages, session: str, token: str, alias: str) -> Page:
    """A page with the widget, whose person is called `alias` there."""
    page = await pages.join(session, token, path="/text-chat.html")
    await page.run(f"openChat({alias!r})")
    return page


async def say(page: Page, text: str) -> None:
    """Write in the widget's own field, and press its own button."""
    await page.run(f"$('#messageBox').val({text!r}), $('#sendMessage').click(), 0")


async def shown(page: Page) -> str:
    """What is to be read in the widget."""
    return str(await page.run("$('#messagesHolder').text()"))


async def sees(page: Page, words: str) -> str:
    """What is to be read there, once these words are in it; a page tells nobody, so it is asked."""
    async with asyncio.timeout(20):
        while words not in (text := await shown(page)):
            pass
    return text
