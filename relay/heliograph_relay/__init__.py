"""The relay, and everything that a client shares with it: protocol, core, listeners, command line.

Knows no Qt and never imports `heliograph`.
"""

__version__ = "0.1.0"
