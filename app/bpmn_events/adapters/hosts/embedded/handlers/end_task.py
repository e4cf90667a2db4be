"""Handlers that end exactly one open task, with a result or with a BPMN error.

They check in the same order as the handler that triggers an event: open task, lane, and then the process itself.
"""

from collections.abc import Awaitable, Callable
from datetime import datetime

from bpmn_events.adapters.hosts.embedded.execution.step_result import StepResult
from bpmn_events.adapters.hosts.embedded.handlers.command_batch import CommandBatch
from bpmn_events.application.commands.command import Submission
from bpmn_events.application.commands.end_task import EndTask, FinishOutcome
from bpmn_events.application.commands.finish_task import FinishTask
from bpmn_events.application.commands.throw_error import ThrowError
from bpmn_events.application.ports.process_host import TargetNotFound
from bpmn_events.domain.access import visible_to
from bpmn_events.domain.errors import TaskAmbiguous
from bpmn_events.domain.tasks import OpenTask

# Takes the step that ends the task, on behalf of the subject.
End = Callable[[OpenTask, str], Awaitable[StepResult | None]]


async def finish_task(submission: Submission[FinishTask], batch: CommandBatch, now: datetime) -> FinishOutcome:
    """Finish the task with a result, and return the outcome."""
    result = submission.command.result or {}
    return await _end(submission, batch, lambda task, by: batch.executions.finish_task(task, result, now, by))


async def throw_error(submission: Submission[ThrowError], batch: CommandBatch, now: datetime) -> FinishOutcome:
    """End the task with a BPMN error, and return the outcome."""
    error, variables = submission.command.error, submission.command.variables or {}
    return await _end(submission, batch, lambda task, by: batch.executions.throw_error(task, error, variables, now, by))


async def _end(submission: Submission[EndTask], batch: CommandBatch, end: End) -> FinishOutcome:
    principal, command, executions = submission.principal, submission.command, batch.executions
    task = batch.tasks.resolve(
        command.address, principal, TaskAmbiguous, accepts=lambda task: command.can_end(task.task_type)
    )
    if await executions.find(task.root_instance_id) is None:
        raise TargetNotFound
    result = await end(task, principal.subject)
    if result is None:
        raise TargetNotFound
    await executions.commit(result, finished=task)
    return FinishOutcome(
        task,
        result.instances[task.process_instance_id],
        visible_to(executions.waiting_events(result), principal),
        visible_to(executions.open_tasks(result), principal),
    )
