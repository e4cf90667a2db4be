"""The embedded engine: compiles BPMN files, and takes the steps of executions."""

import logging
from collections.abc import Collection, Mapping
from datetime import datetime
from functools import partial
from typing import TypeVar

from bpmn_events.adapters.hosts.embedded.engine_port import (
    FULL_LIMIT,
    CompiledFile,
    ExecutableModel,
    LoadedModels,
    StepLimit,
)
from bpmn_events.adapters.hosts.embedded.model import meaning as meanings
from bpmn_events.adapters.hosts.embedded.model.unreadable import unreadable_model
from bpmn_events.adapters.hosts.embedded.parsing.parser import parse, parse_stored
from bpmn_events.adapters.hosts.embedded.runtime import state as states
from bpmn_events.adapters.hosts.embedded.runtime import stored_sizes
from bpmn_events.adapters.hosts.embedded.runtime.instance_context import InstanceContext
from bpmn_events.adapters.hosts.embedded.runtime.interpreter import Interpreter
from bpmn_events.adapters.hosts.embedded.runtime.state import ExecutionState
from bpmn_events.adapters.hosts.embedded.runtime.step_context import StepContext
from bpmn_events.adapters.hosts.embedded.steps import InstanceChange, Step, TaskWait, Wait
from bpmn_events.application.ports.payload_schemas import PayloadSchemas
from bpmn_events.application.ports.transaction import Execution
from bpmn_events.domain.errors import InvalidProcessModel
from bpmn_events.domain.events import JsonObject
from bpmn_events.domain.processes import ProcessInstance, ProcessInstanceState
from bpmn_events.domain.tasks import BpmnError

logger = logging.getLogger(__name__)

# Measuring a larger encoded state takes longer than measuring the state that it was encoded from.
_SMALL_BYTES = 16_384

_WaitT = TypeVar("_WaitT", Wait, TaskWait)


class EmbeddedEngine:
    """Implements ``engine_port.Engine``. Keeps no state between calls, and does not change its arguments."""

    def __init__(self, schemas: PayloadSchemas) -> None:
        self._schemas = schemas

    @property
    def format(self) -> int:
        return states.FORMAT

    @property
    def meaning(self) -> int:
        return meanings.CURRENT

    def compile(self, bpmn_xml: str) -> CompiledFile:
        return CompiledFile(*parse(bpmn_xml))

    def compile_stored(self, bpmn_xml: str, key: str, meaning: int) -> ExecutableModel:
        check_schema = partial(self._schemas.check_schema, is_stored=True)
        try:
            model, issues = parse_stored(bpmn_xml, key, meaning, check_schema)
        except InvalidProcessModel as error:
            logger.warning("The stored process model %r cannot be read: %s", key, error.issues[0].message)
            return unreadable_model(key, error.issues[0].message)
        if issues:
            logger.warning(
                "The stored process model %r has parts that this version cannot run. A token that reaches one of them "
                "fails the process: %s",
                key,
                "; ".join(f"{issue.element_id} (line {issue.line}): {issue.message}" for issue in issues),
            )
        return model

    def start(
        self,
        models: LoadedModels,
        model_id: str,
        instance_id: str,
        *,
        start_element_id: str | None,
        variables: JsonObject,
        now: datetime,
        limit: StepLimit = FULL_LIMIT,
    ) -> Step:
        interpreter = Interpreter(models, self._schemas, ExecutionState(0, []), {}, now, limit)
        interpreter.begin(model_id, instance_id, start_element_id, variables)
        return _make_step(interpreter.context)

    def trigger(
        self,
        models: LoadedModels,
        execution: Execution,
        wait_id: str,
        *,
        payload: JsonObject | None,
        now: datetime,
        limit: StepLimit = FULL_LIMIT,
    ) -> Step | None:
        interpreter = self._resume(models, execution, now, limit)
        return _make_step(interpreter.context) if interpreter.trigger(wait_id, payload) else None

    def finish_task(
        self,
        models: LoadedModels,
        execution: Execution,
        task_id: str,
        *,
        result: JsonObject,
        now: datetime,
        limit: StepLimit = FULL_LIMIT,
    ) -> Step | None:
        interpreter = self._resume(models, execution, now, limit)
        return _make_step(interpreter.context) if interpreter.finish_task(task_id, result) else None

    def throw_error(
        self,
        models: LoadedModels,
        execution: Execution,
        task_id: str,
        *,
        error: BpmnError,
        variables: JsonObject,
        now: datetime,
        limit: StepLimit = FULL_LIMIT,
    ) -> Step | None:
        interpreter = self._resume(models, execution, now, limit)
        return _make_step(interpreter.context) if interpreter.throw_error(task_id, error, variables) else None

    def terminate(self, execution: Execution, *, reason: str | None) -> Step:
        state = states.decode(execution.state, execution.format)
        return Step(
            state=None,
            instances=tuple(_termination(instance, reason) for instance in execution.instances.values()),
            waits=(),
            added=(),
            cancelled=tuple(state.waits()),
            closed_tasks=tuple(state.tasks()),
        )

    def local_bytes(self, state: bytes) -> Mapping[str, int]:
        return stored_sizes.local_bytes(state)

    def _resume(self, models: LoadedModels, execution: Execution, now: datetime, limit: StepLimit) -> Interpreter:
        state = states.decode(execution.state, execution.format)
        variables = {instance.id: instance.variables for instance in execution.instances.values()}
        return Interpreter(models, self._schemas, state, variables, now, limit)


def _make_step(context: StepContext) -> Step:
    journal = context.journal
    waits, tasks = tuple(context.state.waits()), tuple(context.state.tasks())
    rekeyed = {wait_id for instance in context.instances.values() for wait_id in instance.rekeyed}
    if rekeyed:
        rekeyed -= journal.added.keys()
    state = states.encode(context.state) if context.state.instances else None
    return Step(
        state=state,
        instances=tuple(
            _instance_change(instance)
            for instance in context.instances.values()
            if instance.started or instance.changed or not instance.is_running
        ),
        waits=waits,
        added=_select(waits, journal.added),
        cancelled=tuple(journal.cancelled),
        caught=tuple(journal.caught),
        thrown=tuple(journal.thrown),
        tasks=tasks,
        added_tasks=_select(tasks, journal.added_tasks),
        closed_tasks=tuple(journal.closed_tasks),
        rekeyed=tuple(wait for wait in waits if wait.id in rekeyed) if rekeyed else (),
        rejected_receivers=tuple(journal.rejected_receivers),
        kept_bytes=context.budget.kept_bytes,
        local_bytes=stored_sizes.measure(context.state) if state and len(state) > _SMALL_BYTES else None,
    )


def _select(items: tuple[_WaitT, ...], ids: Collection[str]) -> tuple[_WaitT, ...]:
    """Return the items with the ids, in the order of the ids. A lookup is cheaper than building them again."""
    if not ids:
        return ()
    by_id = {item.id: item for item in items}
    return tuple(by_id[identifier] for identifier in ids)


def _instance_change(instance: InstanceContext) -> InstanceChange:
    return InstanceChange(
        id=instance.state.id,
        parent_id=instance.state.parent,
        process_model_id=instance.state.model_id,
        state=instance.outcome,
        variables=instance.variables,
        started=instance.started,
        end_reason=instance.end_reason,
    )


def _termination(instance: ProcessInstance, reason: str | None) -> InstanceChange:
    return InstanceChange(
        id=instance.id,
        parent_id=instance.parent_id,
        process_model_id=instance.process_model_id,
        state=ProcessInstanceState.TERMINATED,
        variables=instance.variables,
        end_reason=reason,
    )
