"""The views of the waiting events, and the loop that feeds them."""

import asyncio
from contextlib import aclosing
from typing import Protocol

from bpmn_events.application.changes.subscriptions import Subscriptions
from bpmn_events.cli.watching.following import Batch, follow
from bpmn_events.domain.changes import ChangesCursor
from bpmn_events.domain.errors import ChangesExpired, EngineUnavailable
from bpmn_events.domain.filters import WaitingEventFilter

PAUSE_SECONDS = 0.5


class View(Protocol):
    """Shows the waiting events. A change may repeat a part of the list, so events are told apart by their ids."""

    async def show_all(self) -> ChangesCursor:
        """Show all waiting events, and return a cursor from before: the changes after it complete the list."""
        ...

    async def show(self, batch: Batch) -> None:
        """Show the next changes."""
        ...

    async def expire(self) -> None:
        """Learn that changes are missing. A new list follows."""
        ...


async def feed(
    view: View, subscriptions: Subscriptions, filter: WaitingEventFilter, after: ChangesCursor | None
) -> None:
    """Feed the view until cancelled: with the changes after the cursor, or without one with a list first.

    While the database cannot be used, it waits; the storage logs the outage.

    Raises:
        ProcessModelNotFound, CorrelationNotFound: The filter has the key or id of none.
    """
    while True:
        try:
            if after is None:
                after = await view.show_all()
            async with aclosing(follow(subscriptions, filter, after)) as batches:
                async for batch in batches:
                    await view.show(batch)
                    after = batch.cursor
        except ChangesExpired:
            after = None
            await view.expire()
        except EngineUnavailable:
            await asyncio.sleep(PAUSE_SECONDS)
