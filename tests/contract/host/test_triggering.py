"""Triggering of one waiting event: exactly one, exactly once."""

import asyncio

import pytest

from bpmn_events.application.commands.trigger_event import TriggerEvent
from bpmn_events.application.ports.process_host import TargetNotFound
from bpmn_events.domain.errors import Conflict, EventAmbiguous, InvalidPayload, ProcessFailed
from bpmn_events.domain.events import TriggerSource
from bpmn_events.domain.principal import Permission, Principal
from bpmn_events.domain.processes import ProcessInstanceState
from tests.contract.host.stage import Stage, in_lane, with_schema

TWO_STEPS = """
start > Paid > Shipped > end
Paid: receiveTask message=paid
Shipped: receiveTask message=shipped
"""
TWICE = """
start > Paid > end
start > Also
Paid: receiveTask message=paid multi=2
Also: receiveTask message=also
"""
BRITTLE = """
start > Paid > X
Paid: receiveTask message=paid
X: exclusiveGateway
X -[amount == 1]> end
"""
CALLS = """
start > Paid > Call > end
Paid: receiveTask message=paid
Call: callActivity calls=q
process q {
start2 > Packed > end2
Packed: receiveTask message=packed
}
"""
STRICT = f"""
start > Paid > end
Paid: receiveTask message=paid {with_schema('{"required": ["amount"], "properties": {"amount": {"type": "integer"}}}')}
"""
CLERK = Principal("bob", frozenset(Permission), frozenset({"Sales"}))


async def test_the_outcome_has_the_trigger_and_the_next_waiting_events(stage: Stage) -> None:
    await stage.deploy(TWO_STEPS)
    await stage.start()
    (event,) = await stage.waits()
    outcome = await stage.trigger(event.id, {"amount": 1}, source=TriggerSource.REST, idempotency_key="k")
    trigger = outcome.trigger
    assert trigger is not None
    assert (trigger.event_id, trigger.element_id, trigger.payload) == (event.id, "Paid", {"amount": 1})
    assert (trigger.triggered_by, trigger.source, trigger.idempotency_key) == ("ada", TriggerSource.REST, "k")
    assert [each.element_id for each in outcome.next_waiting_events] == ["Shipped"]
    assert outcome.process_instance.variables == {"amount": 1}
    assert await stage.triggers() == [trigger]
    assert await stage.waits() == list(outcome.next_waiting_events)


async def test_the_last_event_ends_the_instance(stage: Stage) -> None:
    await stage.deploy(TWO_STEPS)
    await stage.start()
    await stage.trigger("Paid")
    outcome = await stage.trigger("Shipped")
    assert (outcome.process_instance.state, outcome.next_waiting_events) == (ProcessInstanceState.COMPLETED, ())
    assert [each.state for each in await stage.instances()] == [ProcessInstanceState.COMPLETED]


async def test_one_of_many_concurrent_callers_triggers_the_event(stage: Stage) -> None:
    await stage.deploy(TWO_STEPS)
    await stage.start()
    (event,) = await stage.waits()
    attempts = [stage.trigger(event.id) for _ in range(20)]
    outcomes = await asyncio.gather(*attempts, return_exceptions=True)
    assert sum(isinstance(each, TargetNotFound) for each in outcomes) == 19
    assert len(await stage.triggers()) == 1


async def test_concurrent_requests_under_one_key_return_the_first_outcome(stage: Stage) -> None:
    await stage.deploy(TWO_STEPS)
    await stage.start()
    outcomes = await asyncio.gather(*(stage.trigger("Paid", idempotency_key="k") for _ in range(20)))
    assert len({each.trigger and each.trigger.id for each in outcomes}) == 1
    assert sum(each.replayed for each in outcomes) == 19
    with pytest.raises(Conflict, match="already used"):
        await stage.trigger("Shipped", idempotency_key="k")
    assert await stage.stops() == "Shipped"


async def test_an_unknown_event_is_not_triggered(stage: Stage) -> None:
    await stage.deploy(TWO_STEPS)
    await stage.start()
    (event,) = await stage.waits()
    elsewhere = [TriggerEvent("p", "c-2", event.id), TriggerEvent("q", "c-1", event.id)]
    for command in (TriggerEvent("p", "c-1", "Shipped"), TriggerEvent("p", "c-1", "Nothing"), *elsewhere):
        with pytest.raises(TargetNotFound):
            await stage.host.trigger(stage.submitted(command))
    assert await stage.triggers() == []


async def test_one_of_several_occurrences_is_triggered_by_its_id(stage: Stage) -> None:
    await stage.deploy(TWICE)
    await stage.start()
    with pytest.raises(EventAmbiguous) as refused:
        await stage.trigger("Paid")
    assert len(refused.value.candidates) == 2
    await stage.trigger(refused.value.candidates[1].id)
    await stage.trigger("Paid")
    assert await stage.stops() == "Also"


async def test_the_lane_is_checked_before_the_schema_and_the_schema_before_the_process(stage: Stage) -> None:
    await stage.deploy_xml(in_lane(STRICT, "Paid"))
    await stage.start()
    (event,) = await stage.waits()
    for event_id in ("Paid", event.id):
        with pytest.raises(TargetNotFound):
            await stage.trigger(event_id, {"amount": "much"}, by=CLERK)
    with pytest.raises(InvalidPayload):
        await stage.trigger("Paid", {"amount": "much"})
    with pytest.raises(InvalidPayload):
        await stage.trigger("Paid")
    assert await stage.stops() == "Paid"
    await stage.trigger("Paid", {"amount": 1})
    assert await stage.stops() == ""


async def test_a_process_that_cannot_go_on_still_waits(stage: Stage) -> None:
    await stage.deploy(BRITTLE)
    await stage.start()
    with pytest.raises(ProcessFailed):
        await stage.trigger("Paid", {"amount": 2}, idempotency_key="k")
    assert (await stage.stops(), await stage.triggers()) == ("Paid", [])
    assert [each.variables for each in await stage.instances()] == [{}]
    # Nothing was done under the key.
    assert not (await stage.trigger("Paid", {"amount": 1}, idempotency_key="k")).replayed


async def test_a_dry_run_returns_the_outcome_and_changes_nothing(stage: Stage) -> None:
    await stage.deploy(CALLS)
    await stage.start()
    dry = await stage.trigger("Paid", {"amount": 1}, dry_run=True, idempotency_key="k")
    assert (dry.trigger, dry.process_instance.variables) == (None, {"amount": 1})
    assert [each.element_id for each in dry.next_waiting_events] == ["Packed"]
    assert [each.process_model_key for each in dry.called_instances] == ["q"]
    assert (await stage.stops(), await stage.triggers(), len(await stage.instances())) == ("Paid", [], 1)
    assert not (await stage.trigger("Paid", {"amount": 1}, idempotency_key="k")).replayed


async def test_a_replay_leaves_out_lanes_that_the_caller_no_longer_has(stage: Stage) -> None:
    await stage.deploy_xml(in_lane(TWO_STEPS, "Shipped"))
    await stage.start()
    both = Principal("bob", frozenset(Permission), frozenset({"Finance", "Sales"}))
    first = await stage.trigger("Paid", by=both, idempotency_key="k")
    assert [each.element_id for each in first.next_waiting_events] == ["Shipped"]
    again = await stage.trigger("Paid", by=CLERK, idempotency_key="k")
    assert (again.replayed, again.next_waiting_events) == (True, ())
