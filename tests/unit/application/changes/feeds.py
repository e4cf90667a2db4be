"""A change feed in memory, and what subscribes to it."""

import sys
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from unittest.mock import create_autospec

from bpmn_events.application.changes.subscription import Subscription
from bpmn_events.application.changes.subscriptions import Subscriptions, Watched
from bpmn_events.application.changes.tail import ChangeTail
from bpmn_events.application.changes.topic import Topic, TopicKind
from bpmn_events.application.ports.change_feed import FeedPart, FeedPlace
from bpmn_events.application.ports.read_store import ReadStore
from bpmn_events.domain.changes import ChangesCursor, ChangeSet, EventTriggerAdded, LocatedChange
from bpmn_events.domain.errors import ChangesExpired
from bpmn_events.domain.filters import WaitingEventFilter
from bpmn_events.domain.principal import SYSTEM


def change_set(position: int, count: int = 1, correlation: str = "c") -> ChangeSet:
    """Return a change set whose changes have the trigger ids POSITION.NUMBER."""
    triggers = (EventTriggerAdded(f"{position}.{number}", "we", None, "order", correlation) for number in range(count))
    return ChangeSet(position, position, tuple(triggers))


@dataclass
class Feed:
    """A feed that answers at once, as that of SQLite does.

    ``settled`` is how far it is settled at least, and ``horizon`` the position from which on it is not.
    """

    change_sets: list[ChangeSet]
    settled: int = 0
    horizon: int | None = None
    has_expired: bool = False

    async def end(self) -> ChangesCursor:
        last = self.change_sets[-1]
        return ChangesCursor(last.position, last.at)

    async def has(self, cursor: ChangesCursor) -> bool:
        return any(found.position == cursor.position for found in self.change_sets)

    async def find_excess(self, max_change_sets: int) -> int | None:
        raise NotImplementedError

    async def read(self, place: FeedPlace, limit: int) -> FeedPart:
        if self.has_expired:
            raise ChangesExpired
        horizon = self.horizon or sys.maxsize
        found = [each for each in self.change_sets if place.settled < each.position < horizon][:limit]
        last = ChangesCursor(found[-1].position, found[-1].at) if found else place.last
        is_last = last is None or last.position == self.change_sets[-1].position
        end = FeedPlace(max(last.position if last else place.settled, self.settled if is_last else 0), last)
        return FeedPart(found, end, len(found) == limit)


Encoded = Sequence[str] | Awaitable[Sequence[str]]


def trigger_ids(changes: Sequence[LocatedChange]) -> list[str]:
    return [change.trigger_id for change, _, _ in changes if isinstance(change, EventTriggerAdded)]


@dataclass
class Encoder:
    """Encodes each trigger as its id, or calls the function instead."""

    function: Callable[[Sequence[LocatedChange]], Encoded] = trigger_ids

    def encode(self, changes: Sequence[LocatedChange]) -> Encoded:
        return self.function(changes)


@dataclass
class Sink:
    """Keeps what it receives."""

    items: list[str] = field(default_factory=list)
    batches: list[int] = field(default_factory=list)
    has_expired: bool = False

    def receive(self, items: Sequence[str]) -> None:
        self.items += items
        self.batches.append(len(items))

    async def drained(self) -> None:
        pass

    def expire(self) -> None:
        self.has_expired = True


class Server:
    """The tail of a feed, with its subscriptions."""

    def __init__(self, feed: Feed, encoder: Encoder | None = None) -> None:
        self.tail = ChangeTail(feed)
        self.subscriptions = Subscriptions(create_autospec(ReadStore), feed, self.tail)
        self._encoder = encoder or Encoder()

    def open(self, sink: Sink, after: int | ChangesCursor, correlation: str = "c") -> Subscription[str]:
        topic = Topic(
            TopicKind.EVENT_TRIGGERS, WaitingEventFilter(correlation_ids=(correlation,)), frozenset(SYSTEM.lanes)
        )
        cursor = ChangesCursor(after, after) if isinstance(after, int) else after
        watched = Watched(SYSTEM, topic, cursor)
        return self.subscriptions.open(watched, sink, "form", lambda: self._encoder)
