"""Under which addresses other machines reach this one."""

import ipaddress

import ifaddr

WILDCARDS = frozenset({"", "0.0.0.0", "::"})  # noqa: S104 - compared with, never bound here


def reachable(host: str) -> tuple[str, ...]:
    """The addresses to put into an invite of a relay that listens on `host`.

    A wildcard stands for every address of this machine that others can use: private ones first, no
    loopback and no link-local ones; 127.0.0.1 where there is no network at all.
    """
    if host not in WILDCARDS:
        return (host,)
    found = [ip for adapter in ifaddr.get_adapters() for ip in _usable(adapter, v6=host != "0.0.0.0")]  # noqa: S104
    found.sort(key=lambda ip: (ip.version, not ip.is_private))
    return tuple(str(ip) for ip in dict.fromkeys(found)) or ("127.0.0.1",)


def _usable(adapter: ifaddr.Adapter, *, v6: bool) -> list[ipaddress.IPv4Address | ipaddress.IPv6Address]:
    found = []
    for ip in adapter.ips:
        text = ip.ip if isinstance(ip.ip, str) else ip.ip[0]
        address = ipaddress.ip_address(text)
        if address.is_loopback or address.is_link_local or (address.version == 6 and not v6):
            continue
        found.append(address)
    return found
