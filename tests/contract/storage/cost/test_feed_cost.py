"""The cost of the change feed: one statement for a transaction, and none of its own on PostgreSQL."""

from dataclasses import replace

import pytest

from bpmn_events.application.ports.change_feed import FeedPlace
from bpmn_events.application.ports.write_set import WriteSet
from tests.contract.storage.cost.test_cost import statements
from tests.contract.storage.samples import NOW, World, event_trigger, process_instance, process_model, waiting_event


@pytest.mark.parametrize("count", [1, 40])
async def test_a_change_set_takes_one_statement_at_most(world: World, count: int) -> None:
    events = await world.add_events(count=count)
    instance = await world.instance()
    new_events = [waiting_event(instance) for _ in events]
    write_set = WriteSet(
        triggered_events=[event.id for event in events],
        removed_events=events,
        new_events={event.id: event for event in new_events},
        new_triggers=[event_trigger(event) for event in events],
    )
    async with world.database.write_store.transaction() as transaction:
        await transaction.write(write_set)
        with statements() as seen:
            await transaction.report_changes([write_set], NOW)
    assert len(seen) == (1 if world.database.connections.dialect == "sqlite" else 0)


async def test_a_transaction_without_changes_of_waiting_events_has_no_row(world: World) -> None:
    instance = process_instance(process_model())
    before = await world.database.change_feed.end()
    async with world.database.write_store.transaction() as transaction:
        await transaction.report_changes([WriteSet(changed_instances={instance.id: replace(instance)})], NOW)
    assert (await world.database.change_feed.end()).position == before.position


async def test_a_look_for_changes_takes_one_statement(world: World) -> None:
    feed = world.database.change_feed
    await world.add_events(count=1)
    end = (await feed.read(FeedPlace(-1), 100)).end
    with statements() as seen:
        assert not (await feed.read(end, 100)).change_sets
    assert len(seen) == 1
