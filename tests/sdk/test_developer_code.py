"""The Developers page's code as it is pasted, against the SDKs as they are published."""

import asyncio
import os
import shutil
import time
from pathlib import Path

import pytest

from heliograph.model.developer import Access, guest_token, server_token
from heliograph.model.developer_snippets import SNIPPETS, Tokens
from heliograph_relay.protocol.tokens import check_token
from tests.relay.wire.process import Relay
from tests.sdk.conftest import _ENV, KEY, SECRET, Join
from tests.sdk.driver import Driver
from tests.sdk.install import python_with_sdk
from tests.sdk.site import site


async def access_to(relay: Relay, python_sdk: Driver) -> Access:
    """A relay with a new session in it."""
    session = await python_sdk.call("create")
    return Access(key=KEY, secret=SECRET, session=session, port=relay.port)


def token(access: Access, role: str = "publisher") -> str:
    return guest_token(
        access, access.session, role=role, data="", seconds=60, now=time.time(), nonce=str(time.time())
    )


def code(name: str, access: Access) -> str:
    [snippet] = [snippet for snippet in SNIPPETS if snippet.name == name]
    tokens = Tokens(page=token(access), server=server_token(access, now=time.time()))
    return snippet.code(access, tokens)


async def run(*command: str, **env: str) -> str:
    """What a program says that ends well."""
    process = await asyncio.create_subprocess_exec(
        *command, env={**os.environ, **env}, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    async with asyncio.timeout(60):
        said, complained = await process.communicate()
    assert process.returncode == 0, complained.decode()
    return said.decode()


@pytest.mark.parametrize("name", ["node", "python"])
async def test_a_server_signals_makes_a_session_and_a_token(
    relay: Relay, python_sdk: Driver, native: Join, modules: Path, tmp_path: Path, name: str
) -> None:
    access = await access_to(relay, python_sdk)
    listener = await native(access.session, token(access))
    program = tmp_path / f"server.{'js' if name == 'node' else 'py'}"
    program.write_text(code(name, access), encoding="utf-8")
    interpreter = "node" if name == "node" else str(await asyncio.to_thread(python_with_sdk, _ENV))
    said = await run(interpreter, str(program), NODE_PATH=str(modules))
    lines = dict(line.partition(": ")[::2] for line in said.splitlines())
    assert "Sent." in lines
    claims = check_token(lines["Token"], access.project, time.time())
    assert (claims.session_id, claims.data) == (lines["Session"], "name=Ana")
    heard = await listener.until("signal", type="chat")
    assert (heard["from"], heard["data"].startswith("Hello from ")) == (None, True)


async def test_a_rest_call_signals(relay: Relay, python_sdk: Driver, native: Join) -> None:
    if shutil.which("curl") is None:
        pytest.skip("needs curl")
    access = await access_to(relay, python_sdk)
    listener = await native(access.session, token(access))
    await run("sh", "-c", code("shell", access), NO_PROXY="*")
    assert (await listener.until("signal", type="chat"))["data"] == "Hello from the shell"


async def test_a_page_joins_says_hello_and_shows_what_it_hears(
    relay: Relay, python_sdk: Driver, native: Join, browser: Driver, modules: Path, tmp_path: Path
) -> None:
    access = await access_to(relay, python_sdk)
    listener = await native(access.session, token(access))
    page = tmp_path / "index.html"
    # Only the driver wants to know when a page is there.
    page.write_text(f"{code('page', access)}<script>window.ready = true;</script>", encoding="utf-8")
    sdk = "node_modules/@opentok/client/dist/js/opentok.min.js"
    with site({"/": page, f"/{sdk}": modules.parent / sdk}) as url:
        await browser.ask(page="pasted", open=f"{url}/")
        assert (await listener.until("signal", type="chat"))["data"] == "Hello from a page"
        await python_sdk.call("signal", access.session, {"type": "news", "data": "from the server"})
        async with asyncio.timeout(15):
            while "server: signal:news from the server" not in (  # noqa: ASYNC110 (a page tells nobody)
                text := await browser.ask(page="pasted", run="document.body.innerText")
            ):
                await asyncio.sleep(0.02)
        assert "signal:chat Hello from a page" in text
        await browser.ask(page="pasted", close=True)
    assert await browser.ask(complain=True) == []
