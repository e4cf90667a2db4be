"""The port to the process host, which runs processes and executes commands on them."""

from collections.abc import Collection, Mapping
from typing import Protocol

from bpmn_events.application.commands.command import Submission
from bpmn_events.application.commands.deploy_model import Deployment, DeployModel
from bpmn_events.application.commands.end_task import FinishOutcome
from bpmn_events.application.commands.finish_task import FinishTask
from bpmn_events.application.commands.fire_start_timer import FireStartTimer
from bpmn_events.application.commands.start_instance import StartInstance, StartOutcome
from bpmn_events.application.commands.terminate_instance import TerminateInstance
from bpmn_events.application.commands.throw_error import ThrowError
from bpmn_events.application.commands.trigger_by_name import TriggerByNameOutcome
from bpmn_events.application.commands.trigger_event import TriggerEvent, TriggerOutcome
from bpmn_events.application.commands.trigger_message import TriggerMessage
from bpmn_events.application.commands.trigger_signal import TriggerSignal
from bpmn_events.domain.errors import NotFound
from bpmn_events.domain.events import StartElement
from bpmn_events.domain.processes import ProcessInstance
from bpmn_events.domain.tasks import TaskElement


class TargetNotFound(NotFound):
    """The target of the command does not exist, or is outside the caller's lanes."""

    # It has no reason: the use case reads the reason later, when no write transaction waits for it.


class ProcessHost(Protocol):
    """Runs processes, in the engine of this server or in an engine elsewhere.

    Each method executes one command, wholly or not at all, and returns its outcome once the changes are durable. A
    command under an idempotency key takes effect once: sent again, it returns the first outcome with ``replayed`` set.
    If several checks fail, the error of the first one in the order of docs/architecture.md is raised. Wherever the
    process runs, this server's own tables have its waiting events, triggers and instances afterwards.

    Every method may raise, besides the errors it lists:

    Raises:
        Conflict: The idempotency key was used for another request, or other writers were first several times.
        InvalidPayload: With the payload, a process instance would store too much.
        ProcessFailed: The process cannot go on; nothing was changed.
    """

    async def deploy(self, submission: Submission[DeployModel]) -> Deployment:
        """Deploy each executable process of the file as a new version of its model, unless its text is unchanged.

        Raises:
            InvalidProcessModel: The file cannot be deployed; the error lists all issues.
        """
        ...

    async def start(self, submission: Submission[StartInstance]) -> StartOutcome:
        """Run a new instance of the model's latest version to its first wait states.

        Raises:
            ProcessModelNotFound: No process model with this key is deployed.
            InvalidArgument: There is no such start event, or the model has several and the command names none.
            Forbidden: The start event is in a lane that the principal may not see.
            InvalidPayload: The payload violates the schema of the start event.
        """
        ...

    async def fire_start_timer(self, submission: Submission[FireStartTimer]) -> StartOutcome:
        """Start the instance of a timer start event that is due, and set its next due time.

        Raises:
            TargetNotFound: The due time was claimed before, or has ended with a newer version of the model.
        """
        ...

    async def trigger(self, submission: Submission[TriggerEvent]) -> TriggerOutcome:
        """Trigger exactly one waiting event, and return the next waiting events of its execution.

        A dry run returns the same outcome without a trigger record, and changes nothing.

        Raises:
            TargetNotFound: No such event waits in the principal's lanes.
            EventAmbiguous: Several occurrences wait at the element.
            InvalidPayload: The payload violates the schema of the event.
        """
        ...

    async def finish_task(self, submission: Submission[FinishTask]) -> FinishOutcome:
        """Finish exactly one open task, and return the next waiting events and open tasks of its execution.

        Raises:
            TargetNotFound: No such task is open in the principal's lanes.
            TaskAmbiguous: Several occurrences of the task are open.
        """
        ...

    async def throw_error(self, submission: Submission[ThrowError]) -> FinishOutcome:
        """End exactly one open task with a BPMN error. If nothing catches the error, the instance fails.

        Raises:
            TargetNotFound: No such task is open in the principal's lanes.
            TaskAmbiguous: Several occurrences of the task are open.
        """
        ...

    async def task_elements(self, model_id: str) -> Mapping[str, TaskElement]:
        """Return the tasks of a deployed model version that are finished from outside, by element id."""
        ...

    async def start_elements(self, model_ids: Collection[str]) -> Mapping[str, Mapping[str, StartElement]]:
        """Return the start events of each of these model versions that is deployed, by element id in document order.

        The number of statements does not depend on the number of model versions.
        """
        ...

    async def terminate(self, submission: Submission[TerminateInstance]) -> ProcessInstance:
        """Terminate a root instance with all instances it called, and return it as it ended.

        Raises:
            ProcessInstanceNotFound: There is no such process instance.
            Conflict: The instance has already ended, or another instance called it.
        """
        ...

    async def trigger_message(self, submission: Submission[TriggerMessage]) -> TriggerByNameOutcome:
        """Deliver a message to its one receiver: a waiting event, or the start event of a new instance.

        Return an empty outcome if there is no receiver.

        Raises:
            ProcessModelNotFound: The command names a process model that is not deployed.
            CorrelationNotFound: The command names a correlation that does not exist, and there is no receiver.
            Forbidden: The only receivers are start events, and the principal may not start processes.
            InvalidPayload: The payload violates the schema of the receiver.
            Conflict: The message has several receivers.
        """
        ...

    async def trigger_signal(self, submission: Submission[TriggerSignal]) -> TriggerByNameOutcome:
        """Deliver a signal to all its receivers: waiting events and start events.

        Return after a first batch of receivers, with ``pending`` set if more follow. Return an empty outcome if there
        is no receiver.

        Raises:
            ProcessModelNotFound: The command names a process model that is not deployed.
            CorrelationNotFound: The command names a correlation that does not exist, and there is no receiver.
            Forbidden: The only receivers are start events, and the principal may not start processes.
            InvalidPayload: The payload violates the schema of a receiver in the first batch.
            ProcessFailed: No receiver of the first batch can go on.
        """
        ...
