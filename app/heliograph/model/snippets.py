"""A signal as something else understands it: a frame, a REST call, a line of a page's script, a line of a diagram. Pure."""

import json
import shlex
from urllib.parse import quote

from msgspec import Struct

from heliograph.model.text import one_line

#: What stands for what is not known here; a person puts it in.
API_KEY, TOKEN, URL = "YOUR_API_KEY", "YOUR_SERVER_TOKEN", "http://127.0.0.1:8765"


class Rest(Struct, frozen=True, kw_only=True):
    """Where signals are sent over REST: the relay's address without a slash at its end, the project, the session."""

    session: str
    url: str = URL
    api_key: str = API_KEY


def as_frame(type: str | None, data: str | None, to: str | None, n: int = 1) -> str:
    """What a client of `heliograph.v1` writes to send it (docs/PROTOCOL.md, "Client to relay")."""
    return _json({"op": "signal", "n": n, **_present(to=to, type=type, data=data)})


def as_relayed(
    type: str | None, data: str | None, to: str | None, *, sender: str | None, seq: int | None, at: int,
    n: int | None = None, json: bool = False,
) -> str:  # fmt: skip
    """What the relay writes to everybody who gets it (docs/PROTOCOL.md, "Relay to client")."""
    members: dict[str, object] = {"op": "signal", "seq": seq, "at": at, "from": sender}
    members |= _present(n=n, to=to, type=type, data=data)
    return _json(members | ({"json": True} if json else {}))


def as_rest(type: str | None, data: str | None, to: str | None, rest: Rest) -> str:
    """A `curl` command that has a server send it (docs/OPENTOK.md)."""
    path = f"/v2/project/{rest.api_key}/session/{quote(rest.session, safe='')}"
    path += f"/connection/{quote(to, safe='')}/signal" if to else "/signal"
    lines = [
        f"curl -i -X POST {shlex.quote(rest.url + path)}",
        f"-H {shlex.quote(f'X-OPENTOK-AUTH: {TOKEN}')}",
        "-H 'Content-Type: application/json'",
        f"-d {shlex.quote(_json(_present(type=type, data=data)))}",
    ]
    return " \\\n  ".join(lines)


def as_opentok_js(type: str | None, data: str | None, to: str | None) -> str:
    """A call of OpenTok.js; `connections` stands for a page's own list of the connections that it was told of."""
    members = [f"{name}: {_script(value)}" for name, value in _present(type=type, data=data).items()]
    if to is not None:
        members.append(f"to: connections.get({_script(to)})")
    inside = f"{{ {', '.join(members)} }}" if members else "{}"
    return f"session.signal({inside}, (error) => {{\n  if (error) console.error(error.name, error.message);\n}});"


def as_mermaid(sender: str, to: str, words: str) -> str:
    """A line of a Mermaid sequence diagram. What would end the line or mean something there is written as its number."""
    return f"{_mermaid(sender)}->>{_mermaid(to)}: {_mermaid(one_line(words, 60)) or ' '}"


def _present(**members: object) -> dict[str, object]:
    return {name: value for name, value in members.items() if value is not None}


def _json(members: dict[str, object]) -> str:
    return json.dumps(members, ensure_ascii=False)


def _script(value: object) -> str:
    """A value as it stands in a script, whatever page the script is in."""
    text = json.dumps(value, ensure_ascii=False)
    return text.replace("</", "<\\/").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def _mermaid(text: str) -> str:
    return "".join(c if c.isalnum() or c in " _-.,!?'()/" else f"#{ord(c)};" for c in text)
