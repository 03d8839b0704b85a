"""Captures on screen: opened, compared, saved."""
