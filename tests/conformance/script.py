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
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import isodate
import pytest

from bpmn_events.application.ports.engine import Engine
from bpmn_events.domain.errors import InvalidProcessModel, ProcessFailed
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


def play(case: Case, bpmn_xml: str, engine: Engine) -> None:
    """Take every step, and compare."""
    if case.refusals:
        return _check_refusal(case.refusals, bpmn_xml, engine)
    running = Running.of(engine, bpmn_xml)
    for line in case.script.splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        if line.startswith("  "):
            _check_fact(running, line.strip())
        else:
            _take(running, line)
    return None


def _check_refusal(expected: list[tuple[str, str]], bpmn_xml: str, engine: Engine) -> None:
    with pytest.raises(InvalidProcessModel) as refusal:
        engine.compile(bpmn_xml)
    found = [(issue.element_id or "-", issue.message) for issue in refusal.value.issues]
    for element, reason in expected:
        assert any(place == element and reason in message for place, message in found), (element, reason, found)
    assert len(found) == len(expected), found


def _take(running: Running, line: str) -> None:
    step, arrow, expected = line.partition(" => ")
    verb, _, rest = step.strip().partition(" ")
    if verb == "later":
        running.now += isodate.parse_duration(rest)
        return
    assert arrow, f"{line!r} says nothing about what waits then"
    if expected.startswith("FAILS"):
        before = running.state
        with pytest.raises(ProcessFailed, match=f"(?i){expected.removeprefix('FAILS').strip()}"):
            _act(running, verb, rest)
        assert running.state == before
    else:
        _act(running, verb, rest)
        assert running.summary() == expected.strip(), line


def _act(running: Running, verb: str, rest: str) -> None:
    place, payload = _arguments(rest)
    match verb:
        case "start":
            running.start(payload or {}, place.removeprefix("@") or None)
        case "trigger":
            running.trigger(running.wait_at(place), payload)
        case "finish":
            running.finish(running.task_at(place), payload or {})
        case "throw":
            code, _, place = place.partition(" ")
            running.throw(running.task_at(place), code, payload or {})
        case _:
            raise AssertionError(f"no step is called {verb!r}")


def _arguments(rest: str) -> tuple[str, dict[str, Any] | None]:
    place, brace, payload = rest.partition("{")
    return place.strip(), json.loads(brace + payload) if brace else None


def _check_fact(running: Running, line: str) -> None:
    fact, _, rest = line.partition(" ")
    step = running.step
    assert step is not None
    found: Any
    match fact:
        case "variables":
            assert running.root.variables == json.loads(rest), line
            return
        case "thrown":
            found = [f"{each.event_type.lower()} {each.name} {json.dumps(each.payload)}" for each in step.thrown]
            assert ", ".join(found) == rest.removesuffix("-"), line
            return
        case "keys":
            element, _, expected = rest.partition(" ")
            wait = next(wait for wait in step.waits if wait.element_id == element)
            assert dict(wait.correlation_keys) == json.loads(expected), line
            return
        case "passed":
            found = [f"{each.element_id}{each.violation.path}" for each in step.passed_over]
        case "caught":
            found = [each.wait.element_id for each in step.caught]
        case "cancelled":
            found = sorted(wait.element_id for wait in step.cancelled)
        case "gone":
            found = sorted(task.element_id for task in step.gone_tasks)
        case "due":
            element, _, rest = rest.partition(" ")
            found = [f"{wait.due_at:%Y-%m-%dT%H:%M:%SZ}" for wait in step.waits if wait.element_id == element]
        case "instances":
            found = [str(each.state) for each in running.instances.values()]
        case _:
            raise AssertionError(f"no fact is called {fact!r}")
    assert " ".join(found) == rest.removesuffix("-"), line
