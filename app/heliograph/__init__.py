"""The desktop application: models, client, services, and the window."""

from heliograph_relay import __version__

__all__ = ["__version__"]
