"""How far a peer has got with what it was sent, by the system's own account."""

import socket
import sys
from struct import unpack_from

from msgspec import Struct

#: Where Linux keeps `tcpi_bytes_acked` in its `tcp_info`.
_ACKED = 120
_SIZE = 128


class Progress(Struct, frozen=True):
    """Bytes that the peer's system has acknowledged since the connection began, and that it has yet to."""

    acknowledged: int
    waiting: int


def progress_of(sock: socket.socket) -> Progress | None:
    """What the system knows of a TCP connection; None where it does not tell."""
    if sys.platform != "linux":
        return None
    import fcntl  # noqa: PLC0415 - not on Windows
    import termios  # noqa: PLC0415

    try:
        info = sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, _SIZE)
        waiting = fcntl.ioctl(sock.fileno(), termios.TIOCOUTQ, bytes(4))
    except OSError:  # gone, or no TCP
        return None
    if len(info) < _SIZE:  # an old kernel
        return None
    return Progress(unpack_from("=Q", info, _ACKED)[0], unpack_from("=i", waiting)[0])
