"""The known differences between the engines. docs/bpmn-support.md explains each of them.

Each difference recognises a divergence after it was shrunk: what is not needed for it is no longer in its drawing.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from tests.conformance.operaton.comparison import Divergence
from tests.conformance.operaton.models import ALARM


@dataclass(frozen=True)
class Difference:
    """A difference that is no fault. ``sentence`` stands in docs/bpmn-support.md."""

    name: str
    sentence: str
    recognises: Callable[[Divergence], bool]


def explain(divergence: Divergence) -> str | None:
    """Return the name of the known difference that a shrunk divergence shows, or None."""
    return next((difference.name for difference in DIFFERENCES if difference.recognises(divergence)), None)


# --- facts about a divergence ---


def _definition(divergence: Divergence, element: str) -> str:
    return next((line for line in divergence.drawing.splitlines() if line.startswith(f"{element}:")), "")


def _extra(divergence: Divergence) -> set[str]:
    """The elements that wait here only."""
    return {name.strip("[]") for name in divergence.ours.waits - divergence.theirs.waits}


def _missing(divergence: Divergence) -> set[str]:
    """The elements that wait in Operaton only."""
    return {name.strip("[]") for name in divergence.theirs.waits - divergence.ours.waits}


def _content(divergence: Divergence, subprocess: str) -> list[str]:
    """The lines directly in a subprocess."""
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


# --- predicates ---


def _is_stuck(divergence: Divergence) -> bool:
    theirs = divergence.theirs
    return "join waits" in divergence.ours.state and theirs.state == "running" and not theirs.waits


def _passes_outputs(divergence: Divergence) -> bool:
    only_variables = divergence.ours.waits == divergence.theirs.waits and divergence.theirs.state == "running"
    handles = re.search(r"(boundaryEvent|startEvent).* (error|escalation)=", divergence.drawing)
    return only_variables and "camunda:out" in divergence.drawing and handles is not None


def _loses_boundary_events(divergence: Divergence) -> bool:
    """The events that wait here only are attached to a subprocess with an interrupting event subprocess."""
    hosts = [re.search(r"boundaryEvent on=(\w+)", _definition(divergence, name)) for name in _extra(divergence)]
    return (
        bool(hosts)
        and not _missing(divergence)
        and all(host and any("triggeredByEvent" in line for line in _content(divergence, host[1])) for host in hosts)
    )


def _conditions_at_once(divergence: Divergence) -> bool:
    """Several conditions become true in one step, and one of their events interrupts where another one waits."""
    conditions = [line for line in divergence.drawing.splitlines() if "condition=" in line]
    return divergence.script[-1].element == ALARM and len(conditions) > 1 and "running" == divergence.ours.state


DIFFERENCES = (
    Difference(
        "stuck",
        "If no token can move and nothing waits, a step fails here. In Operaton, the instance goes on forever.",
        _is_stuck,
    ),
    Difference(
        "outputs-after-errors",
        "If an error or escalation ends a called process, its outputs are dropped here. Operaton passes them on.",
        _passes_outputs,
    ),
    Difference(
        "boundary-events-during-event-subprocesses",
        "While an interrupting event subprocess runs, the boundary events of its subprocess wait here: the subprocess "
        "is still active. Operaton removes them.",
        _loses_boundary_events,
    ),
    Difference(
        "conditions-at-once",
        "If several conditions become true in one step, the event that has waited longest fires first here, and can "
        "cancel the others. Operaton fires non-interrupting events first.",
        _conditions_at_once,
    ),
)
