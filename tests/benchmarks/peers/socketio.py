"""Socket.IO on Node.js, over WebSocket alone."""

from tests.benchmarks.peers.peer import SERVERS, PlainServer, free_port, node_version, npm, start_plain

_VERSION = "4.8.4"
_PATH = "/socket.io/?EIO=4&transport=websocket"


class SocketIo:
    """See the module."""

    name = "Socket.IO"

    def version(self) -> str:
        npm(f"socket.io@{_VERSION}")
        return f"{_VERSION}, node {node_version()}"

    def start(self, core: int | None) -> PlainServer:
        port = free_port()
        command = ["node", str(SERVERS / "socketio.mjs"), str(port)]
        env = {"MODULES": str(npm(f"socket.io@{_VERSION}"))}
        return start_plain(command, port, core, mode="sio", path=_PATH, env=env)
