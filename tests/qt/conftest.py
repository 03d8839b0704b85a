"""Tests below Qt's widgets and loop."""

import inspect
from collections.abc import Generator

import pytest


@pytest.fixture(autouse=True)
def _only_their_own_loop_turns(request: pytest.FixtureRequest) -> Generator[None]:
    """pytest-qt handles Qt's events between setting up, running and tearing down a test. Under qasync these are
    steps of tasks, which would then run while their loop does not ("no running event loop"). What is alive
    in an asynchronous test waits for its loop instead.
    """
    if not inspect.iscoroutinefunction(getattr(request, "function", None)):
        yield
        return
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("pytestqt.plugin._process_events", lambda: None)
        yield
