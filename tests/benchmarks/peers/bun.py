"""Bun's own WebSocket server, which is uWebSockets in C++; its publish() to a topic."""

import platform
from pathlib import Path

from tests.benchmarks.peers.peer import SERVERS, Missing, PlainServer, free_port, npm, said_by, start_plain

_VERSION = "1.4.5"
_PACKAGES = {"x86_64": "@oven/bun-linux-x64", "aarch64": "@oven/bun-linux-aarch64"}


class Bun:
    """See the module."""

    name = "Bun `publish()`"

    def version(self) -> str:
        return said_by([str(self._program()), "--version"])

    def start(self, core: int | None) -> PlainServer:
        port = free_port()
        return start_plain([str(self._program()), str(SERVERS / "bun.mjs"), str(port)], port, core)

    @staticmethod
    def _program() -> Path:
        package = _PACKAGES.get(platform.machine())
        if package is None:
            raise Missing(f"no Bun for {platform.machine()}")
        program = npm(f"{package}@{_VERSION}") / package / "bin" / "bun"
        program.chmod(0o755)
        return program
