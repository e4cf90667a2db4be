"""Throwing messages and signals (BPMN 2.0.2, sections 10.5.1 and 13.5.5).

Whatever of the same execution waits for it catches it at once, before the thrower goes on: a signal everything, a
message what has waited longest. What has a payload schema that refuses the payload is passed over, as if it did not
wait. Others get it from the caller of the engine.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bpmn_events.adapters.hosts.embedded.model.correlation import matches
from bpmn_events.adapters.hosts.embedded.model.elements import Kind, Node
from bpmn_events.adapters.hosts.embedded.runtime.behaviours import correlation as conversation
from bpmn_events.adapters.hosts.embedded.runtime.behaviours import waits as waiting
from bpmn_events.adapters.hosts.embedded.runtime.instance_context import RunningInstance
from bpmn_events.adapters.hosts.embedded.runtime.listeners import Place, still_waits
from bpmn_events.adapters.hosts.embedded.runtime.state import ScopeState, TokenState
from bpmn_events.application.ports.engine import PassedOver, Thrown
from bpmn_events.domain.events import EventType, JsonObject

if TYPE_CHECKING:
    from bpmn_events.adapters.hosts.embedded.runtime.interpreter import Run


def throw(run: Run, instance: RunningInstance, scope: ScopeState, node: Node, token: TokenState | None = None) -> None:
    """Throw the node's message or signal. Then the thrower goes on, unless what caught it ended the thrower.

    ``token`` is that of a send task.
    """
    name = node.event_name or ""
    payload = run.mapped(node, node.payload, instance.visible(scope, token))
    clearings = run.clearings(scope)
    if node.kind is Kind.SIGNAL_THROW:
        for place in run.listeners.waiting_for(EventType.SIGNAL, name, run.places()):
            if still_waits(*place) and _fits(run, place, name, payload):
                waiting.trigger_inside(run, place, payload)
        run.journal.thrown.append(Thrown(EventType.SIGNAL, name, payload, instance.state.id, node.id))
    else:
        _throw_message(run, instance, node, name, payload)
    if not instance.is_alive(scope) or clearings != run.clearings(scope):
        return
    if token is None:
        run.leave(instance, scope, node)
    elif token.id in scope.tokens:
        run.complete(instance, scope, token, node)


def _throw_message(run: Run, instance: RunningInstance, node: Node, name: str, payload: JsonObject) -> None:
    conversation.note(instance, name, payload, run.now)
    keys = instance.graph.correlation_keys(name, payload)
    matching = [
        place
        for place in run.listeners.waiting_for(EventType.MESSAGE, name, run.places())
        if matches(place[3].keys, keys if place[0] is instance else place[0].graph.correlation_keys(name, payload))
    ]
    # What waits for this very key comes before what takes any.
    for place in sorted(matching, key=lambda place: not place[3].keys):
        if _fits(run, place, name, payload):
            return waiting.trigger_inside(run, place, payload)
    run.journal.thrown.append(Thrown(EventType.MESSAGE, name, payload, instance.state.id, node.id, keys))
    return None


def _fits(run: Run, place: Place, name: str, payload: JsonObject) -> bool:
    """Whether the payload satisfies the schema of what waits there; if not, the step says so."""
    instance, _, _, wait = place
    element = instance.graph.catch_elements[wait.element]
    violations = () if element.payload_schema is None else run.schemas.violations(element.payload_schema, payload)
    if violations:
        passed_over = PassedOver(element.event_type, name, instance.state.id, wait.element, violations[0])
        run.journal.passed_over.append(passed_over)
    return not violations
