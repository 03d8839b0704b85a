"""The `websockets` library for Python and its `broadcast()`, on either event loop."""

import sys
from importlib.metadata import version

from tests.benchmarks.peers.peer import SERVERS, Missing, PlainServer, free_port, start_plain


class Broadcast:
    """See the module."""

    def __init__(self, *, uvloop: bool = False) -> None:
        self._loop = "uvloop" if uvloop else "asyncio"
        self.name = f"websockets `broadcast()` ({self._loop})"

    def version(self) -> str:
        try:
            return version("websockets") + (f", uvloop {version('uvloop')}" if self._loop == "uvloop" else "")
        except ModuleNotFoundError as error:
            raise Missing(f"{error.name} is not installed") from None

    def start(self, core: int | None) -> PlainServer:
        port = free_port()
        command = [sys.executable, str(SERVERS / "broadcast_server.py"), str(port), self._loop]
        return start_plain(command, port, core)
