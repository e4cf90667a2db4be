"""Finish one open task, once: what a person did in a user or manual task, or a program did elsewhere.

A program may also end its task with a BPMN error, for the model to handle: a result that is no success.

The order of the checks is that of triggering an event: credential, permission, form of the result, idempotency key,
process model, correlation, open task, lane, and then the process itself.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, TypeAlias

from bpmn_events.application.commands.command import Command, check_prose, check_text, checked_command
from bpmn_events.application.ports.engine import Engine, Execution, KnownModels, Step
from bpmn_events.application.ports.read_store import ReadStore
from bpmn_events.application.ports.transaction import Transaction
from bpmn_events.application.ports.write_set import WriteSet
from bpmn_events.application.writing.batch import ExecutionBatch
from bpmn_events.application.writing.idempotency import Replays
from bpmn_events.application.writing.model_catalog import ModelCatalog
from bpmn_events.application.writing.writer import Writer
from bpmn_events.domain.access import require_lane, told
from bpmn_events.domain.errors import (
    CorrelationNotFound,
    DomainError,
    NotFound,
    ProcessModelNotFound,
    TaskAmbiguous,
    TaskNotFound,
)
from bpmn_events.domain.events import Place, WaitingEvent
from bpmn_events.domain.payload import PayloadLimits
from bpmn_events.domain.principal import Permission, Principal
from bpmn_events.domain.processes import ProcessInstance
from bpmn_events.domain.tasks import BpmnError, OpenTask, TaskType

_OPERATION = "finish_task"
FINISHED_BY_PEOPLE = frozenset({TaskType.USER, TaskType.MANUAL})
FINISHED_BY_PROGRAMS = frozenset({TaskType.EXTERNAL})


@dataclass(frozen=True, slots=True)
class FinishRequest:
    """``task_id`` is an open task's id, or a BPMN element id where exactly one is open. ``kinds`` it may be of.

    With an ``error`` the task ends with that, and ``result`` holds variables for whoever handles it.
    """

    process_model_key: str
    correlation_id: str
    task_id: str
    kinds: frozenset[TaskType]
    result: Any = None
    idempotency_key: str | None = None
    error: BpmnError | None = None

    @property
    def place(self) -> Place:
        return Place(self.process_model_key, self.correlation_id, self.task_id)

    @property
    def asks_for(self) -> tuple[Any, ...]:
        return self.process_model_key, self.correlation_id, self.task_id, self.result, self.error


@dataclass(frozen=True, slots=True)
class FinishOutcome:
    """``task`` is the one that was finished. What follows holds at most 100 each, and only what the caller may see."""

    task: OpenTask
    process_instance: ProcessInstance
    next_waiting_events: tuple[WaitingEvent, ...]
    next_open_tasks: tuple[OpenTask, ...]
    replayed: bool = False


_Command: TypeAlias = Command[FinishRequest]


class _Unresolved(NotFound):
    """The batch found no such task; why, is found out afterwards, where it holds up nobody."""


class FinishTask:
    def __init__(
        self,
        writer: Writer,
        engine: Engine,
        catalog: ModelCatalog,
        reads: ReadStore,
        limits: PayloadLimits,
        clock: Callable[[], datetime],
    ) -> None:
        self._writer = writer
        self._engine = engine
        self._catalog = catalog
        self._reads = reads
        self._limits = limits
        self._clock = clock

    async def __call__(self, principal: Principal | None, request: FinishRequest) -> FinishOutcome:
        """Finish the task and answer what its process stops at next.

        Raises:
            Unauthorized, Forbidden, InvalidPayload, InvalidArgument, ProcessModelNotFound, CorrelationNotFound,
            TaskNotFound, TaskAmbiguous, Conflict, ProcessFailed: nothing was changed.
        """
        command = checked_command(
            principal, Permission.EVENTS_TRIGGER, _OPERATION, request, request.result, self._limits
        )
        if request.error is not None:
            check_text("error_code", request.error.code)
            check_prose("error_message", request.error.message)
        try:
            return await self._writer.submit(self._decide, command)
        except _Unresolved:
            raise await self._missing(request) from None

    async def _missing(self, request: FinishRequest) -> NotFound:
        if not await self._reads.latest_models([request.process_model_key]):
            return ProcessModelNotFound(request.process_model_key)
        if not await self._reads.correlations_by_id([request.correlation_id]):
            return CorrelationNotFound(request.correlation_id)
        return TaskNotFound(request.task_id)

    async def _decide(
        self, transaction: Transaction, changes: WriteSet, commands: Sequence[_Command]
    ) -> list[FinishOutcome | DomainError]:
        tasks = await transaction.open_tasks({command.request.task_id for command in commands})
        places = {command.request.place for command in commands if command.request.task_id not in tasks}
        at_places = await transaction.open_tasks_at(places) if places else {}
        replays = await Replays.load(commands, transaction, changes)
        batch = ExecutionBatch(self._engine, self._catalog, transaction, changes)
        found = [*tasks.values(), *(task for there in at_places.values() for task in there)]
        await batch.load({task.root_instance_id for task in found})
        outcomes: list[FinishOutcome | DomainError] = []
        for command in commands:
            try:
                replayed = replays.answer(command, FinishOutcome)
                if replayed is None:
                    task = _resolve(command, tasks, at_places)
                    outcomes.append(await self._finish(command, task, batch, replays))
                else:
                    outcomes.append(_replayed(replayed, command.principal))
            except DomainError as refusal:
                outcomes.append(refusal)
        return outcomes

    async def _finish(
        self, command: _Command, task: OpenTask, batch: ExecutionBatch, replays: Replays
    ) -> FinishOutcome:
        principal, request = command.principal, command.request
        execution = batch.execution(task.root_instance_id)
        if execution is None:
            raise _Unresolved
        require_lane(principal, task.lane)
        now = self._clock()
        step = await batch.run(lambda models: self._end(models, execution, task, request, now), execution)
        if step is None:
            raise _Unresolved
        advanced = batch.outcome(step, execution, now, principal.subject)
        batch.commit(advanced, finished=task.id)
        outcome = FinishOutcome(
            task,
            advanced.instances[task.process_instance_id],
            told(batch.waiting_events(advanced), principal),
            told(batch.open_tasks(advanced), principal),
        )
        replays.remember(command, outcome, now)
        return outcome

    def _end(
        self, models: KnownModels, execution: Execution, task: OpenTask, request: FinishRequest, now: datetime
    ) -> Step | None:
        result, error = request.result or {}, request.error
        if error is None:
            return self._engine.finish_task(models, execution, task.id, result=result, now=now)
        return self._engine.throw_error(models, execution, task.id, error=error, variables=result, now=now)


def _resolve(command: _Command, tasks: dict[str, OpenTask], at_places: dict[Place, list[OpenTask]]) -> OpenTask:
    request = command.request
    task = tasks.get(request.task_id)
    if task is not None:
        here = (task.process_model_key, task.correlation_id) == (request.process_model_key, request.correlation_id)
        if here and task.task_type in request.kinds:
            return task
        raise _Unresolved
    candidates = [each for each in at_places.get(request.place, []) if each.task_type in request.kinds]
    if not candidates:
        raise _Unresolved
    visible = told(candidates, command.principal)
    if len(visible) > 1:
        raise TaskAmbiguous(request.task_id, visible)
    return visible[0] if visible else candidates[0]


def _replayed(outcome: FinishOutcome, principal: Principal) -> FinishOutcome:
    """The answer of the first request, less what lies in lanes the same caller has lost since."""
    return replace(
        outcome,
        replayed=True,
        next_waiting_events=told(outcome.next_waiting_events, principal),
        next_open_tasks=told(outcome.next_open_tasks, principal),
    )
