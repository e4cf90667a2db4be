"""Deployment of process models, and start of instances."""

import pytest

from bpmn_events.application.commands.start_instance import StartInstance
from bpmn_events.domain.errors import (
    Conflict,
    Forbidden,
    InvalidArgument,
    InvalidPayload,
    InvalidProcessModel,
    ProcessFailed,
    ProcessModelNotFound,
)
from bpmn_events.domain.principal import Permission, Principal
from bpmn_events.domain.processes import ProcessInstanceState
from tests.contract.host.stage import Stage, in_lane, with_schema

WAITS = """
start > Paid > end
Paid: receiveTask message=paid
"""
FAILS = """
start > X
X: exclusiveGateway
X -[1 > 2]> end
"""
STRICT_START = f"""
start > Paid > end
start: startEvent {with_schema('{"required": ["amount"]}')}
Paid: receiveTask message=paid
"""


async def test_a_changed_file_is_a_new_version_and_an_unchanged_one_is_not(stage: Stage) -> None:
    (first,) = (await stage.deploy(WAITS)).models
    (same,) = (await stage.deploy(WAITS)).models
    (second,) = (await stage.deploy(WAITS.replace("message=paid", "message=cleared"))).models
    assert (same.id, same.version) == (first.id, 1)
    assert (second.version, second.key) == (2, "p")
    assert (await stage.read_store.latest_models(["p"]))["p"].id == second.id


async def test_instances_stay_on_their_version(stage: Stage) -> None:
    await stage.deploy(WAITS)
    await stage.start()
    await stage.deploy(WAITS.replace("message=paid", "message=cleared"))
    await stage.start()
    assert [event.event_name for event in await stage.waits()] == ["paid", "cleared"]


async def test_several_processes_of_a_file_are_deployed_in_their_order(stage: Stage) -> None:
    models = (await stage.deploy(f"{WAITS}\nprocess q {{\nstart2 > end2\n}}")).models
    assert [model.key for model in models] == ["p", "q"]


async def test_a_file_that_cannot_run_changes_nothing(stage: Stage) -> None:
    with pytest.raises(InvalidProcessModel):
        await stage.deploy_xml("<nothing/>")
    assert await stage.read_store.count_models() == 0


async def test_a_started_instance_is_stored(stage: Stage) -> None:
    await stage.deploy(WAITS)
    instance = (await stage.start(payload={"amount": 1})).process_instance
    assert (instance.state, instance.variables) == (ProcessInstanceState.RUNNING, {"amount": 1})
    assert (instance.started_by, instance.started_at) == ("ada", stage.clock.now)
    assert await stage.instances() == [instance]
    (event,) = await stage.waits()
    assert (event.element_id, event.process_instance_id, event.correlation_id) == ("Paid", instance.id, "c-1")


async def test_without_a_correlation_the_host_chooses_one(stage: Stage) -> None:
    await stage.deploy(WAITS)
    started = [await stage.host.start(stage.submitted(StartInstance("p"))) for _ in range(2)]
    correlations = {each.process_instance.correlation_id for each in started}
    assert len(correlations) == 2
    assert (await stage.read_store.correlations_by_id(correlations)).keys() == correlations


async def test_a_failed_start_leaves_nothing_behind(stage: Stage) -> None:
    await stage.deploy(FAILS)
    with pytest.raises(ProcessFailed):
        await stage.start()
    assert await stage.read_store.correlations_by_id(["c-1"]) == {}


async def test_an_invalid_start_is_refused(stage: Stage) -> None:
    with pytest.raises(ProcessModelNotFound):
        await stage.start()
    await stage.deploy_xml(in_lane(WAITS, "start"))
    with pytest.raises(InvalidArgument, match="no start event 'Other'"):
        await stage.start(start_element_id="Other")
    stranger = Principal("bob", frozenset(Permission), frozenset({"Sales"}))
    with pytest.raises(Forbidden, match="'Finance'"):
        await stage.host.start(stage.submitted(StartInstance("p", "c-1"), stranger))
    assert await stage.waits() == []


async def test_the_schema_of_the_start_event_is_checked(stage: Stage) -> None:
    await stage.deploy(STRICT_START)
    with pytest.raises(InvalidPayload):
        await stage.start()
    assert (await stage.start(payload={"amount": 1})).process_instance.variables == {"amount": 1}


async def test_a_start_is_done_once_under_a_key(stage: Stage) -> None:
    await stage.deploy(WAITS)
    first = await stage.start(idempotency_key="k")
    again = await stage.start(idempotency_key="k")
    assert (again.replayed, again.process_instance) == (True, first.process_instance)
    assert len(await stage.waits()) == 1
    with pytest.raises(Conflict):
        await stage.start(idempotency_key="k", payload={"other": 1})
