"""Pruning deletes what an earlier version has stored, and leaves alone what still waits."""

from bpmn_events.application.background.prune_preview import PrunePreview
from bpmn_events.application.background.pruner import PruneInstants, Pruner
from bpmn_events.application.ports.pruning import PrunedRows
from tests.delivery.world import World
from tests.support.databases.dumps import count_rows

# A running execution, or one that has thrown a message or signal that is not delivered yet.
_NEEDED = (
    "root_id IN (SELECT id FROM process_instances WHERE state = 'RUNNING') "
    "OR root_id IN (SELECT root_instance_id FROM thrown_events)"
)


async def test_ended_executions_are_pruned_and_running_ones_stay(world: World, url: str) -> None:
    await world.deliver()
    waiting = {event.id for event in await world.waits()}
    tasks = {task.id for task in await world.tasks()}
    world.clock.advance(days=100)
    pruner, before = Pruner(world.runtime.writer), PruneInstants(world.clock.now, world.clock.now)
    preview = PrunePreview(world.runtime.database.read_store)
    counted = sum([step async for step in preview.count(before)], PrunedRows())
    pruned = sum([step async for step in pruner.prune(before)], PrunedRows())
    assert pruned == counted
    assert pruned.executions > 0
    assert await count_rows(url, "process_instances") == await count_rows(url, f"process_instances WHERE {_NEEDED}")
    assert {event.id for event in await world.waits()} == waiting
    assert {task.id for task in await world.tasks()} == tasks
    if url.startswith("sqlite"):
        indexed, stored = await count_rows(url, "correlations_search"), await count_rows(url, "correlations")
        assert indexed == stored
    await world.fire()
