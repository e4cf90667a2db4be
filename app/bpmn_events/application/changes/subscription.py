"""Subscriptions: the changes after a cursor, from the change feed first, and then as they happen."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from inspect import isawaitable
from typing import Generic, Protocol, TypeVar

from bpmn_events.application.changes.tail import ChangeTail
from bpmn_events.application.changes.topic import Topic
from bpmn_events.application.ports.change_feed import ChangeFeed, FeedPart, FeedPlace, place_before
from bpmn_events.application.ports.pauses import Pauses
from bpmn_events.domain.changes import ChangesCursor, LocatedChange
from bpmn_events.domain.errors import ChangesExpired

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)
T_contra = TypeVar("T_contra", contravariant=True)

# Changes are encoded in parts, between which other tasks run: a transaction can have thousands. Old ones are also read
# in parts, because many clients may connect at once.
_BATCH = 20
_PART = 50
_PAUSE_SECONDS = 0.05

logger = logging.getLogger(__name__)


class Encoder(Protocol[T_co]):
    """Turns changes into what subscribers receive."""

    def encode(self, changes: Sequence[LocatedChange]) -> Sequence[T_co] | Awaitable[Sequence[T_co]]:
        """Return one item for each change, or an awaitable of them if something has to be read first."""
        ...


class Subscriber(Protocol[T_contra]):
    """The receiving end of a subscription."""

    def receive(self, items: Sequence[T_contra]) -> None:
        """Take the next items. It does not wait: whoever cannot take them closes the subscription."""
        ...

    async def drained(self) -> None:
        """Wait until the items received so far are on their way, so that more of them need little memory."""
        ...

    def expire(self) -> None:
        """Learn that the subscription has ended, because changes are missing from now on."""
        ...


class Group(Generic[T]):
    """The subscriptions of one topic whose subscribers receive the same items, which are encoded once.

    ``users`` is the number of subscriptions, with those that do not have all earlier changes yet.
    """

    def __init__(self, topic: Topic, encoder: Encoder[T], tail: ChangeTail) -> None:
        self.topic = topic
        self.encoder = encoder
        self.users = 0
        self._tail = tail
        self._members: dict[Subscription[T], None] = {}

    @property
    def published(self) -> ChangesCursor | None:
        """The cursor that knows everything that all members have received; None if it is not known."""
        return self._tail.published

    def add(self, member: "Subscription[T]", place: FeedPlace) -> bool:
        """Add a member that has received everything up to a place. Return False if that is not enough."""
        if not self._tail.add(self, place):
            return False
        self._members[member] = None
        return True

    def remove(self, member: "Subscription[T]") -> None:
        """Remove the member if it is there."""
        self._members.pop(member, None)
        if not self._members:
            self._tail.remove(self)

    def publish(self, changes: Sequence[LocatedChange]) -> Awaitable[None] | None:
        """Encode the changes, and give them to the members."""
        if len(changes) > _PART:
            return self._publish_parts(changes)
        try:
            items = self.encoder.encode(changes)
        except Exception:
            self._fail()
            return None
        if isawaitable(items):
            return self._publish_later(changes, items)
        self._give(changes, items)
        return None

    def expire(self) -> None:
        """End all subscriptions."""
        for member in list(self._members):
            member.expire()

    async def _publish_parts(self, changes: Sequence[LocatedChange]) -> None:
        pauses = Pauses()
        for first in range(0, len(changes), _PART):
            if not self._members:
                return
            published = self.publish(changes[first : first + _PART])
            if published is not None:
                await published
            await pauses.pause_if_long()

    async def _publish_later(self, changes: Sequence[LocatedChange], items: Awaitable[Sequence[T]]) -> None:
        try:
            encoded = await items
        except Exception:
            self._fail()
        else:
            self._give(changes, encoded)

    def _give(self, changes: Sequence[LocatedChange], items: Sequence[T]) -> None:
        for member in list(self._members):
            try:
                member.take(changes, items)
            except Exception:
                logger.exception("A subscriber could not receive changes")
                member.expire()

    def _fail(self) -> None:
        """Log the exception that is being handled, and let the subscribers list again."""
        logger.exception("Changes could not be encoded")
        self.expire()


class Subscription(Generic[T]):
    """The delivery of the changes after a cursor to one subscriber."""

    def __init__(
        self,
        group: Group[T],
        subscriber: Subscriber[T],
        feed: ChangeFeed,
        after: ChangesCursor,
        on_close: Callable[[], None],
    ) -> None:
        self._group = group
        self._subscriber = subscriber
        self._feed = feed
        self._after = after
        self._on_close = on_close
        # The subscriber has everything up to here.
        self._place = place_before(after)
        self._known = after
        self._is_live = False
        self._is_closed = False

    @property
    def cursor(self) -> ChangesCursor | None:
        """The cursor of a subscriber with all changes so far; None while old changes are delivered, and after the end.

        It grows old more slowly than the cursor of the last change that the subscriber has received.
        """
        if not self._is_live or self._is_closed:  # the cursor of the group goes on without a closed subscription
            return None
        published = self._group.published
        return self._known if published is None or published.position < self._known.position else published

    async def start(self) -> None:
        """Deliver what has happened since the cursor. Further changes are delivered as they happen, until ``close``.

        Raises:
            ChangesExpired: A change cannot be read any more.
            EngineUnavailable: The database cannot be used.
        """
        pauses = Pauses()
        while True:
            part = await self._feed.read(self._place, _BATCH)
            self._require_known(part)
            changes = []
            for change_set in part.change_sets:
                changes += [found for found in change_set.located() if self._is_new(found)]
                await pauses.pause_if_long()
            for first in range(0, len(changes), _PART):
                await self._catch_up(changes[first : first + _PART])
                await pauses.pause_if_long()
            self._place = part.end
            if part.end.last is not None and part.end.last.position >= self._known.position:
                self._known = part.end.last
            if self._is_closed:
                return
            if part.end.settled < self._after.position:
                await self._wait_for_known()
            elif not part.has_more and self._group.add(self, self._place):
                self._is_live = True
                return

    def _require_known(self, part: FeedPart) -> None:
        """Check that the change set of the cursor is there, once the part reaches it.

        It was there when the caller asked, but meanwhile another database server may have taken over that lacks it.

        Raises:
            ChangesExpired: It is not there, or another one is in its place.
        """
        if self._place.settled < self._after.position <= part.end.settled and not any(
            (found.position, found.at) == (self._after.position, self._after.at) for found in part.change_sets
        ):
            raise ChangesExpired

    async def _wait_for_known(self) -> None:
        """Wait a moment: a transaction below the change set of the cursor is open, or that change set has gone.

        Raises:
            ChangesExpired: It has gone.
        """
        if not await self._feed.has(self._after):
            raise ChangesExpired
        await asyncio.sleep(_PAUSE_SECONDS)

    def _is_new(self, located: LocatedChange) -> bool:
        """Return True if the subscriber has to get the old change."""
        is_known = self._after.knows(located.cursor.position, located.number)
        return not is_known and self._group.topic.matches(located.change)

    async def _catch_up(self, changes: Sequence[LocatedChange]) -> None:
        """Give old changes to the subscriber, one by one, because each of them may be large."""
        if self._is_closed:
            return
        items = self._group.encoder.encode(changes)
        for change, item in zip(changes, await items if isawaitable(items) else items, strict=True):
            self.take([change], [item])
            await self._subscriber.drained()

    def take(self, changes: Sequence[LocatedChange], items: Sequence[T]) -> None:
        """Give the items of those changes to the subscriber that it does not have."""
        first = changes[0].cursor.position
        if first <= self._place.settled or first <= self._after.position:
            items = [
                item
                for (_, number, cursor), item in zip(changes, items, strict=True)
                if cursor.position > self._place.settled and not self._after.knows(cursor.position, number)
            ]
        if items and not self._is_closed:
            self._subscriber.receive(items)

    def expire(self) -> None:
        """End because of missing changes. An exception of the subscriber is logged, so that others can go on."""
        if not self._is_closed:
            self.close()
            try:
                self._subscriber.expire()
            except Exception:
                logger.exception("A subscriber could not learn that its subscription has ended")

    def close(self) -> None:
        """End: the subscriber receives nothing more."""
        if not self._is_closed:
            self._is_closed = True
            self._group.remove(self)
            self._on_close()
