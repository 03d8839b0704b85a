"""The application's way to `resources/` (icons, themes, translations, the sample capture)."""

from heliograph_relay.resources import resource

__all__ = ["resource"]
