"""Conformance cases as text: a drawing and steps, each with the waiting elements after it.

::

    === an interrupting boundary event cancels the activity it is attached to
    start > Work > end
    Work: userTask
    Late: boundaryEvent on=Work timer=PT1H
    Late > Apology
    Apology: receiveTask message=sorry
    ---
    start => Late [Work]
    trigger Late => Apology
      closed Work
    trigger Apology => COMPLETED

The steps are ``start``, ``start @ELEMENT``, ``trigger ELEMENT``, ``finish TASK`` and ``throw CODE TASK`` (the task ends
with this error), each with an optional JSON object. ``ELEMENT#2`` is the second waiting event at the element.
``later PT1H`` moves the clock. After ``=>`` follow the waiting elements, sorted, open tasks in brackets; or the state
in which the root instance ended; or ``FAILS`` with a part of the reason.

Indented lines check facts about the step: ``variables``, ``caught`` and ``cancelled`` events, ``thrown`` events,
``rejected`` receivers, ``closed`` tasks, ``due`` times, correlation ``keys``, ``names`` of messages and signals, and
the states of ``instances``. A case for a model that must be refused has lines ``refused ELEMENT: reason`` instead of
steps. Lines ``warns ELEMENT: message`` before the steps are the warnings of the deployment.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

import isodate
import pytest

from bpmn_events.adapters.hosts.embedded.engine_port import Engine
from bpmn_events.adapters.hosts.embedded.execution.step_result import waiting_event
from bpmn_events.domain.errors import InvalidArgument, InvalidProcessModel, ModelIssue, ProcessFailed
from bpmn_events.domain.events import EventType
from tests.conformance.drawing import draw
from tests.conformance.engine_run import EngineRun

FOLDER = Path(__file__).parent / "cases"


@dataclass(frozen=True)
class Case:
    """A model and its expected behaviour."""

    topic: str
    title: str
    drawing: str
    script: str

    @property
    def bpmn_xml(self) -> str:
        return draw(self.drawing)

    @property
    def refusals(self) -> list[tuple[str, str]]:
        """The element and the reason of each expected refusal; empty for a model that runs."""
        return self._issues("refused ")

    @property
    def warnings(self) -> list[tuple[str, str]]:
        """The element and the message of each expected warning; empty if the case says nothing about warnings."""
        return self._issues("warns ")

    def _issues(self, prefix: str) -> list[tuple[str, str]]:
        lines = [line for line in self.script.splitlines() if line.startswith(prefix)]
        return [(line.split(":")[0].split()[1], line.partition(": ")[2]) for line in lines]


def cases(folder: Path = FOLDER) -> list[Case]:
    """Return the cases of a folder, sorted by topic, in the order of their files."""
    return [case for file in sorted(folder.glob("*.txt")) for case in _cases(file)]


def _cases(file: Path) -> Iterator[Case]:
    for block in file.read_text("utf-8").split("\n=== ")[1:]:
        title, _, body = block.partition("\n")
        drawing, separator, script = f"\n{body}".partition("\n---\n")
        assert separator, f"{file.name}: {title!r} has no steps"
        yield Case(file.stem, title.strip(), drawing.strip("\n"), script.strip())


class Driver(Protocol):
    """An execution that takes the steps of a case.

    Attributes:
        now: the current time of the execution.
        unsupported_facts: the names of facts that this driver cannot check.
        checks_arguments: True if the arguments of a start are checked before they reach the engine.
    """

    now: datetime
    unsupported_facts: frozenset[str]
    checks_arguments: bool

    def start(self, variables: Mapping[str, Any], at: str | None = None) -> None: ...
    def trigger(self, place: str, payload: dict[str, Any] | None = None) -> None: ...
    def finish(self, place: str, result: dict[str, Any]) -> None: ...
    def throw(self, place: str, code: str, variables: dict[str, Any]) -> None: ...

    def summary(self) -> str:
        """Return the waiting elements, sorted, open tasks in brackets; or the state of an instance that has ended."""
        ...

    def snapshot(self) -> Any:
        """Return a value that changes if the execution changes."""
        ...

    def fact(self, name: str, element: str = "") -> Any:
        """Return a fact about the last step, in the notation of a case."""
        ...


def play(case: Case, bpmn_xml: str, engine: Engine) -> None:
    """Play a case through the engine port: take every step, or check the reasons for which the model is refused."""
    if case.refusals:
        with pytest.raises(InvalidProcessModel) as refusal:
            engine.compile(bpmn_xml)
        return check_issues(case.refusals, refusal.value.issues)
    if case.warnings:
        check_issues(case.warnings, engine.compile(bpmn_xml).warnings)
    return take_steps(case, EngineDriver(EngineRun.load(engine, bpmn_xml)))


def take_steps(case: Case, driver: Driver) -> None:
    """Take every step of a case, and check the waiting elements and facts after each."""
    for line in case.script.splitlines():
        if not line.strip() or line.startswith(("#", "warns ")):
            continue
        if line.startswith("  "):
            _check_fact(driver, line.strip())
        else:
            _take(driver, line)


def check_issues(expected: Sequence[tuple[str, str]], issues: Sequence[ModelIssue]) -> None:
    """Check that the issues or warnings of a file are exactly the expected ones: the element and a part of each."""
    found = [(issue.element_id or "-", issue.message) for issue in issues]
    for element, reason in expected:
        assert any(place == element and reason in message for place, message in found), (element, reason, found)
    assert len(found) == len(expected), found


def _take(driver: Driver, line: str) -> None:
    step, arrow, expected = line.partition(" => ")
    verb, _, arguments = step.strip().partition(" ")
    if verb == "later":
        driver.now += isodate.parse_duration(arguments)
        return
    assert arrow, f"{line!r} has no expected waiting elements"
    if expected.startswith("FAILS"):
        before = driver.snapshot()
        reason = expected.removeprefix("FAILS").strip()
        # A host has its own error for a missing start event, and raises it before the engine runs.
        is_argument = verb == "start" and "start event" in reason and driver.checks_arguments
        with pytest.raises(InvalidArgument if is_argument else ProcessFailed) as refusal:
            _perform(driver, verb, arguments)
        assert re.search("start event" if is_argument else reason, str(refusal.value), re.IGNORECASE), line
        assert driver.snapshot() == before
    else:
        _perform(driver, verb, arguments)
        assert driver.summary() == expected.strip(), line


def _perform(driver: Driver, verb: str, arguments: str) -> None:
    place, payload = _parse_arguments(arguments)
    match verb:
        case "start":
            driver.start(payload or {}, place.removeprefix("@") or None)
        case "trigger":
            driver.trigger(place, payload)
        case "finish":
            driver.finish(place, payload or {})
        case "throw":
            code, _, place = place.partition(" ")
            driver.throw(place, code, payload or {})
        case _:
            raise AssertionError(f"no step is called {verb!r}")


def _parse_arguments(arguments: str) -> tuple[str, dict[str, Any] | None]:
    place, brace, payload = arguments.partition("{")
    return place.strip(), json.loads(brace + payload) if brace else None


_WITH_ELEMENT = ("keys", "due", "names")
_AS_JSON = ("variables", "keys")


def _check_fact(driver: Driver, line: str) -> None:
    name, _, expected = line.partition(" ")
    if name in driver.unsupported_facts:
        return
    element = ""
    if name in _WITH_ELEMENT:
        element, _, expected = expected.partition(" ")
    value = driver.fact(name, element)
    if name in _AS_JSON:
        assert value == json.loads(expected), line
    else:
        assert (", " if name == "thrown" else " ").join(value) == expected.removesuffix("-"), line


class EngineDriver:
    """The driver for the engine port."""

    unsupported_facts: frozenset[str] = frozenset()
    checks_arguments = False

    def __init__(self, run: EngineRun) -> None:
        self._run = run

    @property
    def now(self) -> datetime:
        return self._run.now

    @now.setter
    def now(self, now: datetime) -> None:
        self._run.now = now

    def start(self, variables: Mapping[str, Any], at: str | None = None) -> None:
        self._run.start(variables, at)

    def trigger(self, place: str, payload: dict[str, Any] | None = None) -> None:
        self._run.trigger(self._run.wait_at(place), payload)

    def finish(self, place: str, result: dict[str, Any]) -> None:
        self._run.finish(self._run.task_at(place), result)

    def throw(self, place: str, code: str, variables: dict[str, Any]) -> None:
        self._run.throw(self._run.task_at(place), code, variables)

    def summary(self) -> str:
        return self._run.summary()

    def snapshot(self) -> Any:
        return self._run.state

    def fact(self, name: str, element: str = "") -> Any:
        step = self._run.step
        assert step is not None
        match name:
            case "variables":
                return self._run.root.variables
            case "thrown":
                return [describe_thrown(event.event_type, event.name, event.payload) for event in step.thrown]
            case "keys":
                return dict(next(wait for wait in step.waits if wait.element_id == element).correlation_keys)
            case "names":
                run = self._run
                events = [waiting_event(wait, run.instances, run.models) for wait in step.waits]
                return [event.event_name or "" for event in events if event.element_id == element]
            case "rejected":
                return [f"{receiver.element_id}{receiver.violation.path}" for receiver in step.rejected_receivers]
            case "caught":
                return [caught.wait.element_id for caught in step.caught]
            case "cancelled":
                return sorted(wait.element_id for wait in step.cancelled)
            case "closed":
                return sorted(task.element_id for task in step.closed_tasks)
            case "due":
                return [f"{wait.due_at:%Y-%m-%dT%H:%M:%SZ}" for wait in step.waits if wait.element_id == element]
            case "instances":
                return [str(instance.state) for instance in self._run.instances.values()]
            case _:
                raise AssertionError(f"no fact is called {name!r}")


def describe_thrown(event_type: EventType, name: str, payload: Any) -> str:
    """Return a thrown message or signal in the notation of a case."""
    return f"{event_type.lower()} {name} {json.dumps(payload)}"
