"""The embedded engine behind the ``Engine`` port."""

from collections.abc import Sequence
from datetime import datetime

from app.adapters.engines.embedded import state as states
from app.adapters.engines.embedded.parser import parse
from app.adapters.engines.embedded.run import Run
from app.adapters.engines.embedded.running import RunningInstance
from app.adapters.engines.embedded.state import ExecutionState
from app.application.ports import (
    ExecutableModel,
    Execution,
    InstanceChange,
    KnownModels,
    Step,
    TaskWait,
    Wait,
)
from app.domain.events import JsonObject


class EmbeddedEngine:
    """Pure functions of the stored state: it keeps nothing between calls, and changes nothing it is given."""

    @property
    def format(self) -> int:
        return states.FORMAT

    def compile(self, bpmn_xml: str) -> Sequence[ExecutableModel]:
        return parse(bpmn_xml)

    def start(
        self,
        models: KnownModels,
        model_id: str,
        instance_id: str,
        *,
        start_element_id: str | None,
        variables: JsonObject,
        now: datetime,
    ) -> Step:
        run = Run(models, ExecutionState(0, []), {}, now)
        run.begin(model_id, instance_id, start_element_id, variables)
        return _step(run, {}, None)

    def trigger(
        self,
        models: KnownModels,
        execution: Execution,
        wait_id: str,
        *,
        payload: JsonObject | None,
        now: datetime,
    ) -> Step | None:
        state = states.decode(execution.state, execution.format)
        before = {wait.id: wait for wait in state.waits()}
        if wait_id not in before:
            return None
        variables = {each.id: each.variables for each in execution.instances.values()}
        run = Run(models, state, variables, now)
        run.trigger(wait_id, payload)
        return _step(run, before, wait_id)

    def finish_task(
        self, models: KnownModels, execution: Execution, task_id: str, *, result: JsonObject, now: datetime
    ) -> Step | None:
        return None

    def tasks(self, execution: Execution) -> tuple[TaskWait, ...]:
        return ()

    def waits(self, execution: Execution) -> tuple[Wait, ...]:
        return tuple(states.decode(execution.state, execution.format).waits())


def _step(run: Run, before: dict[str, Wait], triggered: str | None) -> Step:
    after = tuple(run.state.waits())
    remaining = {wait.id for wait in after}
    return Step(
        state=states.encode(run.state) if run.state.instances else None,
        instances=tuple(
            _change(instance)
            for instance in run.instances.values()
            if instance.started or instance.changed or not instance.is_running
        ),
        waits=after,
        added=tuple(wait for wait in after if wait.id not in before),
        cancelled=tuple(wait for wait in before.values() if wait.id not in remaining and wait.id != triggered),
    )


def _change(instance: RunningInstance) -> InstanceChange:
    return InstanceChange(
        id=instance.state.id,
        parent_id=instance.state.parent,
        process_model_id=instance.state.model_id,
        state=instance.outcome,
        variables=instance.variables,
        started=instance.started,
        end_reason=instance.end_reason,
    )
