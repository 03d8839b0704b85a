"""Tokens that a server gives to its clients: OpenTok's T1 and JWT forms.

Both say which session may be joined, in which role, until when, and carry the connection data; both are
signed with the project's API secret. The time is passed in, in seconds since the Unix epoch.
"""

import binascii
import hashlib
from base64 import b64decode, b64encode, urlsafe_b64encode
from hmac import compare_digest
from hmac import digest as hmac_digest
from typing import Any
from urllib.parse import parse_qs, urlencode

import jwt
from jwt.algorithms import HMACAlgorithm
from msgspec import MsgspecError, Struct, json

from heliograph_relay.protocol.model import Role

#: 1,024 characters of connection data, escaped and encoded, are 8 to 16 thousand.
MAX_TOKEN_CHARACTERS = 24_576
MAX_TOKEN_DATA_CHARACTERS = 1_024
#: Seconds that a server's own token may be valid for, and by which clocks may differ.
MAX_SERVER_TOKEN_SECONDS = 300
CLOCK_LEEWAY_SECONDS = 30

_T1 = "T1=="
_ROLES = {
    "subscriber": Role.SUBSCRIBER,
    "publisher": Role.PUBLISHER,
    "publisheronly": Role.SUBSCRIBER,  # may publish media, of which there is none here, and may not signal
    "moderator": Role.MODERATOR,
}


class Project(Struct, frozen=True):
    """A project's credentials."""

    key: str
    secret: str


class Claims(Struct, frozen=True, kw_only=True):
    """What a token says. `data` is the connection data, `expires` in seconds since the Unix epoch."""

    session_id: str
    role: Role
    data: str
    expires: float


class BadToken(ValueError):
    """The token opens nothing; the words say why, for a log and never for the peer."""


def check_token(token: str, project: Project, now: float) -> Claims:
    """Read a token of either form and check its signature, key, times and values.

    Raises:
        BadToken: anything about it is wrong.
    """
    if len(token) > MAX_TOKEN_CHARACTERS:
        raise BadToken("it is too long")
    claims = _t1_claims(token, project) if token.startswith(_T1) else _jwt_claims(token, project)
    expires = _number(claims, "expire_time")
    if expires <= now:
        raise BadToken("it has expired")
    session_id, role, data = claims.get("session_id"), claims.get("role"), claims.get("connection_data", "")
    if not isinstance(session_id, str) or not isinstance(data, str):
        raise BadToken("session_id and connection_data must be text")
    if role not in _ROLES:
        raise BadToken("it has no known role")
    if len(data) > MAX_TOKEN_DATA_CHARACTERS:
        raise BadToken("its connection data is too long")
    return Claims(session_id=session_id, role=_ROLES[role], data=data, expires=expires)


def check_server_token(token: str, project: Project, now: float) -> None:
    """Check the JWT by which a server SDK proves who it is (`X-OPENTOK-AUTH`).

    Raises:
        BadToken: anything about it is wrong, it is valid for more than five minutes, or it is a client's.
    """
    claims = _project_claims(token, project)
    # A client's token is signed with the same secret, and must not make its bearer the server.
    if "session_id" in claims or "scope" in claims:
        raise BadToken("it is a client's")
    issued, expires = _number(claims, "iat"), _number(claims, "exp")
    if not now - CLOCK_LEEWAY_SECONDS < expires <= now + MAX_SERVER_TOKEN_SECONDS + CLOCK_LEEWAY_SECONDS:
        raise BadToken("it has expired, or is valid for more than five minutes")
    if not issued <= now + CLOCK_LEEWAY_SECONDS or expires - issued > MAX_SERVER_TOKEN_SECONDS:
        raise BadToken("it is valid for more than five minutes, or not yet")


def mint_server_token(project: Project, *, now: float, seconds: int = 180) -> str:
    """A token by which a server calls the REST API."""
    payload = {"iss": project.key, "ist": "project", "iat": int(now), "exp": int(now) + seconds}
    return _signed(payload, project)


def mint_jwt(project: Project, claims: Claims, *, now: float, nonce: str) -> str:
    """A token in the form that the server SDKs make today."""
    payload = {
        "iss": project.key,
        "ist": "project",
        "iat": int(now),
        "exp": int(claims.expires),
        "nonce": nonce,
        "scope": "session.connect",
        "session_id": claims.session_id,
        "role": str(claims.role),
        "initial_layout_class_list": "",
    }
    if claims.data:
        payload["connection_data"] = claims.data
    return _signed(payload, project)


def mint_t1(project: Project, claims: Claims, *, now: float, nonce: str) -> str:
    """A token in the legacy form."""
    fields = {
        "session_id": claims.session_id,
        "create_time": str(int(now)),
        "expire_time": str(int(claims.expires)),
        "role": str(claims.role),
        "nonce": nonce,
        "initial_layout_class_list": "",
    }
    if claims.data:
        fields["connection_data"] = claims.data
    payload = urlencode(fields)
    head = f"partner_id={project.key}&sig={_signature(project, payload.encode())}:"
    return _T1 + b64encode((head + payload).encode()).decode()


def _t1_claims(token: str, project: Project) -> dict[str, Any]:
    try:
        plain = b64decode(token.removeprefix(_T1), validate=True)
        head, colon, payload = plain.partition(b":")
        signed = parse_qs(head.decode(), strict_parsing=True)
        # The signature is over the bytes as they came: SDKs differ in order and escapes.
        fields = parse_qs(payload.decode(), strict_parsing=True, keep_blank_values=True)
    except (binascii.Error, ValueError):
        raise BadToken("it is no T1 token") from None
    given = signed.get("sig", [""])[0].encode()
    if not colon or not compare_digest(given, _signature(project, payload).encode()):
        raise BadToken("its signature is wrong")
    if signed.get("partner_id") != [project.key]:
        raise BadToken("it is of another project")
    return {name: values[0] for name, values in fields.items()}


class _OurHmac(HMACAlgorithm):
    """PyJWT asks of every secret, each time, whether it is a key of another kind, and warns of those under 32 bytes.

    Ours is from the settings, whoever chose a short one has done so with --api-secret, and no other algorithm is taken.
    """

    def prepare_key(self, key: str | bytes) -> bytes:
        return key.encode() if isinstance(key, str) else key

    def check_key_length(self, key: bytes) -> str | None:
        return None


def _our_jws() -> jwt.PyJWS:
    jws = jwt.PyJWS(algorithms=["HS256"])
    jws.unregister_algorithm("HS256")
    jws.register_algorithm("HS256", _OurHmac(HMACAlgorithm.SHA256))
    return jws


_JWS = _our_jws()
#: What nearly all JWTs with HS256 begin with.
_ORDINARY_HEADS = frozenset(
    urlsafe_b64encode(head).rstrip(b"=")
    for head in (b'{"alg":"HS256","typ":"JWT"}', b'{"typ":"JWT","alg":"HS256"}', b'{"alg":"HS256"}')
)


def _signed_payload(token: str, project: Project) -> bytes:
    """What a JWT of this project carries. PyJWT judges every one that is not ordinary and right.

    Raises:
        jwt.PyJWTError, ValueError: it is no JWT, or somebody else's.
    """
    signed, _, signature = token.encode().rpartition(b".")
    head, _, payload = signed.partition(b".")
    if head in _ORDINARY_HEADS:
        right = hmac_digest(project.secret.encode(), signed, hashlib.sha256)
        if compare_digest(urlsafe_b64encode(right).rstrip(b"="), signature):
            return b64decode(payload + b"=" * (-len(payload) % 4), b"-_", validate=True)
    judged: bytes = _JWS.decode(token, project.secret, algorithms=["HS256"])
    return judged


def _signed(payload: dict[str, Any], project: Project) -> str:
    return _JWS.encode(json.encode(payload), project.secret, algorithm="HS256")


def _jwt_claims(token: str, project: Project) -> dict[str, Any]:
    claims = _project_claims(token, project)
    if claims.get("scope", "session.connect") != "session.connect":
        raise BadToken("it is not for joining a session")
    return {"role": "publisher", **claims, "expire_time": claims.get("exp")}


def _project_claims(token: str, project: Project) -> dict[str, Any]:
    """What a JWT of this project says; whether its times are right is the caller's to see."""
    if len(token) > MAX_TOKEN_CHARACTERS:
        raise BadToken("it is too long")
    try:
        claims = json.decode(_signed_payload(token, project), type=dict[str, Any])
    except (MsgspecError, RecursionError):
        raise BadToken("it is no JWT") from None
    except (jwt.PyJWTError, ValueError) as error:
        # The library's own words for this kind are about bytes and padding.
        raise BadToken("it is no JWT" if type(error) is jwt.DecodeError else str(error)) from None
    if claims.get("iss") != project.key or claims.get("ist", "project") != "project":
        raise BadToken("it is of another project")
    return claims


def _signature(project: Project, payload: bytes) -> str:
    return hmac_digest(project.secret.encode(), payload, hashlib.sha1).hex()


def _number(claims: dict[str, Any], name: str) -> float:
    value = claims.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise BadToken(f"{name} is missing")
    try:
        return float(value)
    except (ValueError, OverflowError):
        raise BadToken(f"{name} is no number") from None
