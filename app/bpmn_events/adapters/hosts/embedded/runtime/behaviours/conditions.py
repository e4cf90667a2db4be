"""Conditional events: looked at when variables have changed and nothing moves (BPMN 2.0.2, section 10.5.5).

An event fires when its condition becomes true, or is true when it begins to wait. One that goes on waiting has to see
its condition become false before it can fire again. A condition about a variable that does not exist is not true.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bpmn_events.adapters.hosts.embedded.model.elements import Kind
from bpmn_events.adapters.hosts.embedded.runtime.behaviours import waits as waiting
from bpmn_events.adapters.hosts.embedded.runtime.instance_context import RunningInstance
from bpmn_events.adapters.hosts.embedded.runtime.listeners import Place, still_waits

if TYPE_CHECKING:
    from bpmn_events.adapters.hosts.embedded.runtime.interpreter import Run

CONDITIONS_PER_STEP = 10


def fire(run: Run) -> bool:
    """Trigger every event whose condition has become true. False if there was none."""
    fired = False
    for instance in list(run.instances.values()):
        if instance.stirred:
            instance.stirred = False
            if instance.graph.has_conditions and instance.is_running:
                fired |= _fire(run, instance)
    return fired


def _fire(run: Run, instance: RunningInstance) -> bool:
    conditional = _conditional(instance)
    run.budget.charge(len(conditional) // CONDITIONS_PER_STEP)
    risen = [place for place in conditional if _rises(run, place)]
    for place in risen:
        if still_waits(*place):
            waiting.trigger_inside(run, place, None)
    return bool(risen)


def _conditional(instance: RunningInstance) -> list[Place]:
    found: list[Place] = []
    for scope in instance.scopes.values():
        found += [(instance, scope, None, wait) for wait in scope.waits]
        found += [(instance, scope, token, wait) for token in scope.tokens.values() for wait in token.waits]
    return [place for place in found if instance.node(place[3].element).condition is not None]


def _rises(run: Run, place: Place) -> bool:
    instance, scope, token, wait = place
    node = instance.node(wait.element)
    before = wait.held
    wait.held = waiting.holds(run, instance, scope, None if node.kind is Kind.BOUNDARY else token, node)
    return wait.held and not before
