"""One execution through the engine port, without a host or database."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from bpmn_events.adapters.hosts.embedded.engine_port import Engine, LoadedModels
from bpmn_events.adapters.hosts.embedded.steps import Step, TaskWait, Wait
from bpmn_events.application.ports.transaction import Execution
from bpmn_events.domain.processes import ProcessInstance, ProcessInstanceState
from bpmn_events.domain.tasks import BpmnError

ROOT = "pi_root"
BEGINNING = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass
class EngineRun:
    """An execution of the first process of a file. It can call the other processes of the file."""

    engine: Engine
    models: LoadedModels
    first: str
    now: datetime = BEGINNING
    state: bytes | None = None
    instances: dict[str, ProcessInstance] = field(default_factory=dict)
    step: Step | None = None

    @classmethod
    def load(cls, engine: Engine, bpmn_xml: str) -> "EngineRun":
        """Return an execution that is not started yet."""
        models = engine.compile(bpmn_xml).models
        by_id = {f"pm_{model.key}": model for model in models}
        latest: dict[str, str | None] = {model.key: f"pm_{model.key}" for model in models}
        return cls(engine, LoadedModels(by_id, latest), f"pm_{models[0].key}")

    # --- steps ---

    def start(self, variables: Mapping[str, Any], at: str | None = None) -> None:
        self._apply(
            self.engine.start(
                self.models, self.first, ROOT, start_element_id=at, variables=dict(variables), now=self.now
            )
        )

    def trigger(self, wait_id: str, payload: dict[str, Any] | None = None) -> None:
        step = self.engine.trigger(self.models, self.execution, wait_id, payload=payload, now=self.now)
        assert step is not None, "a listed event could not be triggered"
        assert wait_id not in {wait.id for wait in step.waits}, "a triggered event still waits"
        self._apply(step)

    def finish(self, task_id: str, result: dict[str, Any]) -> None:
        step = self.engine.finish_task(self.models, self.execution, task_id, result=result, now=self.now)
        assert step is not None, "a listed task could not be finished"
        assert task_id not in {task.id for task in step.tasks}, "a finished task is still open"
        self._apply(step)

    def throw(self, task_id: str, code: str, variables: dict[str, Any]) -> None:
        step = self.engine.throw_error(
            self.models, self.execution, task_id, error=BpmnError(code), variables=variables, now=self.now
        )
        assert step is not None, "a listed task could not end with an error"
        assert task_id not in {task.id for task in step.tasks}, "a task that ended with an error is still open"
        self._apply(step)

    def _apply(self, step: Step) -> None:
        for change in step.instances:
            self.instances[change.id] = ProcessInstance(
                id=change.id,
                root_id=ROOT,
                parent_id=change.parent_id,
                process_model_id=change.process_model_id,
                process_model_key=self.models.by_id[change.process_model_id].key,
                correlation_id="co",
                state=change.state,
                started_at=self.now,
                started_by="test",
                ended_at=None,
                variables=change.variables,
                end_reason=change.end_reason,
            )
        self.step, self.state = step, step.state

    # --- state ---

    @property
    def execution(self) -> Execution:
        assert self.state is not None, "the execution has ended"
        instances = self.instances.values()
        running = {instance.id: instance for instance in instances if instance.state is ProcessInstanceState.RUNNING}
        return Execution(ROOT, "co", self.engine.format, self.state, running)

    @property
    def root(self) -> ProcessInstance:
        return self.instances[ROOT]

    @property
    def waits(self) -> tuple[Wait, ...]:
        return self.step.waits if self.step is not None else ()

    @property
    def tasks(self) -> tuple[TaskWait, ...]:
        return self.step.tasks if self.step is not None else ()

    def wait_at(self, place: str) -> str:
        """Return the id of the oldest waiting event at ``ELEMENT``, or of the second oldest at ``ELEMENT#2``."""
        return _id_at(place, self.waits)

    def task_at(self, place: str) -> str:
        """Return the id of the oldest open task at ``ELEMENT``, or of the second oldest at ``ELEMENT#2``."""
        return _id_at(place, self.tasks)

    def summary(self) -> str:
        """Return the waiting elements, sorted, open tasks in brackets; or the state of an instance that has ended."""
        if self.state is None:
            return str(self.root.state)
        names = [wait.element_id for wait in self.waits] + [f"[{task.element_id}]" for task in self.tasks]
        return " ".join(sorted(names, key=lambda name: name.strip("[]").casefold()))


def _id_at(place: str, waits: tuple[Wait, ...] | tuple[TaskWait, ...]) -> str:
    element, _, number = place.partition("#")
    ids = [wait.id for wait in waits if wait.element_id == element]
    assert ids, f"nothing waits at {element}"
    return ids[int(number or 1) - 1]
