"""Finding rows by their identifiers, for readers and writers alike: one statement per set, prepared once."""

from collections.abc import Awaitable, Callable, Collection, Iterable, Sequence
from typing import Any, TypeVar

from sqlalchemy import Executable, FromClause, Table, and_, func, select
from sqlalchemy.sql.elements import ColumnElement

from bpmn_events.adapters.storage import rows
from bpmn_events.adapters.storage.connections.prepared import fixed
from bpmn_events.adapters.storage.connections.statements import AnyRow, AnySelect, Condition, Fetch
from bpmn_events.adapters.storage.schema.tables import (
    cancelled_events,
    event_triggers,
    open_tasks,
    process_instances,
    process_models,
    waiting_events,
)
from bpmn_events.adapters.storage.sql.sets import no_index, one_of, rows_of, usable
from bpmn_events.adapters.storage.tasks import rows as task_rows
from bpmn_events.domain.events import CancelledEvent, ElementAddress, EventTrigger, WaitingEvent
from bpmn_events.domain.processes import ProcessInstance, ProcessModel
from bpmn_events.domain.tasks import OpenTask

T = TypeVar("T")
Lookup = Callable[[Fetch, Collection[str]], Awaitable[dict[str, T]]]


async def find(fetch: Fetch, statement: Executable, keys: Iterable[str]) -> Sequence[AnyRow]:
    """The rows of a statement that takes a set of ``keys``; none, without asking, where no key can exist."""
    wanted = usable(keys)
    return await fetch(statement, {"keys": wanted}) if wanted else []


def _lookup(
    columns: Sequence[ColumnElement[Any]], key: ColumnElement[str], parse: Callable[[Sequence[Any]], T]
) -> Lookup[T]:
    statement = fixed(select(*columns).where(one_of(key, "keys")))
    key_index = [column.key for column in columns].index(key.key)

    async def look_up(fetch: Fetch, keys: Collection[str]) -> dict[str, T]:
        return {row[key_index]: parse(row) for row in await find(fetch, statement, keys)}

    return look_up


waiting_events_by_id: Lookup[WaitingEvent] = _lookup(rows.WAITING_EVENT, waiting_events.c.id, rows.waiting_event)
open_tasks_by_id: Lookup[OpenTask] = _lookup(task_rows.OPEN_TASK, open_tasks.c.id, task_rows.open_task)
triggers_by_id: Lookup[EventTrigger] = _lookup(rows.EVENT_TRIGGER, event_triggers.c.id, rows.event_trigger)
triggers_by_event: Lookup[EventTrigger] = _lookup(rows.EVENT_TRIGGER, event_triggers.c.event_id, rows.event_trigger)
cancelled_by_id: Lookup[CancelledEvent] = _lookup(rows.CANCELLED_EVENT, cancelled_events.c.id, rows.cancelled_event)
models_by_id: Lookup[ProcessModel] = _lookup(rows.PROCESS_MODEL, process_models.c.id, rows.process_model)
instances_by_id: Lookup[ProcessInstance] = _lookup(rows.PROCESS_INSTANCE, process_instances.c.id, rows.process_instance)

_other = process_models.alias("other")
_newest_version = select(func.max(_other.c.version)).where(_other.c.key == process_models.c.key).scalar_subquery()
LATEST_MODEL: ColumnElement[bool] = process_models.c.version == _newest_version
_LATEST_MODELS = fixed(select(*rows.PROCESS_MODEL).where(one_of(process_models.c.key, "keys"), LATEST_MODEL))
_BPMN_XML = select(process_models.c.id, process_models.c.bpmn_xml).where(one_of(process_models.c.id, "keys"))


async def latest_models(fetch: Fetch, keys: Collection[str]) -> dict[str, ProcessModel]:
    return {model.key: model for model in map(rows.process_model, await find(fetch, _LATEST_MODELS, keys))}


async def bpmn_xml(fetch: Fetch, model_ids: Collection[str]) -> dict[str, str]:
    return {row[0]: row[1] for row in await find(fetch, _BPMN_XML, model_ids)}


def storable(keys: Iterable[tuple[str, str, str]]) -> list[tuple[str, str, str]]:
    """As ``usable``, for keys of three texts."""
    return [key for key in dict.fromkeys(keys) if len(usable(key)) == len(set(key))]


ADDRESSES = rows_of("addresses").alias("addresses")


def at_address(table: FromClause, *, indexed: bool = True) -> Condition:
    """Whether the row of the table lies at the place in question.

    ``indexed`` is false for a table without an index of places: of all it has, the one of correlations is the best.
    """
    own = (lambda column: column) if indexed else no_index
    return and_(
        table.c.correlation_id == ADDRESSES.c.c1,
        own(table.c.element_id) == ADDRESSES.c.c2,
        own(table.c.process_model_key) == ADDRESSES.c.c0,
    )


def newest_at(table: Table, columns: Sequence[ColumnElement[Any]], *order: str) -> AnySelect:
    """The last row of each place in that order: each is the end of a range of the table's index of places."""
    each = table.alias("each")
    last = select(each.c.id).where(at_address(each)).order_by(*(each.c[name].desc() for name in order)).limit(1)
    return select(*columns).join_from(ADDRESSES, table, table.c.id == last.correlate(ADDRESSES).scalar_subquery())


async def find_at(fetch: Fetch, statement: Executable, addresses: Collection[ElementAddress]) -> Sequence[AnyRow]:
    """The rows of a statement over ``ADDRESSES``."""
    wanted = storable((address.process_model_key, address.correlation_id, address.element_id) for address in addresses)
    return await fetch(statement, {"addresses": wanted}) if wanted else []
