"""Messages of the other kind than their reader is for."""


class Binary(bytes):
    """A message that came in binary frames to a reader of text."""

    __slots__ = ()


class Text(bytes):
    """A message that came in text frames to a reader of binary ones."""

    __slots__ = ()
