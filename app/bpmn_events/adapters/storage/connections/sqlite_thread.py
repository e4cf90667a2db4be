"""Connections to an SQLite file with a thread of their own, which can be closed at any time."""

import asyncio
import sqlite3
from threading import Thread
from typing import Any

import aiosqlite

_CHUNK_SIZE = 64  # the default of aiosqlite
_MAX_WAIT_SECONDS = 3.0
_PAUSE_SECONDS = 0.005

_stopping: set[Thread] = set()


class ThreadConnection(aiosqlite.Connection):
    """A connection whose thread is stopped once.

    When a task is cancelled twice, SQLAlchemy stops the thread while ``close`` waits for it. ``close`` would then stop
    it again, and wait for ever for the answer of a thread that has ended.
    """

    _is_stopped = False

    def stop(self) -> asyncio.Future[Any] | None:
        if self._is_stopped:
            return None
        self._is_stopped = True
        _forget_ended_threads()
        _stopping.add(self._thread)
        return super().stop()


def connect_in_thread(*arguments: Any, **options: Any) -> ThreadConnection:
    """Return a connection that is opened when it is awaited. It takes the arguments of ``sqlite3.connect``."""
    connection = ThreadConnection(lambda: sqlite3.connect(*arguments, **options), _CHUNK_SIZE)
    connection._thread.daemon = True  # as SQLAlchemy does: a slow statement does not hold up the end of the program
    return connection


async def wait_for_threads() -> None:
    """Wait for the threads of connections whose task was cancelled, but not for a statement that takes long.

    A thread that gives its result to an event loop that is closed by then fails.
    """
    loop = asyncio.get_running_loop()
    deadline = loop.time() + _MAX_WAIT_SECONDS
    # Nothing tells an event loop when a thread has ended.
    while _forget_ended_threads() and loop.time() < deadline:  # noqa: ASYNC110
        await asyncio.sleep(_PAUSE_SECONDS)


def _forget_ended_threads() -> int:
    """Return the number of threads that have not ended."""
    _stopping.intersection_update([thread for thread in _stopping if thread.is_alive()])
    return len(_stopping)
