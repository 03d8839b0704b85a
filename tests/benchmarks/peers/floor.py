"""The physical limit: a server in C that does nothing but write (load/floor.c)."""

from tests.benchmarks.load.programs import build
from tests.benchmarks.peers.peer import PlainServer, free_port, said_by, start_plain


class Floor:
    """One send for each delivery or, `joined`, one for each client and turn of its loop."""

    def __init__(self, *, joined: bool) -> None:
        self._joined = joined
        self.name = "C floor, joined writes" if joined else "C floor"

    def version(self) -> str:
        build()
        return said_by(["cc", "--version"]).partition("\n")[0]

    def start(self, core: int | None) -> PlainServer:
        port = free_port()
        return start_plain([str(build().floor), *(["-c"] if self._joined else []), str(port)], port, core)
