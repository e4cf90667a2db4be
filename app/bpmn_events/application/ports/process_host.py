"""Where processes run: what the use cases need of it."""

from typing import Protocol

from bpmn_events.application.commands.command import Submission
from bpmn_events.application.commands.deploy_model import Deployed, DeployModel
from bpmn_events.application.commands.end_task import FinishOutcome
from bpmn_events.application.commands.finish_task import FinishTask
from bpmn_events.application.commands.start_instance import StartInstance, StartOutcome
from bpmn_events.application.commands.terminate_instance import TerminateInstance
from bpmn_events.application.commands.throw_error import ThrowError
from bpmn_events.application.commands.trigger_by_name import TriggerByNameOutcome
from bpmn_events.application.commands.trigger_event import TriggerEvent, TriggerOutcome
from bpmn_events.application.commands.trigger_message import TriggerMessage
from bpmn_events.application.commands.trigger_signal import TriggerSignal
from bpmn_events.domain.errors import NotFound
from bpmn_events.domain.processes import ProcessInstance


class TargetNotFound(NotFound):
    """What the command addresses is not there. Its caller finds out why, where that holds up nobody."""


class ProcessHost(Protocol):
    """Runs processes: an engine of this server, or one that runs elsewhere.

    Each method does what one command asks for, wholly or not at all, and answers once that is durable. A command under
    an idempotency key is done once; sent again it gets the outcome of the first with ``replayed`` set. Of several
    reasons to refuse, the first in the order of docs/architecture.md is raised. What waits, what was triggered and how
    instances stand is in this server's own tables afterwards, wherever the process runs.

    Raises:
        Conflict: the key was used for another request, or other writers were first, several times.
        ProcessFailed: the process cannot go on; nothing was changed.
    """

    async def deploy(self, submission: Submission[DeployModel]) -> Deployed:
        """Make each executable process of the file a new version of its model, unless it is the deployed one.

        Raises:
            InvalidProcessModel: with every reason found.
        """
        ...

    async def start(self, submission: Submission[StartInstance]) -> StartOutcome:
        """Run a new instance of the model's latest version to its first waiting points.

        Raises:
            ProcessModelNotFound, Forbidden, InvalidArgument, InvalidPayload, Conflict, ProcessFailed.
        """
        ...

    async def trigger(self, submission: Submission[TriggerEvent]) -> TriggerOutcome:
        """Trigger exactly one waiting event, and answer what waits in its execution afterwards.

        Raises:
            NotThere: no such event waits.
            EventAmbiguous, Forbidden, InvalidPayload, Conflict, ProcessFailed.
        """
        ...

    async def finish_task(self, submission: Submission[FinishTask]) -> FinishOutcome:
        """Finish exactly one open task, and answer what its execution stops at afterwards.

        Raises:
            NotThere: no such task is open.
            TaskAmbiguous, Forbidden, Conflict, ProcessFailed.
        """
        ...

    async def throw_error(self, submission: Submission[ThrowError]) -> FinishOutcome:
        """End exactly one open task with a BPMN error; where nothing catches it, the instance has failed.

        Raises:
            NotThere: no such task is open.
            TaskAmbiguous, Forbidden, Conflict, ProcessFailed.
        """
        ...

    async def terminate(self, submission: Submission[TerminateInstance]) -> ProcessInstance:
        """Terminate a root instance with everything it called.

        Raises:
            ProcessInstanceNotFound.
            Conflict: it has already ended, or another instance called it and still waits for it.
        """
        ...

    async def trigger_message(self, submission: Submission[TriggerMessage]) -> TriggerByNameOutcome:
        """Hand a message to its one receiver, which may be the start of a new instance.

        Raises:
            ProcessModelNotFound, CorrelationNotFound, Forbidden, InvalidPayload, ProcessFailed.
            Conflict: it fits several receivers.
        """
        ...

    async def trigger_signal(self, submission: Submission[TriggerSignal]) -> TriggerByNameOutcome:
        """Hand a signal to everybody who waits for it, and to every start event for it.

        Raises:
            ProcessModelNotFound, CorrelationNotFound, Forbidden, InvalidPayload.
            ProcessFailed: that of every receiver.
        """
        ...
