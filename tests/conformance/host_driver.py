"""The driver that runs conformance cases through a process host, and reads the effects from its tables."""

import asyncio
from collections.abc import Coroutine, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

import pytest

from bpmn_events.application.commands.end_task import FinishOutcome
from bpmn_events.application.commands.finish_task import FinishTask
from bpmn_events.application.commands.start_instance import StartInstance
from bpmn_events.application.commands.throw_error import ThrowError
from bpmn_events.application.commands.trigger_event import TriggerEvent
from bpmn_events.domain.errors import InvalidProcessModel
from bpmn_events.domain.events import EventTrigger, TriggerSource, WaitingEvent
from bpmn_events.domain.outbox import ThrownEvent
from bpmn_events.domain.processes import ProcessInstance, ProcessInstanceState
from bpmn_events.domain.tasks import BpmnError, OpenTask, TaskType
from tests.conformance.script import Case, check_issues, describe_thrown, take_steps
from tests.contract.host.stage import Stage

T = TypeVar("T")
ANY_TASK = frozenset(TaskType)


@dataclass
class Tables:
    """The rows that a case can observe."""

    waits: list[WaitingEvent] = field(default_factory=list)
    tasks: list[OpenTask] = field(default_factory=list)
    instances: list[ProcessInstance] = field(default_factory=list)
    triggers: list[EventTrigger] = field(default_factory=list)
    thrown: list[ThrownEvent] = field(default_factory=list)


class HostDriver:
    """The last execution that the host started, with the tables before and after its last step.

    Each execution has its own correlation, so that rows of earlier executions are left out.
    """

    unsupported_facts = frozenset({"rejected"})  # the host only logs rejected receivers
    checks_arguments = True

    def __init__(self, runner: asyncio.Runner, stage: Stage, key: str) -> None:
        self._runner = runner
        self._stage = stage
        self._key = key
        self._starts = 0
        self._before = Tables()
        self._after = self._read()

    @property
    def now(self) -> datetime:
        return self._stage.clock.now

    @now.setter
    def now(self, now: datetime) -> None:
        self._stage.clock.now = now

    def start(self, variables: Mapping[str, Any], at: str | None = None) -> None:
        self._starts += 1
        self._stage.case = f"c-{self._starts}"
        command = StartInstance(self._key, self._stage.case, at, dict(variables))
        self._do(self._stage.host.start(self._stage.submitted(command)))

    def trigger(self, place: str, payload: dict[str, Any] | None = None) -> None:
        event = _find_at(place, self._after.waits)
        command = TriggerEvent(event.process_model_key, event.correlation_id, event.id, payload)
        outcome = self._do(self._stage.host.trigger(self._stage.submitted(command)))
        self._after.waits = _check_same(outcome.next_waiting_events, self._after.waits)

    def finish(self, place: str, result: dict[str, Any]) -> None:
        task = _find_at(place, self._after.tasks)
        command = FinishTask(task.process_model_key, task.correlation_id, task.id, ANY_TASK, result)
        self._end(self._stage.host.finish_task(self._stage.submitted(command)))

    def throw(self, place: str, code: str, variables: dict[str, Any]) -> None:
        task = _find_at(place, self._after.tasks)
        command = ThrowError(task.process_model_key, task.correlation_id, task.id, BpmnError(code), variables)
        self._end(self._stage.host.throw_error(self._stage.submitted(command)))

    def _end(self, command: Coroutine[Any, Any, FinishOutcome]) -> None:
        outcome = self._do(command)
        self._after.waits = _check_same(outcome.next_waiting_events, self._after.waits)
        self._after.tasks = _check_same(outcome.next_open_tasks, self._after.tasks)

    def _do(self, command: Coroutine[Any, Any, T]) -> T:
        outcome = self._runner.run(command)
        self._before, self._after = self._after, self._read()
        return outcome

    def _read(self) -> Tables:
        return self._runner.run(self._read_tables())

    async def _read_tables(self) -> Tables:
        stage = self._stage
        return Tables(
            self._own(await stage.waits()),
            self._own(await stage.tasks()),
            await stage.instances(),
            self._own(await stage.triggers()),
            self._own(await stage.thrown()),
        )

    def _own(self, rows: list[T]) -> list[T]:
        return [row for row in rows if getattr(row, "correlation_id", None) == self._stage.case]

    def summary(self) -> str:
        root = next(instance for instance in self._after.instances if instance.parent_id is None)
        if root.state is not ProcessInstanceState.RUNNING:
            assert not self._after.waits
            assert not self._after.tasks
            return str(root.state)
        names = [event.element_id for event in self._after.waits]
        names += [f"[{task.element_id}]" for task in self._after.tasks]
        return " ".join(sorted(names, key=lambda name: name.strip("[]").casefold()))

    def snapshot(self) -> Any:
        return self._read()

    def fact(self, name: str, element: str = "") -> Any:
        before, after = self._before, self._after
        match name:
            case "variables":
                return next(instance for instance in after.instances if instance.parent_id is None).variables
            case "thrown":
                events = _new(before.thrown, after.thrown)
                return [describe_thrown(event.event_type, event.name, event.payload) for event in events]
            case "keys":
                return next(event for event in after.waits if event.element_id == element).correlation_keys or {}
            case "names":
                return [event.event_name or "" for event in after.waits if event.element_id == element]
            case "caught":
                triggers = _new(before.triggers, after.triggers)
                return [trigger.element_id for trigger in triggers if trigger.source is TriggerSource.PROCESS]
            case "cancelled":
                triggered = {trigger.event_id for trigger in after.triggers}
                ended = _new(after.waits, before.waits)
                return sorted(event.element_id for event in ended if event.id not in triggered)
            case "closed":
                return sorted(task.element_id for task in _new(after.tasks, before.tasks))
            case "due":
                return [f"{event.due_at:%Y-%m-%dT%H:%M:%SZ}" for event in after.waits if event.element_id == element]
            case "instances":
                return [str(instance.state) for instance in after.instances]
            case _:
                raise AssertionError(f"no fact is called {name!r}")


@dataclass
class HostPlayer:
    """A host without deployed models, which plays cases."""

    runner: asyncio.Runner
    stage: Stage

    def play(self, case: Case, bpmn_xml: str) -> None:
        """Deploy the file and take every step of the case, or check the reasons for which it is refused."""
        if case.refusals:
            with pytest.raises(InvalidProcessModel) as refusal:
                self.runner.run(self.stage.deploy_xml(bpmn_xml))
            return check_issues(case.refusals, refusal.value.issues)
        deployment = self.runner.run(self.stage.deploy_xml(bpmn_xml))
        if case.warnings:
            check_issues(case.warnings, deployment.warnings)
        return take_steps(case, HostDriver(self.runner, self.stage, deployment.models[0].key))


def _check_same(reported: Sequence[T], stored: Sequence[T]) -> list[T]:
    """Return the rows that an outcome reports, in its order. They must be the stored rows."""
    assert sorted(reported, key=str) == sorted(stored, key=str)
    return list(reported)


def _new(before: Sequence[Any], after: Sequence[Any]) -> list[Any]:
    known_ids = {row.id for row in before}
    return [row for row in after if row.id not in known_ids]


def _find_at(place: str, rows: Sequence[Any]) -> Any:
    element, _, number = place.partition("#")
    rows_at_element = [row for row in rows if row.element_id == element]
    assert rows_at_element, f"nothing waits at {element}"
    return rows_at_element[int(number or 1) - 1]
