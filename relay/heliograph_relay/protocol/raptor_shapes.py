"""The JSON of Raptor messages, as OpenTok clients send it and as they are sent it.

Only shapes: what they mean is in `protocol/raptor.py`.
"""

from msgspec import UNSET, Raw, Struct, UnsetType

from heliograph_relay.protocol.model import Reason

# What clients send


class Asked(Struct, frozen=True):
    """Any message of a client; what is in `content` depends on its method."""

    method: str
    uri: str
    content: Raw = Raw(b"{}")


class CreateContent(Struct, frozen=True, rename={"quiet": "connectionEventsSuppressed"}):
    """Of a `create`."""

    quiet: bool | None = None


class SignalContent(Struct, frozen=True, gc=False):
    """Of a `signal`."""

    type: str | UnsetType = UNSET
    data: Raw | UnsetType = UNSET


class AskedSignal(Struct, frozen=True):
    """A message that is read in one go: nearly all are signals."""

    method: str
    uri: str
    content: SignalContent = SignalContent()


# What they are sent


class ConnectionShape(Struct, frozen=True, rename="camel"):
    """Somebody in the session."""

    id: str
    creation_time: int
    data: str
    permissions: tuple[str, ...]


class Content(Struct, frozen=True, omit_defaults=True, rename="camel", gc=False):
    """Of a signal. `from_connection` is for clients that are told of nobody's coming."""

    type: str | UnsetType = UNSET
    data: str | Raw | UnsetType = UNSET
    from_connection: ConnectionShape | UnsetType = UNSET


class Event(Struct, frozen=True, omit_defaults=True, gc=False):
    """Something happened."""

    method: str
    uri: str
    reason: Reason | UnsetType = UNSET
    content: Content | ConnectionShape | UnsetType = UNSET


class Everybody(Struct, frozen=True):
    """Who is there. Streams and archives there are none."""

    connection: list[ConnectionShape]
    stream: tuple[()] = ()
    archive: tuple[()] = ()
