"""Who runs beside whom when the tests run in several processes (pytest-xdist, as `packaging/run.py test` starts them).

A worker takes the tests of a file together, so that they share what the file's fixtures start. `pytest` without
`--numprocesses` runs everything one after another, in the order of the files.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

if sys.platform != "win32":
    import fcntl

#: Long, and begun first, in this order; at the end of a run the other workers would wait for them.
FIRST = ("tests/sdk/", "tests/relay/faults/", "tests/rules/", "tests/e2e/", "tests/qt/")
#: One browser and one relay for all of a folder.
TOGETHER = ("tests/sdk/",)
#: Share nothing: each test may run on another worker.
APART = ("tests/relay/faults/", "tests/rules/", "tests/e2e/")


def is_worker(config: pytest.Config) -> bool:
    """Whether this is one of several processes that run tests."""
    return hasattr(config, "workerinput")


def workers() -> int:
    """One more than can compute at once: a good part of the run waits for windows, browsers and pings that are due."""
    return 1 + (os.cpu_count() or 1)


def arrange(items: list[pytest.Item]) -> None:
    """The order of tests, and which of them go together; the same in every worker."""
    items.sort(key=_rank)
    for item in items:
        if group := "alone" if _is_alone(item) else unit(item.nodeid):
            item.add_marker(pytest.mark.xdist_group(group))


def _rank(item: pytest.Item) -> int:
    if _is_alone(item):
        return len(FIRST) + 1
    return next((place for place, folder in enumerate(FIRST) if item.nodeid.startswith(folder)), len(FIRST))


def _is_alone(item: pytest.Item) -> bool:
    return item.get_closest_marker("alone") is not None


def unit(nodeid: str) -> str:
    """What a test goes together with; empty where it goes by itself."""
    if nodeid.startswith(APART):
        return ""
    file = nodeid.partition("::")[0]
    return next((folder for folder in TOGETHER if file.startswith(folder)), file)


def plain(nodeid: str) -> str:
    """The name of a test without the group that pytest-xdist has put behind it."""
    return nodeid.rpartition("@")[0] if nodeid.rfind("@") > nodeid.rfind("]") else nodeid


@contextmanager
def turn(item: pytest.Item) -> Iterator[None]:
    """For the length of a test; one that is marked `alone` waits until no other worker has a test to run."""
    if not is_worker(item.config):
        yield
        return
    of_the_run = Path(item.config.option.basetemp).parent
    with locked(of_the_run, shared=not _is_alone(item)):
        yield


@contextmanager
def locked(path: Path, *, shared: bool = False) -> Iterator[None]:
    """No other process has this file or folder locked meanwhile, or all of them only `shared`."""
    if sys.platform == "win32":
        yield
        return
    descriptor = os.open(path, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH if shared else fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
