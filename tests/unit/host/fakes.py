"""Fakes of the engine and of a transaction, which return the steps and rows of a test."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from threading import current_thread
from types import SimpleNamespace
from typing import Any, cast

from bpmn_events.adapters.hosts.embedded.engine_port import Engine, ExecutableModel, LoadedModels
from bpmn_events.adapters.hosts.embedded.execution.batch import ExecutionBatch
from bpmn_events.adapters.hosts.embedded.execution.model_catalog import ModelCatalog
from bpmn_events.adapters.hosts.embedded.execution.step_runner import StepRunner
from bpmn_events.adapters.hosts.embedded.steps import InstanceChange, Step, TaskWait, Wait
from bpmn_events.application.ports.transaction import Execution, Transaction
from bpmn_events.application.ports.write_set import WriteSet
from bpmn_events.domain.events import CatchElement, ElementAddress, ElementType, EventType, WaitingEvent
from bpmn_events.domain.processes import ProcessInstance, ProcessInstanceState, ProcessModel
from bpmn_events.domain.start_timers import StartTimer
from bpmn_events.domain.tasks import OpenTask, TaskElement, TaskType

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
FORMAT = 7
NEW = "the instance that is started"


def wait(identifier: str, element: str = "Paid", **keys: str) -> Wait:
    return Wait(identifier, "pi_1", element, NOW, correlation_keys=keys)


def task(identifier: str) -> TaskWait:
    return TaskWait(identifier, "pi_1", "Work", NOW)


def change(identifier: str = "pi_1", *, started: bool = False, ended: bool = False, **variables: Any) -> InstanceChange:
    state = ProcessInstanceState.COMPLETED if ended else ProcessInstanceState.RUNNING
    return InstanceChange(identifier, None, "pm_1", state, variables, started)


def step(*changes: InstanceChange, state: bytes | None = b"next", **fields: Iterable[Any]) -> Step:
    """Return a step with these fields; all others are empty."""
    values: dict[str, Any] = {name: tuple(each) for name, each in fields.items()}
    return Step(**{"state": state, "instances": changes, "waits": (), "added": (), "cancelled": (), **values})


def instance(identifier: str = "pi_1", root: str = "pi_1") -> ProcessInstance:
    running = ProcessInstanceState.RUNNING
    return ProcessInstance(identifier, root, None, "pm_1", "order", "c-1", running, NOW, "ada", None, {"a": 1})


def execution(root: str = "pi_1", state: bytes = b"before") -> Execution:
    return Execution(root, "c-1", FORMAT, state, {root: instance(root, root)})


def _catch(element: str) -> CatchElement:
    message = EventType.MESSAGE
    return CatchElement(element, ElementType.RECEIVE_TASK, message, element, "paid", None, False, None, None)


MODEL = SimpleNamespace(
    key="order",
    catch_elements={name: _catch(name) for name in ("Paid", "Shipped")},
    task_elements={"Work": TaskElement("Work", TaskType.USER, "Work", None)},
    start_elements={},
)


@dataclass
class FakeEngine:
    """Returns the steps in order, or raises an exception in their place, and records the calls."""

    steps: list[Step | Exception | None] = field(default_factory=list)
    calls: list[tuple[str, Any]] = field(default_factory=list)
    threads: list[str] = field(default_factory=list)
    compiled: int = 0

    format = FORMAT
    meaning = 1

    def compile_stored(self, _bpmn_xml: str, _key: str, _meaning: int) -> Any:
        self.compiled += 1
        return MODEL

    def start(self, _models: LoadedModels, model_id: str, instance_id: str, **arguments: Any) -> Step | None:
        step = self._next("start", (model_id, arguments))
        if step is None:
            return None
        instances = [replace(each, id=instance_id) if each.id == NEW else each for each in step.instances]
        return replace(step, instances=tuple(instances))

    def trigger(self, _models: LoadedModels, execution: Execution, wait_id: str, **_arguments: Any) -> Step | None:
        return self._next("trigger", (execution.state, wait_id))

    def finish_task(self, _models: LoadedModels, execution: Execution, task_id: str, **_arguments: Any) -> Step | None:
        return self._next("finish", (execution.state, task_id))

    def terminate(self, execution: Execution, *, reason: str | None) -> Step | None:
        return self._next("terminate", (execution.state, reason))

    def _next(self, name: str, arguments: Any) -> Step | None:
        self.calls.append((name, arguments))
        self.threads.append(current_thread().name)
        step = self.steps.pop(0)
        if isinstance(step, Exception):
            raise step
        return step


@dataclass
class FakeTransaction:
    """The stored rows that a batch and the model catalog read; ``read`` records the reads."""

    stored: dict[str, Execution] = field(default_factory=dict)
    deployed: dict[str, str] = field(default_factory=lambda: {"order": "pm_1"})
    texts: dict[str, str] = field(default_factory=dict)
    read: list[tuple[str, list[str]]] = field(default_factory=list)

    async def executions(self, root_ids: Collection[str]) -> dict[str, Execution]:
        self.read.append(("executions", sorted(root_ids)))
        return {key: self.stored[key] for key in root_ids if key in self.stored}

    async def waiting_events(self, _ids: Collection[str]) -> dict[str, WaitingEvent]:
        return {}

    async def waiting_events_at(self, _places: Collection[ElementAddress]) -> dict[ElementAddress, list[WaitingEvent]]:
        return {}

    async def ensure_durability(self) -> None:
        self.read.append(("durably", []))

    async def open_tasks(self, _ids: Collection[str]) -> dict[str, OpenTask]:
        return {}

    async def open_tasks_at(self, _places: Collection[ElementAddress]) -> dict[ElementAddress, list[OpenTask]]:
        return {}

    async def models_by_id(self, ids: Collection[str]) -> dict[str, ProcessModel]:
        self.read.append(("models", sorted(ids)))
        return {each: ProcessModel(each, "order", 1, None, NOW, "ada", {}) for each in ids}

    async def bpmn_xml(self, ids: Collection[str]) -> dict[str, str]:
        self.read.append(("texts", sorted(ids)))
        return {each: self.texts.get(each, "<definitions/>") for each in ids}

    async def start_timers(self, ids: Collection[str]) -> dict[str, StartTimer]:
        self.read.append(("start timers", sorted(ids)))
        return {}

    async def latest_models(self, keys: Collection[str]) -> dict[str, ProcessModel]:
        self.read.append(("latest", sorted(keys)))
        model_ids = {key: self.deployed[key] for key in keys if key in self.deployed}
        return {key: ProcessModel(model_id, key, 1, None, NOW, "ada", {}) for key, model_id in model_ids.items()}


@dataclass
class Fixture:
    """The fakes, and batches of executions over them."""

    engine: FakeEngine = field(default_factory=FakeEngine)
    transaction: FakeTransaction = field(default_factory=lambda: FakeTransaction({"pi_1": execution()}))
    write_set: WriteSet = field(default_factory=WriteSet)
    runner: StepRunner = field(default_factory=StepRunner)

    def __post_init__(self) -> None:
        self.catalog = ModelCatalog(cast("Engine", self.engine), self.transaction)
        self.catalog.add("pm_1", cast("ExecutableModel", MODEL))

    def batch(self) -> ExecutionBatch:
        transaction = cast("Transaction", self.transaction)
        return ExecutionBatch(cast("Engine", self.engine), self.catalog, self.runner, transaction, self.write_set)
