"""The REST API does what its OpenAPI description says, as a fuzzer that reads the description sees it."""

import asyncio
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis import Case

from heliograph_relay.protocol.tokens import mint_server_token
from heliograph_relay.shell.openapi import DESCRIPTION

from .relays import PROJECT, a_relay

schema = schemathesis.openapi.from_dict(DESCRIPTION)


@pytest.fixture(scope="module")
def base_url() -> Iterator[str]:
    """A relay on a loop of its own: the fuzzer's client waits for its answers."""
    ports: list[int] = []
    listening = threading.Event()
    ending: list[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = []

    async def serve() -> None:
        stop = asyncio.Event()
        ending.append((asyncio.get_running_loop(), stop))
        async with a_relay() as relay:
            ports.append(relay.port)
            listening.set()
            await stop.wait()

    thread = threading.Thread(target=lambda: asyncio.run(serve()))
    thread.start()
    assert listening.wait(10)
    yield f"http://127.0.0.1:{ports[0]}"
    loop, stop = ending[0]
    loop.call_soon_threadsafe(stop.set)
    thread.join()


@schema.parametrize()
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@pytest.mark.timeout(120)
def test_the_api_is_as_it_is_described(case: "Case[Any]", base_url: str) -> None:
    if case.path_parameters and "key" in case.path_parameters:
        case.path_parameters |= {"key": PROJECT.key, "session": "S"}
    auth = {"X-OPENTOK-AUTH": mint_server_token(PROJECT, now=time.time())}
    case.call_and_validate(base_url=base_url, headers=auth)
