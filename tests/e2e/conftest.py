"""A screen for each test; when a test fails, a picture of it is left in tests/output."""

from collections.abc import AsyncIterator, Generator

import pytest

from tests.e2e.windows import Screen, screen


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Lets the fixture below know how the test ended."""
    report = yield
    if report.when == "call":
        item.stash[_failed] = report.failed
    return report


_failed = pytest.StashKey[bool]()


@pytest.fixture
async def desk(request: pytest.FixtureRequest) -> AsyncIterator[Screen]:
    """A virtual screen with a window manager."""
    with screen() as made:
        yield made
        if request.node.stash.get(_failed, False):
            await made.shoot(request.node.name)
        for window in made.windows:
            assert "Traceback" not in window.said
