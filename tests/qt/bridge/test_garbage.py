"""Garbage with QObjects in it is collected on Qt's thread, whoever else allocates: in every test here (conftest.py)."""

import asyncio
import gc
import threading

from PySide6 import QtCore

from heliograph.bridge.garbage import burst


class Tracer:
    """Part of a cycle; says on which thread it is collected."""

    def __init__(self, collected: list[int]) -> None:
        self.itself = self
        self.timer = QtCore.QTimer()
        self.timer.start(1_000_000)
        self.collected = collected

    def __del__(self) -> None:
        self.collected.append(threading.get_ident())


def allocate(count: int) -> None:
    kept = []
    for _ in range(count):
        cycle: list[object] = []
        cycle.append(cycle)
        kept.append(cycle)


async def test_cycles_go_on_this_thread() -> None:
    collected: list[int] = []
    Tracer(collected)
    await asyncio.get_running_loop().run_in_executor(None, allocate, 50_000)
    while not collected:
        allocate(1_000)
        await asyncio.sleep(0)
    assert collected == [threading.get_ident()]


async def test_garbage_does_not_pile_up() -> None:
    for _ in range(60):
        allocate(1_000)
        await asyncio.sleep(0)
    before = len(gc.get_objects())
    for _ in range(200):
        allocate(1_000)
        await asyncio.sleep(0)
    assert len(gc.get_objects()) < before + 20_000


async def test_no_full_collection_in_a_burst() -> None:
    full: list[int] = []

    def note(phase: str, info: dict[str, int]) -> None:
        if phase == "start" and info["generation"] == 2:
            full.append(1)

    async def live() -> None:
        for _ in range(300):
            allocate(1_000)
            await asyncio.sleep(0)

    gc.callbacks.append(note)
    try:
        with burst():
            await live()
            assert not full
        while not full:
            await live()
    finally:
        gc.callbacks.remove(note)
