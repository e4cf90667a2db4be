"""Throw events and send tasks, with messages and signals (BPMN 2.0.2, sections 10.5.1 and 13.5.5).

Waiting events of the same execution catch the message or signal at once, before its thrower moves on: all of them catch
a signal, the longest waiting one catches a message. An event whose payload schema refuses the payload is skipped. The
caller of the engine delivers to other executions.
"""

from bpmn_events.adapters.hosts.embedded.model.correlation import keys_match
from bpmn_events.adapters.hosts.embedded.model.elements import Node, NodeKind
from bpmn_events.adapters.hosts.embedded.runtime import correlation
from bpmn_events.adapters.hosts.embedded.runtime.agenda import Move
from bpmn_events.adapters.hosts.embedded.runtime.behaviors import catching
from bpmn_events.adapters.hosts.embedded.runtime.budget import encoded_size
from bpmn_events.adapters.hosts.embedded.runtime.instance_context import InstanceContext
from bpmn_events.adapters.hosts.embedded.runtime.listeners import Listener
from bpmn_events.adapters.hosts.embedded.runtime.state import ScopeState, TokenState
from bpmn_events.adapters.hosts.embedded.runtime.step_context import StepContext
from bpmn_events.adapters.hosts.embedded.steps import RejectedReceiver, Thrown
from bpmn_events.domain.events import EventType, JsonObject

# To look at a listener takes as long as so many items of a list.
_WORK_PER_LISTENER = 16


def throw_event(context: StepContext, move: Move, node: Node) -> None:
    """Throw the message or signal of the event; then move on, unless a catching event has ended the thrower."""
    instance, scope = move.instance, move.scope
    variables = instance.visible_variables(scope)
    name = context.event_name(node, variables) or ""
    payload = context.apply_mappings(node, node.payload, variables)
    if node.kind is NodeKind.SIGNAL_THROW:
        _throw_signal(context, instance, node, name, payload)
    else:
        _throw_message(context, instance, node, name, payload)
    if context.agenda.is_valid(move):
        context.leave(instance, scope, node)


def send(context: StepContext, instance: InstanceContext, scope: ScopeState, token: TokenState, node: Node) -> None:
    """Throw the message of a send task; then complete the task, unless the catching event has ended it."""
    variables = instance.visible_variables(scope, token)
    name = context.event_name(node, variables) or ""
    payload = context.apply_mappings(node, node.payload, variables)
    _throw_message(context, instance, node, name, payload)
    if instance.is_alive(scope) and token.id in scope.tokens:
        context.complete(instance, scope, token, node)


def _throw_signal(context: StepContext, instance: InstanceContext, node: Node, name: str, payload: JsonObject) -> None:
    size = encoded_size(payload)
    for listener in _listeners(context, EventType.SIGNAL, name):
        if context.listeners.is_waiting(listener) and _accepts(context, listener, name, payload):
            catching.trigger_internally(context, listener, payload, size)
    context.journal.thrown.append(Thrown(EventType.SIGNAL, name, payload, instance.state.id, node.id))


def _throw_message(context: StepContext, instance: InstanceContext, node: Node, name: str, payload: JsonObject) -> None:
    correlation.set_keys_from_message(context, instance, name, payload)
    keys = instance.graph.correlation_keys(name, payload, context.budget)
    keys_by_graph = {id(instance.graph): keys}
    matching = []
    for listener in _listeners(context, EventType.MESSAGE, name):
        graph = listener.instance.graph
        if id(graph) not in keys_by_graph:
            keys_by_graph[id(graph)] = graph.correlation_keys(name, payload, context.budget)
        if keys_match(listener.wait.keys, keys_by_graph[id(graph)]):
            matching.append(listener)
    # Events with the message's keys come before events without keys.
    for listener in sorted(matching, key=lambda listener: not listener.wait.keys):
        if _accepts(context, listener, name, payload):
            return catching.trigger_internally(context, listener, payload, encoded_size(payload))
    context.journal.thrown.append(Thrown(EventType.MESSAGE, name, payload, instance.state.id, node.id, keys))
    return None


def _listeners(context: StepContext, event_type: EventType, name: str) -> list[Listener]:
    listeners = context.listeners.waiting_for(event_type, name)
    context.budget.count_size(len(listeners) * _WORK_PER_LISTENER)
    return listeners


def _accepts(context: StepContext, listener: Listener, name: str, payload: JsonObject) -> bool:
    """Return True if the listener's payload schema accepts the payload; record a rejected receiver if not."""
    element = listener.element
    if element.payload_schema is None:
        return True
    context.budget.tick(1)
    violations = context.schemas.violations(element.payload_schema, payload)
    if violations:
        context.journal.rejected_receivers.append(
            RejectedReceiver(element.event_type, name, listener.instance.state.id, element.element_id, violations[0])
        )
    return not violations
