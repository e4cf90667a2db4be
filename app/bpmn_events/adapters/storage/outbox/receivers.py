"""What a write transaction finds out to deliver messages and signals."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import and_, func, select

from bpmn_events.adapters.storage import rows
from bpmn_events.adapters.storage.connections.statements import Condition
from bpmn_events.adapters.storage.connections.write_connections import WriteConnection
from bpmn_events.adapters.storage.outbox import rows as thrown_rows
from bpmn_events.adapters.storage.schema.tables import (
    correlations,
    event_starts,
    thrown_events,
    waiting_event_keys,
    waiting_events,
)
from bpmn_events.adapters.storage.sql.locks import take_delivery_turn
from bpmn_events.adapters.storage.sql.sets import no_index, rows_of, usable
from bpmn_events.adapters.storage.waiting_events.filters import among
from bpmn_events.application.ports.transaction import ModelKey, ReceiverQuery
from bpmn_events.application.ports.write_set import EventStart
from bpmn_events.domain.events import EventType, WaitingEvent
from bpmn_events.domain.instants import microseconds
from bpmn_events.domain.outbox import Audience, ThrownEvent

_asked = rows_of("asked").alias("asked")
_WITH_KEY = select(waiting_event_keys.c.event_id).join_from(
    _asked,
    waiting_event_keys,
    and_(
        waiting_event_keys.c.event_name == _asked.c.c0,
        waiting_event_keys.c.process_model_id == _asked.c.c1,
        waiting_event_keys.c.digest == _asked.c.c2,
    ),
)


def _next_model(name: str, *beyond: Condition) -> Any:
    column = waiting_event_keys.c.process_model_id
    return select(func.min(column)).where(waiting_event_keys.c.event_name == name, *beyond)


class DeliveryLookups:
    """Shared by nobody but the one write transaction."""

    def __init__(self, connection: WriteConnection) -> None:
        self._connection = connection
        self._fetch = connection.fetch

    async def take_delivery_turn(self) -> bool:
        return await take_delivery_turn(self._connection)

    async def thrown_event(self, identifier: str) -> ThrownEvent | None:
        found = await self._fetch(select(*thrown_rows.THROWN_EVENT).where(thrown_events.c.id == identifier))
        return thrown_rows.thrown_event(found[0]) if found else None

    async def correlation_exists(self, correlation_id: str) -> bool:
        if not usable([correlation_id]):
            return False
        return bool(await self._fetch(select(correlations.c.id).where(correlations.c.id == correlation_id)))

    async def event_starts(self, event_type: EventType, name: str) -> list[EventStart]:
        if not usable([name]):
            return []
        statement = (
            select(*thrown_rows.EVENT_START)
            .where(event_starts.c.event_type == event_type.value, event_starts.c.event_name == name)
            .order_by(event_starts.c.process_model_key, event_starts.c.element_id)
        )
        return [thrown_rows.event_start(row) for row in await self._fetch(statement)]

    async def receivers(self, query: ReceiverQuery) -> list[WaitingEvent]:
        if not usable([query.name]):
            return []
        table = waiting_events.c
        # Of a correlation and a name, the correlation is shared by fewer events.
        narrowed = query.audience.correlation_id is not None
        conditions = [
            (no_index(table.event_name) if narrowed else table.event_name) == query.name,
            no_index(table.event_type) == query.event_type.value,
            *_reached(query.audience),
        ]
        if query.keyed is not None:
            conditions.append(table.correlation_keys.is_not(None) if query.keyed else table.correlation_keys.is_(None))
        if query.without_root is not None:
            conditions.append(no_index(table.root_instance_id) != query.without_root)
        if query.until is not None:
            since, before_id = query.until
            conditions += [table.waiting_since <= microseconds(since), no_index(table.id) < before_id]
        if query.after is not None:
            conditions.append(_behind(query.after.value or 0, query.after.id))
        return await self._waiting(conditions, query.limit)

    async def models_waiting_with_keys(self, message: str) -> list[str]:
        if not usable([message]):
            return []
        found = _next_model(message).cte("found", recursive=True)
        model_id = found.c[0]
        following = _next_model(message, waiting_event_keys.c.process_model_id > model_id).scalar_subquery()
        models = found.union_all(select(following).where(model_id.is_not(None)))
        return [row[0] for row in await self._fetch(select(models.c[0]).where(models.c[0].is_not(None)))]

    async def receivers_by_key(
        self, message: str, keys: Collection[ModelKey], audience: Audience, limit: int
    ) -> list[WaitingEvent]:
        asked = [(message, key.process_model_id, thrown_rows.key_digest(key.key, key.value)) for key in keys]
        if not asked:
            return []
        matching = waiting_events.c.id.in_(_WITH_KEY)
        return await self._waiting([matching, *_reached(audience, indexed=False)], limit, asked=asked)

    async def _waiting(self, conditions: list[Condition], limit: int, **parameters: Any) -> list[WaitingEvent]:
        statement = (
            select(*rows.WAITING_EVENT)
            .where(*conditions)
            .order_by(waiting_events.c.waiting_since, waiting_events.c.id)
            .limit(limit)
        )
        return [rows.waiting_event(row) for row in await self._fetch(statement, parameters)]


def _reached(audience: Audience, *, indexed: bool = True) -> list[Condition]:
    table, conditions = waiting_events.c, []
    if audience.correlation_id is not None:
        column = table.correlation_id if indexed else no_index(table.correlation_id)
        conditions.append(column == audience.correlation_id)
    if audience.process_model_key is not None:
        conditions.append(no_index(table.process_model_key) == audience.process_model_key)
    if audience.lanes is not None:
        conditions.append(among(no_index(table.lane), (None, *audience.lanes)))
    return conditions


def _behind(since: int, identifier: str) -> Condition:
    table = waiting_events.c
    return (table.waiting_since >= since) & ((table.waiting_since > since) | (table.id > identifier))
