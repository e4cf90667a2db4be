"""Storage, lists and claims of open tasks."""

from dataclasses import replace
from typing import Any

import pytest

from bpmn_events.application.ports.transaction import ClaimLost
from bpmn_events.application.ports.write_set import WriteSet
from bpmn_events.domain.events import ElementAddress
from bpmn_events.domain.filters import TaskFilter
from bpmn_events.domain.instants import microseconds
from bpmn_events.domain.pages import Page, PageRequest, Position
from bpmn_events.domain.principal import Principal
from bpmn_events.domain.tasks import OpenTask, TaskType
from tests.contract.storage.samples import ALL_LANES, World, after, viewer


async def list_ids(world: World, caller: Principal = ALL_LANES, **filter: Any) -> list[str]:
    page = await world.database.read_store.open_tasks(TaskFilter(**filter), PageRequest(), caller)
    assert len(page.items) == await world.database.read_store.count_open_tasks(TaskFilter(**filter), caller)
    return [task.id for task in page.items]


async def test_an_open_task_comes_back_as_it_was(world: World) -> None:
    task = await world.add_task(
        task_type=TaskType.EXTERNAL, lane="Sales", topic="billing", name=None, open_since=after(3)
    )
    assert await world.database.read_store.open_tasks_by_id([task.id, "ta_0"], ALL_LANES) == {task.id: task}
    async with world.database.write_store.transaction() as transaction:
        assert await transaction.open_tasks([task.id, "nothing", "\0"]) == {task.id: task}


async def test_tasks_at_an_address_oldest_first(world: World) -> None:
    first, second = await world.add_task(), await world.add_task()
    await world.add_task(element_id="other")
    await world.add_task(correlation_id="c-2")
    address, empty = ElementAddress("order", "c-1", "approve"), ElementAddress("order", "c-1", "nowhere")
    async with world.database.write_store.transaction() as transaction:
        assert await transaction.open_tasks_at([address, empty]) == {address: [first, second]}


async def test_a_finished_task_is_claimed_once(world: World) -> None:
    task = await world.add_task()
    await world.write(WriteSet(finished_tasks=[task.id]))
    assert await list_ids(world) == []
    with pytest.raises(ClaimLost):
        await world.write(WriteSet(finished_tasks=[task.id]))


async def test_a_cancelled_task_is_no_claim(world: World) -> None:
    task = await world.add_task()
    await world.write(WriteSet(cancelled_tasks=[task.id]))
    await world.write(WriteSet(cancelled_tasks=[task.id]))
    assert await list_ids(world) == []


async def test_filters_combine(world: World) -> None:
    first = await world.add_task(correlation_id="c-1")
    second = await world.add_task(correlation_id="c-2")
    other = await world.add_task("hiring", "c-1")
    assert await list_ids(world) == [first.id, second.id, other.id]
    assert await list_ids(world, process_model_key="order") == [first.id, second.id]
    assert await list_ids(world, process_model_key="order", correlation_id="c-1") == [first.id]
    assert await list_ids(world, process_instance_id=other.process_instance_id) == [other.id]
    assert await list_ids(world, correlation_id="no such\0text") == []
    billing = await world.add_task("hiring", "c-1", topic="billing")
    assert await list_ids(world, topic="billing") == [billing.id]
    assert await list_ids(world, topic="billing", process_model_key="hiring") == [billing.id]
    assert await list_ids(world, topic="billing", process_model_key="order") == []
    assert await list_ids(world, topic="shipping") == []


async def test_a_viewer_sees_its_lanes_and_tasks_without_a_lane(world: World) -> None:
    sales, boss, none = [await world.add_task(lane=lane) for lane in ("Sales", "Boss", None)]
    assert await list_ids(world, viewer("Sales")) == [sales.id, none.id]
    assert await list_ids(world, viewer("Sales"), correlation_id="c-1") == [sales.id, none.id]
    read_store = world.database.read_store
    assert set(await read_store.open_tasks_by_id([sales.id, boss.id, none.id], viewer("Boss"))) == {boss.id, none.id}
    instance = sales.process_instance_id
    assert await read_store.count_open_tasks_of_instances([instance, "pi_0"], viewer("Sales")) == {
        instance: 2,
        "pi_0": 0,
    }
    pages = await read_store.open_tasks_of_instances([instance, "pi_0"], PageRequest(), viewer())
    assert {key: ids(page) for key, page in pages.items()} == {instance: [none.id], "pi_0": []}


def ids(page: Page[OpenTask]) -> list[str]:
    return [task.id for task in page.items]


async def test_pages_follow_each_other(world: World) -> None:
    tasks = [await world.add_task() for _ in range(5)]
    read_store = world.database.read_store
    seen: list[OpenTask] = []
    request = PageRequest(limit=2)
    while True:
        page = await read_store.open_tasks(TaskFilter(), request, ALL_LANES)
        seen += page.items
        if not page.has_next:
            break
        last = page.items[-1]
        request = replace(request, after=Position(microseconds(last.open_since), last.id))
    assert seen == tasks
