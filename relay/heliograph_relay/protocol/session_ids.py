"""Session ids in the form that OpenTok's server SDKs take apart: they want to find the API key inside."""

from base64 import urlsafe_b64encode

_PREFIX = "1_"


def make_session_id(key: str, *, created: int, random: str, location: str = "") -> str:
    """A new id for a project's session; `created` in milliseconds since the Unix epoch.

    It goes unescaped into URL paths, so the base64 is the URL's own and without padding.
    """
    text = "~".join(("1", key, location, str(created), random, "P", "", ""))
    return _PREFIX + urlsafe_b64encode(text.encode()).decode().rstrip("=")
