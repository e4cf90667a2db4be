"""Handler that triggers exactly one waiting event.

The order of the checks is part of the contract (docs/architecture.md): waiting event in the caller's lanes, payload
schema, and then the process itself.
"""

from datetime import datetime

from bpmn_events.adapters.hosts.embedded.handlers.command_batch import CommandBatch
from bpmn_events.application.commands.command import Submission
from bpmn_events.application.commands.trigger_event import TriggerEvent, TriggerOutcome
from bpmn_events.application.ports.process_host import TargetNotFound
from bpmn_events.application.writing.records import trigger_record
from bpmn_events.domain.access import visible_to
from bpmn_events.domain.errors import EventAmbiguous
from bpmn_events.domain.events import TriggerSource, WaitingEvent


async def trigger_event(submission: Submission[TriggerEvent], batch: CommandBatch, now: datetime) -> TriggerOutcome:
    """Trigger the event and return the outcome; in a dry run, return the outcome and change nothing."""
    principal, command, executions = submission.principal, submission.command, batch.executions
    event = batch.events.resolve(command.address, principal, EventAmbiguous)
    if await executions.find(event.root_instance_id) is None:
        raise TargetNotFound
    _check_schema(event, command, batch)
    result = await executions.trigger(event, command.payload, now, principal.subject)
    if result is None:
        raise TargetNotFound
    next_events = visible_to(executions.waiting_events(result), principal)
    instance = result.instances[event.process_instance_id]
    if command.dry_run:
        called = (result.instances[change.id] for change in result.step.instances if change.started)
        return TriggerOutcome(None, instance, next_events, called_instances=tuple(called))
    record = trigger_record(
        event,
        command.payload,
        now,
        by=principal.subject,
        source=command.source,
        idempotency_key=command.idempotency_key,
    )
    await executions.commit(result, triggered=event, trigger=record)
    return TriggerOutcome(record, instance, next_events)


def _check_schema(event: WaitingEvent, command: TriggerEvent, batch: CommandBatch) -> None:
    # A due timer has no payload. A caller that triggers the timer early has to send one that the schema accepts.
    if command.source is not TriggerSource.TIMER:
        batch.check_payload(batch.executions.catch_element(event).payload_schema, command.payload)
