"""What every frame of the relay must look like: docs/PROTOCOL.md, "Relay to client", as a table.

Each frame that any test reads is held to this table, so a malformed frame fails whichever test meets it.
"""

from collections.abc import Callable
from typing import Any

Frame = dict[str, Any]
Check = Callable[[Any], bool]

ERRORS = {400: "invalidSignal", 403: "notAllowed", 404: "noSuchConnection", 413: "tooLarge", 429: "tooFast"}
CLOSES = {
    4400: "badProtocol",
    4401: "unauthorized",
    4403: "forceDisconnected",
    4404: "noSuchSession",
    4408: "slowConsumer",
    4409: "replaced",
    4429: "full",
    4500: "internal",
    4503: "goingAway",
}
ROLES = {"subscriber", "publisher", "moderator"}
REASONS = {"clientDisconnected", "networkDisconnected", "forceDisconnected"}
ENTRIES = {"connectionCreated", "connectionDestroyed", "signal"}


def whole(value: object) -> bool:
    return type(value) is int and value >= 0


def natural(value: object) -> bool:
    return type(value) is int and value >= 1


def instant(value: object) -> bool:
    """Milliseconds since 1970: between 2020 and 2200, so that seconds or microseconds do not pass."""
    return type(value) is int and 1_577_836_800_000 < value < 7_258_118_400_000


def text(value: object) -> bool:
    return type(value) is str


def words(value: object) -> bool:
    return type(value) is str and value != ""


def flag(value: object) -> bool:
    return type(value) is bool


def number(value: object) -> bool:
    return type(value) in (int, float)


def maybe(check: Check) -> Check:
    """`check`, or null."""
    return lambda value: value is None or check(value)


def shape(**members: Check) -> Check:
    """An object that has all `members`."""
    return lambda value: type(value) is dict and all(k in value and c(value[k]) for k, c in members.items())


connection = shape(
    id=words,
    name=text,
    data=text,
    role=ROLES.__contains__,
    created=instant,
    client=text,
    away=flag,
)
NUMBERED: dict[str, Check] = {"seq": natural, "at": instant}
TROUBLE: dict[str, Check] = {"code": natural, "error": words, "message": words}

TABLE: dict[str, dict[str, Check]] = {
    "joined": {
        "session": shape(id=words, name=text, mode=words, inspected=flag),
        "connection": connection,
        "connections": lambda value: type(value) is list and all(map(connection, value)),
        "key": words,
        "epoch": words,
        "seq": natural,
        "recovered": flag,
        "limits": shape(type=natural, data=natural, rate=number, burst=number),
        "server": shape(name=words, version=words),
    },
    "connectionCreated": {**NUMBERED, "connection": connection},
    "connectionDestroyed": {**NUMBERED, "connection": words, "reason": REASONS.__contains__},
    "away": {"connection": words},
    "back": {"connection": words},
    "signal": {**NUMBERED, "from": maybe(words)},
    "accepted": {"n": natural, "seq": maybe(natural)},
    "rejected": {"n": lambda value: type(value) is int, **TROUBLE},
    "inspected": {"on": flag, "by": words},
    "error": TROUBLE,
    "bye": TROUBLE,
}
OPTIONAL: dict[str, Check] = {"n": natural, "to": words, "type": words, "data": text, "json": flag}


def complaint(frame: object) -> str:
    """What is wrong with a frame of the relay, or ""."""
    if type(frame) is not dict or frame.get("op") not in TABLE:
        return f"not a frame of the page: {frame}"
    op = frame["op"]
    wrong = [name for name, check in TABLE[op].items() if name not in frame or not check(frame[name])]
    if op == "signal":
        wrong += [name for name, check in OPTIONAL.items() if name in frame and not check(frame[name])]
    if op in ("error", "rejected") and ERRORS.get(frame.get("code", 0)) != frame.get("error"):
        wrong.append("code and error do not belong together")
    if op == "bye" and CLOSES.get(frame.get("code", 0)) != frame.get("error"):
        wrong.append("code and error do not belong together")
    return f"{op}: bad or missing {', '.join(wrong)} in {frame}" if wrong else ""
