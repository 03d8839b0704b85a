"""`ws`, the WebSocket server that most Node.js programs use."""

from tests.benchmarks.peers.peer import SERVERS, PlainServer, free_port, node_version, npm, start_plain

_VERSION = "8.23.0"


class NodeWs:
    """See the module."""

    name = "node `ws`"

    def version(self) -> str:
        npm(f"ws@{_VERSION}")
        return f"{_VERSION}, node {node_version()}"

    def start(self, core: int | None) -> PlainServer:
        port = free_port()
        modules = {"MODULES": str(npm(f"ws@{_VERSION}"))}
        return start_plain(["node", str(SERVERS / "ws.mjs"), str(port)], port, core, env=modules)
