"""What opens a session is never written into a file: secrets in invites, and tokens. Pure.

The application's own secrets are in no row. But people paste invites into a chat, and tokens pass by in the data
of signals; such a text is written without what makes it work.
"""

import re

LEFT_OUT = "(left out)"

_SECRET = re.compile(r"(heliograph:\s*/\s*/[^\s\"'<>]*?[?&](?:secret|pin)=)[^&\s\"'<>\\]+", re.IGNORECASE)
#: OpenTok's tokens: T1==, then base64; and three parts of base64 with dots, which a JSON Web Token is.
_T1 = re.compile(r"T1==[A-Za-z0-9+/=_-]{16,}")
_JWT = re.compile(r"eyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]{8,}", re.ASCII)


def may_hold_secrets(text: bytes) -> bool:
    """Whether it is worth looking closely; quick, for most texts have none."""
    return b"T1==" in text or b"eyJ" in text or b"heliograph:" in text.lower()


def without_secrets(text: str) -> str:
    """`text` with what opens a session left out."""
    text = _SECRET.sub(rf"\1{LEFT_OUT}", text)
    text = _T1.sub(f"T1=={LEFT_OUT}", text)
    return _JWT.sub(LEFT_OUT, text)


def as_text(text: str) -> str:
    """`text` as it can be written as UTF-8: half characters are replaced."""
    return text.encode("utf-8", "replace").decode()
