"""The executions a batch of commands works on: read once, advanced in memory, written once."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from app.application.model_catalog import ModelCatalog
from app.application.ports import (
    CancelledEvent,
    Changes,
    Engine,
    Execution,
    ExecutionState,
    InstanceChange,
    KnownModels,
    ModelNeeded,
    Step,
    Transaction,
    Wait,
)
from app.domain.errors import ProcessFailed
from app.domain.events import CatchElement, WaitingEvent
from app.domain.processes import ProcessInstance, ProcessInstanceState


@dataclass(frozen=True, slots=True)
class Advanced:
    """What an applied step left behind: the execution (None: ended), its instances, and all that waits now."""

    execution: Execution | None
    instances: dict[str, ProcessInstance]
    waiting: tuple[WaitingEvent, ...]
    added: tuple[WaitingEvent, ...]
    cancelled: tuple[CancelledEvent, ...]


class ExecutionBatch:
    """A later command of the batch sees what an earlier one did, although nothing is written yet."""

    def __init__(self, engine: Engine, catalog: ModelCatalog, transaction: Transaction, changes: Changes) -> None:
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

    async def run(self, advance: Callable[[KnownModels], Step | None]) -> Step | None:
        """Run a step of the engine, supplying the models it turns out to need. Changes nothing here."""
        while True:
            try:
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

    def outcome(
        self, step: Step, known: dict[str, ProcessInstance], root_id: str, correlation_id: str, now: datetime, by: str
    ) -> Advanced:
        """What the step means in the product's words. ``known`` are the execution's instances before it."""
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
        return Advanced(
            execution=execution,
            instances=instances,
            waiting=tuple(self._waiting_event(wait, instances) for wait in step.waits),
            added=tuple(self._waiting_event(wait, instances) for wait in step.added),
            cancelled=tuple(self._cancelled(wait, instances, now) for wait in step.cancelled),
        )

    def commit(self, advanced: Advanced, step: Step, root_id: str, triggered: str | None = None) -> None:
        """Let the batch go on from here: record what is to be written."""
        changes = self.changes
        for change in step.instances:
            instance = advanced.instances[change.id]
            if change.started or change.id in changes.new_instances:
                changes.new_instances[change.id] = instance
            else:
                changes.changed_instances[change.id] = instance
        changes.executions[root_id] = ExecutionState(root_id, self._engine.format, step.state)
        if advanced.execution is None:
            self._executions.pop(root_id, None)
        else:
            self._executions[root_id] = advanced.execution
        self._record_events(advanced, triggered)

    def _record_events(self, advanced: Advanced, triggered: str | None) -> None:
        changes = self.changes
        if triggered is not None and changes.new_events.pop(triggered, None) is None:
            changes.triggered_events.append(triggered)
        for event in advanced.cancelled:
            changes.new_events.pop(event.id, None)
            changes.cancelled_events.append(event)
        changes.new_events.update((event.id, event) for event in advanced.added)

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

    def _waiting_event(self, wait: Wait, instances: dict[str, ProcessInstance]) -> WaitingEvent:
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
        )

    def _cancelled(self, wait: Wait, instances: dict[str, ProcessInstance], now: datetime) -> CancelledEvent:
        event = self._waiting_event(wait, instances)
        return CancelledEvent(
            id=event.id,
            process_model_key=event.process_model_key,
            correlation_id=event.correlation_id,
            process_instance_id=event.process_instance_id,
            element_id=event.element_id,
            lane=event.lane,
            cancelled_at=now,
        )
