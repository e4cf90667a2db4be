"""The tail of the change feed: one reader in each server process, for all its subscriptions.

A commit of this process wakes it. What other processes write is noticed within ``POLL_SECONDS``; a notification through
the database would cost each of them more than the few reads. Without subscriptions, it reads nothing.
"""

import asyncio

from bpmn_events.application.changes.hub import Hub, Listener
from bpmn_events.application.ports.change_feed import ChangeFeed, FeedPart, FeedPlace
from bpmn_events.application.ports.write_set import WriteSet
from bpmn_events.application.waiting import wait_at_most
from bpmn_events.domain.changes import ChangesCursor
from bpmn_events.domain.errors import ChangesExpired

POLL_SECONDS = 0.2
# Commits that follow each other so closely are read together.
_PAUSE_SECONDS = 0.01
_BATCH = 500


class ChangeTail:
    """Reads the change sets that follow each other, and publishes them to the listeners.

    Attributes:
        published: The cursor that knows all change sets published so far; None if there are none.
    """

    def __init__(self, feed: ChangeFeed) -> None:
        self._feed = feed
        self._hub = Hub()
        self._wake = asyncio.Event()
        # Everything up to here has been published, or is being published. None without listeners.
        self._place: FeedPlace | None = None
        self.published: ChangesCursor | None = None
        self._is_publishing = False

    def on_commit(self, _write_set: WriteSet) -> None:
        """Wake the tail; a listener for ``Writer.add_commit_listener``."""
        if self._place is not None:
            self._wake.set()

    def add(self, listener: Listener, place: FeedPlace) -> bool:
        """Give the listener what follows a place, unless it is there already.

        Return False if change sets that follow the place have been published before.
        """
        if self._place is None:
            self._place, self.published = place, None
            self._wake.set()
        elif place.settled < self._place.last_position:  # up to where each is settled depends on when it was read
            return False
        self._hub.add(listener)
        return True

    def remove(self, listener: Listener) -> None:
        """Remove the listener if it is there."""
        self._hub.remove(listener)
        self._forget_place_if_idle()

    async def run(self) -> None:
        """Publish change sets until cancelled.

        Raises:
            EngineUnavailable: The database cannot be used.
        """
        while True:
            if self._place is None:
                self._wake.clear()
                await self._wake.wait()
            elif not await self._publish(self._place):
                await self._sleep()

    async def _publish(self, place: FeedPlace) -> bool:
        """Publish the next change sets. Return True if there may be more."""
        try:
            part = await self._feed.read(place, _BATCH)
        except ChangesExpired:
            self._hub.expire()
            return False
        if self._place is not place:  # the last listener has gone meanwhile
            return False
        # Set first: a listener that is added during the publication has to know these change sets.
        self._place = part.end
        if part.change_sets:
            await self._give(part)
        return part.has_more

    async def _give(self, part: FeedPart) -> None:
        # The place stays for so long: a listener that came with an earlier one would get these change sets twice.
        self._is_publishing = True
        try:
            await self._hub.publish(part.change_sets)
            self.published = part.end.last
        except Exception:
            self._hub.expire()  # some may lack changes
            raise
        finally:
            self._is_publishing = False
            self._forget_place_if_idle()

    def _forget_place_if_idle(self) -> None:
        if not self._hub and not self._is_publishing:
            self._place = None

    async def _sleep(self) -> None:
        if await wait_at_most(self._wake, POLL_SECONDS):
            await asyncio.sleep(_PAUSE_SECONDS)
        self._wake.clear()
