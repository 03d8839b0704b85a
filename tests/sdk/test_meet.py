"""Pages with OpenTok.js, both server SDKs and a client of heliograph.v1 in one session."""

import asyncio
import json
from typing import Any

import pytest

from tests.sdk.conftest import Join, Pages
from tests.sdk.driver import Driver, DriverError


@pytest.mark.parametrize("way", ["proxy", "properties"])
async def test_everybody_meets_in_one_session(
    native: Join, pages: Pages, python_sdk: Driver, node_sdk: Driver, way: str
) -> None:
    session = await python_sdk.call("create")
    ana = await pages.join(
        session, await python_sdk.call("token", session, "moderator", "ana", False), way=way
    )
    ben = await pages.join(session, await node_sdk.call("generateToken", session, {"data": "ben"}), way=way)
    nat = await native(session, await python_sdk.call("token", session, "publisher", "nat", False))
    assert [(c["client"], c["data"]) for c in nat.joined["connections"]] == [
        ("opentok", "ana"), ("opentok", "ben"), ("heliograph", "nat"),
    ]  # fmt: skip
    await ana.until(3, "created")

    assert await ana.signal(type="chat", data="hello") is None
    assert await ben.signal(data={"a": [1, None, "x"]}) is None
    assert await ben.signal() is None
    assert await ana.signal(ben.id, type="only.you", data="psst") is None
    assert await ana.signal(ana.id, type="me") is None
    assert await ana.signal("session", type="all") is None
    await nat.signal(type="note", data="from native")
    await nat.signal(to=ben.id, type="direct")
    await python_sdk.call("signal", session, {"type": "server", "data": "py"})
    await node_sdk.call("signal", session, None, {"type": "server", "data": "js"})
    await python_sdk.call("signal", session, {"data": "just ben"}, ben.id)
    heard = await ben.until(10, "signal")
    assert sorted((e["type"], str(e.get("data")), str(e["from"])) for e in heard) == sorted(
        [
            ("signal:chat", "hello", ana.id),
            ("signal", "{'a': [1, None, 'x']}", ben.id),
            ("signal", "None", ben.id),
            ("signal:only.you", "psst", ana.id),
            ("signal:all", "None", ana.id),
            ("signal:note", "from native", nat.id),
            ("signal:direct", "None", nat.id),
            ("signal:server", "py", "None"),
            ("signal:server", "js", "None"),
            ("signal", "just ben", "None"),
        ]
    )
    assert ("data" in heard[2], "data" in heard[0]) == (False, True)
    assert [e["type"] for e in await ana.log("signal")].count("signal:me") == 1
    shaped = await nat.until("signal", from_=ben.id)
    assert (shaped["data"], shaped["json"], "n" in shaped) == ('{"a":[1,null,"x"]}', True, False)
    server = await nat.until("signal", type="server")
    assert server["from"] is None


async def test_a_page_learns_who_may_what(pages: Pages, python_sdk: Driver) -> None:
    session = await python_sdk.call("create")
    mod = await pages.join(session, await python_sdk.call("token", session, "moderator"))
    only = await pages.join(session, await python_sdk.call("token", session, "publisher_only"))
    assert mod.capabilities["forceDisconnect"] == 1
    assert only.capabilities["forceDisconnect"] == 0
    refused = await only.signal(type="x")
    assert refused is not None
    assert (refused["code"], refused["name"]) == (403, "OT_PERMISSION_DENIED")
    refused = await only.put_out(mod.id)
    assert refused is not None
    assert refused["code"] == 1520


async def test_a_moderator_puts_a_page_and_a_native_client_out(
    native: Join, pages: Pages, python_sdk: Driver
) -> None:
    session = await python_sdk.call("create")
    mod = await pages.join(session, await python_sdk.call("token", session, "moderator"))
    ben = await pages.join(session, await python_sdk.call("token", session))
    nat = await native(session, await python_sdk.call("token", session))
    await mod.until(3, "created")
    assert await mod.put_out(ben.id) is None
    assert (await ben.until(1, "disconnected"))[0]["reason"] == "forceDisconnected"
    assert await mod.put_out(nat.id) is None
    await nat.until("connectionDestroyed", connection=ben.id, reason="forceDisconnected")
    await nat.expect_bye(4403)
    assert await mod.until(2, "destroyed") == [
        {"event": "destroyed", "id": id, "reason": "forceDisconnected"} for id in (ben.id, nat.id)
    ]
    assert await mod.log("reconnecting", "disconnected") == []


async def test_the_server_puts_out_and_hears_what_is_wrong(
    pages: Pages, python_sdk: Driver, node_sdk: Driver
) -> None:
    session = await node_sdk.call("createSession", {"mediaMode": "relayed"})
    ana = await pages.join(session, await node_sdk.call("generateToken", session))
    ben = await pages.join(session, await node_sdk.call("generateToken", session))
    assert await python_sdk.call("streams", session) == 0
    await python_sdk.call("disconnect", session, ana.id)
    assert (await ana.until(1, "disconnected"))[0]["reason"] == "forceDisconnected"
    await node_sdk.call("forceDisconnect", session, ben.id)
    assert (await ben.until(1, "disconnected"))[0]["reason"] == "forceDisconnected"
    wrong: dict[str, tuple[Any, ...]] = {
        "SignalError": ("signal", session, "nobody", {"type": "x"}),
        "ForceDisconnectError": ("forceDisconnect", session, "nobody"),
        "RequestError": ("signal", session, None, {"type": "no spaces"}),
    }
    for name, (call, *args) in wrong.items():
        with pytest.raises(DriverError, match=f"^{name}: "):
            await node_sdk.call(call, *args)
    with pytest.raises(DriverError, match=r"^RequestError: .*8192"):
        await node_sdk.call("signal", session, None, {"data": "x" * 8_193})
    for call in (("signal", session, {"type": "no spaces"}), ("signal", "1_none", {"type": "x"})):
        with pytest.raises(DriverError, match=r"^RequestError: "):
            await python_sdk.call(*call)
    with pytest.raises(DriverError, match=r"^ForceDisconnectError: "):
        await python_sdk.call("disconnect", session, "nobody")


async def test_who_leaves_and_why(native: Join, pages: Pages, python_sdk: Driver) -> None:
    session = await python_sdk.call("create")
    token = await python_sdk.call("token", session)
    ana, ben, carl = [await pages.join(session, token) for _ in range(3)]
    nat = await native(session, token)
    await ana.until(4, "created")
    await ben.run("session.disconnect()")
    assert (await ben.until(1, "disconnected"))[0]["reason"] == "clientDisconnected"
    await carl.run("location.href = 'about:blank'")
    await nat.send("leave")
    await nat.until("connectionDestroyed", connection=ben.id, reason="clientDisconnected")
    gone = await ana.until(3, "destroyed")
    assert {(e["id"], e["reason"]) for e in gone} == {(p.id, "clientDisconnected") for p in (ben, carl, nat)}


@pytest.mark.parametrize(("wrong", "code"), [("token", 1004), ("session", 1004), ("gone", 1005)], ids=str)
async def test_a_page_is_told_at_once_that_it_may_not_in(
    pages: Pages, python_sdk: Driver, wrong: str, code: int
) -> None:
    session, other = await python_sdk.call("create"), await python_sdk.call("create")
    gone = session[:-1] + ("A" if session[-1] != "A" else "Q")
    token = await python_sdk.call("token", gone if wrong == "gone" else session)
    page = await pages.open()
    target = {"token": session, "session": other, "gone": gone}[wrong]
    answer = await page.connect(target, token + "x" if wrong == "token" else token)
    assert answer["code"] == code, answer


async def test_limits_are_those_of_the_sdk(native: Join, pages: Pages, python_sdk: Driver) -> None:
    session = await python_sdk.call("create")
    token = await python_sdk.call("token", session)
    ana = await pages.join(session, token)
    nat = await native(session, token)
    texts = (
        "'x'.repeat(8190)",
        r"'\u6f22'.repeat(8190)",
        r"'\u{1f600}'.repeat(4095)",
        r"'\u0000'.repeat(1365)",
    )
    for code in texts:
        assert await ana.run(f"signal({{data: {code}}})") is None, code
        assert (await nat.until("signal"))["data"] == await ana.run(code)
    assert len(await ana.until(4, "signal")) == 4
    refused = await ana.run(r"signal({data: 'half an emoji \ud83d'})")
    assert (refused["code"], refused["message"]) == (400, "a lone surrogate is no text")
    refused = await ana.signal(to=None, type="x" * 129)
    assert refused is not None
    assert refused["code"] == 413


async def test_order_under_load_and_nobody_unknown(pages: Pages, python_sdk: Driver) -> None:
    """Two senders, 1,000 signals each, while others come and go: each in order, and from somebody known."""
    session = await python_sdk.call("create")
    token = await python_sdk.call("token", session)
    ana, ben = await pages.join(session, token), await pages.join(session, token)
    flood = "Promise.all(Array.from({length: 1000}, (_, n) => signal({type: 'n', data: String(n)}))).then((all) => all.filter(Boolean))"

    async def visits() -> None:
        for _ in range(3):
            guest = await pages.join(session, token)
            assert await guest.signal(type="hi") is None
            await guest.run("session.disconnect()")

    answers = await asyncio.gather(ana.run(flood), ben.run(flood), visits())
    assert [*answers[:2]] == [[], []]
    for page in (ana, ben):
        events = await page.until(2_003, "signal", within=30)
        assert len(events) == 2_003
        for sender in (ana, ben):
            numbers = [e["data"] for e in events if e["from"] == sender.id and e["type"] == "signal:n"]
            assert numbers == [str(n) for n in range(1_000)]
        known: set[str] = set()
        for event in await page.log():
            if event["event"] == "created":
                known.add(event["id"])
            elif event["event"] == "destroyed":
                known.remove(event["id"])
            elif event["event"] == "signal":
                assert event["from"] in known


async def test_suppressed_connection_events(native: Join, pages: Pages, python_sdk: Driver) -> None:
    session = await python_sdk.call("create")
    token = await python_sdk.call("token", session, "publisher", "the speaker")
    ana = await pages.join(session, token)
    quiet = await pages.join(session, token, connectionEventsSuppressed=True)
    nat = await native(session, token)
    assert await ana.signal(type="x", data="1") is None
    await nat.signal(to=quiet.id, type="y")
    await python_sdk.call("signal", session, {"type": "z"})
    heard = await quiet.until(3, "signal")
    assert [(e["type"], e["from"], e.get("fromData")) for e in heard] == [
        ("signal:x", ana.id, "the speaker"), ("signal:y", nat.id, "the speaker"), ("signal:z", None, None),
    ]  # fmt: skip
    assert await quiet.signal(type="q") is None
    await ana.until(3, "signal")
    assert await quiet.log("created", "destroyed") == []
    assert [e["id"] for e in await ana.log("created")] == [ana.id, quiet.id, nat.id]


async def test_the_text_chat_widget(pages: Pages, python_sdk: Driver, native: Join) -> None:
    """What a real application sends, through its own user interface."""
    session = await python_sdk.call("create")
    token = await python_sdk.call("token", session)
    ana = await pages.join(session, token, path="/text-chat.html")
    ben = await pages.join(session, token, path="/text-chat.html")
    nat = await native(session, token)
    await ana.until(3, "created")
    for page, alias in ((ana, "Ana"), (ben, "Ben")):
        await page.run(f"openChat('{alias}')")
    await ana.run("$('#messageBox').val('Good morning'), $('#sendMessage').click(), 0")
    await ben.until(1, "signal")
    assert "Good morning" in await ben.run("$('#messagesHolder').text()")
    said = await nat.until("signal", type="text-chat")
    data = json.loads(said["data"])
    assert (data["text"], data["sender"]) == ("Good morning", {"id": "Ana", "alias": "Ana"})
    answer = {"text": "Hello from outside", "sender": {"id": "nat", "alias": "Nat"}, "sentOn": 0}
    await nat.signal(type="text-chat", data=json.dumps(answer))
    for page in (ana, ben):
        await page.until(2, "signal")
        assert "Hello from outside" in await page.run("$('#messagesHolder').text()")
