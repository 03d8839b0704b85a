"""Mosquitto, the MQTT broker in C, over its WebSocket listener; a session is a topic."""

import re
import tempfile
from pathlib import Path

from tests.benchmarks.peers.peer import PlainServer, free_port, said_by, start_plain, system_program

#: No bound on what may be queued: it would drop signals under load, which counts as loss. This version does not start with
#: a WebSocket listener alone, and without `socket_domain` it listens at every address.
_CONFIG = """
listener {tcp} 127.0.0.1
socket_domain ipv4
listener {port} 127.0.0.1
socket_domain ipv4
protocol websockets
allow_anonymous true
max_queued_messages 0
max_inflight_messages 0
persistence false
log_type none
set_tcp_nodelay true
"""


class Mosquitto:
    """See the module."""

    name = "mosquitto"

    def version(self) -> str:
        said = said_by([system_program("mosquitto", "mosquitto"), "-h"])
        found = re.search(r"version (\S+)", said)
        return found[1] if found else said.partition("\n")[0]

    def start(self, core: int | None) -> PlainServer:
        port = free_port()
        with tempfile.NamedTemporaryFile("w", prefix="mosquitto-", suffix=".conf", delete=False) as file:
            file.write(_CONFIG.format(tcp=free_port(), port=port))
        config = Path(file.name)
        config.chmod(0o644)
        try:
            command = [system_program("mosquitto", "mosquitto"), "-c", str(config)]
            return start_plain(command, port, core, mode="mqtt", path="/mqtt")
        finally:
            config.unlink()
