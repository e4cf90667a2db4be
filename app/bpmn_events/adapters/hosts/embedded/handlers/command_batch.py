"""Batches of commands in one transaction: lock and read all they address, then handle each command in turn."""

from collections.abc import Awaitable, Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from time import monotonic
from typing import Any, TypeAlias

from bpmn_events.adapters.hosts.embedded.execution.batch import ExecutionBatch
from bpmn_events.adapters.hosts.embedded.execution.dependencies import HostDependencies
from bpmn_events.application.commands.command import Command, Submission
from bpmn_events.application.ports.deferral import Deferral, Turn
from bpmn_events.application.ports.pauses import Pauses
from bpmn_events.application.ports.transaction import Transaction, correlation_lock, idempotency_lock
from bpmn_events.application.ports.write_set import PerformedCommand, WriteSet
from bpmn_events.application.writing.addressing import ResolvedTargets, TargetRequest, resolve_targets
from bpmn_events.application.writing.batch_handler import TURN_SECONDS, BatchHandler
from bpmn_events.application.writing.idempotency import Replays
from bpmn_events.domain.errors import DomainError, InvalidPayload
from bpmn_events.domain.events import JsonObject, WaitingEvent
from bpmn_events.domain.processes import ProcessInstance, ProcessModel
from bpmn_events.domain.start_timers import StartTimer
from bpmn_events.domain.tasks import OpenTask, TaskType

AnySubmission: TypeAlias = Submission[Command[Any]]


@dataclass(frozen=True, slots=True)
class CommandBatch:
    """The data that the commands of a batch address, and the executions it belongs to.

    Attributes:
        events: The addressed waiting events.
        tasks: The addressed open tasks.
        instances: The addressed process instances, by id.
        latest_models: The latest versions of the addressed process models, by key.
        start_timers: The addressed start timers, by id.
        bpmn_xml: BPMN XML by model version id; empty unless the handler's ``prepare`` reads them.
    """

    dependencies: HostDependencies
    transaction: Transaction
    write_set: WriteSet
    executions: ExecutionBatch
    events: ResolvedTargets[WaitingEvent]
    tasks: ResolvedTargets[OpenTask]
    instances: Mapping[str, ProcessInstance]
    latest_models: dict[str, ProcessModel]
    start_timers: dict[str, StartTimer]
    bpmn_xml: dict[str, str] = field(default_factory=dict)

    @classmethod
    async def load(
        cls,
        dependencies: HostDependencies,
        transaction: Transaction,
        write_set: WriteSet,
        submissions: Sequence[AnySubmission],
    ) -> "CommandBatch":
        """Return a batch with everything that the commands address."""
        callers = [(submission.command.targets, submission.principal) for submission in submissions]
        targets = [target for target, _ in callers]
        # Only for targets at elements, so they are made when they are read.
        event_requests: Iterator[TargetRequest[WaitingEvent]] = (
            TargetRequest(target.event, caller) for target, caller in callers if target.event is not None
        )
        task_requests: Iterator[TargetRequest[OpenTask]] = (
            TargetRequest(target.task, caller, _has_type(target.task_types))
            for target, caller in callers
            if target.task is not None
        )
        executions = dependencies.new_execution_batch(transaction, write_set)
        events = await resolve_targets(
            [target.event for target in targets if target.event is not None],
            transaction.waiting_events,
            transaction.waiting_events_at,
            executions.event_changes,
        )
        tasks = await resolve_targets(
            [target.task for target in targets if target.task is not None],
            transaction.open_tasks,
            transaction.open_tasks_at,
            executions.task_changes,
        )
        instance_ids = {target.process_instance_id for target in targets if target.process_instance_id is not None}
        instances = await transaction.instances(instance_ids) if instance_ids else {}
        keys = {key for target in targets for key in target.process_model_keys}
        models = await transaction.latest_models(keys) if keys else {}
        timer_ids = {target.start_timer_id for target in targets if target.start_timer_id is not None}
        timers = await transaction.start_timers(timer_ids) if timer_ids else {}
        roots = events.root_ids(event_requests) | tasks.root_ids(task_requests)
        roots |= {instance.root_id for instance in instances.values()}
        if roots:
            await executions.load(roots)
        return cls(dependencies, transaction, write_set, executions, events, tasks, instances, models, timers)

    def check_payload(self, schema: JsonObject | bool | None, payload: JsonObject | None) -> None:
        """Raise ``InvalidPayload`` if the schema refuses the payload. None counts as an empty payload."""
        if schema is not None:
            violations = self.dependencies.schemas.violations(schema, {} if payload is None else payload)
            if violations:
                raise InvalidPayload(violations)


def _has_type(task_types: frozenset[TaskType]) -> Callable[[OpenTask], bool]:
    return lambda task: task.task_type in task_types


async def _no_preparation(_batch: CommandBatch) -> None:
    """Read nothing: most commands need nothing besides their targets."""


Locks: TypeAlias = Sequence[Collection[str]]


@dataclass(frozen=True, slots=True)
class Handler:
    """The functions that handle one kind of command.

    Attributes:
        handle: Handles one command at the given time. It changes the batch and returns the outcome, or raises the
            reason to refuse the command.
        prepare: Reads the data that the commands of a batch need besides their targets, once per batch.
        find_locks: Returns the names of the locks that each command needs besides those of its arguments; None if it
            needs no others.
    """

    handle: Callable[[Any, CommandBatch, datetime], Awaitable[Any]]
    prepare: Callable[[CommandBatch], Awaitable[None]] = _no_preparation
    find_locks: Callable[[HostDependencies, Transaction, Sequence[Any]], Awaitable[Locks]] | None = None


def batch_handler(handler: Handler, dependencies: HostDependencies) -> BatchHandler[AnySubmission, Any]:
    """Return the handler of batches for the writer."""
    return BatchHandler(
        partial(_find_locks, handler, dependencies),
        partial(handle_batch, handler, dependencies),
        partial(handle_batch, handler, dependencies, may_take_long=True),
    )


async def _find_locks(
    handler: Handler, dependencies: HostDependencies, transaction: Transaction, submissions: Sequence[AnySubmission]
) -> Locks:
    locks = [_locks_of_arguments(submission) for submission in submissions]
    if handler.find_locks is not None:
        more = await handler.find_locks(dependencies, transaction, submissions)
        locks = [[*names, *more_names] for names, more_names in zip(locks, more, strict=True)]
    return locks


def _locks_of_arguments(submission: AnySubmission) -> list[str]:
    targets = submission.command.targets
    addresses = (targets.event, targets.task)
    names = [correlation_lock(address.correlation_id) for address in addresses if address is not None]
    if targets.correlation_id is not None:
        names.append(correlation_lock(targets.correlation_id))
    if submission.key is not None:
        names.append(idempotency_lock(submission.key))
    return names


async def handle_batch(
    handler: Handler,
    dependencies: HostDependencies,
    transaction: Transaction,
    write_set: WriteSet,
    submissions: Sequence[AnySubmission],
    *,
    may_take_long: bool = False,
) -> list[Any]:
    """Handle commands of one kind, and return an outcome, an error or a deferral for each.

    A repeated command gets its stored outcome. A refused command gets its error and does not affect the others. When
    the time of the transaction is over, the remaining commands are deferred. So is a command whose process takes long,
    unless ``may_take_long`` allows it.

    Raises:
        Deferral: The only command has to be deferred. The write set may have some of its changes.
    """
    batch = await CommandBatch.load(dependencies, transaction, write_set, submissions)
    batch.executions.steps.may_take_long = may_take_long
    await handler.prepare(batch)
    replays = await Replays.load(submissions, transaction, write_set)
    outcomes: list[Any] = []
    pauses, until = Pauses(), monotonic() + TURN_SECONDS
    for submission in submissions:
        if outcomes:
            await pauses.pause_if_long()
            if batch.executions.steps.has_much_data or monotonic() > until:
                outcomes += [Deferral(turn=Turn.NEXT)] * (len(submissions) - len(outcomes))
                break
        try:
            outcome = replays.outcome(submission)
            if outcome is None:
                now = dependencies.clock()
                outcome = await handler.handle(submission, batch, now)
                performed = PerformedCommand(
                    submission.principal.subject, submission.origin, submission.command, outcome
                )
                write_set.performed.append(performed)
                if submission.command.is_replayable(outcome):
                    replays.remember(submission, outcome, now)
            outcomes.append(outcome)
        except DomainError as refusal:
            outcomes.append(refusal)
        except Deferral as deferral:
            if len(submissions) == 1:
                raise
            outcomes.append(deferral)
    if replays.was_used:
        await transaction.ensure_durability()
    return outcomes
