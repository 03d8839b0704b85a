"""The relay as it is, in a process that also writes its session's log down, entry by entry, before anybody is told.

    python -m tests.relay.faults.journalling_relay JOURNAL [--small-buffers] [--broken NAME] FLAGS…

Every line of the journal is JSON: `{"epoch": …}` when a log's life begins, and then its entries as they stand on
the wire, with `inspectors`, the connections that could see private ones. With `--broken` it is a relay that breaks a
guarantee (`broken.py`), to prove that this is noticed.
"""

import os
import socket
import sys
from typing import Any

import msgspec

from heliograph_relay.cli import main
from heliograph_relay.core.hub import Hub
from heliograph_relay.core.log import Log
from heliograph_relay.core.session import Session
from heliograph_relay.core.session_config import SessionConfig
from heliograph_relay.protocol.model import Entry
from heliograph_relay.shell import listener, server

from .broken import BROKEN, put


class Line(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One line of a journal."""

    epoch: str = ""
    entry: Entry | None = None
    inspectors: tuple[str, ...] = ()


def journal_into(path: str) -> None:
    """Have every log of this process written down there."""
    file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    add_session, append = Hub.add_session, Log.append

    def write(line: Line) -> None:
        os.write(file, msgspec.json.encode(line) + b"\n")

    def opened(self: Hub, config: SessionConfig, *, epoch: str) -> Session:
        write(Line(epoch=epoch))
        return add_session(self, config, epoch=epoch)

    def appended(self: Log, entry: Entry, size: int, inspectors: frozenset[str], *more: Any) -> None:
        write(Line(entry=entry, inspectors=tuple(inspectors)))
        append(self, entry, size, inspectors, *more)

    put(Hub, "add_session", opened)
    put(Log, "append", appended)


def have_small_buffers() -> None:
    """Let the system keep little for a peer that does not read, so that the relay has to."""
    bind = listener.bind

    def bound(host: str, port: int) -> socket.socket:
        sock = bind(host, port)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 8_192)
        return sock

    put(server, "bind", bound)


def run() -> None:
    """See the module."""
    path, *arguments = sys.argv[1:]
    journal_into(path)
    if arguments[:1] == ["--small-buffers"]:
        have_small_buffers()
        arguments = arguments[1:]
    if arguments[:1] == ["--broken"]:
        BROKEN[arguments[1]]()
        arguments = arguments[2:]
    sys.argv[1:] = arguments
    main()


if __name__ == "__main__":
    run()
