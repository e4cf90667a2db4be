"""Terminate a process instance with everything it called: nothing of it waits any more."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bpmn_events.application.commands.command import check_prose
from bpmn_events.application.ports.engine import Engine, InstanceChange, Step
from bpmn_events.application.ports.transaction import Transaction
from bpmn_events.application.ports.write_set import WriteSet
from bpmn_events.application.writing.batch import ExecutionBatch
from bpmn_events.application.writing.model_catalog import ModelCatalog
from bpmn_events.application.writing.writer import Writer
from bpmn_events.domain.access import require
from bpmn_events.domain.errors import Conflict, DomainError, ProcessInstanceNotFound
from bpmn_events.domain.principal import Permission, Principal
from bpmn_events.domain.processes import ProcessInstance, ProcessInstanceState


@dataclass(frozen=True, slots=True)
class _Command:
    principal: Principal
    instance_id: str
    reason: str | None


class TerminateInstance:
    def __init__(self, writer: Writer, engine: Engine, catalog: ModelCatalog, clock: Callable[[], datetime]) -> None:
        self._writer = writer
        self._engine = engine
        self._catalog = catalog
        self._clock = clock

    async def __call__(
        self, principal: Principal | None, instance_id: str, reason: str | None = None
    ) -> ProcessInstance:
        """The instance, terminated.

        Raises:
            Unauthorized, Forbidden, ProcessInstanceNotFound.
            Conflict: it has already ended, or another instance called it and still waits for it.
        """
        principal = require(principal, Permission.PROCESSES_TERMINATE)
        check_prose("reason", reason)
        return await self._writer.submit(self._decide, _Command(principal, instance_id, reason))

    async def _decide(
        self, transaction: Transaction, changes: WriteSet, commands: Sequence[_Command]
    ) -> list[ProcessInstance | DomainError]:
        found = await transaction.instances({command.instance_id for command in commands})
        batch = ExecutionBatch(self._engine, self._catalog, transaction, changes)
        await batch.load({instance.root_id for instance in found.values()})
        outcomes: list[ProcessInstance | DomainError] = []
        for command in commands:
            try:
                outcomes.append(self._terminate(command, found.get(command.instance_id), batch))
            except DomainError as refusal:
                outcomes.append(refusal)
        return outcomes

    def _terminate(self, command: _Command, instance: ProcessInstance | None, batch: ExecutionBatch) -> ProcessInstance:
        if instance is None:
            raise ProcessInstanceNotFound(command.instance_id)
        if instance.parent_id is not None:
            raise Conflict(f"The instance was called by {instance.parent_id!r}: terminate {instance.root_id!r}.")
        execution = batch.execution(instance.root_id)
        if execution is None:
            raise Conflict("The instance has already ended.")
        now = self._clock()
        step = Step(
            state=None,
            instances=tuple(_terminated(each, command.reason) for each in execution.instances.values()),
            waits=(),
            added=(),
            cancelled=self._engine.waits(execution),
            gone_tasks=self._engine.tasks(execution),
        )
        advanced = batch.outcome(step, execution, now, command.principal.subject)
        batch.commit(advanced)
        return replace(advanced.instances[instance.id])


def _terminated(instance: ProcessInstance, reason: str | None) -> InstanceChange:
    return InstanceChange(
        id=instance.id,
        parent_id=instance.parent_id,
        process_model_id=instance.process_model_id,
        state=ProcessInstanceState.TERMINATED,
        variables=instance.variables,
        end_reason=reason,
    )
