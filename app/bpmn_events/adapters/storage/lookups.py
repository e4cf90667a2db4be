"""Lookups by primary key and by element address, for read queries and write transactions.

Each lookup takes a set of keys and executes one statement, which is built once.
"""

from collections.abc import Awaitable, Callable, Collection, Iterable, Sequence
from typing import Any, TypeVar

from sqlalchemy import Executable, FromClause, Table, and_, func, select
from sqlalchemy.sql.elements import ColumnElement

from bpmn_events.adapters.storage import rows
from bpmn_events.adapters.storage.connections.prepared import mark_reusable
from bpmn_events.adapters.storage.connections.statements import AnyRow, AnySelect, Condition, Fetch
from bpmn_events.adapters.storage.schema.tables import (
    cancelled_events,
    event_triggers,
    open_tasks,
    process_instances,
    process_models,
    waiting_events,
)
from bpmn_events.adapters.storage.sql.sets import in_set, storable_texts, table_parameter
from bpmn_events.adapters.storage.tasks import rows as task_rows
from bpmn_events.domain.events import CancelledEvent, ElementAddress, EventTrigger, WaitingEvent
from bpmn_events.domain.processes import ProcessInstance, ProcessModel
from bpmn_events.domain.tasks import OpenTask

T = TypeVar("T")
Lookup = Callable[[Fetch, Collection[str]], Awaitable[dict[str, T]]]


async def fetch_by_keys(
    fetch: Fetch, statement: Executable, keys: Iterable[str], **parameters: Any
) -> Sequence[AnyRow]:
    """Return the rows of a statement with the parameter ``keys``; execute nothing if no key can exist.

    ``parameters`` are those that the statement takes besides the keys.
    """
    storable = storable_texts(keys)
    return await fetch(statement, {"keys": storable, **parameters}) if storable else []


def _build_lookup(
    columns: Sequence[ColumnElement[Any]], key: ColumnElement[str], parse: Callable[[Sequence[Any]], T]
) -> Lookup[T]:
    statement = mark_reusable(select(*columns).where(in_set(key, "keys")))
    key_index = [column.key for column in columns].index(key.key)

    async def look_up(fetch: Fetch, keys: Collection[str]) -> dict[str, T]:
        return {row[key_index]: parse(row) for row in await fetch_by_keys(fetch, statement, keys)}

    return look_up


waiting_events_by_id: Lookup[WaitingEvent] = _build_lookup(rows.WAITING_EVENT, waiting_events.c.id, rows.waiting_event)
open_tasks_by_id: Lookup[OpenTask] = _build_lookup(task_rows.OPEN_TASK, open_tasks.c.id, task_rows.open_task)
triggers_by_id: Lookup[EventTrigger] = _build_lookup(rows.EVENT_TRIGGER, event_triggers.c.id, rows.event_trigger)
triggers_by_event: Lookup[EventTrigger] = _build_lookup(
    rows.EVENT_TRIGGER, event_triggers.c.event_id, rows.event_trigger
)
cancelled_by_id: Lookup[CancelledEvent] = _build_lookup(
    rows.CANCELLED_EVENT, cancelled_events.c.id, rows.cancelled_event
)
models_by_id: Lookup[ProcessModel] = _build_lookup(rows.PROCESS_MODEL, process_models.c.id, rows.process_model)
instances_by_id: Lookup[ProcessInstance] = _build_lookup(
    rows.PROCESS_INSTANCE, process_instances.c.id, rows.process_instance
)
instances_without_variables: Lookup[ProcessInstance] = _build_lookup(
    rows.PROCESS_INSTANCE_WITHOUT_VARIABLES, process_instances.c.id, rows.process_instance_without_variables
)

_versions = process_models.alias("versions")
_latest_version = select(func.max(_versions.c.version)).where(_versions.c.key == process_models.c.key).scalar_subquery()
IS_LATEST_VERSION: ColumnElement[bool] = process_models.c.version == _latest_version
_LATEST_MODELS = mark_reusable(
    select(*rows.PROCESS_MODEL).where(in_set(process_models.c.key, "keys"), IS_LATEST_VERSION)
)
_BPMN_XML = select(process_models.c.id, process_models.c.bpmn_xml).where(in_set(process_models.c.id, "keys"))


async def latest_models(fetch: Fetch, keys: Collection[str]) -> dict[str, ProcessModel]:
    """Return the latest version of each of these process models, by key."""
    return {model.key: model for model in map(rows.process_model, await fetch_by_keys(fetch, _LATEST_MODELS, keys))}


async def bpmn_xml(fetch: Fetch, model_ids: Collection[str]) -> dict[str, str]:
    """Return the BPMN XML of each of these model versions, by id."""
    return {row[0]: row[1] for row in await fetch_by_keys(fetch, _BPMN_XML, model_ids)}


def storable_keys(keys: Iterable[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """Return the distinct keys whose texts are all valid ids (see ``storable_texts``)."""
    return [key for key in dict.fromkeys(keys) if len(storable_texts(key)) == len(set(key))]


ADDRESSES = table_parameter("addresses").alias("addresses")


def has_address(table: FromClause) -> Condition:
    """Return the condition that a row of the table has the address of the joined row of ``ADDRESSES``."""
    return and_(
        table.c.correlation_id == ADDRESSES.c.c1,
        table.c.element_id == ADDRESSES.c.c2,
        table.c.process_model_key == ADDRESSES.c.c0,
    )


def _no_conditions(_candidates: FromClause) -> Sequence[Condition]:
    return ()


def select_newest(
    table: Table,
    columns: Sequence[ColumnElement[Any]],
    order: Sequence[str],
    conditions: Callable[[FromClause], Sequence[Condition]] = _no_conditions,
) -> AnySelect:
    """Return a SELECT of the newest row of each of the ``ADDRESSES``, by the columns of ``order``.

    Each row is the last entry of a range of the table's index on addresses, or the last one that satisfies the
    ``conditions``.
    """
    candidates = table.alias("candidates")
    descending = (candidates.c[name].desc() for name in order)
    at_address = select(candidates.c.id).where(has_address(candidates), *conditions(candidates))
    newest = at_address.order_by(*descending).limit(1)
    return select(*columns).join_from(ADDRESSES, table, table.c.id == newest.correlate(ADDRESSES).scalar_subquery())


async def fetch_at_addresses(
    fetch: Fetch, statement: Executable, addresses: Collection[ElementAddress], **parameters: Any
) -> Sequence[AnyRow]:
    """Return the rows of a statement that joins ``ADDRESSES``; execute nothing if no address can exist.

    ``parameters`` are those that the statement takes besides the addresses.
    """
    keys = ((address.process_model_key, address.correlation_id, address.element_id) for address in addresses)
    storable = storable_keys(keys)
    return await fetch(statement, {"addresses": storable, **parameters}) if storable else []
