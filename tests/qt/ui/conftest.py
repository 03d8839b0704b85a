"""A stage for each test of the window."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.qt.ui.stage import Stage


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    """The program's window, not yet shown; it is closed after the test."""
    stage = Stage(tmp_path / "profile")
    yield stage
    await stage.close()
