"""A model in both engines, compared after every step."""

import json
from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from random import Random
from typing import Any

from bpmn_events.adapters.hosts.embedded.engine_port import Engine, MissingModel
from bpmn_events.adapters.hosts.embedded.steps import TaskWait, Wait
from bpmn_events.domain.errors import InvalidProcessModel, ProcessFailed
from bpmn_events.domain.processes import ProcessInstanceState
from tests.conformance.drawing import draw
from tests.conformance.engine_run import EngineRun
from tests.conformance.operaton.engine import Operaton
from tests.conformance.operaton.models import ALARM, CODES

# Each step has another time, so that what waits has an age.
_TICK = timedelta(seconds=1)

# Operaton's reasons for an error that nothing catches.
_UNHANDLED = ("no error handler was defined", "Propagation of bpmn error")


class NotDeployed(Exception):
    """Operaton refuses the model. The message has its reasons."""


START = {"level": 0, "alarm": False}


@dataclass(frozen=True)
class Action:
    """A step of a script: ``finish``, ``throw``, ``timer``, ``message`` or ``signal`` at an element."""

    step: str
    element: str
    variables: tuple[tuple[str, Any], ...] = ()
    code: str = ""

    @classmethod
    def parse(cls, line: str) -> "Action":
        """Return the action of a line such as ``throw E1 A``, ``finish A {"level": 1}`` or ``start``."""
        words, brace, variables = line.partition("{")
        step, *names = words.split()
        code = names.pop(0) if step == "throw" else ""
        return cls(step, names[0] if names else "", tuple(json.loads(brace + variables or "{}").items()), code)

    def __str__(self) -> str:
        variables = json.dumps(dict(self.variables)) if self.variables else ""
        return " ".join(filter(None, (self.step, self.code, self.element, variables)))


@dataclass(frozen=True)
class Outcome:
    """What an engine shows after a step.

    ``state`` is ``running``, ``ended``, ``failed`` (by an error that nothing catches) or the reason for which the
    engine refused the step. ``waits`` are the elements of waiting events and open tasks, the tasks in brackets.
    """

    state: str
    waits: Counter[str]
    variables: tuple[tuple[str, Any], ...] = ()


@dataclass(frozen=True)
class Divergence:
    """The outcomes of the last action of a script, which are different."""

    drawing: str
    script: tuple[Action, ...]
    before: Outcome
    ours: Outcome
    theirs: Outcome

    @property
    def signature(self) -> tuple[Any, ...]:
        """What is different, so that a smaller model can be seen to show the same difference."""
        missing, extra = self.theirs.waits - self.ours.waits, self.ours.waits - self.theirs.waits
        states = tuple(_kind(outcome.state) for outcome in (self.ours, self.theirs))
        return tuple(sorted(missing)), tuple(sorted(extra)), states

    def __str__(self) -> str:
        script = "\n".join(map(str, self.script))
        outcomes = "\n".join(
            f"{name}: {outcome.state} {' '.join(sorted(outcome.waits.elements()))} {dict(outcome.variables)}"
            for name, outcome in (("before", self.before), ("here", self.ours), ("Operaton", self.theirs))
        )
        return f"{self.drawing}\n---\n{script}\n{outcomes}"


def _kind(state: str) -> str:
    return state if state in ("running", "ended", "failed") else "refused"


def agree(ours: Outcome, theirs: Outcome) -> bool:
    """Return whether the outcomes are the same. The reasons for which steps are refused are not compared."""
    if _kind(ours.state) != _kind(theirs.state):
        return False
    return ours.state != "running" or (ours.waits == theirs.waits and ours.variables == theirs.variables)


class Comparison:
    """One execution of a drawing in both engines."""

    def __init__(self, engine: Engine, operaton: Operaton, drawing: str) -> None:
        self._drawing = drawing
        self._bpmn_xml = draw(drawing)
        self._run = EngineRun.load(engine, self._bpmn_xml)
        self._operaton = operaton
        self._waiting: list[str] = []
        self.script: list[Action] = []
        self.outcome = Outcome("ended", Counter())

    def take(self, action: Action) -> Divergence | None:
        """Take a step in both engines, and return how the outcomes differ."""
        self.script.append(action)
        before, ours, theirs = self.outcome, self._here(action), self._there(action)
        self.outcome = ours
        if agree(ours, theirs):
            return None
        return Divergence(self._drawing, tuple(self.script), before, ours, theirs)

    def choices(self) -> list[str]:
        """Return what waits in Operaton, as its kind and element. Conditional events fire by variables only."""
        return [] if self.outcome.state != "running" else [w for w in self._waiting if not w.startswith("conditional")]

    # --- steps ---

    def _here(self, action: Action) -> Outcome:
        run, variables = self._run, dict(action.variables)
        run.now += _TICK
        try:
            if action.step == "start":
                run.start(variables)
            elif action.step == "finish":
                run.finish(_oldest(action.element, run.tasks), variables)
            elif action.step == "throw":
                run.throw(_oldest(action.element, run.tasks), action.code, variables)
            else:
                run.trigger(_oldest(action.element, run.waits), variables or None)
        except ProcessFailed as failure:
            return Outcome(failure.reason, Counter())
        if run.state is None:
            is_failed = run.root.state is ProcessInstanceState.FAILED
            return Outcome("failed" if is_failed else "ended", Counter())
        waits = [wait.element_id for wait in run.waits] + [f"[{task.element_id}]" for task in run.tasks]
        return Outcome("running", Counter(waits), tuple(sorted(run.root.variables.items())))

    def _there(self, action: Action) -> Outcome:
        command = {"step": action.step, "element": action.element, "variables": dict(action.variables)}
        if action.step == "start":
            command["bpmn"] = self._bpmn_xml
        elif action.step == "throw":
            command["code"] = action.code
        elif action.step in ("message", "signal"):
            command |= {"step": "event", "kind": action.step}
        answer = self._operaton.ask(command)
        self._waiting = answer["waits"]
        if "Could not parse" in answer.get("failure", ""):
            raise NotDeployed(answer["failure"])
        if "failure" in answer:
            is_unhandled = any(text in answer["failure"] for text in _UNHANDLED)
            return Outcome("failed" if is_unhandled else answer["failure"], Counter())
        if not answer["running"]:
            return Outcome("ended", Counter())
        waits = Counter(_bracketed(name) for name in self._waiting)
        return Outcome("running", waits, tuple(sorted(answer["variables"].items())))


def _oldest(element: str, waits: tuple[Wait, ...] | tuple[TaskWait, ...]) -> str:
    """Return the id of the oldest one at the element. One that fires again is as old as its last firing."""
    return min((wait for wait in waits if wait.element_id == element), key=lambda wait: wait.since).id


def _bracketed(name: str) -> str:
    kind, _, element = name.partition(":")
    return f"[{element}]" if kind == "task" else element


def compare(
    engine: Engine, operaton: Operaton, drawing: str, random: Random, steps: int = 15
) -> tuple[int, Divergence | None]:
    """Take random steps, and return their number and the first divergence."""
    comparison = Comparison(engine, operaton, drawing)
    divergence = comparison.take(Action("start", "", tuple(START.items())))
    while divergence is None and len(comparison.script) < steps:
        choices = comparison.choices()
        if not choices:
            break
        # Which one of several is the oldest can differ, because the engines begin branches in another order.
        counts = Counter(choices)
        choices = [choice for choice in choices if counts[choice] == 1] or choices
        is_alarm_on = dict(comparison.outcome.variables).get("alarm", False)
        if is_alarm_on and f"message:{ALARM}" in choices:
            choices = [f"message:{ALARM}"]
        divergence = comparison.take(_random_action(random, random.choice(choices), is_alarm_on))
    return len(comparison.script), divergence


def _random_action(random: Random, waiting: str, is_alarm_on: bool) -> Action:
    """Return an action at what waits. While the alarm is on, no other variable changes: Operaton would fire again."""
    kind, _, element = waiting.partition(":")
    if element == ALARM:
        return Action(kind, element, (("alarm", not is_alarm_on),))
    changes = random.random() < 0.7 and not is_alarm_on and kind != "timer"
    variables = (("level", random.randrange(4)),) if changes else ()
    if kind != "task":
        return Action(kind, element, variables)
    if random.random() < 0.2:
        return Action("throw", element, (), random.choice(CODES))
    return Action("finish", element, variables)


def replay(engine: Engine, operaton: Operaton, drawing: str, script: tuple[Action, ...]) -> Divergence | None:
    """Take the steps of a script that are possible in both engines, and return the first divergence."""
    try:
        comparison = Comparison(engine, operaton, drawing)
    except (InvalidProcessModel, ValueError, KeyError, IndexError, AttributeError):
        return None
    for action in script:
        if not _is_possible(comparison, action):
            continue
        try:
            divergence = comparison.take(action)
        except (NotDeployed, MissingModel):
            return None
        if divergence:
            return divergence
        if comparison.outcome.state != "running":
            break
    return None


def _is_possible(comparison: Comparison, action: Action) -> bool:
    if action.step == "start":
        return True
    kind = "task" if action.step in ("finish", "throw") else action.step
    return f"{kind}:{action.element}" in comparison.choices()
