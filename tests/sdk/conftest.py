"""A relay, Chromium with the unmodified OpenTok.js, the Python and the Node server SDK: one of each for all tests."""

import asyncio
import os
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import pytest_asyncio

from tests.relay.wire.harness import Peer
from tests.relay.wire.process import Relay, running
from tests.sdk.driver import Driver, driver
from tests.sdk.install import missing_tools, npm_modules, python_with_sdk
from tests.sdk.page import Page
from tests.sdk.site import DRIVERS, files_of, site

KEY, SECRET = "47000001", "0123456789abcdef0123456789abcdef01234567"
#: As the person who runs the tests has it: registries and their settings are found through it.
_ENV = dict(os.environ)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything here needs Node.js and Chromium, and is given one event loop and time for a first installation."""
    missing = missing_tools()
    for item in items:
        if not item.path.is_relative_to(DRIVERS.parent):
            continue
        item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)
        item.add_marker(pytest.mark.timeout(300))
        item.add_marker(pytest.mark.slow)
        if missing:
            item.add_marker(pytest.mark.skip(reason=f"needs {', '.join(missing)}"))


@pytest.fixture(scope="session")
def modules() -> Path:
    return npm_modules(_ENV)


@pytest.fixture(scope="session")
def relay() -> Iterator[Relay]:
    with running("--api-key", KEY, "--api-secret", SECRET, "--rate", "0", "--recovery-window", "20") as relay:
        yield relay


def api_url(relay: Relay) -> str:
    return f"http://127.0.0.1:{relay.port}"


def sdk_env(relay: Relay, modules: Path) -> dict[str, str]:
    ours = {"API_KEY": KEY, "API_SECRET": SECRET, "API_URL": api_url(relay), "SDK_MODULES": str(modules)}
    return {**os.environ, **ours, "CHROMIUM": shutil.which("chromium") or ""}


@asynccontextmanager
async def server_sdk(relay: Relay, modules: Path) -> AsyncIterator[Driver]:
    """The Python server SDK, pointed at that relay."""
    python = await asyncio.to_thread(python_with_sdk, _ENV)
    async with driver(str(python), str(DRIVERS / "server.py"), env=sdk_env(relay, modules)) as made:
        yield made


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def python_sdk(relay: Relay, modules: Path) -> AsyncIterator[Driver]:
    """The server SDK from PyPI, in an environment of its own."""
    async with server_sdk(relay, modules) as made:
        yield made


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def node_sdk(relay: Relay, modules: Path) -> AsyncIterator[Driver]:
    """The server SDK from npm."""
    async with driver("node", str(DRIVERS / "server.mjs"), env=sdk_env(relay, modules)) as made:
        yield made


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser(relay: Relay, modules: Path) -> AsyncIterator[Driver]:
    async with driver("node", str(DRIVERS / "browser.mjs"), env=sdk_env(relay, modules)) as made:
        yield made


@pytest.fixture(scope="session")
def page_url(modules: Path) -> Iterator[str]:
    """Where the test page is served, with the SDK from its own installation."""
    with site(files_of(modules)) as url:
        yield url


Join = Callable[[str, str], Awaitable[Peer]]


@pytest_asyncio.fixture(loop_scope="session")
async def native(relay: Relay) -> AsyncIterator[Join]:
    """Joins a session with a token, on heliograph.v1, until the test is over."""
    peers: list[Peer] = []

    async def join(session: str, token: str) -> Peer:
        peer = await Peer.open(relay, session)
        peers.append(peer)
        await peer.join(token=token, name="Nat")
        return peer

    yield join
    for peer in peers:
        await peer.ws.close()


@pytest_asyncio.fixture(loop_scope="session")
async def pages(browser: Driver, page_url: str, relay: Relay) -> AsyncIterator["Pages"]:
    """Opens pages for one test and closes them after it; no page may have thrown."""
    made = Pages(browser, page_url, relay)
    yield made
    await made.close()
    assert await browser.ask(complain=True) == []


class Pages:
    """See the fixture."""

    def __init__(self, browser: Driver, url: str, relay: Relay) -> None:
        self._browser = browser
        self._url = url
        self._relay = relay
        self._open: list[Page] = []

    async def open(
        self, *, port: int | None = None, way: str = "proxy", path: str = "/", hears: int | None = None
    ) -> Page:
        """A page that is pointed at the relay, or at a proxy before it, in one of the two ways.

        `hears`: its first socket hears so many messages, and no more.
        """
        base = f"http://127.0.0.1:{port or self._relay.port}"
        target = f"proxy={base}/some/where" if way == "proxy" else f"api={base}/api"
        if hears is not None:
            target += f"&hears={hears}"
        page = Page(self._browser, f"{len(self._open)}", KEY)
        self._open.append(page)
        await self._browser.ask(page=page.name, open=f"{self._url}{path}?{target}")
        return page

    async def join(
        self,
        session: str,
        token: str,
        *,
        port: int | None = None,
        way: str = "proxy",
        path: str = "/",
        **options: object,
    ) -> Page:
        """A page that has connected."""
        page = await self.open(port=port, way=way, path=path)
        answer = await page.connect(session, token, **options)
        assert "id" in answer, answer
        return page

    async def close(self) -> None:
        for page in self._open:
            await self._browser.ask(page=page.name, close=True)
