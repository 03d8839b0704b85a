"""OpenTok tokens, minted from their published format (no SDK, nothing of the relay)."""

import base64
import hashlib
import hmac
import json
import time
from urllib.parse import urlencode

KEY = "47000001"
SECRET = "0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c"
DAY = 86_400


def session_id(key: str = KEY, salt: str = "c29tZXRoaW5nIHJhbmRvbQ") -> str:
    """A session id in OpenTok's form, for an API key."""
    text = f"1~{key}~~1700000000000~{salt}~~"
    return "2_" + base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


SESSION = session_id()
FLAGS = ("--api-key", KEY, "--api-secret", SECRET, "--session", SESSION)


def t1(
    role: str = "publisher",
    *,
    data: str | None = None,
    session: str = SESSION,
    secret: str = SECRET,
    key: str = KEY,
    expires: int = DAY,
) -> str:
    """A T1 token that expires `expires` seconds from now."""
    now = int(time.time())
    fields: dict[str, object] = {
        "session_id": session,
        "create_time": now + min(0, expires) - 1,
        "expire_time": now + expires,
        "role": role,
        "nonce": 123456,
        "initial_layout_class_list": "",
    }
    if data is not None:
        fields["connection_data"] = data
    payload = urlencode(fields)
    signature = hmac.new(secret.encode(), payload.encode(), hashlib.sha1).hexdigest()
    return "T1==" + base64.b64encode(f"partner_id={key}&sig={signature}:{payload}".encode()).decode()


def _part(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).decode().rstrip("=")


def jwt(
    role: str = "publisher",
    *,
    data: str | None = None,
    session: str = SESSION,
    secret: str = SECRET,
    key: str = KEY,
    expires: int = DAY,
    algorithm: str = "HS256",
) -> str:
    """A JWT token that expires `expires` seconds from now; `algorithm` "none" leaves it unsigned."""
    now = int(time.time())
    claims: dict[str, object] = {
        "iss": key,
        "ist": "project",
        "iat": now + min(0, expires) - 1,
        "exp": now + expires,
        "session_id": session,
        "role": role,
        "scope": "session.connect",
        "nonce": 123456,
    }
    if data is not None:
        claims["connection_data"] = data
    head = {"alg": algorithm, "typ": "JWT"}
    body = f"{_part(json.dumps(head).encode())}.{_part(json.dumps(claims).encode())}"
    if algorithm == "none":
        return body + "."
    return f"{body}.{_part(hmac.new(secret.encode(), body.encode(), hashlib.sha256).digest())}"
