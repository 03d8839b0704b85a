"""Short ids: a few letters of a connection id that tell people of one name apart. Pure."""

import zlib

SHORT_ID_CHARACTERS = 4


class ShortIds:
    """Gives every id the shortest beginning that nobody else has: longer where somebody took care to share it."""

    def __init__(self) -> None:
        self._given: dict[str, str] = {}
        self._owners: dict[str, str] = {}

    def __getitem__(self, id: str) -> str:
        """The short id; the same at every call."""
        if id in self._given:
            return self._given[id]
        letters = "".join(c for c in id if c.isascii() and c.isalnum()) or f"{zlib.crc32(id.encode()):08x}"
        length = SHORT_ID_CHARACTERS
        while letters[:length] in self._owners and length < len(letters):
            length += 1
        self._given[id] = letters[:length]
        self._owners.setdefault(letters[:length], id)
        return letters[:length]

    def give(self, id: str, short_id: str) -> None:
        """The one that somebody else has chosen for it, as a file tells; left alone where it is taken."""
        if id not in self._given and short_id not in self._owners:
            self._given[id] = short_id
            self._owners[short_id] = id

    def owner(self, short_id: str) -> str | None:
        """Whose short id that is, if anybody's."""
        return self._owners.get(short_id)
