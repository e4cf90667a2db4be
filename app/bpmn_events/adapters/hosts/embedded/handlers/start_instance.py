"""Handler that starts an instance of a model's latest version."""

from datetime import datetime

from bpmn_events.adapters.hosts.embedded.engine_port import ExecutableModel
from bpmn_events.adapters.hosts.embedded.handlers.command_batch import CommandBatch
from bpmn_events.application.commands.command import Submission
from bpmn_events.application.commands.start_instance import StartInstance, StartOutcome
from bpmn_events.domain import ids
from bpmn_events.domain.access import require_lane
from bpmn_events.domain.errors import InvalidArgument, ProcessModelNotFound
from bpmn_events.domain.events import StartElement


async def start_instance(submission: Submission[StartInstance], batch: CommandBatch, now: datetime) -> StartOutcome:
    """Start an instance, run it to its first wait states, and return it."""
    principal, command, executions = submission.principal, submission.command, batch.executions
    model = batch.latest_models.get(command.process_model_key)
    if model is None:
        raise ProcessModelNotFound(command.process_model_key)
    executions.load_models([model.id])
    start = _start_element(executions.models.by_id[model.id], command.start_element_id)
    payload = {} if command.payload is None else command.payload
    if start is not None:
        require_lane(principal, start.lane)
        batch.check_payload(start.payload_schema, payload)
    correlation_id = command.correlation_id or ids.new_id(ids.CORRELATION)
    result = await executions.start(model.id, start, payload, correlation_id, now, principal.subject)
    await executions.commit(result)
    return StartOutcome(result.instances[result.root_id])


def _start_element(model: ExecutableModel, start_element_id: str | None) -> StartElement | None:
    """Return the start event to begin at: the named one, else the only plain one, else the only one.

    Return None if the process has no start event: it begins at every node without an incoming sequence flow.

    Raises:
        InvalidArgument: The named start event does not exist, or there are several and none is named.
    """
    starts = model.start_elements
    if start_element_id is not None:
        if start_element_id not in starts:
            raise InvalidArgument("start_element_id", f"{model.key!r} has no start event {start_element_id!r}")
        return starts[start_element_id]
    plain = [start for start in starts.values() if start.event_type is None]
    choices = plain or list(starts.values())
    if len(choices) > 1:
        names = ", ".join(start.element_id for start in choices)
        raise InvalidArgument("start_element_id", f"{model.key!r} has several start events: name one of {names}")
    return choices[0] if choices else None
