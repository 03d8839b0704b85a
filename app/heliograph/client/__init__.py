"""Speaks to a relay: a pure session machine and the asyncio connection that feeds it. No Qt."""
