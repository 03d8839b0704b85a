"""Garbage is collected on Qt's thread only.

Python collects cycles on whichever thread happens to allocate next. If that is the store's, and a dead cycle
holds a QObject, Qt destroys it on the wrong thread: timers complain at best, the program ends at worst. So
the collector is switched off and called by hand, whenever Qt's loop has done its work and is about to wait.
"""

import gc
import time
from collections.abc import Iterator
from contextlib import contextmanager

from PySide6 import QtCore

#: Full collections take at most this share of the time, however much is alive.
FULL_SHARE = 0.01

_bursts: list[None] = []


@contextmanager
def burst() -> Iterator[None]:
    """For the length of a block no full collection: with a million rows alive it is some late frames."""
    _bursts.append(None)
    try:
        yield
    finally:
        _bursts.pop()


class Garbage(QtCore.QObject):
    """From its making to `restore`, cycles are collected on the thread that made it, between two events.

    It keeps to the interpreter's own thresholds, and wakes nothing by itself.
    """

    def __init__(self, parent: QtCore.QObject | None = None) -> None:
        super().__init__(parent)
        self._was_enabled = gc.isenabled()
        self._threshold = gc.get_threshold()[0] or 700
        self._next_full = 0.0
        gc.disable()
        self._dispatcher = QtCore.QAbstractEventDispatcher.instance()
        self._dispatcher.aboutToBlock.connect(self._on_about_to_block)

    def restore(self) -> None:
        """Leave the collector as it was."""
        self._dispatcher.aboutToBlock.disconnect(self._on_about_to_block)
        if self._was_enabled:
            gc.enable()

    def _on_about_to_block(self) -> None:
        youngest, middle, oldest = gc.get_count()
        if youngest > self._threshold:
            _, often, seldom = gc.get_threshold()
            if oldest > seldom and time.perf_counter() >= self._next_full and not _bursts:
                self._collect_all()
            else:
                gc.collect(1 if middle > often else 0)

    def _collect_all(self) -> None:
        began = time.perf_counter()
        gc.collect()
        ended = time.perf_counter()
        self._next_full = ended + (ended - began) / FULL_SHARE
