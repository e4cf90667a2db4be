"""A single worker thread for an event loop."""

import asyncio
from asyncio import AbstractEventLoop, Future
from collections.abc import Callable
from contextlib import suppress
from queue import SimpleQueue
from threading import Thread
from typing import Any, TypeVar

T = TypeVar("T")
_Work = tuple[AbstractEventLoop, "Future[Any]", Callable[[], Any]]


class WorkerThread:
    """A thread that runs one action after another.

    The commit of one command mostly waits for the handoff to the thread. This handoff takes a third of the time that an
    executor needs.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._queue: SimpleQueue[_Work | None] = SimpleQueue()
        self._thread: Thread | None = None

    async def run(self, action: Callable[[], T]) -> T:
        """Run the action in the thread and return its result, or raise its exception.

        Raises:
            CancelledError: The calling task was cancelled; raised only after the action has ended.
        """
        if self._thread is None:
            self._thread = Thread(target=self._run, name=self._name, daemon=True)
            self._thread.start()
        try:
            return await self._submit(action)
        except asyncio.CancelledError:
            await self._submit(_do_nothing)  # runs after the action
            raise

    def _submit(self, action: Callable[[], T]) -> "Future[T]":
        loop = asyncio.get_running_loop()
        future: Future[T] = loop.create_future()
        self._queue.put((loop, future, action))
        return future

    async def close(self) -> None:
        """End the thread after all submitted actions."""
        thread, self._thread = self._thread, None
        if thread is not None:
            self._queue.put(None)
            await asyncio.to_thread(thread.join)

    def _run(self) -> None:
        while (work := self._queue.get()) is not None:
            loop, future, action = work
            try:
                result, error = action(), None
            except BaseException as raised:
                result, error = None, raised
            with suppress(RuntimeError):  # the loop is closed, so no task waits for the result
                loop.call_soon_threadsafe(_settle, future, result, error)


def _settle(future: "Future[Any]", result: Any, error: BaseException | None) -> None:
    if future.done():
        return
    if error is None:
        future.set_result(result)
    else:
        future.set_exception(error)


def _do_nothing() -> None:
    pass
