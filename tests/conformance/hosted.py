"""Takes the steps of a case over a process host and a real database: what waits is what the tables say."""

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
from tests.conformance.script import Case, check_refusal, described, take_steps
from tests.contract.host.stage import Stage

T = TypeVar("T")
ANY_TASK = frozenset(TaskType)


@dataclass
class Tables:
    """All there is to see."""

    waits: list[WaitingEvent] = field(default_factory=list)
    tasks: list[OpenTask] = field(default_factory=list)
    instances: list[ProcessInstance] = field(default_factory=list)
    triggers: list[EventTrigger] = field(default_factory=list)
    thrown: list[ThrownEvent] = field(default_factory=list)


class HostDriver:
    """The execution of a host that was started last, and the tables before and after its last step.

    Each has a correlation of its own, so that what is left of those before is not seen.
    """

    unseen = frozenset({"passed"})  # it is in the log
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
        event = _at(place, self._after.waits)
        command = TriggerEvent(event.process_model_key, event.correlation_id, event.id, payload)
        outcome = self._do(self._stage.host.trigger(self._stage.submitted(command)))
        self._after.waits = _same(outcome.next_waiting_events, self._after.waits)

    def finish(self, place: str, result: dict[str, Any]) -> None:
        task = _at(place, self._after.tasks)
        command = FinishTask(task.process_model_key, task.correlation_id, task.id, ANY_TASK, result)
        self._end(self._stage.host.finish_task(self._stage.submitted(command)))

    def throw(self, place: str, code: str, variables: dict[str, Any]) -> None:
        task = _at(place, self._after.tasks)
        command = ThrowError(task.process_model_key, task.correlation_id, task.id, BpmnError(code), variables)
        self._end(self._stage.host.throw_error(self._stage.submitted(command)))

    def _end(self, command: Coroutine[Any, Any, FinishOutcome]) -> None:
        outcome = self._do(command)
        self._after.waits = _same(outcome.next_waiting_events, self._after.waits)
        self._after.tasks = _same(outcome.next_open_tasks, self._after.tasks)

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

    def _own(self, found: list[T]) -> list[T]:
        return [each for each in found if getattr(each, "correlation_id", None) == self._stage.case]

    def summary(self) -> str:
        root = next(each for each in self._after.instances if each.parent_id is None)
        if root.state is not ProcessInstanceState.RUNNING:
            assert not self._after.waits
            assert not self._after.tasks
            return str(root.state)
        names = [each.element_id for each in self._after.waits]
        names += [f"[{each.element_id}]" for each in self._after.tasks]
        return " ".join(sorted(names, key=lambda name: name.strip("[]").casefold()))

    def snapshot(self) -> Any:
        return self._read()

    def fact(self, name: str, element: str = "") -> Any:
        before, after = self._before, self._after
        match name:
            case "variables":
                return next(each for each in after.instances if each.parent_id is None).variables
            case "thrown":
                new = _new(before.thrown, after.thrown)
                return [described(each.event_type, each.name, each.payload) for each in new]
            case "keys":
                return next(each for each in after.waits if each.element_id == element).correlation_keys or {}
            case "caught":
                new = _new(before.triggers, after.triggers)
                return [each.element_id for each in new if each.source is TriggerSource.PROCESS]
            case "cancelled":
                triggered = {each.event_id for each in after.triggers}
                return sorted(each.element_id for each in _new(after.waits, before.waits) if each.id not in triggered)
            case "gone":
                return sorted(each.element_id for each in _new(after.tasks, before.tasks))
            case "due":
                return [f"{each.due_at:%Y-%m-%dT%H:%M:%SZ}" for each in after.waits if each.element_id == element]
            case "instances":
                return [str(each.state) for each in after.instances]
            case _:
                raise AssertionError(f"no fact is called {name!r}")


@dataclass
class Hosted:
    """A host with nothing deployed yet."""

    runner: asyncio.Runner
    stage: Stage

    def play(self, case: Case, bpmn_xml: str) -> None:
        """Deploy the file and take every step of the case, or see that it is refused for the reasons of the case."""
        if case.refusals:
            with pytest.raises(InvalidProcessModel) as refusal:
                self.runner.run(self.stage.deploy_xml(bpmn_xml))
            return check_refusal(case, refusal.value)
        models = self.runner.run(self.stage.deploy_xml(bpmn_xml))
        return take_steps(case, HostDriver(self.runner, self.stage, models[0].key))


def _same(visible_to: Sequence[T], stored: Sequence[T]) -> list[T]:
    """What the outcome tells, in its order, which has to be what is stored."""
    assert sorted(visible_to, key=str) == sorted(stored, key=str)
    return list(visible_to)


def _new(before: Sequence[Any], after: Sequence[Any]) -> list[Any]:
    known = {each.id for each in before}
    return [each for each in after if each.id not in known]


def _at(place: str, found: Sequence[Any]) -> Any:
    element, _, number = place.partition("#")
    there = [each for each in found if each.element_id == element]
    assert there, f"nothing waits at {element}"
    return there[int(number or 1) - 1]
