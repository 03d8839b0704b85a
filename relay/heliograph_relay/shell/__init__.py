"""The relay's hands: listeners, transports, pages. asyncio."""
