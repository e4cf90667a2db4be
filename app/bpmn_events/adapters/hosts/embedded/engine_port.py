"""Engine port, used by this host alone: executable models, and steps that advance an execution."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from bpmn_events.adapters.hosts.embedded.steps import Step
from bpmn_events.application.ports.transaction import Execution
from bpmn_events.domain.errors import ModelIssue
from bpmn_events.domain.events import CatchElement, JsonObject, StartElement
from bpmn_events.domain.start_timers import StartTime
from bpmn_events.domain.tasks import BpmnError, TaskElement


class ExecutableModel(Protocol):
    """A parsed process that is ready to run. Immutable, and shared by all instances of its version."""

    @property
    def key(self) -> str: ...
    @property
    def name(self) -> str | None: ...
    @property
    def catch_elements(self) -> Mapping[str, CatchElement]:
        """The elements at which an instance can wait for an event, by element id."""
        ...

    @property
    def start_elements(self) -> Mapping[str, StartElement]:
        """The start events by element id, in document order; empty if the process begins without one."""
        ...

    @property
    def task_elements(self) -> Mapping[str, TaskElement]:
        """The tasks that are finished from outside, by element id."""
        ...

    @property
    def lines(self) -> Mapping[str, int]:
        """The line of each element in the BPMN file by element id, counted from 1."""
        ...

    def first_start(self, element_id: str, now: datetime) -> StartTime | None:
        """Return the first time at which a timer start event starts an instance, if the model is deployed now.

        Return None for another start event, and for a cycle whose times have all passed.

        Raises:
            InvalidProcessModel: The timer has no valid time by now.
        """
        ...

    def next_start(self, element_id: str, time: StartTime, now: datetime) -> StartTime | None:
        """Return the time after one at which the start event has started an instance now; None if it was the last.

        Raises:
            ProcessFailed: The time zone of the timer is unknown on this machine.
        """
        ...

    def correlation_keys(self, message: str, payload: JsonObject) -> Mapping[str, str]:
        """Return the value of each ``correlationKey`` of this model in a message's payload, as JSON by key id.

        A key is left out if the payload lacks one of its properties (BPMN 2.0.2, section 8.4.2), or if its value takes
        too much work.
        """
        ...


class MissingModel(Exception):
    """A step needs a model that is not loaded: load it, and run the step again. The step changed nothing.

    Exactly one attribute is set: ``model_id`` if an instance of that version runs, ``key`` if the process with that key
    is called in its latest version.
    """

    def __init__(self, *, model_id: str | None = None, key: str | None = None) -> None:
        super().__init__(model_id or key)
        self.model_id = model_id
        self.key = key


class StepTooLong(Exception):
    """A step exceeds a limit that is not final: run it again under another one. The step changed nothing."""


@dataclass(frozen=True, slots=True)
class CompiledFile:
    """The executable processes of a BPMN file in document order, and the warnings about what is not acted on in it."""

    models: tuple[ExecutableModel, ...]
    warnings: tuple[ModelIssue, ...] = ()


@dataclass(frozen=True, slots=True)
class StepLimit:
    """The time that a step may take, and the data that it may produce.

    Attributes:
        seconds: The CPU time of the thread.
        seconds_per_path: The CPU time that each occurrence of a loop and each caught event adds.
        kept_bytes: The size of the values that the step stores or sends.
        is_final: True if a step that exceeds the limit fails with ``ProcessFailed``, False for ``StepTooLong``.
    """

    seconds: float
    seconds_per_path: float
    kept_bytes: int
    is_final: bool


# A process within the limits on moves and occurrences stays within the time, even on a slow machine: ten thousand moves
# take 0.06 to 0.2 s, and twenty thousand occurrences of a loop up to 1.5 s.
FULL_LIMIT = StepLimit(1.0, 0.0002, 64 * 1_048_576, is_final=True)


@dataclass(slots=True)
class LoadedModels:
    """The models that a step may use.

    Attributes:
        by_id: The models by version id.
        latest: The id of the latest version by process model key; None if no version is deployed.
    """

    by_id: dict[str, ExecutableModel] = field(default_factory=dict)
    latest: dict[str, str | None] = field(default_factory=dict)


class Engine(Protocol):
    """Runs processes. Every method is a pure function: the caller stores the returned step, or drops it.

    A step runs an execution to its next wait states: the waiting events and open tasks at which every token stops.
    """

    @property
    def format(self) -> int:
        """The number of the state format that this engine writes; it reads that format and every earlier one."""
        ...

    @property
    def meaning(self) -> int:
        """The number of the meaning by which the engine reads new files; it knows every earlier one."""
        ...

    def compile(self, bpmn_xml: str) -> CompiledFile:
        """Return the executable processes of a BPMN 2.0 file, read by the current meaning.

        Raises:
            InvalidProcessModel: The file cannot run. The error lists every reason, each with element id and line.
        """
        ...

    def compile_stored(self, bpmn_xml: str, key: str, meaning: int) -> ExecutableModel:
        """Return the process with the key from a stored file, read by the meaning that it was deployed with.

        It refuses nothing. If this version would refuse a part of the file, instances go on: a token that enters the
        part fails the process. The elements at which instances wait are in the model, whatever was refused about them.
        The issues are logged as one warning. If the file is no XML or has no such process, every step on the model
        raises ``ProcessFailed``.
        """
        ...

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
        """Return the step that starts an instance and runs it to its first wait states.

        Raises:
            MissingModel: A model must be added to ``models`` first.
            StepTooLong: The step exceeds the limit, which is not final.
            ProcessFailed: The process cannot reach its next wait states, or the step exceeds the final limit.
        """
        ...

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
        """Return the step that triggers exactly one waiting event; None if the event does not wait.

        Raises:
            MissingModel, StepTooLong, ProcessFailed: As in ``start``.
        """
        ...

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
        """Return the step that finishes one open task; None if the task is not open.

        Raises:
            MissingModel, StepTooLong, ProcessFailed: As in ``start``.
        """
        ...

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
        """Return the step that ends one open task with a BPMN error; None if the task is not open.

        The error propagates as if an error end event in place of the task had thrown it. The handler of the error gets
        the variables. An error without a handler fails the instance.

        Raises:
            MissingModel, StepTooLong, ProcessFailed: As in ``start``.
        """
        ...

    def local_bytes(self, state: bytes) -> Mapping[str, int]:
        """Return the number of bytes that each instance stores in the encoded state of a step or an execution.

        These are the local variables and correlation keys. Waiting events, open tasks and tokens do not count.
        """
        ...

    def terminate(self, execution: Execution, *, reason: str | None) -> Step:
        """Return the step that ends an execution with every instance it called, and cancels its events and tasks."""
        ...
