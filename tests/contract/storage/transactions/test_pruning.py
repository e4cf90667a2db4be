"""Deletion of ended executions and of unused model versions, with everything that belongs to them."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from bpmn_events.application.ports.pruning import EndedExecution, PrunedRows
from bpmn_events.application.ports.write_set import EventStart, NewModel, WriteSet
from bpmn_events.application.writing.records import cancelled_event
from bpmn_events.domain.events import EventType
from bpmn_events.domain.processes import Correlation, ProcessInstance
from tests.contract.storage.samples import (
    NOW,
    World,
    after,
    ended,
    event_trigger,
    process_instance,
    process_model,
    thrown_event,
    waiting_event,
)
from tests.support.databases.dumps import count_rows

MANY = 1000
LATER = after(3600)


async def add_execution(
    world: World, correlation_id: str, *, seconds: float | None = 60, called: int = 0, triggers: int = 1
) -> list[ProcessInstance]:
    """Store an execution that ended so many seconds after ``NOW``, or that runs. Return its instances, root first."""
    model = await world.model()
    root = process_instance(model, correlation_id)
    children = [process_instance(model, correlation_id, root_id=root.id, parent_id=root.id) for _ in range(called)]
    instances = [root, *children]
    if seconds is not None:
        instances = [replace(ended(each), ended_at=after(seconds)) for each in instances]
    events = [waiting_event(each, element_id="paid") for each in instances for _ in range(triggers)]
    await world.element()
    await world.write(
        WriteSet(
            new_correlations={correlation_id: Correlation(correlation_id, NOW)},
            new_instances={each.id: each for each in instances},
            new_triggers=[event_trigger(event) for event in events],
            cancelled_events=[cancelled_event(waiting_event(each), NOW) for each in instances],
        )
    )
    return instances


async def find(world: World, limit: int = MANY, after: EndedExecution | None = None) -> list[EndedExecution]:
    return await world.database.read_store.ended_executions(LATER, limit, after)


async def delete(world: World, executions: Sequence[EndedExecution], limit: int = MANY) -> PrunedRows:
    async with world.database.write_store.transaction() as transaction:
        return await transaction.delete_executions(executions, limit)


async def remaining(world: World, url: str) -> dict[str, int]:
    tables = ("process_instances", "event_triggers", "cancelled_events", "correlations")
    return {table: await count_rows(url, table) for table in tables}


async def test_the_longest_ended_executions_are_first(world: World) -> None:
    ends = {correlation: 10.0 * number for number, correlation in enumerate(["c", "a", "b"])}
    for correlation, seconds in ends.items():
        await add_execution(world, correlation, seconds=seconds, called=1)
    await add_execution(world, "d", seconds=None)
    await add_execution(world, "e", seconds=3600)
    found = await find(world)
    assert [execution.correlation_id for execution in found] == ["c", "a", "b"]
    assert [execution.ended_at for execution in found] == [after(0), after(10), after(20)]
    assert await find(world, 2) == found[:2]
    assert await find(world, 2, found[1]) == found[2:]
    async with world.database.write_store.transaction() as transaction:
        assert await transaction.ended_executions(LATER, MANY) == found
        assert await transaction.ended_executions(LATER, 2) == found[:2]
    assert await world.database.read_store.count_ended_executions(LATER, MANY) == 3
    assert await world.database.read_store.count_ended_executions(LATER, 2) == 2


async def test_executions_that_ended_at_the_same_instant_are_on_one_page_each(world: World) -> None:
    for number in range(5):
        await add_execution(world, f"c-{number}")
    pages, last = [], None
    while page := await find(world, 2, last):
        pages.append(page)
        last = page[-1]
    assert [len(page) for page in pages] == [2, 2, 1]
    assert len({execution.root_id for page in pages for execution in page}) == 5


async def test_an_execution_is_deleted_with_all_its_rows(world: World, url: str) -> None:
    await add_execution(world, "c-1", called=2, triggers=2)
    await add_execution(world, "c-2", seconds=None)
    (execution,) = await find(world)
    rows = await world.database.read_store.execution_rows([execution])
    assert (sum(rows.instances.values()), rows.triggers, rows.cancelled_events) == (3, 6, 3)
    assert await delete(world, [execution]) == PrunedRows(executions=1, instances=3, triggers=6, cancelled_events=3)
    assert await find(world) == []
    assert await remaining(world, url) == {
        "process_instances": 1,
        "event_triggers": 1,
        "cancelled_events": 1,
        "correlations": 1,
    }


async def test_a_correlation_stays_until_its_last_instance_is_deleted(world: World) -> None:
    await add_execution(world, "c-1")
    (running,) = await add_execution(world, "c-1", seconds=None)
    await delete(world, await find(world))
    assert await world.database.read_store.correlations_by_id(["c-1"])
    assert list(await world.database.read_store.instances_by_id([running.id])) == [running.id]
    await world.write(WriteSet(changed_instances={running.id: ended(running)}))
    await delete(world, await find(world))
    assert not await world.database.read_store.correlations_by_id(["c-1"])


async def test_a_large_execution_takes_several_steps(world: World, url: str) -> None:
    """The root instance is deleted last, so that the execution is found again until nothing of it is left."""
    await add_execution(world, "c-1", called=5, triggers=2)
    (execution,) = await find(world)
    steps = []
    while await find(world):
        steps.append(await delete(world, [execution], 3))
    assert sum(steps, PrunedRows()) == PrunedRows(executions=1, instances=6, triggers=12, cancelled_events=6)
    assert all(max(step.instances, step.triggers, step.cancelled_events) <= 3 for step in steps)
    assert set((await remaining(world, url)).values()) == {0}


async def test_an_execution_stays_until_its_thrown_events_are_delivered(world: World) -> None:
    (root,) = await add_execution(world, "c-1")
    event = thrown_event(root_instance_id=root.id)
    await world.write(WriteSet(new_thrown_events=[event]))
    assert await find(world) == []
    await world.write(WriteSet(delivered_events=[event.id]))
    assert len(await find(world)) == 1


@pytest.mark.parametrize("text", ["order-7", "7"])
async def test_a_deleted_correlation_is_not_in_the_search_index(world: World, url: str, text: str) -> None:
    """An id that is used again is found once."""
    for correlation in ("ORDER-7", "ORDER-8"):
        await add_execution(world, correlation)
    await delete(world, await find(world))
    if url.startswith("sqlite"):
        assert await count_rows(url, "correlations_search") == 0
        assert await count_rows(url, "correlations_search_rows") == 0
        assert await count_rows(url, f"correlations_search WHERE search_text GLOB '*{text}*'") == 0
    await add_execution(world, "ORDER-7")
    if url.startswith("sqlite"):
        assert await count_rows(url, f"correlations_search WHERE search_text GLOB '*{text}*'") == 1


async def test_versions_without_instances_are_deleted_if_they_were_replaced_long_ago(world: World, url: str) -> None:
    versions = [process_model(version=number, deployed_at=after(number * 100)) for number in range(1, 5)]
    other = process_model("other")
    start = EventStart(EventType.MESSAGE, "go", "order", versions[3].id, "begin")
    for model in versions:
        await world.write(
            WriteSet(new_models=[NewModel(model, "<xml/>", (replace(start, process_model_id=model.id),))])
        )
    await world.write(WriteSet(new_models=[NewModel(other, "<xml/>")]))
    used = process_instance(versions[1])
    await world.write(WriteSet(new_correlations={"c-1": Correlation("c-1", NOW)}, new_instances={used.id: ended(used)}))
    # The third version was replaced after 400 seconds.
    replaced = await world.database.read_store.replaced_models(after(400))
    assert replaced == {versions[0].id: 0, versions[1].id: 1}
    async with world.database.write_store.transaction() as transaction:
        assert await transaction.unused_models(after(400), MANY) == [versions[0].id]
        assert await transaction.delete_models([versions[0].id]) == 1
        found = await transaction.unused_models(after(401), MANY)
        assert found == [versions[2].id]
        assert await transaction.delete_models(found) == 1
        assert await transaction.unused_models(after(9999), MANY) == []
    left = {versions[1].id, versions[3].id, other.id}
    assert set(await world.database.read_store.models_by_id([model.id for model in [*versions, other]])) == left
    assert await count_rows(url, "catch_elements") == len(left)
    if url.startswith("sqlite"):
        assert await count_rows(url, "catch_elements_search") == len(left)


async def test_the_number_of_versions_of_a_step_is_limited(world: World) -> None:
    versions = [process_model(version=number, deployed_at=NOW - timedelta(days=1)) for number in range(1, 5)]
    await world.write(WriteSet(new_models=[NewModel(model, "<xml/>") for model in versions]))
    async with world.database.write_store.transaction() as transaction:
        assert len(await transaction.unused_models(NOW, 2)) == 2
