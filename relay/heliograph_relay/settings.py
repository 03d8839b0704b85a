"""What a relay process can be told: one frozen value, whatever it came from (flags, environment, file)."""

from msgspec import Struct

from heliograph_relay.core.membership import RelayLimits
from heliograph_relay.core.session_config import SessionConfig
from heliograph_relay.core.surface import Surface
from heliograph_relay.protocol.tokens import Project


class Bounds(Struct, frozen=True, kw_only=True):
    """What strangers and members together may take of the machine (docs/RELIABILITY.md, "Limits").

    Connections in all (None: as many as the system lets the process have) and from one address (None: 1,000, and
    this machine's own are not counted); seconds for a request; bytes of its head and body; sessions made over REST;
    bytes of all logs together (0: no limit), of what waits for all readers together (0: a quarter of what memory there
    may be, at most 1 GiB) and of the process's memory (0: no ceiling but the system's).
    """

    connections: int | None = None
    address_connections: int | None = None
    request_timeout: float = 10.0
    head_bytes: int = 65_536
    body_bytes: int = 65_536
    sessions: int = 10_000
    all_log_bytes: int = 1 << 30
    all_queue_bytes: int = 0
    memory_bytes: int = 0


class RelaySettings(Struct, frozen=True, kw_only=True):
    """Times in seconds, sizes in bytes; docs/PROTOCOL.md, "Starting a relay".

    `project` signs tokens; without one none is accepted and there is no OpenTok. `opentok` says to whom that is
    open; sessions made over it end when they have been empty for `session_ttl` (None: never). `port` 0 takes a free one. `json` says events as JSON lines on stdout. `exit_with_stdin` ends the relay
    when its standard input is closed, so that it never outlives the program that started it.
    """

    session: SessionConfig
    limits: RelayLimits = RelayLimits()
    bounds: Bounds = Bounds()
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
