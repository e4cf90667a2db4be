"""Handler that starts the instance of a timer start event, once for each due time.

The claim of the due time, the instance and the next due time are written in one transaction. It holds the lock on the
model's versions, so that no deployment ends the start timer at the same time.
"""

from collections.abc import Sequence
from datetime import datetime

from bpmn_events.adapters.hosts.embedded.engine_port import ExecutableModel
from bpmn_events.adapters.hosts.embedded.execution.dependencies import HostDependencies
from bpmn_events.adapters.hosts.embedded.handlers.command_batch import CommandBatch, Locks
from bpmn_events.application.commands.command import Submission
from bpmn_events.application.commands.fire_start_timer import FireStartTimer
from bpmn_events.application.commands.start_instance import StartOutcome
from bpmn_events.application.ports.process_host import TargetNotFound
from bpmn_events.application.ports.transaction import Transaction, model_lock
from bpmn_events.domain import ids
from bpmn_events.domain.errors import ProcessFailed
from bpmn_events.domain.events import StartElement
from bpmn_events.domain.processes import ProcessModel
from bpmn_events.domain.start_timers import StartTime, StartTimer


async def find_start_timer_locks(
    _dependencies: HostDependencies, _transaction: Transaction, submissions: Sequence[Submission[FireStartTimer]]
) -> Locks:
    """Return the lock on the model of each start timer."""
    return [[model_lock(submission.command.process_model_key)] for submission in submissions]


async def fire_start_timer(submission: Submission[FireStartTimer], batch: CommandBatch, now: datetime) -> StartOutcome:
    """Start an instance, run it to its first wait states, and return it.

    Raises:
        ProcessFailed: The process cannot reach its first wait states.
        TargetNotFound: The due time was claimed by another server, or ended with a newer version of the model.
    """
    timer = batch.start_timers.get(submission.command.timer_id)
    if timer is None:
        raise TargetNotFound
    executions, write_set = batch.executions, batch.write_set
    executions.load_models([timer.process_model_id])
    model = executions.models.by_id[timer.process_model_id]
    start = model.start_elements.get(timer.element_id)
    if start is None:
        raise ProcessFailed("the stored process model has no such start event", timer.element_id)
    later = model.next_start(timer.element_id, timer.time, now)
    correlation_id = ids.new_id(ids.CORRELATION)
    by = submission.principal.subject
    # A due timer has no payload, so the schema of the start event does not apply.
    result = await executions.start(timer.process_model_id, start, {}, correlation_id, now, by)
    await executions.commit(result)
    del batch.start_timers[timer.id]
    write_set.fired_start_timers.append(timer.id)
    if later is not None:
        write_set.new_start_timers.append(_start_timer(timer.process_model_key, timer.process_model_id, start, later))
    return StartOutcome(result.instances[result.root_id])


def first_start_timers(model: ProcessModel, compiled: ExecutableModel, now: datetime) -> tuple[StartTimer, ...]:
    """Return the start timers of a new version, which is deployed now. They end those of earlier versions."""
    times = ((start, compiled.first_start(start.element_id, now)) for start in compiled.start_elements.values())
    return tuple(_start_timer(model.key, model.id, start, time) for start, time in times if time is not None)


def _start_timer(key: str, model_id: str, start: StartElement, time: StartTime) -> StartTimer:
    return StartTimer(ids.new_id(ids.START_TIMER), key, model_id, start.element_id, start.lane, time)
