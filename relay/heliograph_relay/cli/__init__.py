"""`heliograph-relay`: the relay as a command."""

from heliograph_relay.cli.command import main

__all__ = ["main"]
