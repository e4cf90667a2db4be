"""Handler that terminates a root instance with every instance it called."""

from collections.abc import Sequence
from datetime import datetime

from bpmn_events.adapters.hosts.embedded.execution.dependencies import HostDependencies
from bpmn_events.adapters.hosts.embedded.handlers.command_batch import CommandBatch, Locks
from bpmn_events.application.commands.command import Submission
from bpmn_events.application.commands.terminate_instance import TerminateInstance
from bpmn_events.application.ports.transaction import Transaction, correlation_lock
from bpmn_events.domain.errors import Conflict, ProcessInstanceNotFound
from bpmn_events.domain.processes import ProcessInstance


async def find_instance_locks(
    _dependencies: HostDependencies, transaction: Transaction, submissions: Sequence[Submission[TerminateInstance]]
) -> Locks:
    """Return the locks on the correlations of the instances, which never change."""
    instances = await transaction.instances({submission.command.process_instance_id for submission in submissions})
    found = (instances.get(submission.command.process_instance_id) for submission in submissions)
    return [[] if instance is None else [correlation_lock(instance.correlation_id)] for instance in found]


async def terminate_instance(
    submission: Submission[TerminateInstance], batch: CommandBatch, now: datetime
) -> ProcessInstance:
    """Terminate the root instance, and return it in its final state."""
    command = submission.command
    instance = batch.instances.get(command.process_instance_id)
    if instance is None:
        raise ProcessInstanceNotFound(command.process_instance_id)
    if instance.parent_id is not None:
        raise Conflict(f"The instance was called by {instance.parent_id!r}: terminate {instance.root_id!r}.")
    result = await batch.executions.terminate(instance.root_id, command.reason, now, submission.principal.subject)
    if result is None:
        raise Conflict("The instance has already ended.")
    await batch.executions.commit(result)
    return result.instances[instance.id]
