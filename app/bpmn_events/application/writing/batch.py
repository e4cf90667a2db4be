"""The executions a batch of commands works on: read once, advanced in memory, written once."""

import asyncio
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from bpmn_events.application.ports.engine import (
    Engine,
    Execution,
    InstanceChange,
    KnownModels,
    ModelNeeded,
    StartElement,
    Step,
    TaskWait,
    Thrown,
    Wait,
)
from bpmn_events.application.ports.transaction import Transaction
from bpmn_events.application.ports.write_set import ExecutionUpdate, WriteSet
from bpmn_events.application.writing.model_catalog import ModelCatalog
from bpmn_events.application.writing.payload_mismatch import warn_of_misfit
from bpmn_events.application.writing.records import cancelled_event, caught_event
from bpmn_events.domain import ids
from bpmn_events.domain.errors import ProcessFailed
from bpmn_events.domain.events import CatchElement, JsonObject, TriggerSource, WaitingEvent
from bpmn_events.domain.principal import SYSTEM
from bpmn_events.domain.processes import Correlation, ProcessInstance, ProcessInstanceState
from bpmn_events.domain.tasks import OpenTask
from bpmn_events.domain.thrown import ThrownEvent

# A state of so many bytes waits at some hundred places; a step of it takes milliseconds.
_HEAVY_BYTES = 16_384


@dataclass(frozen=True, slots=True)
class Advanced:
    """What a step of an execution comes to, in the product's words; ``execution`` is None once it has ended.

    ``instances`` holds every instance that ran before or after it.
    """

    step: Step
    root_id: str
    correlation_id: str
    now: datetime
    execution: Execution | None
    instances: dict[str, ProcessInstance]


class ExecutionBatch:
    """A later command of the batch sees what an earlier one did, although nothing is written yet."""

    def __init__(self, engine: Engine, catalog: ModelCatalog, transaction: Transaction, changes: WriteSet) -> None:
        self.changes = changes
        self.models = KnownModels()
        self._engine = engine
        self._catalog = catalog
        self._transaction = transaction
        self._executions: dict[str, Execution] = {}

    async def load(self, root_ids: Collection[str]) -> None:
        """Read and lock these executions, and supply the models their instances run on."""
        self._executions.update(await self._transaction.executions(root_ids))
        await self.supply(
            instance.process_model_id
            for execution in self._executions.values()
            for instance in execution.instances.values()
        )

    async def supply(self, model_ids: Iterable[str]) -> None:
        wanted = {model_id for model_id in model_ids if model_id not in self.models.by_id}
        await self._catalog.supply(self.models, wanted, self._transaction)

    def execution(self, root_id: str) -> Execution | None:
        """As the batch left it; None once it has ended or where it never was."""
        return self._executions.get(root_id)

    def catch_element(self, event: WaitingEvent) -> CatchElement:
        return self.models.by_id[event.process_model_id].catch_elements[event.element_id]

    async def run(
        self, advance: Callable[[KnownModels], Step | None], execution: Execution | None = None
    ) -> Step | None:
        """Run a step of the engine, supplying the models it turns out to need. WriteSet nothing here.

        Where the execution is heavy, that is done in a thread: it would hold up everybody else.
        """
        while True:
            try:
                if execution is not None and len(execution.state) > _HEAVY_BYTES:
                    return await asyncio.to_thread(advance, self.models)
                return advance(self.models)
            except ModelNeeded as needed:
                await self._supply_needed(needed)

    async def _supply_needed(self, needed: ModelNeeded) -> None:
        if needed.model_id is not None:
            return await self.supply([needed.model_id])
        key = needed.key or ""
        if key in self.models.latest:
            raise ProcessFailed(f"the called process {key!r} is not deployed")
        model = (await self._transaction.latest_models([key])).get(key)
        self.models.latest[key] = model.id if model else None
        if model is not None:
            await self.supply([model.id])
        return None

    async def trigger(self, event: WaitingEvent, payload: JsonObject | None, now: datetime, by: str) -> Advanced | None:
        """What triggering the event comes to; None if it no longer waits. Its execution must have been loaded.

        Raises:
            ProcessFailed: its process cannot go on.
        """
        execution = self.execution(event.root_instance_id)
        if execution is None:
            return None
        step = await self.run(
            lambda models: self._engine.trigger(models, execution, event.id, payload=payload, now=now), execution
        )
        return None if step is None else self.outcome(step, execution, now, by)

    async def start(
        self,
        model_id: str,
        start: StartElement | None,
        payload: JsonObject | None,
        correlation_id: str,
        now: datetime,
        by: str,
    ) -> Advanced:
        """What a new instance of that model comes to.

        Raises:
            ProcessFailed: it does not get to its first waiting points.
        """
        instance_id = ids.new_id(ids.PROCESS_INSTANCE)
        step = await self.run(
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
        return self._outcome(step, {}, instance_id, correlation_id, now, by)

    def outcome(self, step: Step, execution: Execution, now: datetime, by: str) -> Advanced:
        """What a step of that execution comes to. WriteSet nothing here."""
        return self._outcome(step, execution.instances, execution.root_id, execution.correlation_id, now, by)

    def _outcome(
        self,
        step: Step,
        known: Mapping[str, ProcessInstance],
        root_id: str,
        correlation_id: str,
        now: datetime,
        by: str,
    ) -> Advanced:
        instances = dict(known)
        for change in step.instances:
            before = known.get(change.id)
            instances[change.id] = (
                self._changed(before, change, now)
                if before is not None
                else self._started(change, root_id, correlation_id, now, by)
            )
        execution = None
        if step.state is not None:
            running = {
                instance.id: instance
                for instance in instances.values()
                if instance.state is ProcessInstanceState.RUNNING
            }
            execution = Execution(root_id, correlation_id, self._engine.format, step.state, running)
        return Advanced(step, root_id, correlation_id, now, execution, instances)

    def commit(self, advanced: Advanced, *, triggered: WaitingEvent | None = None, finished: str | None = None) -> None:
        """Let the batch go on from here: record what is to be written.

        ``triggered`` is the event that was asked for, ``finished`` the task; what else the step did, it says itself.
        """
        changes, step, root_id = self.changes, advanced.step, advanced.root_id
        for change in step.instances:
            instance = advanced.instances[change.id]
            if change.started or change.id in changes.new_instances:
                changes.new_instances[change.id] = instance
            else:
                changes.changed_instances[change.id] = instance
            if change.id == root_id and change.started:
                correlation = Correlation(advanced.correlation_id, advanced.now)
                changes.new_correlations.setdefault(advanced.correlation_id, correlation)
        changes.executions[root_id] = ExecutionUpdate(root_id, self._engine.format, step.state)
        if advanced.execution is None:
            self._executions.pop(root_id, None)
        else:
            self._executions[root_id] = advanced.execution
        if triggered is not None:
            self._record_triggered(triggered)
        self._record_events(advanced)
        self._record_tasks(advanced, finished)
        changes.new_thrown += [self._thrown(each, advanced) for each in step.thrown]
        for passed in step.passed_over:
            model_key = advanced.instances[passed.instance_id].process_model_key
            warn_of_misfit(passed.event_type, passed.name, model_key, passed.element_id, passed.violation)

    def _record_triggered(self, event: WaitingEvent) -> None:
        if self.changes.new_events.pop(event.id, None) is None:
            self.changes.triggered_events.append(event.id)
            self._forget_keys(event)

    def _record_events(self, advanced: Advanced) -> None:
        changes, step, instances = self.changes, advanced.step, advanced.instances
        for caught in step.caught:
            event = self._waiting_event(caught.wait, instances)
            self._record_triggered(event)
            changes.new_triggers.append(caught_event(event, caught.payload, advanced.now))
        for wait in step.cancelled:
            event = self._waiting_event(wait, instances)
            if changes.new_events.pop(event.id, None) is None:
                self._forget_keys(event)
            changes.cancelled_events.append(cancelled_event(event, advanced.now))
        for wait in step.added:
            changes.new_events[wait.id] = self._waiting_event(wait, instances)
        for wait in step.rekeyed:
            known = changes.new_events if wait.id in changes.new_events else changes.rekeyed_events
            known[wait.id] = self._waiting_event(wait, instances)

    def _forget_keys(self, event: WaitingEvent) -> None:
        if event.correlation_keys or self.changes.rekeyed_events.pop(event.id, None):
            self.changes.keyed_events_gone.append(event.id)

    def _record_tasks(self, advanced: Advanced, finished: str | None) -> None:
        changes = self.changes
        for task in advanced.step.gone_tasks:
            if changes.new_tasks.pop(task.id, None) is None:
                (changes.finished_tasks if task.id == finished else changes.cancelled_tasks).append(task.id)
        for task in advanced.step.added_tasks:
            changes.new_tasks[task.id] = self._open_task(task, advanced.instances)

    @staticmethod
    def _changed(before: ProcessInstance, change: InstanceChange, now: datetime) -> ProcessInstance:
        ended = None if change.state is ProcessInstanceState.RUNNING else now
        return replace(
            before, state=change.state, variables=change.variables, ended_at=ended, end_reason=change.end_reason
        )

    def _started(
        self, change: InstanceChange, root_id: str, correlation_id: str, now: datetime, by: str
    ) -> ProcessInstance:
        return ProcessInstance(
            id=change.id,
            root_id=root_id,
            parent_id=change.parent_id,
            process_model_id=change.process_model_id,
            process_model_key=self.models.by_id[change.process_model_id].key,
            correlation_id=correlation_id,
            state=change.state,
            started_at=now,
            started_by=by,
            ended_at=None if change.state is ProcessInstanceState.RUNNING else now,
            variables=change.variables,
            end_reason=change.end_reason,
        )

    def _waiting_event(self, wait: Wait, instances: Mapping[str, ProcessInstance]) -> WaitingEvent:
        instance = instances[wait.instance_id]
        element = self.models.by_id[instance.process_model_id].catch_elements[wait.element_id]
        return WaitingEvent(
            id=wait.id,
            element_id=wait.element_id,
            element_type=element.element_type,
            event_type=element.event_type,
            name=element.name,
            event_name=element.event_name,
            lane=element.lane,
            interrupting=element.interrupting,
            due_at=wait.due_at,
            waiting_since=wait.since,
            process_model_id=instance.process_model_id,
            process_model_key=instance.process_model_key,
            process_instance_id=instance.id,
            root_instance_id=instance.root_id,
            correlation_id=instance.correlation_id,
            correlation_keys=dict(wait.correlation_keys) or None,
        )

    def waiting_events(self, advanced: Advanced) -> Iterator[WaitingEvent]:
        """All that waits after the step: some may be very many, and most are asked for a few."""
        return (self._waiting_event(wait, advanced.instances) for wait in advanced.step.waits)

    def open_tasks(self, advanced: Advanced) -> Iterator[OpenTask]:
        """All that is open after the step, longest open first."""
        return (self._open_task(task, advanced.instances) for task in advanced.step.tasks)

    def _open_task(self, task: TaskWait, instances: Mapping[str, ProcessInstance]) -> OpenTask:
        instance = instances[task.instance_id]
        element = self.models.by_id[instance.process_model_id].task_elements[task.element_id]
        return OpenTask(
            id=task.id,
            element_id=task.element_id,
            task_type=element.task_type,
            name=element.name,
            lane=element.lane,
            topic=element.topic,
            open_since=task.since,
            process_model_id=instance.process_model_id,
            process_model_key=instance.process_model_key,
            process_instance_id=instance.id,
            root_instance_id=instance.root_id,
            correlation_id=instance.correlation_id,
        )

    @staticmethod
    def _thrown(thrown: Thrown, advanced: Advanced) -> ThrownEvent:
        return ThrownEvent(
            id=ids.new_id(ids.THROWN_EVENT),
            event_type=thrown.event_type,
            name=thrown.name,
            payload=thrown.payload,
            source=TriggerSource.PROCESS,
            thrown_at=advanced.now,
            thrown_by=SYSTEM.subject,
            due_at=advanced.now,
            root_instance_id=advanced.root_id,
            correlation_id=advanced.correlation_id,
        )


def _first_variables(start: StartElement | None, payload: JsonObject | None) -> JsonObject:
    if start is not None and start.payload_variable is not None:
        return {start.payload_variable: payload or {}}
    return payload or {}
