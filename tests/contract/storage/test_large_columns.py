"""Columns with large values: read within the budget of a response, and only if the response contains them."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import Connection, event

from bpmn_events.application.ports.response_budget import ResponseBudget, ResponseTooLarge, response_budget
from bpmn_events.application.ports.write_set import WriteSet
from bpmn_events.domain.filters import TriggerFilter
from bpmn_events.domain.pages import PageRequest
from tests.contract.storage.samples import ALL_LANES, World, process_instance

SMALL, LARGE = 1_000, 20_000  # bytes
PAGE = PageRequest()


@pytest_asyncio.fixture(params=[SMALL, LARGE])
async def size(world: World, request: pytest.FixtureRequest) -> int:
    """Store two instances with variables of this size, each with a trigger with a payload of this size."""
    size: int = request.param
    for correlation_id in ("c-1", "c-2"):
        (event,) = await world.add_events(correlation_id=correlation_id)
        await world.record_trigger(event, payload={"text": text(size)})
        instance = replace(await world.instance("order", correlation_id), variables={"text": text(size)})
        await world.write(WriteSet(changed_instances={instance.id: instance}))
    return size


def text(size: int) -> str:
    return "ä" * (size // 2)


def ids(world: World) -> list[str]:
    return [instance.id for instance in world.instances.values()]


async def instances(world: World) -> list[Any]:
    return list((await world.database.read_store.instances_by_id(ids(world))).values())


async def nested_instances(world: World) -> list[Any]:
    pages = await world.database.read_store.instances_of_correlations(["c-1", "c-2", "c-3"], PAGE)
    assert pages["c-3"].items == ()
    return [*pages["c-1"].items, *pages["c-2"].items]


async def triggers(world: World) -> list[Any]:
    return list((await world.database.read_store.triggers(TriggerFilter(), PAGE, ALL_LANES)).items)


async def nested_triggers(world: World) -> list[Any]:
    pages = await world.database.read_store.triggers_of_instances(ids(world), PAGE, ALL_LANES)
    return [item for page in pages.values() for item in page.items]


@pytest.mark.parametrize(
    ("read", "field", "attribute", "empty"),
    [
        (instances, "variables", "variables", {}),
        (nested_instances, "variables", "variables", {}),
        (triggers, "payload", "payload", None),
        (nested_triggers, "payload", "payload", None),
    ],
)
async def test_large_values_are_read_within_the_budget(
    world: World, size: int, read: Callable[[World], Awaitable[list[Any]]], field: str, attribute: str, empty: object
) -> None:
    complete = await read(world)
    assert [getattr(item, attribute) for item in complete] == [{"text": text(size)}] * 2
    with response_budget(ResponseBudget(3 * size, {field})):
        assert await read(world) == complete
    with response_budget(ResponseBudget(size, {field})), pytest.raises(ResponseTooLarge, match=f"{size} bytes"):
        await read(world)
    with response_budget(ResponseBudget(size, {"id"})):
        assert await read(world) == [replace(item, **{attribute: empty}) for item in complete]


async def test_files_are_read_within_the_budget(world: World) -> None:
    model = await world.model()
    read_store = world.database.read_store
    with response_budget(ResponseBudget(8)):
        assert await read_store.bpmn_xml([model.id, "pm_0"]) == {model.id: "<order/>"}
        with pytest.raises(ResponseTooLarge):
            await read_store.bpmn_xml([model.id])
    assert await read_store.bpmn_xml([model.id]) == {model.id: "<order/>"}


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
@pytest.mark.parametrize("count", [1, 50])
async def test_the_sizes_of_many_values_are_not_read_in_the_event_loop(world: World, count: int) -> None:
    await world.instance()
    stored = [process_instance(await world.model()) for _ in range(count)]
    await world.write(WriteSet(new_instances={instance.id: instance for instance in stored}))
    read_store, engines = world.database.read_store, world.database.connections.engines
    used: list[int] = []

    def record(connection: Connection, *_: object) -> None:
        used.append(engines.index(connection.engine))

    for engine in engines:
        event.listen(engine, "before_cursor_execute", record)
    with response_budget(ResponseBudget(fields={"variables"})):
        found = await read_store.instances_by_id([instance.id for instance in stored])
    assert len(found) == count
    in_event_loop, in_threads = 0, 1
    assert used == [in_event_loop if count == 1 else in_threads]
