"""Handlers that deliver a message or signal by name, from a caller to receivers in its lanes."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bpmn_events.adapters.hosts.embedded.delivery.delivery import Delivery
from bpmn_events.adapters.hosts.embedded.execution.dependencies import HostDependencies
from bpmn_events.adapters.hosts.embedded.handlers.command_batch import CommandBatch, Locks
from bpmn_events.application.commands.command import Submission
from bpmn_events.application.commands.trigger_by_name import TriggerByName, TriggerByNameOutcome
from bpmn_events.application.commands.trigger_message import TriggerMessage
from bpmn_events.application.commands.trigger_signal import TriggerSignal
from bpmn_events.application.ports.deferral import Deferral
from bpmn_events.application.ports.transaction import ClaimLost, Transaction
from bpmn_events.application.ports.write_set import EventStart, WriteSet
from bpmn_events.domain import ids
from bpmn_events.domain.errors import (
    Conflict,
    CorrelationNotFound,
    Forbidden,
    InvalidPayload,
    ProcessModelNotFound,
)
from bpmn_events.domain.events import EventType, WaitingEvent
from bpmn_events.domain.outbox import AT_ONCE, Audience, ThrownEvent
from bpmn_events.domain.principal import Permission


async def find_receiver_locks(
    event_type: EventType,
    dependencies: HostDependencies,
    transaction: Transaction,
    submissions: Sequence[Submission[TriggerByName]],
) -> Locks:
    """Return the locks on the correlations of the receivers, as far as they are known before the locks are taken."""
    now, locks = dependencies.clock(), []
    batch = dependencies.new_execution_batch(transaction, WriteSet())
    for submission in submissions:
        event = _to_event(submission, event_type, now)
        delivery = Delivery(event, transaction, batch, dependencies.schemas, now)
        locks.append(await delivery.find_locks(dependencies.receivers_at_once))
    return locks


async def trigger_message(
    submission: Submission[TriggerMessage], batch: CommandBatch, now: datetime
) -> TriggerByNameOutcome:
    """Deliver the message to its one receiver: a waiting event, or else a start event."""
    delivery = await _create_delivery(submission, EventType.MESSAGE, batch, now)
    waiting = await delivery.receivers.for_message(delivery.event)
    starts = [] if waiting else await _permitted_starts(submission, delivery)
    receivers: list[WaitingEvent | EventStart] = [*waiting, *starts]
    if not receivers:
        return await _empty_outcome(submission, batch)
    if len(receivers) > 1:
        raise _ambiguous(submission.command.name, waiting, starts)
    delivery.load_models(waiting)
    _check_schemas(delivery, receivers)
    if not all(map(delivery.holds, waiting)):
        raise Deferral  # it began to wait after the locks were taken
    await delivery.load(waiting)
    if starts:
        return TriggerByNameOutcome(started_process_instances=(await delivery.start(starts[0]),))
    record = await delivery.trigger(waiting[0])
    if record is None:
        raise ClaimLost
    return TriggerByNameOutcome(triggers=(record,))


async def trigger_signal(
    submission: Submission[TriggerSignal], batch: CommandBatch, now: datetime
) -> TriggerByNameOutcome:
    """Deliver the signal to a first batch of its receivers; the outbox delivers it to all others."""
    delivery = await _create_delivery(submission, EventType.SIGNAL, batch, now)
    event, write_set = delivery.event, batch.write_set
    receivers = await delivery.receivers.for_signal(event, batch.dependencies.receivers_at_once)
    receivers = receivers.until_first_not(delivery.holds)
    if receivers.has_more and not receivers.waiting:
        raise Deferral  # the first one began to wait after the locks were taken
    starts = await _permitted_starts(submission, delivery, is_required=not receivers.waiting)
    await delivery.load(receivers.waiting)
    _check_schemas(delivery, [*starts, *receivers.waiting])
    result = await delivery.broadcast(starts, receivers.waiting)
    last = result.stopped_at or receivers.last
    if result.failure is not None and last is None and result.has_failed_everywhere:
        raise result.failure
    write_set.new_thrown_events += result.retries
    if last is not None:
        write_set.new_thrown_events.append(replace(event, since=last.waiting_since, after_id=last.id))
    outcome = TriggerByNameOutcome(
        tuple(result.triggers), tuple(result.started), pending=bool(result.retries) or last is not None
    )
    return await _empty_outcome(submission, batch) if outcome.is_empty else outcome


async def _create_delivery(
    submission: Submission[TriggerByName], event_type: EventType, batch: CommandBatch, now: datetime
) -> Delivery:
    """Return the delivery of the command's message or signal.

    Raises:
        ProcessModelNotFound: The command names a process model that is not deployed.
    """
    key = submission.command.process_model_key
    if key is not None and not await batch.transaction.latest_models([key]):
        raise ProcessModelNotFound(key)
    event = _to_event(submission, event_type, now)
    return Delivery(event, batch.transaction, batch.executions, batch.dependencies.schemas, now)


def _to_event(submission: Submission[TriggerByName], event_type: EventType, now: datetime) -> ThrownEvent:
    command, principal = submission.command, submission.principal
    lanes = None if principal.sees_all_lanes else tuple(sorted(principal.lanes))
    return ThrownEvent(
        id=ids.new_id(ids.THROWN_EVENT),
        event_type=event_type,
        name=command.name,
        payload=command.payload,
        source=command.source,
        thrown_at=now,
        thrown_by=principal.subject,
        due_at=AT_ONCE,
        audience=Audience(command.process_model_key, command.correlation_id, lanes),
    )


async def _empty_outcome(submission: Submission[TriggerByName], batch: CommandBatch) -> TriggerByNameOutcome:
    """Return the outcome without receivers.

    Raises:
        CorrelationNotFound: The command names a correlation that does not exist.
    """
    correlation_id = submission.command.correlation_id
    if correlation_id is not None and not await batch.transaction.correlation_exists(correlation_id):
        raise CorrelationNotFound(correlation_id)
    return TriggerByNameOutcome()


async def _permitted_starts(
    submission: Submission[TriggerByName], delivery: Delivery, *, is_required: bool = True
) -> list[EventStart]:
    """Return the start events that the caller may use.

    Raises:
        Forbidden: Start events are the only receivers (``is_required``), and the caller may not start processes.
    """
    starts = await delivery.receivers.event_starts(delivery.event)
    if submission.principal.may(Permission.PROCESSES_START) or not starts:
        return starts
    if is_required:
        raise Forbidden(Permission.PROCESSES_START)
    return []


def _check_schemas(delivery: Delivery, receivers: Sequence[WaitingEvent | EventStart]) -> None:
    for receiver in receivers:
        if violations := delivery.violations(receiver):
            raise InvalidPayload(violations)


def _ambiguous(name: str, waiting: Sequence[WaitingEvent], starts: Sequence[EventStart]) -> Conflict:
    if starts:
        models = ", ".join(sorted({repr(start.process_model_key) for start in starts}))
        return Conflict(
            f"Several start events take the message {name!r}, in {models}: name a process model with one of "
            "them, or start it by its start event."
        )
    return Conflict(
        f"Several events wait for the message {name!r}, which is for one receiver: name a correlation in "
        "which one of them waits, or trigger one by its id."
    )
