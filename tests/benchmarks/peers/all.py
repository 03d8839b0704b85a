"""All servers, in the order of the table's columns."""

from collections.abc import Sequence

from tests.benchmarks.peers.broadcast import Broadcast
from tests.benchmarks.peers.bun import Bun
from tests.benchmarks.peers.floor import Floor
from tests.benchmarks.peers.heliograph import Heliograph
from tests.benchmarks.peers.mosquitto import Mosquitto
from tests.benchmarks.peers.nats import Nats
from tests.benchmarks.peers.node_ws import NodeWs
from tests.benchmarks.peers.peer import Peer
from tests.benchmarks.peers.socketio import SocketIo

UVLOOP = Heliograph()
ASYNCIO = Heliograph(uvloop=False)
OPENTOK = Heliograph(opentok=True)
COMPILED = Heliograph(compiled=True)
COMPILED_OPENTOK = Heliograph(opentok=True, compiled=True)
BROADCAST = Broadcast()
BROADCAST_UVLOOP = Broadcast(uvloop=True)
WS = NodeWs()
SOCKET_IO = SocketIo()
MOSQUITTO = Mosquitto()
NATS = Nats()
BUN = Bun()
FLOOR = Floor(joined=False)
FLOOR_JOINED = Floor(joined=True)

PEERS: Sequence[Peer] = (
    UVLOOP, ASYNCIO, OPENTOK, COMPILED, COMPILED_OPENTOK, BROADCAST, BROADCAST_UVLOOP, WS, SOCKET_IO, MOSQUITTO, NATS, BUN, FLOOR, FLOOR_JOINED,
)  # fmt: skip
