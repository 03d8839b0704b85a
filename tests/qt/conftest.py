"""Tests below Qt's widgets and loop: what is alive in an asynchronous test moves only while its loop runs.

Both pytest-qt (between setting up, running and tearing down a test) and qasync (after each of these) handle
Qt's events once more. Steps of tasks are such events, and would then run while no loop is the running one:
"no running event loop", now and then. A program has one `main` and is not concerned.
"""

import asyncio
import gc
import inspect
from collections.abc import Awaitable, Generator
from typing import Any

import pytest
import qasync
from PySide6 import QtCore, QtWidgets

from heliograph.bridge.garbage import Garbage


def _run_until_complete(loop: asyncio.AbstractEventLoop, awaited: Awaitable[Any]) -> Any:
    future = asyncio.ensure_future(awaited, loop=loop)  # noqa: TID251 (it is awaited here)

    def stop(_: object) -> None:
        loop.stop()

    future.add_done_callback(stop)
    try:
        loop.run_forever()
    finally:
        future.remove_done_callback(stop)
    return future.result()


@pytest.fixture(autouse=True, scope="session")
def _qasync_stops_when_it_is_done() -> Generator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(qasync.QEventLoop, "run_until_complete", _run_until_complete)
        yield


@pytest.fixture(autouse=True)
def _pytest_qt_leaves_tasks_alone(request: pytest.FixtureRequest) -> Generator[None]:
    if not inspect.iscoroutinefunction(getattr(request, "function", None)):
        yield
        return
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("pytestqt.plugin._process_events", lambda: None)
        yield


@pytest.fixture(autouse=True, scope="session")
def _no_test_looks_for_garbage_in_what_all_of_them_share() -> None:
    """Else each collection goes through some hundred thousand objects: modules, and the tests of the whole run."""
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def _garbage_is_collected_on_qts_thread(qapp: object) -> Generator[None]:
    """As in the program: a timer that dies on a thread of a worker takes all with it.

    What was to be deleted later goes first: no loop runs any more, and a window of each test would stay.
    """
    garbage = Garbage()
    before = len(QtWidgets.QApplication.topLevelWidgets())
    yield
    QtCore.QCoreApplication.sendPostedEvents(None, QtCore.QEvent.Type.DeferredDelete.value)
    gc.collect()
    garbage.restore()
    assert gc.isenabled()
    left = QtWidgets.QApplication.topLevelWidgets()
    assert len(left) <= before, f"outlived its parent, or never had one: {left}"
