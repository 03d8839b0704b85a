"""A stage for each test of the window."""

import gc
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from heliograph.bridge.garbage import Garbage
from tests.qt.ui.stage import Stage


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    """The program's window, not yet shown; it is closed after the test."""
    gc.collect()
    garbage = Garbage()
    stage = Stage(tmp_path / "profile")
    yield stage
    await stage.close()
    garbage.restore()
