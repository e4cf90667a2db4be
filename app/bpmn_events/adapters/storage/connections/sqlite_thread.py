"""Connections to an SQLite file with a thread of their own, which can be closed at any time."""

import asyncio
import sqlite3
from typing import Any

import aiosqlite

_CHUNK_SIZE = 64  # the default of aiosqlite


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
        return super().stop()


def connect_in_thread(*arguments: Any, **options: Any) -> ThreadConnection:
    """Return a connection that is opened when it is awaited. It takes the arguments of ``sqlite3.connect``."""
    connection = ThreadConnection(lambda: sqlite3.connect(*arguments, **options), _CHUNK_SIZE)
    connection._thread.daemon = True  # as SQLAlchemy does: a slow statement does not hold up the end of the program
    return connection
