"""The only place where asyncio, the models and Qt meet."""
