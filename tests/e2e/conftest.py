"""A desk for each test that wants one. A test that fails leaves pictures of it in tests/output."""

from collections.abc import AsyncIterator, Generator

import pytest

from tests.e2e.desk import Desk
from tests.e2e.screen import screen

_failed = pytest.StashKey[bool]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Lets the fixture below know how the test ended."""
    report = yield
    if report.when == "call":
        item.stash[_failed] = report.failed
    return report


@pytest.fixture
async def desk(request: pytest.FixtureRequest) -> AsyncIterator[Desk]:
    """See `Desk`."""
    with screen() as made:
        desk = Desk(made)
        try:
            yield desk
            if request.node.stash.get(_failed, False):
                await desk.keep_pictures(request.node.name)
        finally:
            for window in desk.windows:
                window.kill()
        desk.verify()
