"""What holds for every test: its event loop, its clean surroundings, and that nothing is logged behind its back.

* Tests below `tests/qt` get a qasync loop, all others a plain asyncio one.
* A record of WARNING or above fails the test, unless it is marked `expects_log(pattern)` (then a matching record *must*
  come) or `allows_log(pattern)`. Messages of Qt fail it too (`qt_log_level_fail` in pyproject.toml).
* A test that hangs is ended: by pytest-timeout, or where the main thread is inside Qt and never gets to a signal
  handler, with a traceback of every thread and the end of the whole run.
* Nothing reads or writes what belongs to the person who runs the tests.
* In several processes at once (pytest-xdist) files stay together, and what measures time has the machine to itself
  (`tests/support/turns.py`).
"""

import asyncio
import faulthandler
import functools
import logging
import os
import re
import sys
from collections.abc import Callable, Generator, Mapping
from pathlib import Path

import pytest

from tests.support import turns

#: Grace for pytest-timeout before the whole run is ended, in seconds.
HARD_TIMEOUT_GRACE = 15.0

TESTS = Path(__file__).resolve().parent

# Before anything imports Qt. A test that wants a real window starts a process and says so there.
os.environ["QT_QPA_PLATFORM"] = os.environ.get("HELIOGRAPH_TEST_QPA_PLATFORM", "offscreen")
os.environ["QT_API"] = "pyside6"
if sys.platform.startswith("linux"):
    os.environ["LC_ALL"] = "C.UTF-8"

_records_key = pytest.StashKey["_Records"]()
_stderr_key = pytest.StashKey[int]()


@pytest.fixture(scope="session", autouse=True)
def _own_surroundings(tmp_path_factory: pytest.TempPathFactory) -> Generator[None]:
    """A home, and the folders that platformdirs and Qt derive from it, that end with the run."""
    home = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        for name in list(os.environ):
            if name.startswith("HELIOGRAPH_") and not name.startswith("HELIOGRAPH_TEST_"):
                patch.delenv(name)
        patch.setenv("HOME", str(home))
        patch.setenv("USERPROFILE", str(home))
        for name in ("CONFIG", "DATA", "STATE", "CACHE", "RUNTIME"):
            folder = home / name.lower()
            folder.mkdir(mode=0o700)
            patch.setenv(f"XDG_{name}_DIR" if name == "RUNTIME" else f"XDG_{name}_HOME", str(folder))
        yield


# ------------------------------------------------------------------------------------------- event loops


def _qasync_loop(limit: float) -> asyncio.AbstractEventLoop:
    """A loop on Qt that cancels its tasks after `limit` seconds: a signal handler waits until Python runs again."""
    from PySide6 import QtWidgets  # noqa: PLC0415 (tests of the relay run where there is no Qt)
    from qasync import QEventLoop  # noqa: PLC0415

    application = QtWidgets.QApplication.instance() or QtWidgets.QApplication(["heliograph-tests"])
    loop: asyncio.AbstractEventLoop = QEventLoop(application)
    if limit:
        loop.call_later(limit, _cancel_all, loop, limit)
    return loop


def _cancel_all(loop: asyncio.AbstractEventLoop, limit: float) -> None:
    for task in asyncio.all_tasks(loop):
        task.print_stack()
        task.cancel(f"still waiting after {limit:g} s")


def pytest_asyncio_loop_factories(
    config: pytest.Config, item: pytest.Item
) -> Mapping[str, Callable[[], asyncio.AbstractEventLoop]]:
    """`pytest-asyncio`'s hook: which loop a test runs in."""
    if _is_below(item, "qt"):
        return {"qasync": functools.partial(_qasync_loop, 0.9 * _time_limit(item))}
    return {"asyncio": asyncio.new_event_loop}


def _is_below(item: pytest.Item, folder: str) -> bool:
    return item.path.is_relative_to(TESTS / folder)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """A test's folder says its marker, so that `-m "not e2e"` needs nobody's care."""
    for item in items:
        for folder in ("qt", "e2e"):
            if _is_below(item, folder):
                item.add_marker(folder)
    if turns.is_worker(config):
        turns.arrange(items)


# ----------------------------------------------------------------------------------- several processes


def pytest_xdist_auto_num_workers() -> int:
    """`pytest-xdist`'s hook: what `--numprocesses=auto` means."""
    return turns.workers()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Tests are called in reports what they are called by themselves."""
    report = yield
    report.nodeid = turns.plain(report.nodeid)
    return report


# ---------------------------------------------------------------------------------------------- time out


def _time_limit(item: pytest.Item) -> float:
    """Seconds that pytest-timeout gives a test; 0 is for ever."""
    marker = item.get_closest_marker("timeout")
    return float(marker.args[0] if marker and marker.args else item.config.getini("timeout"))


def pytest_configure(config: pytest.Config) -> None:
    """Keeps the real standard error (nothing is captured just now) for a traceback at the very end."""
    config.stash[_stderr_key] = os.dup(2)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """A main thread inside Qt never runs pytest-timeout's signal handler: faulthandler's own thread ends it."""
    with turns.turn(item):
        if limit := _time_limit(item):
            stderr = item.config.stash[_stderr_key]
            faulthandler.dump_traceback_later(limit + HARD_TIMEOUT_GRACE, exit=True, file=stderr)
        try:
            return (yield)
        finally:
            faulthandler.cancel_dump_traceback_later()


# -------------------------------------------------------------------------------------------------- logs


class _Records(logging.Handler):
    """Collects what a test logs at WARNING or above, through the root logger."""

    def __init__(self, item: pytest.Item) -> None:
        super().__init__(logging.WARNING)
        self.expected = [re.compile(mark.args[0]) for mark in item.iter_markers("expects_log")]
        self.allowed = [re.compile(mark.args[0]) for mark in item.iter_markers("allows_log")]
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)

    def complaints(self) -> list[str]:
        """One line for each record that nobody expected; forgets them."""
        unexpected = [
            record
            for record in self.records
            if not any(pattern.search(record.getMessage()) for pattern in (*self.expected, *self.allowed))
        ]
        self.expected = [
            pattern
            for pattern in self.expected
            if not any(pattern.search(record.getMessage()) for record in self.records)
        ]
        self.records.clear()
        formatter = logging.Formatter("%(levelname)s %(name)s: %(message)s")
        return [formatter.format(record) for record in unexpected]


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> Generator[None]:
    """Listens before the first fixture does anything."""
    item.stash[_records_key] = records = _Records(item)
    logging.getLogger().addHandler(records)
    yield


@pytest.hookimpl(wrapper=True, trylast=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None]:
    """Fails the test for what it logged, and for what it said it would log and did not."""
    yield
    records = item.stash[_records_key]
    if complaints := records.complaints():
        pytest.fail("logged, and not expected:\n" + "\n".join(complaints), pytrace=False)
    if records.expected:
        missing = ", ".join(pattern.pattern for pattern in records.expected)
        pytest.fail(f"expected in the log, and missing: {missing}", pytrace=False)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_teardown(item: pytest.Item) -> Generator[None]:
    """The same for what fixtures log while they end."""
    records = item.stash[_records_key]
    try:
        yield
    finally:
        logging.getLogger().removeHandler(records)
    if complaints := records.complaints():
        pytest.fail("logged while tearing down, and not expected:\n" + "\n".join(complaints), pytrace=False)
