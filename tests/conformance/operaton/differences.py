"""The known differences between the engines. docs/bpmn-support.md explains each of them.

Each difference recognises a divergence after it was shrunk: what is not needed for it is no longer in its drawing.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from tests.conformance.operaton.comparison import START, Action, Divergence, Outcome
from tests.conformance.operaton.models import ALARM


@dataclass(frozen=True)
class Difference:
    """A difference that is no fault.

    Attributes:
        sentence: what docs/bpmn-support.md says about it.
        recognises: whether a shrunk divergence shows this difference.
        example: a small drawing and the script that shows it, separated by a line of dashes.
    """

    name: str
    sentence: str
    recognises: Callable[[Divergence], bool]
    example: str

    @property
    def drawing(self) -> str:
        return self.example.partition("\n---\n")[0]

    @property
    def script(self) -> tuple[Action, ...]:
        lines = self.example.partition("\n---\n")[2].strip().splitlines()
        return (Action("start", "", tuple(START.items())), *map(Action.parse, lines))


def explain(divergence: Divergence) -> str | None:
    """Return the name of the known difference that a shrunk divergence shows, or None."""
    return next((difference.name for difference in DIFFERENCES if difference.recognises(divergence)), None)


# --- facts about a divergence ---


def _definition(divergence: Divergence, element: str) -> str:
    return next((line for line in divergence.drawing.splitlines() if line.startswith(f"{element}:")), "")


def _extra(divergence: Divergence) -> set[str]:
    """Return the elements that wait here only."""
    return {name.strip("[]") for name in divergence.ours.waits - divergence.theirs.waits}


def _missing(divergence: Divergence) -> set[str]:
    """Return the elements that wait in Operaton only."""
    return {name.strip("[]") for name in divergence.theirs.waits - divergence.ours.waits}


def _names(outcome: Outcome) -> set[str]:
    return {name.strip("[]") for name in outcome.waits}


def _host(divergence: Divergence, event: str) -> str:
    """Return the activity that a boundary event is attached to; empty if it is no boundary event."""
    attached = re.search(r"boundaryEvent on=(\w+)", _definition(divergence, event))
    return attached[1] if attached else ""


def _content(divergence: Divergence, subprocess: str) -> list[str]:
    """Return the lines directly in a subprocess."""
    lines = iter(divergence.drawing.splitlines())
    next((line for line in lines if line.startswith(f"{subprocess}:")), None)
    depth, content = 1, []
    for line in lines:
        depth += line.endswith("{") - (line == "}")
        if depth == 0:
            break
        if depth == 1 or (depth == 2 and line.endswith("{")):
            content.append(line)
    return content


def _inside(drawing: str, name: str) -> str:
    """Return everything in a subprocess or process, and in the processes that it calls."""
    begin = re.search(rf"^(?:process )?{name}(?:: .*)? \{{$", drawing, re.MULTILINE)
    if begin is None:
        return ""
    depth, content = 1, []
    for line in drawing[begin.end() :].splitlines():
        depth += line.endswith("{") - (line == "}")
        if depth == 0:
            break
        content.append(line)
    text = "\n".join(content)
    return "\n".join([text, *(_inside(drawing, called) for called in re.findall(r"calls=(\w+)", text))])


def _event_subprocess_of(drawing: str, start: str) -> str:
    """Return the event subprocess with that start event; empty if it is that of no event subprocess."""
    names = re.findall(r"^(\w+): subProcess triggeredByEvent=true", drawing, re.MULTILINE)
    return next((name for name in reversed(names) if f"{start}:" in _inside(drawing, name)), "")


def _ahead(divergence: Divergence, names: set[str]) -> set[str]:
    """Return the elements that tokens at the named ones can still reach, those included."""
    following: dict[str, list[str]] = {}
    for element, next_element in _connections(divergence.drawing):
        following.setdefault(element, []).append(next_element)
    reached: set[str] = set()
    pending = list(names)
    while pending:
        if (element := pending.pop()) not in reached:
            reached.add(element)
            pending += following.get(element, [])
    return reached


def _connections(drawing: str) -> Iterator[tuple[str, str]]:
    """Yield each element with one that can follow it: by a flow, an event, a link, or the end of what contains it."""
    for event, host in re.findall(r"^(\w+): boundaryEvent on=(\w+)", drawing, re.MULTILINE):
        yield host, event
    for call, process in re.findall(r"^(\w+): callActivity calls=(\w+)", drawing, re.MULTILINE):
        yield process, call
    targets = re.findall(r"^(\w+): intermediateCatchEvent link=(\w+)", drawing, re.MULTILINE)
    for source, link in re.findall(r"^(\w+): intermediateThrowEvent link=(\w+)", drawing, re.MULTILINE):
        yield from ((source, target) for target, name in targets if name == link)
    containers: list[str] = []
    for line in drawing.splitlines():
        if line == "}":
            containers.pop()
        elif begin := re.match(r"(?:process )?(\w+)(?:: .*| \{)$", line):
            yield from ((begin[1], container) for container in containers[-1:])
            containers += [begin[1]] if line.endswith("{") else []
        else:
            yield from pairwise(re.split(r"\s*(?:-\[.*?\])?>\s*", line))


# --- predicates ---


def _is_stuck(divergence: Divergence) -> bool:
    theirs = divergence.theirs
    return "join waits" in divergence.ours.state and theirs.state == "running" and not theirs.waits


def _is_join_forgotten(divergence: Divergence) -> bool:
    """Check that an inclusive join fires here only, and that nothing that waits in Operaton can still reach it.

    Only at such a join can a token wait unseen in Operaton. A join that fires here too early is no known difference.
    """
    names = re.findall(r"^(\w+): inclusiveGateway", divergence.drawing, re.MULTILINE)
    joins = {name for name in names if len(re.findall(rf"> {name}\b", divergence.drawing)) > 1}
    ours, theirs = divergence.ours, divergence.theirs
    moves_on_here = ours.state in ("ended", "failed") or theirs.waits <= divergence.before.waits
    return theirs.state == "running" and moves_on_here and not joins <= _ahead(divergence, _names(theirs))


def _is_second_token(divergence: Divergence) -> bool:
    """Check that an inclusive join fires here only, with a token on the only flow that can have one in the drawing."""
    ours, theirs = divergence.ours, divergence.theirs
    connections = list(_connections(divergence.drawing))
    reached = _ahead(divergence, set(re.findall(r"\bstart\w*", divergence.drawing)))
    for join in re.findall(r"^(\w+): inclusiveGateway", divergence.drawing, re.MULTILINE):
        sources = {source for source, target in connections if target == join}
        if len(sources) > 1 and len(sources & reached) == 1 and join in _ahead(divergence, _names(theirs)):
            return theirs.state == "running" and (ours.state in ("ended", "failed") or theirs.waits <= ours.waits)
    return False


def _passes_outputs(divergence: Divergence) -> bool:
    """Check that only outputs of a called process differ, in which an error or escalation is thrown."""
    ours, theirs = divergence.ours, divergence.theirs
    if ours.waits != theirs.waits or theirs.state != "running" or "camunda:out" not in divergence.drawing:
        return False
    called = [_inside(divergence.drawing, name) for name in re.findall(r"calls=(\w+)", divergence.drawing)]
    action = divergence.script[-1]
    return any(
        re.search(r"(?:ThrowEvent|endEvent) (?:error|escalation)=|type=external", text)
        or (action.step == "throw" and f"{action.element}:" in text)
        for text in called
    )


def _loses_boundary_events(divergence: Divergence) -> bool:
    """Check that the events that wait here only are attached to a subprocess with an interrupting event subprocess."""
    hosts = [_host(divergence, name) for name in _extra(divergence)]
    return (
        bool(hosts)
        and not _missing(divergence)
        and all(host and any("triggeredByEvent" in line for line in _content(divergence, host)) for host in hosts)
    )


def _cancels_loop(divergence: Divergence) -> bool:
    """Check that the events that wait in Operaton only are attached to a transaction in a loop, which is cancelled."""
    hosts = [_host(divergence, name) for name in _missing(divergence)]
    return (
        bool(hosts)
        and not _extra(divergence)
        and all(
            host
            and re.match(r"\w+: transaction .*(?:multi|sequence)=", _definition(divergence, host))
            and "endEvent cancel" in _inside(divergence.drawing, host)
            for host in hosts
        )
    )


def _conditions_at_once(divergence: Divergence) -> bool:
    """Check that several conditions become true in one step."""
    conditions = [line for line in divergence.drawing.splitlines() if "condition=" in line]
    return divergence.script[-1].element == ALARM and len(conditions) > 1 and divergence.ours.state == "running"


def _fires_again(divergence: Divergence) -> bool:
    """Check that a condition was true before and after the step, and fires again in Operaton only."""
    was_true = dict(divergence.before.variables).get("alarm") and dict(divergence.theirs.variables).get("alarm")
    return bool(was_true) and "interrupting=no" in divergence.drawing and bool(_missing(divergence))


def _fires_before_token(divergence: Divergence) -> bool:
    """Check that the step itself sets the variable of a condition at the activity that it ends."""
    action = divergence.script[-1]
    sets_alarm = action.element != ALARM and dict(action.variables).get("alarm") is True
    return sets_alarm and any("condition=" in _definition(divergence, name) for name in _names(divergence.before))


def _leaves_timer(divergence: Divergence) -> bool:
    """Check that the events that wait in Operaton only are timers of what has a compensation activity."""
    missing = _missing(divergence)
    return bool(missing) and all(_is_timer_with_compensation(divergence, name) for name in missing)


def _is_timer_with_compensation(divergence: Divergence, name: str) -> bool:
    drawing, definition = divergence.drawing, _definition(divergence, name)
    if "timer=" not in definition:
        return False
    if host := _host(divergence, name):
        is_loop = re.search(rf"^{host}: .*(?:multi|sequence)=", drawing, re.MULTILINE) is not None
        return (is_loop and f"undoes={host}" in drawing) or "undoes=" in _inside(drawing, host)
    return "undoes=" in _inside(drawing, _event_subprocess_of(drawing, name))


def _catches_its_own(divergence: Divergence) -> bool:
    """Check that an escalation is thrown deep in an event subprocess for them, which waits again in Operaton only."""
    drawing = divergence.drawing
    starts = re.findall(r"^(\w+): startEvent escalation=", drawing, re.MULTILINE)
    handlers = [_inside(drawing, _event_subprocess_of(drawing, start)) for start in starts]
    nested = [text for text in handlers if "subProcess" in text or "calls=" in text]
    throwing = [text for text in nested if re.search(r"(?:ThrowEvent|endEvent) escalation=", text)]
    waiting = _names(divergence.theirs)
    return any(f"{name}:" in text for text in throwing for name in waiting) and divergence.theirs.state == "running"


def _throws_at_once(divergence: Divergence) -> bool:
    """Check that a signal is thrown that has a catching event which did not wait before the step."""
    thrown = set(re.findall(r"ThrowEvent signal=(\w+)", divergence.drawing))
    catching = re.findall(r"^(\w+): (?!intermediateThrow).*signal=(\w+)", divergence.drawing, re.MULTILINE)
    return any(signal in thrown and name not in _names(divergence.before) for name, signal in catching)


DIFFERENCES = (
    Difference(
        "stuck",
        "If no token can move and nothing waits, the step fails here. In Operaton, the instance is stuck for ever.",
        _is_stuck,
        """
start > S -[default]> A > J > end
S -[${level > 1}]> J
S: exclusiveGateway
A: userTask camunda:assignee=me
J: parallelGateway
---
finish A
""",
    ),
    Difference(
        "inclusive-joins-after-ended-tokens",
        "An inclusive join also fires if the last token that it waited for ends elsewhere or takes another path. "
        "Operaton looks at a join only if a token arrives there, and the instance is stuck.",
        _is_join_forgotten,
        """
start > S > J > After > end
S > A > X -[default]> J
X -[${level > 1}]> endX
S: parallelGateway
X: exclusiveGateway
J: inclusiveGateway
A: userTask camunda:assignee=me
After: userTask
---
finish A {"level": 2}
""",
    ),
    Difference(
        "inclusive-joins-with-second-tokens",
        "An inclusive join does not wait for a token that can only arrive on a sequence flow that has one already "
        "(section 13.4.3). Operaton waits for it.",
        _is_second_token,
        """
start > S > A > X > J > After > end
S > X
Other > J
S: parallelGateway
A: userTask camunda:assignee=me
X: exclusiveGateway
J: inclusiveGateway
Other: userTask
After: userTask
---
""",
    ),
    Difference(
        "outputs-after-errors",
        "If an error or escalation is thrown in a called process, its outputs are dropped here, because it is not "
        "complete. Operaton passes them on, even if nothing catches the escalation.",
        _passes_outputs,
        """
start > A > end
A: callActivity calls=called ext='<camunda:in variables="all"/><camunda:out source="level" target="result"/>'
B: boundaryEvent on=A error=E1
B > After
After: userTask
process called {
startC > C > endC
C: userTask
endC: endEvent error=E1
}
---
finish C
""",
    ),
    Difference(
        "boundary-events-during-event-subprocesses",
        "While an interrupting event subprocess runs, the boundary events of its subprocess wait here, because the "
        "subprocess is still active. Operaton removes them.",
        _loses_boundary_events,
        """
start > P > end
P: subProcess {
startP > A > endP
A: userTask camunda:assignee=me
V: subProcess triggeredByEvent=true {
startV: startEvent message=m
startV > C > endV
C: userTask
}
}
B: boundaryEvent on=P message=n
B > endB
---
message startV
""",
    ),
    Difference(
        "boundary-events-of-cancelled-loops",
        "While a transaction in a loop is cancelled, its boundary events do not wait here, because nothing can "
        "interrupt it. In Operaton, they wait until its activities are compensated.",
        _cancels_loop,
        """
start > P > end
P: transaction sequence=2 {
startP > A > endP
A: userTask camunda:assignee=me
U: userTask camunda:assignee=me undoes=A
endP: endEvent cancel
}
B: boundaryEvent on=P cancel
B > endB
N: boundaryEvent on=P signal=s interrupting=no
N > endN
---
finish A
""",
    ),
    Difference(
        "conditions-at-once",
        "If several conditions become true in one step, the event that has waited longest fires first here, and can "
        "cancel the others. Operaton fires non-interrupting events first.",
        _conditions_at_once,
        """
start > A > end
A: userTask camunda:assignee=me
B1: boundaryEvent on=A condition='${alarm}'
B1 > C1 > end1
C1: userTask
B2: boundaryEvent on=A condition='${alarm}' interrupting=no
B2 > C2 > end2
C2: userTask
Switch: subProcess triggeredByEvent=true {
startAlarm: startEvent message=alarm interrupting=no
startAlarm > endAlarm
}
---
message startAlarm {"alarm": true}
""",
    ),
    Difference(
        "conditions-that-stay-true",
        "The condition of a non-interrupting event must become false before the event fires again. In Operaton, it "
        "fires with each change of any variable while its condition is true.",
        _fires_again,
        """
start > S > A > end
S > Other > end
S: parallelGateway
A: userTask camunda:assignee=me
Other: receiveTask message=m
B: boundaryEvent on=A condition='${alarm}' interrupting=no
B > C > endB
C: userTask
---
message Other {"alarm": true}
finish C {"level": 1}
""",
    ),
    Difference(
        "conditions-of-the-activity-that-ends",
        "Conditions are evaluated when no token can move. Operaton evaluates them as soon as a variable is set: an "
        "event at the activity whose result makes the condition true still fires.",
        _fires_before_token,
        """
start > A > After > end
A: userTask camunda:assignee=me
After: userTask
B: boundaryEvent on=A condition='${alarm}'
B > C > endB
C: userTask
---
finish A {"alarm": true}
""",
    ),
    Difference(
        "signals-at-once",
        "A signal is thrown when no other token can move, so an event that begins to wait in the same step catches it. "
        "In Operaton, it may not, which depends on the order of the sequence flows.",
        _throws_at_once,
        """
start > A > S > T > endT
A: userTask camunda:assignee=me
S: parallelGateway
S > C > endC
T: intermediateThrowEvent signal=s1
C: intermediateCatchEvent signal=s1
---
finish A
""",
    ),
    Difference(
        "timers-that-stay",
        "A timer at an activity or of an event subprocess ends with what it is for. In Operaton, it may go on if there "
        "is a compensation activity: for an activity with multiple instances, or inside the subprocess.",
        _leaves_timer,
        """
start > S > A > endA
S > Other > end
S: parallelGateway
A: userTask multi=2 camunda:assignee=me
U: userTask undoes=A
B: boundaryEvent on=A timer=PT1H interrupting=no
B > endB
Other: userTask
---
finish A
finish A
""",
    ),
    Difference(
        "own-escalations",
        "An event subprocess does not catch an escalation that is thrown in a subprocess or call inside it. In "
        "Operaton, it does.",
        _catches_its_own,
        """
start > T > A > end
T: intermediateThrowEvent escalation=E1
A: userTask camunda:assignee=me
V: subProcess triggeredByEvent=true {
startV > P > endV
startV: startEvent escalation= interrupting=no
P: subProcess {
startP > C > endP
C: userTask
endP: endEvent escalation=E1
}
}
---
finish C
""",
    ),
)
