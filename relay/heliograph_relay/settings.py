"""What a relay process can be told: one frozen value, whatever it came from (flags, environment, file)."""

from msgspec import Struct

from heliograph_relay.core.membership import RelayLimits
from heliograph_relay.core.session import SessionConfig
from heliograph_relay.core.surface import Surface
from heliograph_relay.protocol.tokens import Project


class RelaySettings(Struct, frozen=True, kw_only=True):
    """Times in seconds, sizes in bytes; docs/PROTOCOL.md, "Starting a relay".

    `project` signs tokens; without one none is accepted and there is no OpenTok. `opentok` says to whom that is
    open; sessions made over it end when they have been empty for `session_ttl` (None: never). `port` 0 takes a free one. `json` says events as JSON lines on stdout. `exit_with_stdin` ends the relay
    when its standard input is closed, so that it never outlives the program that started it.
    """

    session: SessionConfig
    limits: RelayLimits = RelayLimits()
    project: Project | None = None
    opentok: Surface = Surface.LOOPBACK
    session_ttl: float | None = 86_400.0
    host: str = "127.0.0.1"
    port: int = 8765
    queue_bytes: int = 4 << 20
    ping_interval: float = 20.0
    ping_timeout: float = 20.0
    json: bool = False
    exit_with_stdin: bool = False
