"""The change feed of a migrated database begins with the migration, and reports what becomes of everything earlier."""

from random import Random

from bpmn_events.domain.pages import PageRequest
from tests.delivery.changes.test_every_path import Caller, check_lists
from tests.delivery.changes.test_feed import follow
from tests.delivery.world import ADA, World

STEPS = 30


async def test_lists_of_earlier_events_and_tasks_continue(world: World) -> None:
    follower = await follow(world)
    follower.tasks = {task.id: task for task in await world.tasks()}
    assert follower.events
    assert follower.tasks
    models = await world.runtime.services.list_process_models(ADA, PageRequest(limit=None))
    caller = Caller(world, Random(1), [model.key for model in models.items])
    for _ in range(STEPS):
        await caller.act()
        await check_lists(world, follower)
    assert follower.changes
