"""The current version reads all data that a landed version has stored."""

from dataclasses import asdict
from operator import itemgetter

import pytest

from bpmn_events.adapters.storage.schema.migrate import is_current
from bpmn_events.domain.errors import Conflict, EventNotFound, EventNotFoundReason
from bpmn_events.domain.events import ElementType, EventType, TriggerSource
from bpmn_events.domain.processes import ProcessInstanceState
from bpmn_events.domain.tasks import TaskType
from tests.delivery.world import ADA, World
from tests.upgrade.facts import Facts, outcome_fact
from tests.upgrade.reading import read_facts
from tests.upgrade.scenario import send


async def test_the_database_has_the_current_tables(world: World) -> None:
    assert await is_current(world.runtime.database.connections)
    await world.runtime.database.read_store.ping()


async def test_all_facts_are_unchanged(world: World, facts: Facts) -> None:
    correlations = list(dict.fromkeys(each["correlation_id"] for each in facts.instances))
    now = asdict(await read_facts(world, correlations, facts.cancelled, facts.requests))
    for name, before in asdict(facts).items():
        if name == "thrown":  # their order is not a fact
            before.sort(key=itemgetter("id"))
            now[name].sort(key=itemgetter("id"))
        assert now[name] == before, name


def test_the_facts_contain_every_kind_of_value(facts: Facts) -> None:
    """Only values in the database are tested: renaming any other value would go unnoticed."""
    assert {each["element_type"] for each in facts.waiting_events} == set(ElementType)
    assert {each["event_type"] for each in facts.waiting_events} == set(EventType)
    assert {each["task_type"] for each in facts.open_tasks} == set(TaskType)
    assert {each["state"] for each in facts.instances} == set(ProcessInstanceState)
    assert {each["source"] for each in facts.history} == set(TriggerSource)
    assert {each["operation"] for each in facts.requests} == {"trigger", "finish", "start", "message", "signal"}
    outbox = facts.thrown
    assert all(any(each[name] for each in outbox) for name in ("after_id", "target_event_id", "target_start_id"))
    assert any(each["attempts"] for each in outbox)
    assert any(each["audience"][2] for each in outbox)


async def test_every_request_is_replayed_with_its_outcome(world: World, facts: Facts) -> None:
    await world.deliver()
    await world.fire()
    history = await world.history()
    for request in facts.requests:
        outcome = await send(world, request)
        assert outcome.replayed, request["key"]
        assert outcome_fact(outcome) == request["answer"], request["key"]
    assert await world.history() == history


async def test_another_request_under_a_key_is_a_conflict(world: World, facts: Facts) -> None:
    for request in facts.requests:
        with pytest.raises(Conflict, match="already used for another request"):
            await send(world, {**request, "payload": {"another": True}})


async def test_a_request_under_a_new_key_is_not_a_replay(world: World) -> None:
    request = {"operation": "start", "key": "new", "model": "ready"}
    outcome = await send(world, request)
    assert not outcome.replayed
    assert outcome_fact(await send(world, request)) == outcome_fact(outcome)


async def test_cancelled_events_are_remembered(world: World, facts: Facts) -> None:
    for event in facts.cancelled:
        with pytest.raises(EventNotFound) as refused:
            await world.trigger(event["process_model_key"], event["correlation_id"], event["id"])
        assert refused.value.reason is EventNotFoundReason.CANCELLED


async def test_triggered_events_are_not_triggered_again(world: World, facts: Facts) -> None:
    for trigger in facts.history:
        with pytest.raises(EventNotFound) as refused:
            await world.trigger(trigger["process_model_key"], trigger["correlation_id"], trigger["event_id"])
        assert refused.value.reason is EventNotFoundReason.ALREADY_TRIGGERED
        assert refused.value.trigger is not None
        assert refused.value.trigger.id == trigger["id"]


async def test_nodes_are_found_by_their_ids(world: World, facts: Facts) -> None:
    find_node = world.runtime.services.find_node
    for fact in [*facts.waiting_events, *facts.open_tasks, *facts.instances, *facts.history, *facts.models]:
        node = await find_node(ADA, fact["id"])
        assert node is not None, fact["id"]


async def test_records_are_deleted_after_their_retention_time(world: World, facts: Facts) -> None:
    world.clock.advance(days=6)
    assert (await world.runtime.retention.delete_expired()).deleted == 0
    world.clock.advance(days=2)
    assert (await world.runtime.retention.delete_expired()).deleted == len(facts.requests)
    world.clock.advance(days=30)
    assert (await world.runtime.retention.delete_expired()).deleted == len(facts.cancelled)
    assert len(await world.history()) == len(facts.history)
