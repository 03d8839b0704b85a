"""How a connection is called: by its name, or by what its application put into the connection data. Pure."""

import json
import re
import unicodedata
from functools import lru_cache

from heliograph.model.dialects import name_in, whole
from heliograph_relay.protocol.model import Connection

#: The form in OpenTok's own manual: `username=Bob,userLevel=4`.
_PAIR = re.compile(
    r"(?:^|[,;&])\s*(?:user_?name|display_?name|nick_?name|name|alias)\s*=\s*([^,;&]+)", re.IGNORECASE
)
#: What begins like this is a structure, not a name.
_STRUCTURES = "{[<"
#: Letters of other scripts that nobody tells from Latin ones.
_LOOK_ALIKES = str.maketrans(
    "\u0430\u0435\u043e\u0440\u0441\u0443\u0445\u0456\u0458\u0455\u0501\u04bb\u03bf\u03b1\u03c1\u03bd\u0131",
    "aeopcyxijsdhoapvi",
)


def called(connection: Connection) -> str:
    """The name that was given; else that in the connection data; "" where there is none. Not yet fit for display.

    In a token the data is the word of the application's server. Either way it is a name and no identity.
    """
    return connection.name.strip() or _named_in(connection.data.strip())


def _named_in(data: str) -> str:
    if not data:
        return ""
    try:
        value: object = json.loads(data)
    except (ValueError, RecursionError):
        value = None
    if isinstance(value, dict):
        return name_in(value)
    if isinstance(value, str):
        return whole(value.strip())
    pair = _PAIR.search(data)
    if pair is not None:
        return pair.group(1).strip()
    return "" if data[0] in _STRUCTURES else data


@lru_cache(maxsize=4_096)
def skeleton(name: str) -> str:
    """What is left of a name for a glancing eye: neither case, accents, spaces, nor other forms of a letter."""
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", name).casefold()).translate(
        _LOOK_ALIKES
    )
    return "".join(c for c in plain if c.isalnum()) or plain
