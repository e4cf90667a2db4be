"""The engine port, which stays inside this host: models that are ready to run, and steps that advance an execution."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from bpmn_events.adapters.hosts.embedded.steps import Step
from bpmn_events.application.ports.transaction import Execution
from bpmn_events.domain.events import CatchElement, JsonObject, StartElement
from bpmn_events.domain.tasks import BpmnError, TaskElement


class ExecutableModel(Protocol):
    """A parsed process, ready to run. Immutable and shared by all instances of its version."""

    @property
    def key(self) -> str: ...
    @property
    def name(self) -> str | None: ...
    @property
    def catch_elements(self) -> Mapping[str, CatchElement]:
        """Everything this process can wait at, by element id."""
        ...

    @property
    def start_elements(self) -> Mapping[str, StartElement]:
        """The start events by element id, in document order; empty where the process begins without one."""
        ...

    @property
    def task_elements(self) -> Mapping[str, TaskElement]:
        """The tasks that are finished from outside, by element id."""
        ...

    @property
    def lines(self) -> Mapping[str, int]:
        """The line of each element in the BPMN file, counted from 1."""
        ...

    def correlation_keys(self, message: str, payload: JsonObject) -> Mapping[str, str]:
        """The values that a message with this payload has for each ``correlationKey`` of this model, as JSON by the
        key's id. A key for which the payload lacks a property is left out (BPMN 2.0.2, section 8.4.2).
        """
        ...


class MissingModel(Exception):
    """A step needs a model the caller has not supplied: add it and run the step again. The step changed nothing.

    Exactly one of ``model_id`` (an instance of that version runs) and ``key`` (its latest version is called) is set.
    """

    def __init__(self, *, model_id: str | None = None, key: str | None = None) -> None:
        super().__init__(model_id or key)
        self.model_id = model_id
        self.key = key


@dataclass(slots=True)
class LoadedModels:
    """The models a step may use: by version id, and for each called key its latest version (None: no such)."""

    by_id: dict[str, ExecutableModel] = field(default_factory=dict)
    latest: dict[str, str | None] = field(default_factory=dict)


class Engine(Protocol):
    """Runs processes. Every method is a pure function: the caller stores what comes back, or drops it."""

    @property
    def format(self) -> int:
        """The number of the state format this engine writes; it reads that and every earlier one."""
        ...

    def compile(self, bpmn_xml: str) -> Sequence[ExecutableModel]:
        """The executable processes of a BPMN 2.0 file, in document order.

        Raises:
            InvalidProcessModel: with every reason found, each with element id and line.
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
    ) -> Step:
        """Begin an instance and run it to its first waiting points.

        Raises:
            ModelNeeded: a model has to be added to ``models`` first.
            ProcessFailed: the process cannot get there.
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
    ) -> Step | None:
        """Trigger exactly one waiting event and run to the next waiting points; None if that event does not wait.

        Raises:
            ModelNeeded, ProcessFailed: as ``start``.
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
    ) -> Step | None:
        """Finish one open task and run to the next waiting points; None if that task is not open.

        Raises:
            ModelNeeded, ProcessFailed: as ``start``.
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
    ) -> Step | None:
        """End one open task with an error, as an error end event in its place would; None if that task is not open.

        The variables become those of whoever handles the error. Where nobody does, the instance has failed.

        Raises:
            ModelNeeded, ProcessFailed: as ``start``.
        """
        ...

    def terminate(self, execution: Execution, *, reason: str | None) -> Step:
        """End an execution with everything it called: nothing of it waits or is open any more."""
        ...
