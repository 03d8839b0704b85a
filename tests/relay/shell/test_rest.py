"""OpenTok's REST API and session info over HTTP."""

import asyncio
import json
import re
import time
from collections.abc import AsyncIterator, Callable, Mapping
from types import MappingProxyType
from typing import Any
from xml.etree import ElementTree as ET

import httpx
import jwt
import pytest
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from heliograph_relay.core.surface import Surface
from heliograph_relay.protocol.model import Role
from heliograph_relay.protocol.tokens import Claims, mint_jwt, mint_server_token
from heliograph_relay.shell.front import Front
from heliograph_relay.shell.openapi import DESCRIPTION
from heliograph_relay.shell.server import Relay

from .relays import PROJECT, Visitor, a_relay, token

FORM = "application/x-www-form-urlencoded"
NOTHING: Mapping[str, float] = MappingProxyType({})


@pytest.fixture
async def relay() -> AsyncIterator[Relay]:
    async with a_relay() as relay:
        yield relay


@pytest.fixture
async def http(relay: Relay) -> AsyncIterator[httpx.AsyncClient]:
    async with client(relay) as http:
        yield http


def client(relay: Relay) -> httpx.AsyncClient:
    auth = {"X-OPENTOK-AUTH": mint_server_token(PROJECT, now=time.time())}
    return httpx.AsyncClient(base_url=f"http://127.0.0.1:{relay.port}", headers=auth, trust_env=False)


def at(tail: str = "", *, key: str = PROJECT.key, session: str = "S") -> str:
    return f"/v2/project/{key}/session/{session}{tail}"


def check_error(response: httpx.Response, status: int) -> None:
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/json"
    body = response.json()
    assert body["code"] == status
    assert body["message"]


# Sessions


@pytest.mark.parametrize("prefix", ["", "/api", "/a/b/c"])
async def test_a_session_is_made_and_can_be_used(http: httpx.AsyncClient, prefix: str) -> None:
    answer = await http.post(
        f"{prefix}/session/create", data={"p2p.preference": "disabled", "archiveMode": "manual"}
    )
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json", "the Python SDK reads XML under any other"
    (made,) = answer.json()
    assert made["project_id"] == made["partner_id"] == PROJECT.key
    assert re.fullmatch(r"\w{3} \w{3} \d\d \d\d:\d\d:\d\d UTC \d{4}", made["create_dt"])
    assert (await http.post(prefix + at("/signal", session=made["session_id"]), json={})).status_code == 204
    listed = (await http.get(prefix + at("/connection", session=made["session_id"]))).json()
    assert listed == {"count": 0, "projectId": PROJECT.key, "sessionId": made["session_id"], "items": []}


@pytest.mark.parametrize("accept", ["application/xml", "text/xml", "text/html, application/xml;q=0.9"])
async def test_xml_for_who_wants_nothing_else(http: httpx.AsyncClient, accept: str) -> None:
    answer = await http.post("/session/create", headers={"Accept": accept})
    assert answer.headers["content-type"] == "application/xml"
    session = ET.fromstring(answer.content).find("Session")
    assert session is not None
    assert (session.findtext("session_id") or "").startswith("1_")
    assert session.findtext("partner_id") == PROJECT.key


@pytest.mark.parametrize("accept", ["*/*", "application/json", "application/json, application/xml", ""])
async def test_json_for_everybody_else(http: httpx.AsyncClient, accept: str) -> None:
    answer = await http.post("/session/create", headers={"Accept": accept})
    assert isinstance(answer.json(), list)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"p2p.preference": "maybe"}, "p2p.preference"), ({"archiveMode": "never"}, "archiveMode"),
        ({"e2ee": "perhaps"}, "e2ee"), ({"location": "here"}, "location"), ({"location": "1.2.3"}, "location"),
    ],
)  # fmt: skip
async def test_options_that_are_none(http: httpx.AsyncClient, fields: dict[str, str], words: str) -> None:
    answer = await http.post("/session/create", data=fields)
    check_error(answer, 400)
    assert words in answer.json()["message"]


async def test_bodies_that_are_no_form(http: httpx.AsyncClient) -> None:
    check_error(await http.post("/session/create", json={}), 415)
    for body in (b"\xff=1", b"&".join([b"a=1"] * 100)):
        check_error(await http.post("/session/create", content=body, headers={"Content-Type": FORM}), 400)
    big = await http.post("/session/create", content=b"a" * 70_000, headers={"Content-Type": FORM})
    check_error(big, 413)


# Who may


def server_token(*, in_seconds: Mapping[str, float] = NOTHING, **changes: Any) -> str:
    """`in_seconds` are times from now on: when a token is made counts, not when this file was read."""
    now = int(time.time())
    times = {name: now + seconds for name, seconds in in_seconds.items()}
    claims = {"iss": PROJECT.key, "ist": "project", "iat": now, "exp": now + 180} | times | changes
    return jwt.encode({k: v for k, v in claims.items() if v is not None}, PROJECT.secret, algorithm="HS256")


def client_token() -> str:
    claims = Claims(session_id="S", role=Role.MODERATOR, data="", expires=time.time() + 200)
    return mint_jwt(PROJECT, claims, now=time.time(), nonce="1")


BAD_TOKENS: dict[str, Callable[[], str]] = {
    "empty": lambda: "",
    "nonsense": lambda: "nonsense",
    "no JSON": lambda: "a.b.c",
    "no ASCII": lambda: "ä",
    "other project": lambda: server_token(iss="other"),
    "account": lambda: server_token(ist="account"),
    "no exp": lambda: server_token(exp=None),
    "no iat": lambda: server_token(iat=None),
    "expired": lambda: server_token(in_seconds={"exp": -60}),
    "too long": lambda: server_token(in_seconds={"exp": 3_600}),
    "not yet": lambda: server_token(in_seconds={"iat": 600, "exp": 700}),
    "exp is text": lambda: server_token(exp="soon"),
    "exp is true": lambda: server_token(exp=True),
    "other secret": lambda: jwt.encode({"iss": PROJECT.key, "ist": "project"}, "f" * 40, algorithm="HS256"),
    "unsigned": lambda: jwt.encode({"iss": PROJECT.key, "ist": "project"}, None, algorithm="none"),
    "of a client": client_token,
    "giant": lambda: "x" * 10_000,
}


@pytest.mark.parametrize("bad", BAD_TOKENS)
@pytest.mark.parametrize("path", ["/session/create", at("/signal"), at("/signal", session="none")])
async def test_a_token_that_opens_nothing(relay: Relay, bad: str, path: str) -> None:
    token = BAD_TOKENS[bad]()
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{relay.port}", trust_env=False) as http:
        check_error(await http.post(path, headers={b"X-OPENTOK-AUTH": token.encode("latin-1")}), 403)


@pytest.mark.parametrize("good", [{"in_seconds": {"exp": 300}}, {"jti": "7"}, {"in_seconds": {"iat": 10}}])
async def test_tokens_that_sdks_send(http: httpx.AsyncClient, good: dict[str, Any]) -> None:
    answer = await http.post(at("/signal"), headers={"X-OPENTOK-AUTH": server_token(**good)})
    assert answer.status_code == 204


async def test_the_key_in_the_url_must_be_the_tokens(http: httpx.AsyncClient) -> None:
    check_error(await http.post(at("/signal", key="other"), json={}), 403)


# Signals


@pytest.mark.parametrize(
    ("body", "content"),
    [
        ({"type": "a.b", "data": "x"}, {"type": "a.b", "data": "x"}),
        ({}, {}), ({"type": "", "data": ""}, {"data": ""}), ({"data": "漢😀"}, {"data": "漢😀"}), ({"data": "x" * 8_192}, {"data": "x" * 8_192}),
        ({"type": "t" * 128, "more": 1}, {"type": "t" * 128}),
    ],
)  # fmt: skip
async def test_signals(
    http: httpx.AsyncClient, relay: Relay, body: dict[str, str], content: dict[str, str]
) -> None:
    ana = await Visitor.join(relay, "ana")
    for path in (at("/signal"), at("/connection/ana/signal")):
        answer = await http.post(path, json=body, headers={"headers": "[object Object]"})
        assert (answer.status_code, answer.content) == (204, b"")
        frame = await ana.read()
        assert frame.headers["X-TB-FROM-ADDRESS"] == ""
        assert json.loads(frame.body)["content"] == content
    await ana.ws.close()


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b'{"type":"no spaces"}', 400), (b'{"type":5}', 400), (b'{"data":5}', 400), (b'{"data":null}', 400), (b"[]", 400),
        (b"{", 400), (b"\xff", 400), (b'{"data":"\\ud800"}', 400), (b"[" * 60_000, 400),
        (json.dumps({"type": "t" * 129}).encode(), 413), (json.dumps({"data": "x" * 8_193}).encode(), 413),
        (json.dumps({"data": "é" * 4_097}).encode(), 413), (b" " * 70_000, 413),
    ],
    ids=lambda item: str(item)[:20],
)  # fmt: skip
async def test_signals_that_are_none(http: httpx.AsyncClient, body: bytes, status: int) -> None:
    check_error(
        await http.post(at("/signal"), content=body, headers={"Content-Type": "application/json"}), status
    )


async def test_what_is_not_there(http: httpx.AsyncClient) -> None:
    check_error(await http.post(at("/connection/nobody/signal"), json={}), 404)
    check_error(await http.post(at("/signal", session="none"), json={}), 404)
    check_error(await http.delete(at("/connection/nobody")), 404)
    check_error(await http.get(at("/stream/any")), 404)
    check_error(await http.get("/v2/project/x/elsewhere"), 404)
    answer = await http.put(at("/signal"))
    check_error(answer, 405)
    assert answer.headers["allow"] == "POST"


async def test_streams_connections_and_putting_out(http: httpx.AsyncClient, relay: Relay) -> None:
    ana = await Visitor.join(relay, "ana")
    assert (await http.get(at("/stream"))).json() == {"count": 0, "items": []}
    (item,) = (await http.get(at("/connection"))).json()["items"]
    assert (item["connectionId"], item["connectionState"]) == ("ana", "Connected")
    answer = await http.delete(at("/connection/ana"))
    assert (answer.status_code, answer.content) == (204, b"")
    deleted = json.loads((await ana.read()).body)
    assert (deleted["method"], deleted["reason"]) == ("deleted", "forceDisconnected")
    await ana.ws.close()


# Session info


async def info(http: httpx.AsyncClient, path: str, secret: str) -> Any:
    answer = await http.get(
        path, params={"extended": "true"}, headers={"X-OPENTOK-AUTH": secret, "Origin": "http://app.example"}
    )
    assert answer.status_code == 200
    assert answer.headers["access-control-allow-origin"] == "*"
    return answer.json()[0]


@pytest.mark.parametrize("prefix", ["", "/api", "/some/where/anvil.opentok.com"])
async def test_session_info(http: httpx.AsyncClient, relay: Relay, prefix: str) -> None:
    found = await info(http, f"{prefix}/session/S", token())
    assert found["partner_id"] == PROJECT.key
    assert found["session_id"] == "S"
    assert found["messaging_url"] == f"ws://127.0.0.1:{relay.port}{prefix}/opentok/S"
    assert found["properties"]["reconnection"] is True


@pytest.mark.parametrize(
    ("session", "secret", "code"),
    [
        ("S", "nonsense", "403"),
        ("S", token(session="other"), "403"),
        ("gone", token(), "403"),
        ("gone", token(session="gone"), "404"),
    ],
)
async def test_session_info_refuses_in_an_answer(
    http: httpx.AsyncClient, session: str, secret: str, code: str
) -> None:
    error = (await info(http, f"/session/{session}", secret))["error"]
    assert error["code"] == code
    assert error["errorMessage"]["message"]


@pytest.mark.parametrize(
    "path",
    [
        "/session/S",
        "/x/anvil.opentok.com/session/S",
        "/p/config.opentok.com/project/K/config.json",
        "/p/hlg.tokbox.com/prod/logging/ClientEvent",
    ],
)
async def test_browsers_are_allowed_to_ask(http: httpx.AsyncClient, path: str) -> None:
    asked = {
        "Origin": "http://app.example",
        "Access-Control-Request-Method": "GET",
        "Access-Control-Request-Headers": "x-opentok-auth,x-tb-version",
    }
    answer = await http.options(path, headers=asked)
    assert answer.status_code == 200
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "x-opentok-auth" in answer.headers["access-control-allow-headers"]


async def test_configuration_and_logging(http: httpx.AsyncClient) -> None:
    assert (await http.get("/p/config.opentok.com/project/K/config.json")).json() == {}
    assert (
        await http.post("/p/hlg.tokbox.com/prod/logging/ClientEvent", json={"any": "thing"})
    ).status_code == 200


async def test_the_native_path_is_as_it_was(http: httpx.AsyncClient, relay: Relay) -> None:
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{relay.port}", trust_env=False) as plain:
        assert (await plain.get("/session/S")).status_code == 426
        assert (await plain.get("/healthz")).json()["status"] == "ok"


# Who can reach it


@pytest.mark.parametrize(
    "path", ["/session/create", at("/signal"), "/openapi.json", "/project/K/config.json"]
)
async def test_who_can_reach_it(path: str) -> None:
    async with a_relay(opentok=Surface.OFF) as relay, client(relay) as http:
        assert (await http.post(path)).status_code in (404, 405)


@pytest.mark.parametrize(
    ("address", "status"), [("127.0.0.1", 403), ("::1", 403), ("192.168.1.5", 403), ("192.168.1.5", 204)]
)
async def test_other_machines_are_told_that_it_is_not_for_them(address: str, status: int) -> None:
    """The peer's address is the transport's own; nothing a client says changes it."""
    surface = Surface.ALL if status == 204 else Surface.LOOPBACK
    asked: list[str] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        asked.append(scope["path"])
        await Response(status_code=204)(scope, receive, send)

    front = Front(app, app, app, lambda: surface)
    transport = httpx.ASGITransport(app=front, client=(address, 1))
    async with httpx.AsyncClient(transport=transport, base_url="http://relay") as http:
        answer = await http.post("/any/v2/project/K/session/S/signal")
    admitted = surface.admits(address)
    assert answer.status_code == (204 if admitted else 403)
    assert asked == (["/v2/project/K/session/S/signal"] if admitted else [])


@pytest.mark.parametrize(
    "head", [b"X-A: " + b"a" * 200_000, b"\r\n".join(b"X-%d: y" % n for n in range(20_000))]
)
async def test_a_head_that_does_not_end_is_given_up(relay: Relay, head: bytes) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", relay.port)
    writer.write(b"GET /healthz HTTP/1.1\r\nHost: x\r\n" + head)
    async with asyncio.timeout(10):
        answer = await reader.read(1_000)
    assert answer.startswith(b"HTTP/1.1 431 ")
    writer.close()


async def test_nonsense_is_answered_and_not_reported(relay: Relay) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", relay.port)
    writer.write(b"\x16\x03\x01 nonsense\r\n\r\n")
    async with asyncio.timeout(10):
        assert (await reader.read(1_000)).startswith(b"HTTP/1.1 400 ")
    writer.close()


async def test_the_description_is_served_and_names_every_path(http: httpx.AsyncClient) -> None:
    assert (await http.get("/openapi.json")).json() == json.loads(json.dumps(DESCRIPTION))
