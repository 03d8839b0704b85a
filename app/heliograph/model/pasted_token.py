"""What a pasted token of OpenTok says of itself. Nothing is checked: that needs the secret, and is the relay's. Pure."""

import binascii
from base64 import b64decode, urlsafe_b64decode
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

import msgspec

_T1 = "T1=="


class BadToken(ValueError):
    """It begins as a token and is none that lets anybody in; the words are for a person."""


@dataclass(frozen=True, kw_only=True)
class PastedToken:
    """`expires` is in seconds since the epoch; None where it does not say."""

    text: str = field(repr=False)
    session: str
    expires: float | None


def looks_like_token(text: str) -> bool:
    """Whether this is meant to be a token and no PIN."""
    text = "".join(text.split())
    return text.startswith((_T1, "eyJ"))


def read_token(text: str) -> PastedToken:
    """Read a token of either form, however it was broken over lines.

    Raises:
        BadToken: it is not whole, or is one of a server.
    """
    text = "".join(text.split())
    claims = _t1_claims(text) if text.startswith(_T1) else _jwt_claims(text)
    session = claims.get("session_id")
    if not isinstance(session, str) or not session:
        raise BadToken(
            "This is a token of a server, for the REST API. Ask for a guest's token of the session."
        )
    return PastedToken(
        text=text, session=session, expires=_number(claims.get("expire_time", claims.get("exp")))
    )


_CUT = "This token is not whole. Copy it again, from its first to its last character."


def _t1_claims(text: str) -> dict[str, Any]:
    try:
        plain = b64decode(text.removeprefix(_T1), validate=True).decode()
        fields = parse_qs(plain.partition(":")[2], strict_parsing=True, keep_blank_values=True)
    except (binascii.Error, ValueError):
        raise BadToken(_CUT) from None
    return {name: values[0] for name, values in fields.items()}


def _jwt_claims(text: str) -> dict[str, Any]:
    parts = text.split(".")
    try:
        if len(parts) != 3 or not parts[2]:
            raise BadToken(_CUT)
        body = urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4))
        return msgspec.json.decode(body, type=dict[str, Any])
    except (binascii.Error, msgspec.MsgspecError, UnicodeError):
        raise BadToken(_CUT) from None


def _number(value: object) -> float | None:
    try:
        return float(value) if isinstance(value, int | float | str) else None
    except (ValueError, OverflowError):
        return None
