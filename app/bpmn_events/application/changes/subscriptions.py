"""The use case of subscribing to changes."""

from collections import Counter
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any, TypeVar

from bpmn_events.application.changes.subscription import Encoder, Group, Subscriber, Subscription
from bpmn_events.application.changes.tail import ChangeTail
from bpmn_events.application.changes.topic import Topic, TopicKind
from bpmn_events.application.ports.change_feed import ChangeFeed
from bpmn_events.application.ports.read_store import ReadStore
from bpmn_events.application.queries.filter_check import require_existing_targets
from bpmn_events.domain.access import require
from bpmn_events.domain.changes import ChangesCursor
from bpmn_events.domain.errors import ChangesExpired, TooManySubscriptions
from bpmn_events.domain.filters import WaitingEventFilter
from bpmn_events.domain.principal import Permission, Principal

T = TypeVar("T")

# A subscription counts once more for each further part of its request, which is kept as long as it is open, and for
# each further part of the keys under which its topic is found: a key takes 0.4 kB.
_REQUEST_PART_BYTES = 16_384
_KEYS_PART = 40


@dataclass(frozen=True, slots=True)
class SubscriptionLimits:
    """How many subscriptions a server process has: of one caller, and of all together."""

    of_caller: int = 1_000
    total: int = 10_000


@dataclass(frozen=True, slots=True)
class Watched:
    """What a caller subscribes to, after the checks: its topic, and the cursor after which it begins."""

    principal: Principal
    topic: Topic
    after: ChangesCursor


class Subscriptions:
    """Opens subscriptions to the changes in the caller's lanes."""

    def __init__(
        self, read_store: ReadStore, feed: ChangeFeed, tail: ChangeTail, limits: SubscriptionLimits | None = None
    ) -> None:
        self._read_store = read_store
        self._feed = feed
        self._tail = tail
        self._limits = limits or SubscriptionLimits()
        self._groups: dict[Hashable, Group[Any]] = {}
        self._count = self._places = 0
        self._places_by_subject: Counter[str] = Counter()

    @property
    def count(self) -> int:
        """The number of open subscriptions."""
        return self._count

    async def end(self) -> ChangesCursor:
        """Return the cursor that knows all changes until now."""
        return await self._feed.end()

    async def check(
        self,
        principal: Principal | None,
        kind: TopicKind,
        filter: WaitingEventFilter,
        after: ChangesCursor | None,
        *,
        check_filter: bool = True,
    ) -> Watched:
        """Return what the caller may subscribe to. Without ``after``, it begins with the next change.

        Without ``check_filter``, a model or correlation that does not exist just has no changes.

        Raises:
            Unauthorized: There is no authenticated principal.
            Forbidden: The principal lacks the permission ``events:read``.
            ProcessModelNotFound: The filter has the key of a model that is not deployed.
            CorrelationNotFound: The filter has the id of a correlation that does not exist.
            ChangesExpired: The changes after the cursor are not stored any more.
            EngineUnavailable: The database cannot be used.
        """
        principal = require(principal, Permission.EVENTS_READ)
        if check_filter:
            await require_existing_targets(filter, self._read_store)
        if after is None:
            after = await self._feed.end()
        elif not await self._feed.has(after):
            raise ChangesExpired
        return Watched(principal, Topic(kind, filter, principal.lanes), after)

    def open(
        self,
        watched: Watched,
        subscriber: Subscriber[T],
        form: Hashable,
        new_encoder: Callable[[], Encoder[T]],
        request_size: int = 0,
    ) -> Subscription[T]:
        """Return a new subscription. The caller starts it, and closes it in the end.

        Args:
            watched: What it is about.
            subscriber: Receives the items.
            form: Identifies the form of the items. All subscribers to one topic in one form, with the same permissions,
                receive the same items.
            new_encoder: Makes the encoder for that form.
            request_size: The number of bytes of the caller's request, if it is kept. A large one counts as several
                subscriptions, as does a filter with many values, so that the limits bound the memory.

        Raises:
            TooManySubscriptions: The caller, or all callers together, have too many.
        """
        subject = watched.principal.subject
        keys = sum(1 for _ in watched.topic.keys())  # noqa: SIM118  no mapping
        places = 1 + max(request_size // _REQUEST_PART_BYTES, keys // _KEYS_PART)
        self._take_places(subject, places)
        key = watched.topic, form, watched.principal.permissions
        group = self._groups.get(key)
        if group is None:
            group = self._groups[key] = Group(watched.topic, new_encoder(), self._tail)
        group.users += 1

        def on_close() -> None:
            group.users -= 1
            if not group.users:
                del self._groups[key]
            self._leave_places(subject, places)

        return Subscription(group, subscriber, self._feed, watched.after, on_close)

    def _take_places(self, subject: str, places: int) -> None:
        for number, limit in (
            (self._places_by_subject[subject], self._limits.of_caller),
            (self._places, self._limits.total),
        ):
            if number + places > limit:
                raise TooManySubscriptions(limit=limit)
        self._places_by_subject[subject] += places
        self._places += places
        self._count += 1

    def _leave_places(self, subject: str, places: int) -> None:
        self._places_by_subject[subject] -= places
        self._places -= places
        self._count -= 1
        if not self._places_by_subject[subject]:
            del self._places_by_subject[subject]
