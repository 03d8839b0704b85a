"""Tests that ask for it, by `pytest.mark.asyncio(loop_factories=["asyncio", "uvloop"])`, run on both loops."""

import asyncio
from collections.abc import Callable, Mapping

import pytest


def pytest_asyncio_loop_factories(
    config: pytest.Config, item: pytest.Item
) -> Mapping[str, Callable[[], asyncio.AbstractEventLoop]]:
    """`pytest-asyncio`'s hook: which loops a test runs in."""
    factories: dict[str, Callable[[], asyncio.AbstractEventLoop]] = {"asyncio": asyncio.new_event_loop}
    marker = item.get_closest_marker("asyncio")
    if marker is None or "uvloop" not in marker.kwargs.get("loop_factories", ()):
        return factories
    try:
        import uvloop  # noqa: PLC0415 - the extra "fast", where it is installed
    except ImportError:
        return factories
    return {**factories, "uvloop": uvloop.new_event_loop}
