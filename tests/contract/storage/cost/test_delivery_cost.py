"""The cost of the outbox and of open tasks: lookups with an index, and one write statement for each kind of change."""

from dataclasses import replace
from typing import Any

import pytest

from bpmn_events.application.ports.transaction import CorrelationKeyValue, ReceiverQuery
from bpmn_events.application.ports.write_set import WriteSet
from bpmn_events.domain.errors import ProcessFailed
from bpmn_events.domain.events import ElementAddress, EventType
from bpmn_events.domain.filters import TaskFilter
from bpmn_events.domain.outbox import Audience
from bpmn_events.domain.pages import PageRequest, Position
from tests.contract.storage.cost.test_cost import is_wasteful, plan, statements
from tests.contract.storage.samples import ALL_LANES, NOW, World, open_task, thrown_event, viewer, waiting_event

AUDIENCES = [
    Audience(),
    Audience(process_model_key="order"),
    Audience(correlation_id="c-1"),
    Audience("order", "c-1", ("Sales",)),
]


async def look_everything_up(world: World) -> None:
    async with world.database.write_store.transaction() as transaction:
        for audience in AUDIENCES:
            for options in ({}, {"keyed": False}, {"without_root": "pi_1"}, {"after": Position(1, "we_1")}):
                extra: dict[str, Any] = options
                query = ReceiverQuery(EventType.SIGNAL, "payment", audience, 10, before=(5, "we_9"), **extra)
                await transaction.receivers(query)
            await transaction.receivers_by_key("payment", [CorrelationKeyValue("pm_1", "number", "1")], audience, 10)
        await transaction.models_waiting_with_keys("payment")
        await transaction.event_starts(EventType.SIGNAL, "payment")
        await transaction.thrown_event("th_1")
        await transaction.open_tasks(["ta_1"])
        await transaction.open_tasks_at([ElementAddress("order", "c-1", "approve")])
        await transaction.correlation_exists("c-1")
        await transaction.delete_idempotency_records(NOW, 10)
        await transaction.delete_cancelled_events(NOW, 10)
    read_store = world.database.read_store
    for caller in (ALL_LANES, viewer("Sales")):
        for filter in (
            TaskFilter(),
            TaskFilter(process_model_key="order"),
            TaskFilter(topic="t"),
            TaskFilter("order", "c-1"),
        ):
            for page in (PageRequest(limit=5), PageRequest(limit=5, after=Position(1, "ta_1"))):
                await read_store.open_tasks(filter, page, caller)
        await read_store.open_tasks_of_instances(["pi_1", "pi_2"], PageRequest(), caller)
        await read_store.open_tasks_by_id(["ta_1"], caller)
    await read_store.due_thrown_events(NOW, 10)
    await read_store.next_thrown_due()


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
async def test_no_table_is_scanned(world: World) -> None:
    with statements() as seen:
        await look_everything_up(world)
    wasteful = []
    for statement in seen:
        if statement[0].startswith(("SELECT", "WITH", "DELETE")):
            wasteful += [(step, statement[0]) for step in await plan(world.database, statement) if is_wasteful(step)]
    # A list of open tasks without a filter scans the table in order; ``model_ids`` is an intermediate result.
    assert [each for each in wasteful if each[0] not in ("SCAN open_tasks", "SCAN model_ids")] == []


async def write_everything(world: World, count: int) -> None:
    instance = await world.instance()
    events = [waiting_event(instance, correlation_keys={"number": str(number)}) for number in range(count)]
    tasks = [open_task(instance) for _ in range(2 * count)]
    thrown = [thrown_event() for _ in range(2 * count)]
    await world.write(
        WriteSet(
            new_events={each.id: each for each in events},
            new_tasks={each.id: each for each in tasks},
            new_thrown_events=thrown,
        )
    )
    rekeyed = [replace(each, correlation_keys={"number": "x", "region": "y"}) for each in events]
    await world.write(
        WriteSet(
            rekeyed_events={each.id: each for each in rekeyed},
            finished_tasks=[each.id for each in tasks[:count]],
            cancelled_tasks=[each.id for each in tasks[count:]],
            delivered_events=[each.id for each in thrown[:count]],
            changed_thrown_events=[each.postpone(NOW, ProcessFailed("stuck")) for each in thrown[count:]],
        )
    )
    ids = [each.id for each in events]
    await world.write(WriteSet(triggered_events=ids, removed_keyed_events=ids))


async def test_the_number_of_writes_does_not_depend_on_the_number_of_rows(world: World) -> None:
    await world.element()
    await world.instance()
    counts = []
    for count in (1, 40):
        with statements() as seen:
            await write_everything(world, count)
        counts.append(len([statement for statement, _ in seen if not statement.startswith("BEGIN")]))
    assert counts[0] == counts[1]
