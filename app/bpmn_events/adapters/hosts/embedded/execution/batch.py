"""Executions of a batch of commands: read once, advanced in memory, written once."""

from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import datetime
from functools import partial

from bpmn_events.adapters.hosts.embedded.engine_port import Engine, LoadedModels, StepLimit
from bpmn_events.adapters.hosts.embedded.execution.instance_limit import (
    DEFAULT_MAX_INSTANCE_BYTES,
    Cause,
    InstanceLimit,
)
from bpmn_events.adapters.hosts.embedded.execution.model_catalog import ModelCatalog
from bpmn_events.adapters.hosts.embedded.execution.recorder import Recorder
from bpmn_events.adapters.hosts.embedded.execution.step_result import PendingStep, StepResult, open_task, waiting_event
from bpmn_events.adapters.hosts.embedded.execution.step_runner import StepRunner
from bpmn_events.adapters.hosts.embedded.execution.step_taker import StepTaker
from bpmn_events.adapters.hosts.embedded.steps import Step
from bpmn_events.application.ports.deferral import Deferral
from bpmn_events.application.ports.transaction import Execution, Transaction
from bpmn_events.application.ports.write_set import WriteSet
from bpmn_events.application.writing.addressing import TargetChanges
from bpmn_events.domain import ids
from bpmn_events.domain.errors import ProcessFailed
from bpmn_events.domain.events import CatchElement, EventTrigger, JsonObject, StartElement, WaitingEvent
from bpmn_events.domain.tasks import BpmnError, OpenTask


class ExecutionBatch:
    """The executions of one batch. A command sees the effects of earlier ones, although nothing is written yet."""

    def __init__(
        self,
        engine: Engine,
        catalog: ModelCatalog,
        step_runner: StepRunner,
        transaction: Transaction,
        write_set: WriteSet,
        max_instance_bytes: int = DEFAULT_MAX_INSTANCE_BYTES,
    ) -> None:
        self._transaction = transaction
        self.models = LoadedModels()
        self._engine = engine
        self._catalog = catalog
        self.steps = StepTaker(
            step_runner, transaction, catalog, self.models, engine.format, InstanceLimit(engine, max_instance_bytes)
        )
        self.event_changes: TargetChanges[WaitingEvent] = TargetChanges()
        self.task_changes: TargetChanges[OpenTask] = TargetChanges()
        self._recorder = Recorder(write_set, self.models, engine.format, self.event_changes, self.task_changes)
        self._executions: dict[str, Execution] = {}
        self._requested: set[str] = set()
        self._deferred: dict[str, Deferral] = {}

    async def load(self, root_ids: Collection[str]) -> None:
        """Read the executions, and load the models that their instances run on.

        An execution whose models have to be compiled first is left out; see ``execution``.
        """
        self._requested.update(root_ids)
        for root_id, execution in (await self._transaction.executions(root_ids)).items():
            try:
                self.load_models(instance.process_model_id for instance in execution.instances.values())
            except Deferral as deferral:
                self._deferred[root_id] = deferral
            else:
                self._executions[root_id] = execution

    def load_models(self, model_ids: Iterable[str]) -> None:
        """Load the models that are not loaded yet.

        Raises:
            Deferral: Some of the models have to be compiled first.
        """
        self._catalog.load_models(
            self.models, {model_id for model_id in model_ids if model_id not in self.models.by_id}
        )

    async def find(self, root_id: str) -> Execution | None:
        """Return the execution as the batch left it, and load it if need be; None if it has ended.

        Raises:
            Deferral: Its models have to be compiled first.
        """
        if root_id not in self._requested:
            await self.load([root_id])
        return self.execution(root_id)

    def execution(self, root_id: str) -> Execution | None:
        """Return the execution as the batch left it; None if it has ended or was not loaded.

        Raises:
            Deferral: Its models have to be compiled first.
        """
        if root_id in self._deferred:
            raise self._deferred[root_id]
        return self._executions.get(root_id)

    def catch_element(self, event: WaitingEvent) -> CatchElement:
        """Return the element that the event waits at. Its model must be loaded."""
        return self.models.by_id[event.process_model_id].catch_elements[event.element_id]

    # --- steps: nothing changes before ``commit`` ---

    async def start(
        self,
        model_id: str,
        start: StartElement | None,
        payload: JsonObject | None,
        correlation_id: str,
        now: datetime,
        by: str,
    ) -> StepResult:
        """Return the result of starting an instance of the model.

        Raises:
            InvalidPayload: The payload would make an instance store too much.
            ProcessFailed: The instance cannot reach its first wait states.
        """
        instance_id = ids.new_id(ids.PROCESS_INSTANCE)
        result = await self.steps.take(
            model_id,
            lambda models, limit: self._engine.start(
                models,
                model_id,
                instance_id,
                start_element_id=start.element_id if start else None,
                variables=_first_variables(start, payload, by),
                now=now,
                limit=limit,
            ),
            PendingStep(instance_id, correlation_id, {}, now, by),
            None,
            Cause(payload, start.element_id if start else None),
        )
        if result is None:
            raise ProcessFailed("it did not start")
        return result

    async def trigger(
        self, event: WaitingEvent, payload: JsonObject | None, now: datetime, by: str
    ) -> StepResult | None:
        """Return the result of triggering the event; None if it no longer waits. Its execution must be loaded.

        Raises:
            InvalidPayload: The payload would make an instance store too much.
            ProcessFailed: The process cannot go on.
        """
        return await self._advance(
            event.root_instance_id,
            lambda execution, models, limit: self._engine.trigger(
                models, execution, event.id, payload=payload, now=now, limit=limit
            ),
            now,
            by,
            Cause(payload, event.element_id),
        )

    async def finish_task(self, task: OpenTask, result: JsonObject, now: datetime, by: str) -> StepResult | None:
        """Return the result of finishing the task; None if it is no longer open. Its execution must be loaded.

        Raises:
            InvalidPayload: The result would make an instance store too much.
            ProcessFailed: The process cannot go on.
        """
        return await self._advance(
            task.root_instance_id,
            lambda execution, models, limit: self._engine.finish_task(
                models, execution, task.id, result=result, now=now, limit=limit
            ),
            now,
            by,
            Cause(result, task.element_id),
        )

    async def throw_error(
        self, task: OpenTask, error: BpmnError, variables: JsonObject, now: datetime, by: str
    ) -> StepResult | None:
        """Return the result of ending the task with the error; None if it is not open. Its execution must be loaded.

        Raises:
            InvalidPayload: The payload would make an instance store too much.
            ProcessFailed: The process cannot go on.
        """
        return await self._advance(
            task.root_instance_id,
            lambda execution, models, limit: self._engine.throw_error(
                models, execution, task.id, error=error, variables=variables, now=now, limit=limit
            ),
            now,
            by,
            Cause(variables, task.element_id),
        )

    async def terminate(self, root_id: str, reason: str | None, now: datetime, by: str) -> StepResult | None:
        """Return the result of terminating the execution; None if it has ended."""
        return await self._advance(
            root_id,
            lambda execution, _models, _limit: self._engine.terminate(execution, reason=reason),
            now,
            by,
            Cause(None, None),
        )

    async def commit(
        self,
        result: StepResult,
        *,
        triggered: WaitingEvent | None = None,
        trigger: EventTrigger | None = None,
        finished: OpenTask | None = None,
    ) -> None:
        """Record the result in the write set, and let later commands of the batch continue from it.

        ``triggered`` is the event that the command triggered, ``trigger`` the record of that, and ``finished`` the task
        that the command ended. The step lists all its other effects itself.
        """
        self._requested.add(result.root_id)
        if result.is_heavy:
            await self.steps.in_thread(partial(self._recorder.record, result, triggered, finished))
        else:
            self._recorder.record(result, triggered, finished)
        if trigger is not None:
            self._recorder.record_trigger(trigger)
        if result.execution is None:
            self._executions.pop(result.root_id, None)
        else:
            self._executions[result.root_id] = result.execution

    def waiting_events(self, result: StepResult) -> Iterator[WaitingEvent]:
        """Yield the waiting events after the step. There may be very many, and most callers need a few."""
        return (waiting_event(wait, result.instances, self.models) for wait in result.step.waits)

    def open_tasks(self, result: StepResult) -> Iterator[OpenTask]:
        """Yield the open tasks after the step, in the order of ``Step.tasks``."""
        return (open_task(task, result.instances, self.models) for task in result.step.tasks)

    async def _advance(
        self,
        root_id: str,
        take_step: Callable[[Execution, LoadedModels, StepLimit], Step | None],
        now: datetime,
        by: str,
        cause: Cause,
    ) -> StepResult | None:
        execution = self.execution(root_id)
        if execution is None:
            return None
        model_id = execution.instances[root_id].process_model_id
        pending = PendingStep(root_id, execution.correlation_id, execution.instances, now, by)
        return await self.steps.take(model_id, partial(take_step, execution), pending, execution, cause)


def _first_variables(start: StartElement | None, payload: JsonObject | None, by: str) -> JsonObject:
    if start is None:
        return payload or {}
    variables = payload or {} if start.payload_variable is None else {start.payload_variable: payload or {}}
    # The payload cannot pretend that somebody else has started the process.
    return variables if start.initiator_variable is None else {**variables, start.initiator_variable: by}
