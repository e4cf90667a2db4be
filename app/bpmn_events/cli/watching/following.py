"""Following of the changes after a cursor, one batch after the other."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import NamedTuple

from bpmn_events.application.changes.subscription import Subscription
from bpmn_events.application.changes.subscriptions import Subscriptions
from bpmn_events.application.changes.topic import TopicKind
from bpmn_events.application.waiting import wait_at_most
from bpmn_events.cli.caller import CLI
from bpmn_events.domain.changes import ChangesCursor, LocatedChange
from bpmn_events.domain.errors import ChangesExpired
from bpmn_events.domain.filters import WaitingEventFilter

# A reader that is further behind gets the rest from the change feed, and not from the memory of this process.
_MAX_QUEUED = 5_000
_FEW = 500
_QUIET_SECONDS = 30.0


class Batch(NamedTuple):
    """Consecutive changes, and the cursor after them."""

    changes: Sequence[LocatedChange]
    cursor: ChangesCursor


async def follow(
    subscriptions: Subscriptions, filter: WaitingEventFilter, after: ChangesCursor
) -> AsyncGenerator[Batch, None]:
    """Yield the changes after the cursor, as they happen. Close it with ``aclosing``.

    After a while without changes that match the filter, a batch without changes has a newer cursor: the old one would
    expire in the end.

    Raises:
        ChangesExpired: The changes after the cursor, or after the last batch, are not stored any more.
        EngineUnavailable: The database cannot be used.
    """
    while True:
        async with _subscribe(subscriptions, filter, after) as (subscription, inbox):
            while not inbox.is_over:
                changes = await inbox.take()
                cursor = changes[-1].cursor if changes else subscription.cursor or after
                if cursor != after:
                    yield Batch(changes, cursor)
                    after = cursor


class _Inbox:
    """A subscriber that keeps changes until they are taken."""

    def __init__(self) -> None:
        self._changes: list[LocatedChange] = []
        self._is_full = False
        self._error: BaseException | None = None
        self._filled = asyncio.Event()
        self._emptied = asyncio.Event()

    @property
    def is_over(self) -> bool:
        """True if the inbox was full, and everything in it is taken. A new subscription has the rest."""
        return self._is_full and not self._changes

    async def take(self) -> Sequence[LocatedChange]:
        """Return the changes that came since the last call; none if a while has passed without.

        Raises:
            ChangesExpired: The next changes are not stored any more.
            EngineUnavailable: The database cannot be used.
        """
        await wait_at_most(self._filled, _QUIET_SECONDS)
        changes, self._changes = self._changes, []
        self._emptied.set()
        if self._error is None:
            self._filled.clear()
        elif not changes:
            raise self._error
        return changes

    def receive(self, items: Sequence[LocatedChange]) -> None:
        """Implement ``Subscriber``."""
        if not self._is_full:
            self._changes += items
            self._is_full = len(self._changes) > _MAX_QUEUED
            self._filled.set()

    async def drained(self) -> None:
        """Implement ``Subscriber``."""
        if len(self._changes) > _FEW:
            self._emptied.clear()
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
) -> AsyncIterator[tuple[Subscription[LocatedChange], _Inbox]]:
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
        yield subscription, inbox
    finally:
        starting.cancel()
        subscription.close()
        await asyncio.wait((starting,))
