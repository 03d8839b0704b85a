"""Whom the OpenTok and REST surfaces are open to (docs/OPENTOK.md, "Who can reach it")."""

import ipaddress
from enum import StrEnum
from functools import lru_cache


class Surface(StrEnum):
    """Nobody, programs on this machine, or everybody who reaches the port."""

    OFF = "off"
    LOOPBACK = "loopback"
    ALL = "all"

    def admits(self, address: str) -> bool:
        """Whether a peer at this address may use it."""
        if self is Surface.LOOPBACK:
            return is_loopback(address)
        return self is Surface.ALL


@lru_cache(maxsize=1_024)
def is_loopback(address: str) -> bool:
    """Whether it is this machine's own, in either family."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address) and ip.ipv4_mapped is not None:
        ip = ip.ipv4_mapped
    return ip.is_loopback
