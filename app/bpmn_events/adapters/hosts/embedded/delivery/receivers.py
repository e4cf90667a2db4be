"""Receivers of a message or signal, by the rules in docs/triggering.md."""

from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass, replace
from functools import partial
from itertools import takewhile
from typing import TypeAlias

from bpmn_events.adapters.hosts.embedded.execution.batch import ExecutionBatch
from bpmn_events.application.ports.pauses import Pauses
from bpmn_events.application.ports.transaction import CorrelationKeyValue, ReceiverQuery, Transaction
from bpmn_events.application.ports.write_set import EventStart
from bpmn_events.domain import ids
from bpmn_events.domain.events import EventType, StartElement, WaitingEvent
from bpmn_events.domain.instants import microseconds
from bpmn_events.domain.outbox import Audience, ThrownEvent
from bpmn_events.domain.pages import Position

# The most candidates that one lookup for a message reads.
MAX_CANDIDATES = 100


Lookup: TypeAlias = Callable[[], Awaitable[list[list[WaitingEvent]]]]


@dataclass(frozen=True, slots=True)
class SignalBatch:
    """A batch of receivers of a signal.

    ``has_more`` is True if the signal has receivers after the last one of the batch.
    """

    waiting: tuple[WaitingEvent, ...]
    has_more: bool = False

    @property
    def last(self) -> WaitingEvent | None:
        """The receiver after which the next batch begins; None if no receiver is left."""
        return self.waiting[-1] if self.has_more and self.waiting else None

    def until_first_not(self, accepts: Callable[[WaitingEvent], bool]) -> "SignalBatch":
        """Return the batch without the first receiver that ``accepts`` returns False for, and all after it."""
        accepted = tuple(takewhile(accepts, self.waiting))
        return SignalBatch(accepted, self.has_more or len(accepted) < len(self.waiting))


class Receivers:
    """Looks up receivers in one transaction, before its batch has changed anything.

    Every lookup may raise ``Deferral``: a model has to be compiled first.
    """

    def __init__(self, transaction: Transaction, batch: ExecutionBatch) -> None:
        self._transaction = transaction
        self._batch = batch
        self._keys: dict[tuple[str, str], Mapping[str, str]] = {}

    async def for_message(self, event: ThrownEvent) -> list[WaitingEvent]:
        """Return the waiting events that the first successful lookup finds, longest waiting first; empty if none does.

        The message triggers only one of them.
        """
        for lookup in self.message_lookups(event):
            for candidates in await lookup():
                if candidates:
                    return candidates
        return []

    def message_lookups(self, event: ThrownEvent) -> list[Lookup]:
        """Return the lookups of waiting events that may receive the message, in order of precedence.

        1. Waiting events in the message's own correlation.
        2. Waiting events in any correlation that have matching correlation keys, unless the caller names a correlation.
        3. Waiting events without correlation keys, if the message has no correlation of its own.

        Each lookup returns lists in order of precedence: events with matching keys come before events without keys.
        """
        audience = event.audience
        correlation_id = audience.correlation_id or event.correlation_id
        lookups: list[Lookup] = []
        if correlation_id is not None:
            lookups.append(partial(self._in_correlation, event, correlation_id))
        if audience.correlation_id is None:
            lookups.append(partial(self._by_keys, event))
        if correlation_id is None:
            lookups.append(partial(self._without_keys, event))
        return lookups

    async def _in_correlation(self, event: ThrownEvent, correlation_id: str) -> list[list[WaitingEvent]]:
        candidates = await self._transaction.receivers(
            ReceiverQuery(
                EventType.MESSAGE,
                event.name,
                replace(event.audience, correlation_id=correlation_id),
                MAX_CANDIDATES,
                without_root=event.root_instance_id,
            )
        )
        return await self._filter_by_keys(event, candidates)

    async def _without_keys(self, event: ThrownEvent) -> list[list[WaitingEvent]]:
        query = ReceiverQuery(EventType.MESSAGE, event.name, event.audience, MAX_CANDIDATES, keyed=False)
        return [await self._transaction.receivers(query)]

    async def _by_keys(self, event: ThrownEvent) -> list[list[WaitingEvent]]:
        model_ids = await self._transaction.models_waiting_with_keys(event.name)
        self._batch.load_models(model_ids)
        keys, pauses = [], Pauses()
        for model_id in model_ids:
            values = self._key_values(event, model_id)
            keys += [CorrelationKeyValue(model_id, key, value) for key, value in values.items()]
            await pauses.pause_if_long()
        candidates = await self._transaction.receivers_by_key(event.name, keys, event.audience, MAX_CANDIDATES)
        return await self._filter_by_keys(
            event, [candidate for candidate in candidates if candidate.root_instance_id != event.root_instance_id]
        )

    async def _filter_by_keys(
        self, event: ThrownEvent, candidates: Collection[WaitingEvent]
    ) -> list[list[WaitingEvent]]:
        """Return two lists: the waiting events with matching correlation keys, and those without keys."""
        self._batch.load_models(candidate.process_model_id for candidate in candidates if candidate.correlation_keys)
        matching = [candidate for candidate in candidates if self._has_required_keys(event, candidate)]
        return [
            [candidate for candidate in matching if candidate.correlation_keys],
            [candidate for candidate in matching if not candidate.correlation_keys],
        ]

    def _has_required_keys(self, event: ThrownEvent, waiting: WaitingEvent) -> bool:
        """Return True if the message has the value of every key of the event. A missing value matches nothing."""
        required = waiting.correlation_keys
        if not required:
            return True
        values = self._key_values(event, waiting.process_model_id)
        return all(values.get(key) == value for key, value in required.items())

    def _key_values(self, event: ThrownEvent, model_id: str) -> Mapping[str, str]:
        if (event.id, model_id) not in self._keys:  # many candidates may have the same model
            model = self._batch.models.by_id[model_id]
            self._keys[event.id, model_id] = model.correlation_keys(event.name, event.payload or {})
        return self._keys[event.id, model_id]

    async def event_starts(self, event: ThrownEvent) -> list[EventStart]:
        """Return the start events for the message or signal that its sender may see, ordered by process model key."""
        starts = await self._transaction.event_starts(event.event_type, event.name)
        key = event.audience.process_model_key
        if key is not None:
            starts = [start for start in starts if start.process_model_key == key]
        self._batch.load_models(start.process_model_id for start in starts)
        return [start for start in starts if _is_visible(event.audience, self.start_element(start).lane)]

    def start_element(self, start: EventStart) -> StartElement:
        return self._batch.models.by_id[start.process_model_id].start_elements[start.element_id]

    async def for_signal(self, event: ThrownEvent, limit: int) -> SignalBatch:
        """Return the next receivers outside of the throwing execution.

        Of a stored signal, these have waited since before the throw. A signal from outside that is not stored yet
        reaches everything that waits.
        """
        candidates = await self._transaction.receivers(
            ReceiverQuery(
                EventType.SIGNAL,
                event.name,
                event.audience,
                limit + 1,
                without_root=event.root_instance_id,
                before=(event.position, ids.sibling_id(event.id, ids.WAITING_EVENT)) if event.position else None,
                after=_position(event),
            )
        )
        return SignalBatch(tuple(candidates[:limit]), len(candidates) > limit)


def _position(event: ThrownEvent) -> Position | None:
    if event.since is None or event.after_id is None:
        return None
    return Position(microseconds(event.since), event.after_id)


def _is_visible(audience: Audience, lane: str | None) -> bool:
    return lane is None or audience.lanes is None or lane in audience.lanes
