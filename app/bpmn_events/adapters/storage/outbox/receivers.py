"""Lookups of the receivers of messages and signals, in a write transaction."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import and_, func, select

from bpmn_events.adapters.storage import rows
from bpmn_events.adapters.storage.connections.statements import Condition
from bpmn_events.adapters.storage.outbox import rows as outbox_rows
from bpmn_events.adapters.storage.schema.tables import (
    correlations,
    event_starts,
    thrown_events,
    waiting_event_keys,
    waiting_events,
)
from bpmn_events.adapters.storage.sql.sets import no_index, storable_texts, table_parameter
from bpmn_events.adapters.storage.transactions.write_connection import WriteConnection
from bpmn_events.adapters.storage.waiting_events.filters import in_values
from bpmn_events.application.ports.transaction import CorrelationKeyValue, ReceiverQuery
from bpmn_events.application.ports.write_set import EventStart
from bpmn_events.domain.events import EventType, WaitingEvent
from bpmn_events.domain.outbox import Audience, ThrownEvent

_digests = table_parameter("digests").alias("digests")
_IDS_BY_KEY = select(waiting_event_keys.c.event_id).join_from(
    _digests,
    waiting_event_keys,
    and_(
        waiting_event_keys.c.event_name == _digests.c.c0,
        waiting_event_keys.c.process_model_id == _digests.c.c1,
        waiting_event_keys.c.digest == _digests.c.c2,
    ),
)


def _first_model_id(message: str, *conditions: Condition) -> Any:
    model_id = waiting_event_keys.c.process_model_id
    return select(func.min(model_id)).where(waiting_event_keys.c.event_name == message, *conditions)


class ReceiverLookups:
    """The lookups of a write transaction for the delivery of messages and signals."""

    def __init__(self, connection: WriteConnection) -> None:
        self._connection = connection
        self._fetch = connection.fetch

    async def thrown_event(self, identifier: str) -> ThrownEvent | None:
        matches = await self._fetch(select(*outbox_rows.THROWN_EVENT).where(thrown_events.c.id == identifier))
        return outbox_rows.thrown_event(matches[0]) if matches else None

    async def correlation_exists(self, correlation_id: str) -> bool:
        if not storable_texts([correlation_id]):
            return False
        return bool(await self._fetch(select(correlations.c.id).where(correlations.c.id == correlation_id)))

    async def event_starts(self, event_type: EventType, name: str) -> list[EventStart]:
        if not storable_texts([name]):
            return []
        statement = (
            select(*outbox_rows.EVENT_START)
            .where(event_starts.c.event_type == event_type.value, event_starts.c.event_name == name)
            .order_by(event_starts.c.process_model_key, event_starts.c.element_id)
        )
        return [outbox_rows.event_start(row) for row in await self._fetch(statement)]

    async def receivers(self, query: ReceiverQuery) -> list[WaitingEvent]:
        audience = query.audience
        texts = {query.name, audience.correlation_id or query.name, audience.process_model_key or query.name}
        if len(storable_texts(texts)) < len(texts):
            return []
        table = waiting_events.c
        # A correlation is more selective than an event name, so its index is used if the audience names one.
        by_correlation = query.audience.correlation_id is not None
        conditions = [
            (no_index(table.event_name) if by_correlation else table.event_name) == query.name,
            no_index(table.event_type) == query.event_type.value,
            *_audience_conditions(query.audience),
        ]
        if query.keyed is not None:
            conditions.append(table.correlation_keys.is_not(None) if query.keyed else table.correlation_keys.is_(None))
        if query.without_root is not None:
            conditions.append(no_index(table.root_instance_id) != query.without_root)
        if query.before is not None:
            position, before_id = query.before
            conditions.append(
                (table.position < position) | ((table.position == position) & (no_index(table.id) < before_id))
            )
        if query.after is not None:
            conditions.append(_is_after(query.after.value or 0, query.after.id))
        return await self._fetch_receivers(conditions, query.limit)

    async def models_waiting_with_keys(self, message: str) -> list[str]:
        if not storable_texts([message]):
            return []
        # The recursive query is a skip scan: one index lookup for each distinct model id.
        first = _first_model_id(message).cte("model_ids", recursive=True)
        model_id = first.c[0]
        next_model_id = _first_model_id(message, waiting_event_keys.c.process_model_id > model_id).scalar_subquery()
        model_ids = first.union_all(select(next_model_id).where(model_id.is_not(None)))
        return [row[0] for row in await self._fetch(select(model_ids.c[0]).where(model_ids.c[0].is_not(None)))]

    async def receivers_by_key(
        self, message: str, keys: Collection[CorrelationKeyValue], audience: Audience, limit: int
    ) -> list[WaitingEvent]:
        digests = [(message, key.process_model_id, outbox_rows.key_digest(key.key, key.value)) for key in keys]
        if not digests:
            return []
        conditions = [waiting_events.c.id.in_(_IDS_BY_KEY), *_audience_conditions(audience, use_index=False)]
        return await self._fetch_receivers(conditions, limit, digests=digests)

    async def _fetch_receivers(self, conditions: list[Condition], limit: int, **parameters: Any) -> list[WaitingEvent]:
        statement = (
            select(*rows.WAITING_EVENT)
            .where(*conditions)
            .order_by(waiting_events.c.waiting_since, waiting_events.c.id)
            .limit(limit)
        )
        return [rows.waiting_event(row) for row in await self._fetch(statement, parameters)]


def _audience_conditions(audience: Audience, *, use_index: bool = True) -> list[Condition]:
    table, conditions = waiting_events.c, []
    if audience.correlation_id is not None:
        column = table.correlation_id if use_index else no_index(table.correlation_id)
        conditions.append(column == audience.correlation_id)
    if audience.process_model_key is not None:
        conditions.append(no_index(table.process_model_key) == audience.process_model_key)
    if audience.lanes is not None:
        conditions.append(in_values(no_index(table.lane), (None, *audience.lanes)))
    return conditions


def _is_after(since: int, identifier: str) -> Condition:
    table = waiting_events.c
    return (table.waiting_since >= since) & ((table.waiting_since > since) | (table.id > identifier))
