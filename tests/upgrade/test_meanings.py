"""Files that an earlier version deployed keep their meaning, although the same files mean something else now."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
import pytest_asyncio
from sqlalchemy import insert
from sqlalchemy.ext.asyncio import create_async_engine

from bpmn_events.adapters.hosts.embedded.engine import EmbeddedEngine
from bpmn_events.adapters.hosts.embedded.model.meaning import CURRENT, FIRST
from bpmn_events.adapters.json_schema import JsonSchemas
from bpmn_events.adapters.storage.rows import catch_element_values, process_model_values
from bpmn_events.adapters.storage.schema.migrate import migrate
from bpmn_events.adapters.storage.schema.tables import catch_elements, process_models
from bpmn_events.application.ports.write_set import NewModel
from bpmn_events.domain.processes import ProcessModel
from tests.conformance.drawing import draw
from tests.delivery.conftest import runtime_over
from tests.delivery.world import ADA, World
from tests.support.clock import Clock
from tests.upgrade.steps import walk

NOW = datetime(2027, 1, 30, tzinfo=UTC)

CALLS = draw(
    """
    start > Call > Decide
    Call: callActivity calls=inner ext="<camunda:properties/>"
    Decide -[${approved}]> Approved
    Decide -[default]> Rejected
    Decide: exclusiveGateway
    Approved: userTask
    Rejected: userTask
    process inner {
    startInner > Check
    Check: userTask
    }
    """,
    "outer",
)
MONTHLY = draw(
    """
    start > Work
    Work: userTask
    Remind: boundaryEvent on=Work timer=R/2027-01-31T09:00:00Z/P1M interrupting=no
    Remind > endReminded
    """,
    "monthly",
)
COPIES = draw(
    """
    start > Work > Decide
    Work: userTask out=result:total
    Decide -[${defined(total)}]> Copied
    Decide -[default]> Ignored
    Decide: exclusiveGateway
    Copied: userTask
    Ignored: userTask
    """,
    "copies",
)
FILES = {"outer": CALLS, "inner": CALLS, "monthly": MONTHLY, "copies": COPIES}


@pytest_asyncio.fixture
async def world(empty_url: str) -> AsyncIterator[World]:
    """Run the server over a database of revision 0002 in which the files are deployed."""
    await migrate(empty_url, "0002")
    engine = create_async_engine(empty_url)
    async with engine.begin() as connection:
        for key, file in FILES.items():
            model = EmbeddedEngine(JsonSchemas()).compile_stored(file, key, FIRST)
            version = ProcessModel(f"pm_{key}", key, 1, None, NOW, "ada", dict(model.catch_elements))
            values = process_model_values(NewModel(version, file, ()))
            del values["meaning"]
            await connection.execute(insert(process_models).values(values))
            for element in catch_element_values(version):
                await connection.execute(insert(catch_elements).values(element))
    await engine.dispose()
    await migrate(empty_url)
    clock = Clock(NOW)
    runtime = runtime_over(empty_url, clock)
    async with runtime.open():
        yield World(runtime, clock)


async def due_days(world: World, correlation: str) -> list[str]:
    """Return the day at which the timer is due, at first and after each of two early triggers."""
    days = []
    for _ in range(3):
        (event,) = await world.waits(correlation=correlation)
        assert event.due_at is not None
        days.append(f"{event.due_at:%m-%d}")
        await world.trigger("monthly", correlation, event.id)
    return days


async def test_stored_versions_have_the_first_meaning(world: World) -> None:
    models = await world.runtime.database.read_store.models_by_id([f"pm_{key}" for key in FILES])
    assert {model.meaning for model in models.values()} == {FIRST}


@pytest.mark.parametrize(("deploys", "decision"), [(False, "[Approved]"), (True, "[Rejected]")])
async def test_a_call_of_a_stored_version_passes_all_variables(world: World, deploys: bool, decision: str) -> None:
    if deploys:
        await world.deploy(CALLS)
    await world.start("outer", "c", approved=False)
    await walk(world, "c", f'finish Check {{"approved": true}} => {decision}')


@pytest.mark.parametrize(("deploys", "days"), [(False, "01-31 02-28 03-28"), (True, "01-31 02-28 03-31")])
async def test_a_cycle_of_a_stored_version_counts_from_its_last_due_time(
    world: World, deploys: bool, days: str
) -> None:
    if deploys:
        await world.deploy(MONTHLY)
    await world.start("monthly", "m")
    assert await due_days(world, "m") == days.split()


@pytest.mark.parametrize(("deploys", "decision"), [(False, "[Ignored]"), (True, "[Copied]")])
async def test_a_data_association_of_a_stored_version_copies_nothing(
    world: World, deploys: bool, decision: str
) -> None:
    if deploys:
        await world.deploy(COPIES)
    await world.start("copies", "d")
    await walk(world, "d", f'finish Work {{"result": 7}} => {decision}')


async def test_an_instance_of_a_stored_version_goes_on_by_its_meaning_after_a_deployment(world: World) -> None:
    await world.start("outer", "old", approved=False)
    await world.deploy(CALLS)
    await walk(world, "old", 'finish Check {"approved": true} => [Approved]')
    latest = await world.runtime.services.find_process_model(ADA, "outer")
    assert (latest.version, latest.meaning) == (2, CURRENT)
