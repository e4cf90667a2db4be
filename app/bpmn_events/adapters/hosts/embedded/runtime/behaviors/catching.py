"""Triggering of waiting events: the payload becomes variables, and the token moves on."""

from bpmn_events.adapters.hosts.embedded.model.elements import NodeKind
from bpmn_events.adapters.hosts.embedded.runtime import correlation
from bpmn_events.adapters.hosts.embedded.runtime.behaviors import activities, data_outputs, scopes, waits
from bpmn_events.adapters.hosts.embedded.runtime.listeners import Listener
from bpmn_events.adapters.hosts.embedded.runtime.step_context import StepContext
from bpmn_events.domain.events import CatchElement, EventType, JsonObject


def trigger(context: StepContext, listener: Listener, payload: JsonObject | None) -> None:
    """Trigger one waiting event from outside."""
    context.journal.record_triggered(listener.wait)
    _catch(context, listener, payload)


def trigger_internally(
    context: StepContext, listener: Listener, payload: JsonObject | None, payload_bytes: int = 0
) -> None:
    """Trigger one waiting event because of a throw or a condition in its own execution."""
    context.budget.tick(1)
    context.budget.keep_bytes(payload_bytes)
    if context.journal.record_caught(listener.instance.state.id, listener.wait, payload):
        context.budget.allow_more_steps()
    _catch(context, listener, payload)


def _catch(context: StepContext, listener: Listener, payload: JsonObject | None) -> None:
    instance, scope, token = listener.instance, listener.scope, listener.token
    node, element = instance.node(listener.wait.element), listener.element
    if element.event_type is EventType.MESSAGE:
        correlation.set_keys_from_message(context, instance, listener.event_name, payload or {})
    values = _payload_variables(element, payload)
    if token is not None and node.kind is NodeKind.RECEIVE_TASK and token.node == node.id:
        token.waits.remove(listener.wait)
        activities.finish(context, instance, scope, token, data_outputs.of_event(node.mappings, values))
        return
    data_outputs.store_payload(context, instance, scope, node, values)
    waits.end_occurrence(context, listener, node)
    if token is None:
        scopes.start_event_subprocess(context, instance, scope, node)
        return
    if node.kind is not NodeKind.BOUNDARY or node.interrupting:
        context.cancel_token(instance, scope, token)
    context.leave(instance, scope, node)


def _payload_variables(element: CatchElement, payload: JsonObject | None) -> JsonObject:
    if element.payload_variable is not None and payload is not None:
        return {element.payload_variable: payload}
    return payload or {}
