"""OpenTok.js behind a network that fails: nothing lost, nothing twice, in order; and an honest end where that cannot be."""

import asyncio
from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio

from tests.relay.wire.process import Relay, running
from tests.sdk.conftest import KEY, SECRET, Join, Pages
from tests.sdk.driver import Driver
from tests.sdk.page import Page
from tests.support.fault_proxy import FaultProxy, fault_proxy


@pytest_asyncio.fixture(loop_scope="session")
async def proxy(relay: Relay) -> AsyncIterator[FaultProxy]:
    async with fault_proxy(relay.port) as proxy:
        yield proxy


async def two(pages: Pages, sdk: Driver, port: int) -> tuple[str, Page, Page]:
    """A session, a page behind the proxy, and one that is not."""
    session = await sdk.call("create")
    ana = await pages.join(session, await sdk.call("token", session), port=port)
    ben = await pages.join(session, await sdk.call("token", session, "moderator"))
    await ana.until(2, "created")
    return session, ana, ben


async def numbers(page: Page, sender: Page, count: int) -> list[str]:
    """What `page` has heard of `sender`, once it is as much as it should be."""
    async with asyncio.timeout(20):
        while True:
            heard = [e["data"] for e in await page.log("signal") if e["from"] == sender.id]
            if len(heard) >= count:
                return heard
            await asyncio.sleep(0.05)


@pytest.mark.parametrize("quiet", [False, True])
async def test_cuts_lose_and_repeat_nothing_in_either_direction(
    pages: Pages, python_sdk: Driver, proxy: FaultProxy, quiet: bool
) -> None:
    _, ana, ben = (
        await two(pages, python_sdk, proxy.port) if not quiet else await _quiet(pages, python_sdk, proxy)
    )
    steadily = (
        "(async () => { const all = []; for (let n = 0; n < 400; n++) { all.push(signal({data: String(n)}));"
        " await new Promise((f) => setTimeout(f, 4)); } return (await Promise.all(all)).filter(Boolean); })()"
    )

    async def cuts() -> None:
        for pause in (0.2, 0.35, 0.4, 0.5):
            await asyncio.sleep(pause)
            proxy.cut()

    answers = await asyncio.gather(ana.run(steadily), ben.run(steadily), cuts())
    assert [*answers[:2]] == [[], []]
    want = [str(n) for n in range(400)]
    for page in (ana, ben):
        for sender in (ana, ben):
            assert await numbers(page, sender, 400) == want, (page.name, sender.name)
    assert await ana.log("destroyed", "disconnected") == await ben.log("destroyed") == []
    assert len(await ana.log("reconnected")) >= 1


async def _quiet(pages: Pages, sdk: Driver, proxy: FaultProxy) -> tuple[str, Page, Page]:
    session = await sdk.call("create")
    token = await sdk.call("token", session)
    ana = await pages.join(session, token, port=proxy.port, connectionEventsSuppressed=True)
    return session, ana, await pages.join(session, token)


@pytest.mark.parametrize("hears", [0, 1, 2])
async def test_a_lost_answer_to_the_join_loses_nothing_that_was_said_meanwhile(
    pages: Pages, python_sdk: Driver, native: Join, proxy: FaultProxy, hears: int
) -> None:
    """Of its own creation and the answer with everybody, the page hears none, the first, or both."""
    session = await python_sdk.call("create")
    token = await python_sdk.call("token", session)
    nat, ben = await native(session, token), await pages.join(session, token)
    ana = await pages.open(port=proxy.port, hears=hears)
    connecting = asyncio.create_task(ana.connect(session, token))  # noqa: TID251 - awaited below
    await nat.until("connectionCreated")
    who = await nat.until("connectionCreated")
    await ben.until(3, "created")
    for n in range(3):
        assert await ben.signal(type="n", data=str(n)) is None
    late = await native(session, token)
    await late.signal(type="late")
    await late.send("leave")
    await nat.until("connectionDestroyed", connection=late.id)
    proxy.cut()
    answer = await connecting
    assert answer["id"] == who["connection"]["id"]
    assert await numbers(ana, ben, 3) == ["0", "1", "2"]
    await ana.until(1, "destroyed")
    events = [(e["event"], e.get("type"), e.get("from") or e.get("id")) for e in await ana.log()]
    assert events.count(("signal", "signal:late", late.id)) == 1
    about_late = [kind for kind, _, id in events if id == late.id]
    assert about_late == ["created", "signal", "destroyed"]
    assert sorted(str(id) for kind, _, id in events if kind == "created") == sorted(
        [ana.id, ben.id, nat.id, late.id]
    )
    assert await ana.signal(type="n", data="still here") is None
    assert await numbers(ben, ana, 1) == ["still here"]


async def test_half_open_links(pages: Pages, python_sdk: Driver, relay: Relay) -> None:
    """Neither side hears, or one of them does not; everything that was said arrives, once."""

    async def half_open(*, up: bool, down: bool) -> None:
        async with fault_proxy(relay.port) as proxy:
            session, ana, ben = await two(pages, python_sdk, proxy.port)
            proxy.freeze(up=up, down=down)
            asking = asyncio.create_task(ana.signal(data="0"))  # noqa: TID251 - awaited below
            for n in range(3):
                assert await ben.signal(data=str(n)) is None
            await python_sdk.call("signal", session, {"data": "direct"}, ana.id)
            assert await asking is None
            await ana.until(1, "reconnected", within=20)
            assert await numbers(ana, ben, 3) == ["0", "1", "2"]
            assert await numbers(ben, ana, 1) == ["0"]
            assert [e["data"] for e in await ana.log("signal") if e["from"] is None] == ["direct"]
            assert await ben.signal(data="3") is None
            assert await numbers(ana, ben, 4) == ["0", "1", "2", "3"]
            assert await ben.log("destroyed") == []

    async def not_heard_but_hearing() -> None:
        """The page cannot notice by itself, as it goes on hearing; the relay asks it, and ends the link."""
        async with fault_proxy(relay.port) as proxy:
            _, ana, ben = await two(pages, python_sdk, proxy.port)
            proxy.freeze(up=True, down=False)
            asking = asyncio.create_task(ana.signal(data="0"))  # noqa: TID251 - awaited below
            sent = 0
            while not asking.done():
                assert await ben.signal(data=str(sent)) is None
                sent += 1
                await asyncio.sleep(0.25)
            assert await asking is None
            assert await numbers(ana, ben, sent) == [str(n) for n in range(sent)]
            assert await numbers(ben, ana, 1) == ["0"]

    async with asyncio.TaskGroup() as group:
        for up, down in ((True, True), (True, False), (False, True)):
            group.create_task(half_open(up=up, down=down))
        group.create_task(not_heard_but_hearing())


async def test_people_who_came_and_went_during_an_outage_are_told_in_order(
    pages: Pages, python_sdk: Driver, native: Join, proxy: FaultProxy
) -> None:
    session, ana, ben = await two(pages, python_sdk, proxy.port)
    proxy.refuses = True
    proxy.cut()
    await ana.until(1, "reconnecting")
    refused = await ana.run("signal({data: 'now or never', retryAfterReconnect: false})")
    assert (refused["code"], refused["name"]) == (500, "OT_NOT_CONNECTED")
    nat = await native(session, await python_sdk.call("token", session))
    await nat.signal(type="hi")
    await nat.send("leave")
    await ben.until(1, "destroyed")
    proxy.refuses = False
    await ana.until(1, "destroyed")
    about_nat = [e["event"] for e in await ana.log() if nat.id in (e.get("id"), e.get("from"))]
    assert about_nat == ["created", "signal", "destroyed"]
    assert await ben.signal(data="still here") is None
    assert await numbers(ana, ben, 1) == ["still here"]


async def test_put_out_while_away(pages: Pages, python_sdk: Driver, proxy: FaultProxy) -> None:
    _, ana, ben = await two(pages, python_sdk, proxy.port)
    proxy.refuses = True
    proxy.cut()
    await ana.until(1, "reconnecting")
    assert await ben.put_out(ana.id) is None
    assert (await ben.until(1, "destroyed"))[0]["reason"] == "forceDisconnected"
    proxy.refuses = False
    assert (await ana.until(1, "disconnected"))[0]["reason"] == "forceDisconnected"


@pytest.fixture(scope="module")
def forgetful() -> Iterator[Relay]:
    flags = ("--recovery-window", "3", "--log-entries", "10", "--rate", "0")
    with running("--api-key", KEY, "--api-secret", SECRET, *flags) as relay:
        yield relay


@pytest.mark.parametrize("why", ["too long", "too much"])
async def test_an_outage_that_cannot_be_mended_ends_honestly(
    pages: Pages, browser: Driver, page_url: str, forgetful: Relay, why: str
) -> None:
    tokens = ("session", forgetful.session)
    token = await _token(*tokens)
    there = Pages(browser, page_url, forgetful)
    async with fault_proxy(forgetful.port) as proxy:
        ana = await there.join(forgetful.session, token, port=proxy.port)
        ben = await there.join(forgetful.session, token)
        proxy.refuses = True
        proxy.cut()
        await ana.until(1, "reconnecting")
        if why == "too much":
            for n in range(11):
                assert await ben.signal(data=str(n)) is None
        else:
            await ben.until(1, "destroyed")
        proxy.refuses = False
        assert (await ana.until(1, "disconnected"))[0]["reason"] == "networkDisconnected"
        assert await ana.log("signal") == []
        gone = await ben.until(1, "destroyed")
        assert gone == [{"event": "destroyed", "id": ana.id, "reason": "networkDisconnected"}]
        await there.close()


async def _token(*session: str) -> str:
    from heliograph_relay.protocol.model import Role  # noqa: PLC0415
    from heliograph_relay.protocol.tokens import Claims, Project, mint_jwt  # noqa: PLC0415

    claims = Claims(session_id=session[1], role=Role.PUBLISHER, data="", expires=4e9)
    return mint_jwt(Project(KEY, SECRET), claims, now=0, nonce="1")
