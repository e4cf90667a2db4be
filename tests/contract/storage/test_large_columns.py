"""Columns with large values: read within the budget of a response, and only if the response contains them."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import pytest
import pytest_asyncio

from bpmn_events.application.ports.response_budget import ResponseBudget, ResponseTooLarge, response_budget
from bpmn_events.application.ports.write_set import WriteSet
from bpmn_events.domain.filters import TriggerFilter
from bpmn_events.domain.pages import PageRequest
from tests.contract.storage.samples import ALL_LANES, World

LONG = "\u00e4" * 500  # 1,000 bytes
PAGE = PageRequest()


@pytest_asyncio.fixture
async def filled(world: World) -> World:
    """Store two instances, each with a trigger."""
    for correlation_id in ("c-1", "c-2"):
        (event,) = await world.add_events(correlation_id=correlation_id)
        await world.record_trigger(event, payload={"text": LONG})
        instance = replace(await world.instance("order", correlation_id), variables={"text": LONG})
        await world.write(WriteSet(changed_instances={instance.id: instance}))
    return world


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
    filled: World, read: Callable[[World], Awaitable[list[Any]]], field: str, attribute: str, empty: object
) -> None:
    complete = await read(filled)
    assert [getattr(item, attribute) for item in complete] == [{"text": LONG}] * 2
    with response_budget(ResponseBudget(3_000, {field})):
        assert await read(filled) == complete
    with response_budget(ResponseBudget(1_500, {field})), pytest.raises(ResponseTooLarge, match="1500 bytes"):
        await read(filled)
    with response_budget(ResponseBudget(1_500, {"id"})):
        assert await read(filled) == [replace(item, **{attribute: empty}) for item in complete]


async def test_files_are_read_within_the_budget(world: World) -> None:
    model = await world.model()
    read_store = world.database.read_store
    with response_budget(ResponseBudget(8)):
        assert await read_store.bpmn_xml([model.id, "pm_0"]) == {model.id: "<order/>"}
        with pytest.raises(ResponseTooLarge):
            await read_store.bpmn_xml([model.id])
    assert await read_store.bpmn_xml([model.id]) == {model.id: "<order/>"}
