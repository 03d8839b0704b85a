"""What a filter means, read off its tree row by row: slow, plain, and independent of the compiled one."""

import re
from collections.abc import Callable

from heliograph.model.capture import Capture, Kind, Row
from heliograph.model.filter_syntax import Both, Either, Node, Not, Term


def naive(node: Node, row: Row, capture: Capture) -> bool:
    """Whether a row passes."""
    if isinstance(node, Not):
        return not naive(node.of, row, capture)
    if isinstance(node, Both):
        return all(naive(part, row, capture) for part in node.of)
    if isinstance(node, Either):
        return any(naive(part, row, capture) for part in node.of)
    return _TERMS[node.operator](node, row, capture)


def _holds(text: str | None, value: str) -> bool:
    return text is not None and value.lower() in text.lower()


def _plain(term: Term, row: Row, capture: Capture) -> bool:
    texts = [row.type, row.data, row.note, row.kind.value]
    if row.sender is not None or row.is_server:
        texts.append(capture.name(row.sender))
    if row.to is not None:
        texts.append(capture.name(row.to))
    return any(_holds(text, term.value) for text in texts if text or term.value)


def _type(term: Term, row: Row, _capture: Capture) -> bool:
    return _text(row.type, term) if term.value else row.type is None


def _is(id: str | None, value: str, capture: Capture) -> bool:
    if id is None:
        return False
    name, short = capture.name(id), capture.person_short_id(id)
    begins = id.lower().startswith(value.lower())
    return _holds(name, value) or begins or value.lower() in (short.lower(), f"{name} {short}".lower())


def _from(term: Term, row: Row, capture: Capture) -> bool:
    if term.value in ("server", "me"):
        return row.is_server if term.value == "server" else row.direction == "out"
    return _is(row.sender, term.value, capture)


def _to(term: Term, row: Row, capture: Capture) -> bool:
    if term.value == "all":
        return row.kind.is_signal and row.to is None
    if term.value == "me":
        return row.to is not None and row.direction == "in"
    return _is(row.to, term.value, capture)


def _compare(relation: str, left: float, right: float) -> bool:
    return {
        "<": left < right,
        "<=": left <= right,
        ">": left > right,
        ">=": left >= right,
        "=": left == right,
    }[relation]


def _text(text: str | None, term: Term) -> bool:
    if term.relation == "~":
        return text is not None and re.search(term.value, text, re.IGNORECASE) is not None
    return _holds(text, term.value)


def _state(term: Term, row: Row, capture: Capture) -> bool:
    fate = capture.fate(row)
    sent = row.kind in (Kind.CHAT, Kind.SIGNAL, Kind.PING) and row.direction == "out" and fate is not None
    return {
        "private": row.kind.is_signal and row.to is not None,
        "server": row.is_server,
        "json": row.json,
        "marked": row.number in capture.marks,
        "unread": sent and row.kind is Kind.CHAT and len(fate.read) < fate.of,  # type: ignore[union-attr]
        "undelivered": sent and len(fate.delivered) < fate.of,  # type: ignore[union-attr]
        "read": sent and row.kind is Kind.CHAT and 0 < fate.of <= len(fate.read),  # type: ignore[union-attr]
    }[term.value]


def _age(term: Term, row: Row, capture: Capture) -> bool:
    return _compare(term.relation, capture.rows[-1].at - row.at, int(term.value.removesuffix("ms")))


_TERMS: dict[str, Callable[[Term, Row, Capture], bool]] = {
    "": _plain,
    "type": _type,
    "data": lambda term, row, _: _text(row.data, term),
    "direction": lambda term, row, _: row.direction == term.value,
    "seq": lambda term, row, _: row.seq is not None and _compare(term.relation, row.seq, int(term.value)),
    "is": _state,
    "from": _from,
    "to": _to,
    "kind": lambda term, row, _: row.kind.value in term.value.split(","),
    "size": lambda term, row, _: row.kind.is_signal and _compare(term.relation, row.size, int(term.value)),
    "age": _age,
}
