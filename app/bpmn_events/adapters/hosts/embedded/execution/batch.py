"""The executions a batch of commands works on: read once, advanced in memory, written once."""

import asyncio
from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import datetime

from bpmn_events.adapters.hosts.embedded.engine_port import Engine, LoadedModels, MissingModel
from bpmn_events.adapters.hosts.embedded.execution.model_catalog import ModelCatalog
from bpmn_events.adapters.hosts.embedded.execution.recorder import Recorder
from bpmn_events.adapters.hosts.embedded.execution.step_result import PendingStep, StepResult, open_task, waiting_event
from bpmn_events.adapters.hosts.embedded.steps import Step
from bpmn_events.application.ports.transaction import Execution, Transaction
from bpmn_events.application.ports.write_set import WriteSet
from bpmn_events.domain import ids
from bpmn_events.domain.errors import ProcessFailed
from bpmn_events.domain.events import CatchElement, EventTrigger, JsonObject, StartElement, WaitingEvent
from bpmn_events.domain.tasks import BpmnError, OpenTask

# A state of so many bytes waits at some hundred places; a step of it takes milliseconds.
_HEAVY_BYTES = 16_384

Advance = Callable[[LoadedModels], Step | None]


class ExecutionBatch:
    """A later command of the batch sees what an earlier one did, although nothing is written yet."""

    def __init__(self, engine: Engine, catalog: ModelCatalog, transaction: Transaction, write_set: WriteSet) -> None:
        self._transaction = transaction
        self.models = LoadedModels()
        self._engine = engine
        self._catalog = catalog
        self._recorder = Recorder(write_set, self.models, engine.format)
        self._executions: dict[str, Execution] = {}

    async def load(self, root_ids: Collection[str]) -> None:
        """Read and lock these executions, and supply the models their instances run on."""
        self._executions.update(await self._transaction.executions(root_ids))
        await self.load_models(
            instance.process_model_id
            for execution in self._executions.values()
            for instance in execution.instances.values()
        )

    async def load_models(self, model_ids: Iterable[str]) -> None:
        """Have these models at hand."""
        missing_ids = {model_id for model_id in model_ids if model_id not in self.models.by_id}
        await self._catalog.load_models(self.models, missing_ids, self._transaction)

    def execution(self, root_id: str) -> Execution | None:
        """Return the execution as the batch left it; None once it has ended or where it never was."""
        return self._executions.get(root_id)

    def catch_element(self, event: WaitingEvent) -> CatchElement:
        """Return the element that the event waits at. Its model must be at hand."""
        return self.models.by_id[event.process_model_id].catch_elements[event.element_id]

    # --- steps: what each comes to; nothing is changed before ``commit`` ---

    async def start(
        self,
        model_id: str,
        start: StartElement | None,
        payload: JsonObject | None,
        correlation_id: str,
        now: datetime,
        by: str,
    ) -> StepResult:
        """Return what a new instance of that model comes to.

        Raises:
            ProcessFailed: it does not get to its first waiting points.
        """
        instance_id = ids.new_id(ids.PROCESS_INSTANCE)
        step = await self._run(
            lambda models: self._engine.start(
                models,
                model_id,
                instance_id,
                start_element_id=start.element_id if start else None,
                variables=_first_variables(start, payload),
                now=now,
            )
        )
        if step is None:
            raise ProcessFailed("it did not start")
        return self._make_result(step, PendingStep(instance_id, correlation_id, {}, now, by))

    async def trigger(
        self, event: WaitingEvent, payload: JsonObject | None, now: datetime, by: str
    ) -> StepResult | None:
        """Return what triggering the event comes to; None if it no longer waits. Its execution must have been loaded.

        Raises:
            ProcessFailed: its process cannot go on.
        """
        return await self._advance(
            event.root_instance_id,
            lambda models, execution: self._engine.trigger(models, execution, event.id, payload=payload, now=now),
            now,
            by,
        )

    async def finish_task(self, task: OpenTask, result: JsonObject, now: datetime, by: str) -> StepResult | None:
        """Return what finishing the task comes to; otherwise as ``trigger``."""
        return await self._advance(
            task.root_instance_id,
            lambda models, execution: self._engine.finish_task(models, execution, task.id, result=result, now=now),
            now,
            by,
        )

    async def throw_error(
        self, task: OpenTask, error: BpmnError, variables: JsonObject, now: datetime, by: str
    ) -> StepResult | None:
        """Return what ending the task with the error comes to; otherwise as ``trigger``."""
        return await self._advance(
            task.root_instance_id,
            lambda models, execution: self._engine.throw_error(
                models, execution, task.id, error=error, variables=variables, now=now
            ),
            now,
            by,
        )

    async def terminate(self, root_id: str, reason: str | None, now: datetime, by: str) -> StepResult | None:
        """Return what terminating the execution comes to; None if it has ended."""
        return await self._advance(
            root_id, lambda _, execution: self._engine.terminate(execution, reason=reason), now, by
        )

    def commit(
        self,
        result: StepResult,
        *,
        triggered: WaitingEvent | None = None,
        trigger: EventTrigger | None = None,
        finished: OpenTask | None = None,
    ) -> None:
        """Let the batch go on from here: record what is to be written.

        ``triggered`` is the event that was asked for and ``trigger`` its record, ``finished`` the task; what else the
        step did, it says itself.
        """
        self._recorder.record(result, triggered, finished)
        if trigger is not None:
            self._recorder.record_trigger(trigger)
        if result.execution is None:
            self._executions.pop(result.root_id, None)
        else:
            self._executions[result.root_id] = result.execution

    def waiting_events(self, result: StepResult) -> Iterator[WaitingEvent]:
        """Yield all that waits after the step: some may be very many, and most are asked for a few."""
        return (waiting_event(wait, result.instances, self.models) for wait in result.step.waits)

    def open_tasks(self, result: StepResult) -> Iterator[OpenTask]:
        """Yield all that is open after the step, longest open first."""
        return (open_task(task, result.instances, self.models) for task in result.step.tasks)

    async def _advance(
        self, root_id: str, take_step: Callable[[LoadedModels, Execution], Step | None], now: datetime, by: str
    ) -> StepResult | None:
        execution = self.execution(root_id)
        if execution is None:
            return None
        step = await self._run(lambda models: take_step(models, execution), execution)
        if step is None:
            return None
        return self._make_result(step, PendingStep(root_id, execution.correlation_id, execution.instances, now, by))

    def _make_result(self, step: Step, pending: PendingStep) -> StepResult:
        return pending.to_result(step, self.models, self._engine.format)

    async def _run(self, advance: Advance, execution: Execution | None = None) -> Step | None:
        """Run a step of the engine, and supply the models it turns out to need.

        Where the execution is heavy, that is done in a thread: it would hold up everybody else.
        """
        while True:
            try:
                if execution is not None and len(execution.state) > _HEAVY_BYTES:
                    return await asyncio.to_thread(advance, self.models)
                return advance(self.models)
            except MissingModel as needed:
                await self._load_missing(needed)

    async def _load_missing(self, needed: MissingModel) -> None:
        if needed.model_id is not None:
            return await self.load_models([needed.model_id])
        key = needed.key or ""
        if key in self.models.latest:
            raise ProcessFailed(f"the called process {key!r} is not deployed")
        model = (await self._transaction.latest_models([key])).get(key)
        self.models.latest[key] = model.id if model else None
        if model is not None:
            await self.load_models([model.id])
        return None


def _first_variables(start: StartElement | None, payload: JsonObject | None) -> JsonObject:
    if start is not None and start.payload_variable is not None:
        return {start.payload_variable: payload or {}}
    return payload or {}
