"""Tasks are kept, named, ended, and their errors are never lost."""

import asyncio

import pytest

from heliograph.services.tasks import Tasks


async def test_the_result_can_be_awaited() -> None:
    async def answer() -> int:
        return 42

    assert await Tasks().start(answer(), name="answer") == 42


@pytest.mark.expects_log("task 'sums' failed")
async def test_an_error_is_logged_and_told() -> None:
    told: list[tuple[str, Exception]] = []
    tasks = Tasks(on_error=lambda name, error: told.append((name, error)))

    async def fail() -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await tasks.start(fail(), name="sums")
    ((name, error),) = told
    assert name == "sums"
    assert isinstance(error, ZeroDivisionError)


async def test_closing_ends_what_runs_and_lets_it_clean_up() -> None:
    tasks, cleaned = Tasks(), asyncio.Event()

    async def clean_up() -> None:
        await asyncio.sleep(0)
        cleaned.set()

    async def endless() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            await clean_up()

    task = tasks.start(endless(), name="endless")
    await asyncio.sleep(0)
    await tasks.close()
    assert task.cancelled()
    assert cleaned.is_set()


async def test_nothing_starts_after_the_end() -> None:
    tasks = Tasks()
    await tasks.close()

    async def late() -> None:
        pass

    with pytest.raises(RuntimeError, match="'late' came after the end"):
        tasks.spawn(late(), name="late")


async def test_a_task_may_close_the_others() -> None:
    tasks = Tasks()
    other = tasks.start(asyncio.Event().wait(), name="other")
    await tasks.start(tasks.close(), name="the end")
    assert other.cancelled()
