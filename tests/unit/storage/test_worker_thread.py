"""The worker thread: order of actions, exceptions, cancellation and closing."""

import asyncio
import threading
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from bpmn_events.adapters.storage.connections.worker_thread import WorkerThread


@pytest_asyncio.fixture
async def thread() -> AsyncIterator[WorkerThread]:
    worker = WorkerThread("worker")
    yield worker
    await worker.close()


async def test_actions_run_in_order_in_one_other_thread(thread: WorkerThread) -> None:
    done: list[int] = []

    def work(number: int) -> int:
        done.append(number)
        return threading.get_ident()

    idents = await asyncio.gather(*(thread.run(lambda number=number: work(number)) for number in range(20)))  # type: ignore[misc]
    assert done == list(range(20))
    assert len(set(idents)) == 1
    assert idents[0] != threading.get_ident()


async def test_an_exception_reaches_the_caller_and_the_thread_continues(thread: WorkerThread) -> None:
    with pytest.raises(ZeroDivisionError):
        await thread.run(lambda: 1 // 0)
    assert await thread.run(lambda: "still here") == "still here"


async def test_cancelling_waits_for_the_end_of_the_action(thread: WorkerThread) -> None:
    can_end, ended = threading.Event(), threading.Event()

    def work() -> None:
        can_end.wait(10)
        ended.set()

    waiting = asyncio.create_task(thread.run(work))
    await asyncio.sleep(0)
    waiting.cancel()
    await asyncio.sleep(0.01)
    assert not waiting.done()
    can_end.set()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert ended.is_set()


async def test_closing_ends_the_thread(thread: WorkerThread) -> None:
    await thread.run(threading.get_ident)
    await thread.close()
    assert "worker" not in {each.name for each in threading.enumerate()}
