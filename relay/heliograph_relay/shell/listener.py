"""Binding the port, with words for what can go wrong."""

import errno
import socket


class CannotListen(Exception):
    """The relay could not bind; the words say why and what to do."""


def bind(host: str, port: int) -> socket.socket:
    """A listening TCP socket on `host` and `port` (0: a free one).

    Raises:
        CannotListen: the address is not ours, the port is taken or needs rights, the name is unknown.
    """
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
    except (socket.gaierror, UnicodeError) as error:
        raise CannotListen(
            f"the host {host!r} is unknown here: {error}; give an address of this machine"
        ) from None
    listener = socket.socket(family, kind, protocol)
    try:
        # Not on Windows, where it would let two programs share a port.
        if hasattr(socket, "SO_REUSEPORT"):
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0 if host in ("", "::") else 1)
        listener.bind(address)
        listener.listen(1_024)
    except OSError as error:
        listener.close()
        raise CannotListen(_words(error, host, port)) from None
    listener.setblocking(False)
    return listener


def _words(error: OSError, host: str, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"port {port} on {host} is taken by another program; choose another port, or 0 for a free one"
    if error.errno == errno.EACCES:
        return f"port {port} needs more rights than this user has; choose one above 1023"
    if error.errno == errno.EADDRNOTAVAIL:
        return f"{host} is not an address of this machine"
    return f"cannot listen on {host}, port {port}: {error.strerror}"
