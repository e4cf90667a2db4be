"""Lookups of the candidates at an element where many wait: a bounded number of each model version."""

from dataclasses import replace

import pytest

from bpmn_events.application.ports.transaction import MAX_CANDIDATES
from bpmn_events.application.ports.write_set import NewModel, WriteSet
from bpmn_events.domain.events import ElementAddress
from bpmn_events.domain.processes import ProcessInstance, ProcessModel
from tests.contract.storage.cost.test_cost import is_wasteful, plan, statements
from tests.contract.storage.samples import (
    World,
    after,
    catch_element,
    open_task,
    process_instance,
    process_model,
    waiting_event,
)

PAID, APPROVE = ElementAddress("order", "c-1", "paid"), ElementAddress("order", "c-1", "approve")


async def add_version(world: World, number: int) -> ProcessInstance:
    """Store another version of the model with an instance in the same correlation, and return the instance."""
    await world.instance()
    elements = {name: catch_element(element_id=name) for name in ("paid", "shipped")}
    model: ProcessModel = process_model("order", number, catch_elements=elements)
    instance = process_instance(model)
    await world.write(
        WriteSet(new_models=[NewModel(model, f"<order-{number}/>")], new_instances={instance.id: instance})
    )
    return instance


async def test_the_events_that_wait_longest_are_read(world: World) -> None:
    events = await world.add_events(count=MAX_CANDIDATES + 50)
    late = [replace(event, waiting_since=after(9)) for event in events[:20]]
    await world.remove(events[:20])
    await world.write(WriteSet(new_events={event.id: event for event in late}))
    async with world.database.write_store.transaction() as transaction:
        found = await transaction.waiting_events_at([PAID])
    assert found == {PAID: events[20 : 20 + MAX_CANDIDATES]}


async def test_the_oldest_tasks_are_read(world: World) -> None:
    instance = await world.instance()
    tasks = [open_task(instance) for _ in range(MAX_CANDIDATES + 50)]
    await world.write(WriteSet(new_tasks={task.id: task for task in tasks}))
    async with world.database.write_store.transaction() as transaction:
        assert await transaction.open_tasks_at([APPROVE]) == {APPROVE: tasks[:MAX_CANDIDATES]}


async def test_events_of_each_version_are_read_behind_many_of_another(world: World) -> None:
    """Versions may have the element in different lanes, and a caller may see the lane of the last one only."""
    first = await world.add_events(count=MAX_CANDIDATES + 50)
    second, third = await add_version(world, 2), await add_version(world, 3)
    many = [waiting_event(second, waiting_since=after(1)) for _ in range(MAX_CANDIDATES + 50)]
    one = waiting_event(third, waiting_since=after(2))
    elsewhere = waiting_event(third, element_id="shipped")
    await world.write(WriteSet(new_events={event.id: event for event in [*many, one, elsewhere]}))
    other = ElementAddress("order", "c-1", "shipped")
    async with world.database.write_store.transaction() as transaction:
        found = await transaction.waiting_events_at([PAID, other])
    assert found == {PAID: [*first[:MAX_CANDIDATES], *many[:MAX_CANDIDATES], one], other: [elsewhere]}


async def test_tasks_of_each_version_are_read_behind_many_of_another(world: World) -> None:
    instance = await world.instance()
    first = [open_task(instance) for _ in range(MAX_CANDIDATES + 50)]
    one = open_task(await add_version(world, 2))
    await world.write(WriteSet(new_tasks={task.id: task for task in [*first, one]}))
    async with world.database.write_store.transaction() as transaction:
        assert await transaction.open_tasks_at([APPROVE]) == {APPROVE: [*first[:MAX_CANDIDATES], one]}


OLDER = pytest.mark.parametrize("older", [MAX_CANDIDATES - 2, MAX_CANDIDATES - 1, MAX_CANDIDATES])


@OLDER
async def test_events_of_a_version_that_the_first_page_cuts_off_are_read(world: World, older: int) -> None:
    first = await world.add_events(count=older)
    second, third = await add_version(world, 2), await add_version(world, 3)
    newer = [waiting_event(second, waiting_since=after(1)) for _ in range(10)]
    newest = [waiting_event(third, waiting_since=after(2)) for _ in range(3)]
    elsewhere = waiting_event(second, element_id="shipped")
    await world.write(WriteSet(new_events={event.id: event for event in [*newer, *newest, elsewhere]}))
    other = ElementAddress("order", "c-1", "shipped")
    async with world.database.write_store.transaction() as transaction:
        found = await transaction.waiting_events_at([PAID, other])
    assert found == {PAID: [*first, *newer, *newest], other: [elsewhere]}


@OLDER
async def test_tasks_of_a_version_that_the_first_page_cuts_off_are_read(world: World, older: int) -> None:
    instance = await world.instance()
    first = [open_task(instance) for _ in range(older)]
    second, third = await add_version(world, 2), await add_version(world, 3)
    newer, newest = [open_task(second) for _ in range(10)], [open_task(third) for _ in range(3)]
    await world.write(WriteSet(new_tasks={task.id: task for task in [*first, *newer, *newest]}))
    async with world.database.write_store.transaction() as transaction:
        assert await transaction.open_tasks_at([APPROVE]) == {APPROVE: [*first, *newer, *newest]}


async def test_versions_that_a_later_page_cuts_off_are_read_up_to_the_limit(world: World) -> None:
    """The occurrences of the later versions began to wait in turn, so that each page has several versions."""
    first = await world.add_events(count=MAX_CANDIDATES)
    versions = [await add_version(world, number) for number in (2, 3, 4)]
    later = [waiting_event(versions[at % 3], waiting_since=after(at)) for at in range(1, 3 * MAX_CANDIDATES + 31)]
    await world.write(WriteSet(new_events={event.id: event for event in later}))
    async with world.database.write_store.transaction() as transaction:
        found = await transaction.waiting_events_at([PAID])
    assert found == {PAID: [*first, *later[: 3 * MAX_CANDIDATES]]}


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
async def test_candidates_on_sqlite_are_read_from_indexes(world: World) -> None:
    instance, other = await world.instance(), await add_version(world, 2)
    await world.add_events(count=MAX_CANDIDATES)
    tasks = [open_task(each) for each in [*[instance] * (MAX_CANDIDATES - 1), other, other]]
    await world.write(WriteSet(new_tasks={task.id: task for task in tasks}))
    with statements() as seen:
        async with world.database.write_store.transaction() as transaction:
            await transaction.waiting_events_at([PAID])
            await transaction.open_tasks_at([APPROVE])
    selects = [statement for statement in seen if statement[0].startswith("SELECT")]
    assert len(selects) == 5
    for statement in selects:
        steps = await plan(world.database, statement)
        assert [step for step in steps if is_wasteful(step)] == [], steps
