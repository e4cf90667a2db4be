"""Commands that name an element where many wait: no execution is loaded but the one that the command changes."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from bpmn_events.adapters.storage.database import Database
from bpmn_events.application.commands.command import Command
from bpmn_events.application.commands.end_task import PERSON_TASK_TYPES
from bpmn_events.application.commands.finish_task import FinishTask
from bpmn_events.application.commands.trigger_event import TriggerEvent
from bpmn_events.application.ports.process_host import TargetNotFound
from bpmn_events.application.ports.write_set import ExecutionUpdate, WriteSet
from bpmn_events.application.queries.count_candidates import CountCandidates
from bpmn_events.application.use_case import UseCase
from bpmn_events.domain.errors import EventAmbiguous, TaskAmbiguous
from bpmn_events.domain.ids import PROCESS_INSTANCE, TASK, WAITING_EVENT, new_id
from bpmn_events.domain.payload import PayloadLimits
from bpmn_events.domain.principal import Permission, Principal
from tests.contract.host.stage import ADA, Stage, in_lane
from tests.contract.storage.cost.test_cost import Statement, statements

WAITS = """
start > Paid > end
start > Work > end
Paid: receiveTask message=paid
Work: userTask
"""
CLERK = Principal("bob", frozenset(Permission), frozenset({"Sales"}))
MANY = 20_000


async def crowd(stage: Stage, database: Database, count: int) -> None:
    """Store another instance of the only one, at whose elements that many occurrences wait."""
    (instance,), (event,), (task,) = await stage.instances(), await stage.waits(), await stage.tasks()
    other = replace(instance, id=(other_id := new_id(PROCESS_INSTANCE)), root_id=other_id)
    owner: dict[str, Any] = {"process_instance_id": other.id, "root_instance_id": other.id}
    executions = {other.id: ExecutionUpdate(other.id, 1, b"cannot be decoded")}
    async with database.write_store.transaction() as transaction:
        await transaction.write(WriteSet(new_instances={other.id: other}, executions=executions))
    for _ in range(0, count, 5_000):
        events = [replace(event, id=new_id(WAITING_EVENT), **owner) for _ in range(5_000)]
        tasks = [replace(task, id=new_id(TASK), **owner) for _ in range(5_000)]
        async with database.write_store.transaction() as transaction:
            await transaction.write(
                WriteSet(new_events={each.id: each for each in events}, new_tasks={each.id: each for each in tasks})
            )


def loaded_executions(seen: list[Statement]) -> list[str]:
    """Return the parameters of the statements that read states of executions."""
    return [str(parameters) for sql, parameters in seen if sql.startswith("SELECT") and "engine_state" in sql]


def trigger_event(stage: Stage) -> UseCase[TriggerEvent, Any]:
    count = CountCandidates(stage.read_store).of_event
    return UseCase(stage.host.trigger, PayloadLimits(), count_candidates=count)


def finish_task(stage: Stage) -> UseCase[FinishTask, Any]:
    count = CountCandidates(stage.read_store).of_task
    return UseCase(stage.host.finish_task, PayloadLimits(), count_candidates=count)


@pytest.mark.parametrize(
    ("use_case", "command", "ambiguous", "message"),
    [
        (trigger_event, TriggerEvent("p", "c-1", "Paid"), EventAmbiguous, "20002 occurrences wait"),
        (finish_task, FinishTask("p", "c-1", "Work", PERSON_TASK_TYPES), TaskAmbiguous, "20002 occurrences of the"),
    ],
    ids=["event", "task"],
)
async def test_no_execution_is_loaded_but_the_one_that_is_triggered(
    stage: Stage,
    database: Database,
    use_case: Callable[[Stage], UseCase[Command[Any], Any]],
    command: Command[Any],
    ambiguous: type[EventAmbiguous | TaskAmbiguous],
    message: str,
) -> None:
    await stage.deploy_xml(in_lane(WAITS, "Paid", "Work"))
    await stage.start()
    await crowd(stage, database, MANY)
    execute = use_case(stage)
    with pytest.raises(TargetNotFound):
        await execute(CLERK, command)
    await stage.deploy_xml(in_lane(WAITS, "Paid", "Work", lane="Sales"))
    newest = await stage.start()
    with statements() as seen, pytest.raises(ambiguous, match=message) as refused:
        await execute(ADA, command)
    assert isinstance(refused.value, EventAmbiguous | TaskAmbiguous)
    assert len(refused.value.candidates) == 100
    assert loaded_executions(seen) == []
    with statements() as seen:
        outcome = await execute(CLERK, command)
    assert outcome.process_instance.id == newest.process_instance.id
    (parameters,) = loaded_executions(seen)
    assert parameters.count("pi_") == 1
    assert newest.process_instance.id in parameters
