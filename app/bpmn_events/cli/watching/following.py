"""Following of the changes after a cursor, one batch after the other."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import asynccontextmanager

from bpmn_events.application.changes.subscriptions import Subscriptions
from bpmn_events.application.changes.topic import TopicKind
from bpmn_events.cli.caller import CLI
from bpmn_events.domain.changes import ChangesCursor, LocatedChange
from bpmn_events.domain.errors import ChangesExpired
from bpmn_events.domain.filters import WaitingEventFilter

# A reader that is further behind gets the rest from the change feed, and not from the memory of this process.
_MAX_QUEUED = 5_000


async def follow(
    subscriptions: Subscriptions, filter: WaitingEventFilter, after: ChangesCursor
) -> AsyncGenerator[Sequence[LocatedChange], None]:
    """Yield the changes after the cursor, as they happen, in batches. Close it with ``aclosing``.

    Raises:
        ChangesExpired: The changes after the cursor, or after those that were yielded, are not stored any more.
        EngineUnavailable: The database cannot be used.
    """
    while True:
        async with _subscribe(subscriptions, filter, after) as inbox:
            while changes := await inbox.take():
                yield changes
                after = changes[-1].cursor


class _Inbox:
    """A subscriber that keeps changes until they are taken.

    Attributes:
        is_full: True if it has taken so many that it needs a new subscription after the last one.
    """

    def __init__(self) -> None:
        self.is_full = False
        self._changes: list[LocatedChange] = []
        self._error: BaseException | None = None
        self._filled = asyncio.Event()
        self._emptied = asyncio.Event()
        self._emptied.set()

    async def take(self) -> Sequence[LocatedChange]:
        """Return the changes that came since the last call; none if the inbox was full.

        Raises:
            ChangesExpired: The next changes are not stored any more.
            EngineUnavailable: The database cannot be used.
        """
        if not self.is_full:
            await self._filled.wait()
        changes, self._changes = self._changes, []
        self._emptied.set()
        if self._error is None:
            self._filled.clear()
        elif not changes:
            raise self._error
        return changes

    def receive(self, items: Sequence[LocatedChange]) -> None:
        """Implement ``Subscriber``."""
        if not self.is_full:
            self._changes += items
            self.is_full = len(self._changes) > _MAX_QUEUED
            self._filled.set()
            self._emptied.clear()

    async def drained(self) -> None:
        """Implement ``Subscriber``."""
        await self._emptied.wait()

    def expire(self) -> None:
        """Implement ``Subscriber``."""
        self.fail(ChangesExpired())

    def fail(self, error: BaseException) -> None:
        """Raise the error from ``take``, after the changes that came before."""
        self._error = error
        self._filled.set()


class _Plain:
    """Encodes a change as itself."""

    def encode(self, changes: Sequence[LocatedChange]) -> Sequence[LocatedChange]:
        return changes


@asynccontextmanager
async def _subscribe(
    subscriptions: Subscriptions, filter: WaitingEventFilter, after: ChangesCursor
) -> AsyncIterator[_Inbox]:
    kind = TopicKind.WAITING_EVENTS
    watched = await subscriptions.check(CLI, kind, filter, after, check_filter=False)
    inbox = _Inbox()
    subscription = subscriptions.open(watched, inbox, "changes", _Plain)

    async def start() -> None:
        try:
            await subscription.start()
        except Exception as error:
            inbox.fail(error)

    starting = asyncio.create_task(start())
    try:
        yield inbox
    finally:
        starting.cancel()
        subscription.close()
        await asyncio.wait((starting,))
