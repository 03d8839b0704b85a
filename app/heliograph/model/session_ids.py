"""What the ids of sessions tell, where they are in OpenTok's form. Pure."""

from base64 import urlsafe_b64decode


def key_in(session: str) -> str:
    """The API key for which a session's id was made; "" where it is not in OpenTok's form."""
    parts = _parts(session)
    return parts[1] if len(parts) > 1 else ""


def made_at(session: str) -> int | None:
    """When a session's id was made, in milliseconds since the epoch; None where it does not say."""
    parts = _parts(session)
    digits = parts[3] if len(parts) > 3 else ""
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) <= 15 else None


def short_session(id: str) -> str:
    """A session's id for the eye: ids in OpenTok's form begin alike, so its end tells them apart."""
    return f"{id[:4]}…{id[-12:]}" if len(id) > 24 else id


def is_session_id(text: str) -> bool:
    """Whether a relay could have a session of this id."""
    return 0 < len(text) <= 255 and text.isascii() and all(c.isalnum() or c in "-_.~=" for c in text)


def _parts(session: str) -> list[str]:
    body = session[2:]
    try:
        text = urlsafe_b64decode(body + "=" * (-len(body) % 4)).decode()
    except ValueError:
        return []
    return text.split("~") if session[:2] in ("1_", "2_") else []
