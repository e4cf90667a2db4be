"""Who takes a message, and who a signal (docs/triggering.md has the rules in words)."""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import TypeAlias

from bpmn_events.adapters.hosts.embedded.execution.batch import ExecutionBatch
from bpmn_events.application.ports.transaction import ModelKey, ReceiverQuery, Transaction
from bpmn_events.application.ports.write_set import EventStart
from bpmn_events.domain import ids
from bpmn_events.domain.events import EventType, StartElement, WaitingEvent
from bpmn_events.domain.instants import microseconds
from bpmn_events.domain.outbox import Audience, ThrownEvent
from bpmn_events.domain.pages import Position

# More candidates than these are not looked at for one message.
MAX_CANDIDATES = 100

Lookup: TypeAlias = Callable[[], Awaitable[list[list[WaitingEvent]]]]


@dataclass(frozen=True, slots=True)
class SignalBatch:
    """Some receivers of a signal; ``last`` is the waiting event to go on behind, None where nothing is left."""

    waiting: tuple[WaitingEvent, ...]
    last: WaitingEvent | None


class Receivers:
    """Finds receivers in one transaction, before its batch has changed anything."""

    def __init__(self, transaction: Transaction, batch: ExecutionBatch) -> None:
        self._transaction = transaction
        self._batch = batch

    async def for_message(self, event: ThrownEvent) -> list[WaitingEvent]:
        """Those of the first kind that there are, longest waiting first; the message is for one of them."""
        for lookup in self.message_lookups(event):
            for kind in await lookup():
                if kind:
                    return kind
        return []

    def message_lookups(self, event: ThrownEvent) -> list[Lookup]:
        """In which order to look for who takes a message; each answers some kinds, the first to be asked first.

        First what waits in the message's own correlation; then what its correlation keys name, wherever that waits;
        and, for a message from outside that names no correlation, what waits without keys. What waits for the very key
        comes before what waits without one.
        """
        audience = event.audience
        own = audience.correlation_id or event.correlation_id
        found: list[Lookup] = [] if own is None else [partial(self._in_correlation, event, own)]
        if audience.correlation_id is None:
            found.append(partial(self._by_keys, event))
        return found if own is not None else [*found, partial(self._without_keys, event)]

    async def _in_correlation(self, event: ThrownEvent, correlation_id: str) -> list[list[WaitingEvent]]:
        found = await self._transaction.receivers(
            ReceiverQuery(
                EventType.MESSAGE,
                event.name,
                replace(event.audience, correlation_id=correlation_id),
                MAX_CANDIDATES,
                without_root=event.root_instance_id,
            )
        )
        return await self._filter_by_keys(event, found)

    async def _without_keys(self, event: ThrownEvent) -> list[list[WaitingEvent]]:
        query = ReceiverQuery(EventType.MESSAGE, event.name, event.audience, MAX_CANDIDATES, keyed=False)
        return [await self._transaction.receivers(query)]

    async def _by_keys(self, event: ThrownEvent) -> list[list[WaitingEvent]]:
        model_ids = await self._transaction.models_waiting_with_keys(event.name)
        await self._batch.load_models(model_ids)
        keys = [
            ModelKey(model_id, key, value)
            for model_id in model_ids
            for key, value in self._key_values(event, model_id).items()
        ]
        found = await self._transaction.receivers_by_key(event.name, keys, event.audience, MAX_CANDIDATES)
        return await self._filter_by_keys(
            event, (each for each in found if each.root_instance_id != event.root_instance_id)
        )

    async def _filter_by_keys(self, event: ThrownEvent, found: Iterable[WaitingEvent]) -> list[list[WaitingEvent]]:
        """Those whose correlation keys the message has, and those that have no keys."""
        found = list(found)
        await self._batch.load_models(each.process_model_id for each in found if each.correlation_keys)
        matching = [each for each in found if self._has_required_keys(event, each)]
        return [
            [each for each in matching if each.correlation_keys],
            [each for each in matching if not each.correlation_keys],
        ]

    def _has_required_keys(self, event: ThrownEvent, waiting: WaitingEvent) -> bool:
        """Whether the message has a value for every key, and the same. A value that it lacks matches none."""
        wanted = waiting.correlation_keys
        if not wanted:
            return True
        given = self._key_values(event, waiting.process_model_id)
        return all(given.get(key) == value for key, value in wanted.items())

    def _key_values(self, event: ThrownEvent, model_id: str) -> Mapping[str, str]:
        return self._batch.models.by_id[model_id].correlation_keys(event.name, event.payload or {})

    async def event_starts(self, event: ThrownEvent) -> list[EventStart]:
        """The start events it can begin an instance at, by the keys of their models; those its sender sees."""
        found = await self._transaction.event_starts(event.event_type, event.name)
        key = event.audience.process_model_key
        wanted = [each for each in found if key is None or each.process_model_key == key]
        await self._batch.load_models(each.process_model_id for each in wanted)
        return [each for each in wanted if _is_visible(event.audience, self.start_element(each).lane)]

    def start_element(self, start: EventStart) -> StartElement:
        return self._batch.models.by_id[start.process_model_id].start_elements[start.element_id]

    async def for_signal(self, event: ThrownEvent, limit: int) -> SignalBatch:
        """The next of those that waited when the signal was thrown, its own execution's apart."""
        found = await self._transaction.receivers(
            ReceiverQuery(
                EventType.SIGNAL,
                event.name,
                event.audience,
                limit + 1,
                without_root=event.root_instance_id,
                until=(event.thrown_at, ids.sibling_id(event.id, ids.WAITING_EVENT)),
                after=_position(event),
            )
        )
        receivers = tuple(found[:limit])
        return SignalBatch(receivers, receivers[-1] if len(found) > limit else None)


def _position(event: ThrownEvent) -> Position | None:
    if event.since is None or event.after_id is None:
        return None
    return Position(microseconds(event.since), event.after_id)


def _is_visible(audience: Audience, lane: str | None) -> bool:
    return lane is None or audience.lanes is None or lane in audience.lanes
