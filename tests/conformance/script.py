"""Conformance cases as text: a drawing, then steps, each with what the execution waits for after it.

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
      cancelled -
    trigger Apology => COMPLETED

Steps are ``start``, ``start @ELEMENT``, ``trigger ELEMENT``, ``finish TASK``, ``throw CODE TASK`` (the task ends with
that error), each with a JSON object where it brings one; ``ELEMENT#2`` is the second that waits there. ``later PT1H``
lets time pass. After ``=>`` stands everything that waits, sorted, open tasks in brackets, or the state the root
instance ended in, or ``FAILS`` with a part of the reason. Indented below a step: ``variables``, ``caught``, ``thrown``,
``passed`` (over), ``cancelled``, ``gone`` (tasks), ``due``, ``keys``, ``instances``. A drawing that has to be refused
has the lines ``refused ELEMENT: reason`` instead of steps.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

import isodate
import pytest

from bpmn_events.adapters.hosts.embedded.engine_port import Engine
from bpmn_events.domain.errors import InvalidArgument, InvalidProcessModel, ProcessFailed
from bpmn_events.domain.events import EventType
from tests.conformance.drawing import draw
from tests.conformance.running import Running

FOLDER = Path(__file__).parent / "cases"


@dataclass(frozen=True)
class Case:
    """One model, and what it does."""

    topic: str
    title: str
    drawing: str
    script: str

    @property
    def bpmn_xml(self) -> str:
        return draw(self.drawing)

    @property
    def refusals(self) -> list[tuple[str, str]]:
        """The element and the reason of each refusal that is due; empty for a model that runs."""
        lines = [line for line in self.script.splitlines() if line.startswith("refused ")]
        return [(line.split(":")[0].split()[1], line.partition(": ")[2]) for line in lines]


def cases(folder: Path = FOLDER) -> list[Case]:
    """All of them, by topic."""
    return [case for file in sorted(folder.glob("*.txt")) for case in _cases(file)]


def _cases(file: Path) -> Iterator[Case]:
    for block in file.read_text("utf-8").split("\n=== ")[1:]:
        title, _, rest = block.partition("\n")
        drawing, separator, script = f"\n{rest}".partition("\n---\n")
        assert separator, f"{file.name}: {title!r} has no steps"
        yield Case(file.stem, title.strip(), drawing.strip("\n"), script.strip())


class Driver(Protocol):
    """Takes the steps of a case with one execution, over whichever port."""

    now: datetime
    # What it does not see of a step.
    unseen: frozenset[str]
    # Whether the arguments of a start are checked before an engine is asked.
    checks_arguments: bool

    def start(self, variables: Mapping[str, Any], at: str | None = None) -> None: ...
    def trigger(self, place: str, payload: dict[str, Any] | None = None) -> None: ...
    def finish(self, place: str, result: dict[str, Any]) -> None: ...
    def throw(self, place: str, code: str, variables: dict[str, Any]) -> None: ...

    def summary(self) -> str:
        """What waits, sorted by element, open tasks in brackets; the root's state where it has ended."""
        ...

    def snapshot(self) -> Any:
        """Something that differs once anything has changed."""
        ...

    def fact(self, name: str, element: str = "") -> Any:
        """What the last step did, in the words of the case."""
        ...


def play(case: Case, bpmn_xml: str, engine: Engine) -> None:
    """Take every step over the engine's port, and compare."""
    if case.refusals:
        with pytest.raises(InvalidProcessModel) as refusal:
            engine.compile(bpmn_xml)
        return check_refusal(case, refusal.value)
    return take_steps(case, EngineDriver(Running.of(engine, bpmn_xml)))


def take_steps(case: Case, driver: Driver) -> None:
    """Take every step, and compare."""
    for line in case.script.splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        if line.startswith("  "):
            _check_fact(driver, line.strip())
        else:
            _take(driver, line)


def check_refusal(case: Case, refusal: InvalidProcessModel) -> None:
    """The file has to be refused for exactly the reasons of the case."""
    found = [(issue.element_id or "-", issue.message) for issue in refusal.issues]
    for element, reason in case.refusals:
        assert any(place == element and reason in message for place, message in found), (element, reason, found)
    assert len(found) == len(case.refusals), found


def _take(driver: Driver, line: str) -> None:
    step, arrow, expected = line.partition(" => ")
    verb, _, rest = step.strip().partition(" ")
    if verb == "later":
        driver.now += isodate.parse_duration(rest)
        return
    assert arrow, f"{line!r} says nothing about what waits then"
    if expected.startswith("FAILS"):
        before = driver.snapshot()
        reason = expected.removeprefix("FAILS").strip()
        # A host says in its own words which start event is missing, before it asks any engine.
        is_argument = verb == "start" and "start event" in reason and driver.checks_arguments
        with pytest.raises(InvalidArgument if is_argument else ProcessFailed) as refusal:
            _act(driver, verb, rest)
        assert re.search("start event" if is_argument else reason, str(refusal.value), re.IGNORECASE), line
        assert driver.snapshot() == before
    else:
        _act(driver, verb, rest)
        assert driver.summary() == expected.strip(), line


def _act(driver: Driver, verb: str, rest: str) -> None:
    place, payload = _arguments(rest)
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


def _arguments(rest: str) -> tuple[str, dict[str, Any] | None]:
    place, brace, payload = rest.partition("{")
    return place.strip(), json.loads(brace + payload) if brace else None


_WITH_ELEMENT = ("keys", "due")
_AS_JSON = ("variables", "keys")


def _check_fact(driver: Driver, line: str) -> None:
    name, _, expected = line.partition(" ")
    if name in driver.unseen:
        return
    element = ""
    if name in _WITH_ELEMENT:
        element, _, expected = expected.partition(" ")
    found = driver.fact(name, element)
    if name in _AS_JSON:
        assert found == json.loads(expected), line
    else:
        assert (", " if name == "thrown" else " ").join(found) == expected.removesuffix("-"), line


class EngineDriver:
    """Takes the steps over the engine's port."""

    unseen: frozenset[str] = frozenset()
    checks_arguments = False

    def __init__(self, running: Running) -> None:
        self._running = running

    @property
    def now(self) -> datetime:
        return self._running.now

    @now.setter
    def now(self, now: datetime) -> None:
        self._running.now = now

    def start(self, variables: Mapping[str, Any], at: str | None = None) -> None:
        self._running.start(variables, at)

    def trigger(self, place: str, payload: dict[str, Any] | None = None) -> None:
        self._running.trigger(self._running.wait_at(place), payload)

    def finish(self, place: str, result: dict[str, Any]) -> None:
        self._running.finish(self._running.task_at(place), result)

    def throw(self, place: str, code: str, variables: dict[str, Any]) -> None:
        self._running.throw(self._running.task_at(place), code, variables)

    def summary(self) -> str:
        return self._running.summary()

    def snapshot(self) -> Any:
        return self._running.state

    def fact(self, name: str, element: str = "") -> Any:
        step = self._running.step
        assert step is not None
        match name:
            case "variables":
                return self._running.root.variables
            case "thrown":
                return [described(each.event_type, each.name, each.payload) for each in step.thrown]
            case "keys":
                return dict(next(wait for wait in step.waits if wait.element_id == element).correlation_keys)
            case "passed":
                return [f"{each.element_id}{each.violation.path}" for each in step.rejected_receivers]
            case "caught":
                return [each.wait.element_id for each in step.caught]
            case "cancelled":
                return sorted(wait.element_id for wait in step.cancelled)
            case "gone":
                return sorted(task.element_id for task in step.closed_tasks)
            case "due":
                return [f"{wait.due_at:%Y-%m-%dT%H:%M:%SZ}" for wait in step.waits if wait.element_id == element]
            case "instances":
                return [str(each.state) for each in self._running.instances.values()]
            case _:
                raise AssertionError(f"no fact is called {name!r}")


def described(event_type: EventType, name: str, payload: Any) -> str:
    """A thrown message or signal, in the words of a case."""
    return f"{event_type.lower()} {name} {json.dumps(payload)}"
