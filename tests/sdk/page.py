"""A page in Chromium in which the unmodified OpenTok.js runs (drivers/page.html)."""

import asyncio
import json
from pathlib import Path
from typing import Any

from tests.sdk.driver import Driver

Event = dict[str, Any]


class Page:
    """One page; `id` is its connection's."""

    def __init__(self, browser: Driver, name: str, key: str) -> None:
        self._browser = browser
        self._key = key
        self.name = name
        self.id = ""
        self.capabilities: dict[str, int] = {}

    async def run(self, code: str) -> Any:
        """The value of an expression in the page."""
        return await self._browser.ask(page=self.name, run=code)

    async def connect(self, session: str, token: str, **options: object) -> Event:
        """OT.initSession and session.connect; the answer has `id`, or what the error says."""
        arguments = ", ".join(json.dumps(item) for item in (self._key, session, token, options))
        answer: Event = await self.run(f"connect({arguments})")
        self.id = answer.get("id", "")
        self.capabilities = answer.get("capabilities", {})
        return answer

    async def signal(self, to: str | None = None, **what: object) -> Event | None:
        """session.signal; None, or what the error says."""
        answer: Event | None = await self.run(f"signal({json.dumps(what)}, {json.dumps(to)})")
        return answer

    async def put_out(self, connection: str) -> Event | None:
        answer: Event | None = await self.run(f"putOut({json.dumps(connection)})")
        return answer

    async def log(self, *kinds: str) -> list[Event]:
        """What has happened, of these kinds."""
        events: list[Event] = await self.run("log")
        return [event for event in events if event["event"] in kinds or not kinds]

    async def until(self, count: int, *kinds: str, within: float = 15.0) -> list[Event]:
        """The events of these kinds, once there are so many."""
        async with asyncio.timeout(within):
            while len(events := await self.log(*kinds)) < count:  # noqa: ASYNC110 (a page tells nobody)
                await asyncio.sleep(0.02)
        return events

    async def picture(self, path: Path, width: int, height: int) -> None:
        """Have a picture of the page made, in a window of that size."""
        await self._browser.ask(page=self.name, picture=str(path), width=width, height=height)

    async def forget(self) -> None:
        await self.run("log.length = 0")
