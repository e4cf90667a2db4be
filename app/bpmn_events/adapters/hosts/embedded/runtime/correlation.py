"""Values of an instance's correlation keys (BPMN 2.0.2, section 8.4.2).

The first message that an instance sends or receives gives a key its value. From then on, a message must have the same
value to trigger a waiting event of the instance.
"""

from collections.abc import Mapping

from bpmn_events.adapters.hosts.embedded.expressions.expression import ExpressionError
from bpmn_events.adapters.hosts.embedded.model.correlation import encode_values
from bpmn_events.adapters.hosts.embedded.model.elements import Node
from bpmn_events.adapters.hosts.embedded.runtime.instance_context import InstanceContext
from bpmn_events.adapters.hosts.embedded.runtime.state import ScopeState
from bpmn_events.adapters.hosts.embedded.runtime.step_context import StepContext
from bpmn_events.domain.events import EventType, JsonObject, StartElement

# A key takes as long as so many items of a list.
_WORK_PER_KEY = 8


def set_keys_from_message(
    context: StepContext, instance: InstanceContext, message: str | None, payload: JsonObject
) -> None:
    """Set the keys that have no value yet from a sent or received message."""
    if not instance.graph.keys or message is None:
        return
    new_keys = {
        key: value
        for key, value in instance.graph.correlation_keys(message, payload, context.budget).items()
        if key not in instance.state.keys and not _is_subscribed(instance, key)
    }
    if new_keys:
        instance.state.keys.update(new_keys)
        _add_keys_to_waits(context, instance, new_keys)


def _add_keys_to_waits(context: StepContext, instance: InstanceContext, new_keys: Mapping[str, str]) -> None:
    """Add the new keys to the events that already wait."""
    for _, _, wait in instance.waits():
        context.budget.count_size(len(new_keys) * _WORK_PER_KEY)
        name = _message_name(instance, wait.element)
        added = {key: value for key, value in new_keys.items() if _key_applies(instance, key, name)}
        if added:
            wait.keys = wait.keys | added
            context.budget.keep(added)
            instance.rekeyed.add(wait.id)


def set_keys_from_start(context: StepContext, instance: InstanceContext, start: StartElement) -> None:
    """Set the keys from the message that started the instance; its payload has become the variables."""
    if start.event_type is EventType.MESSAGE:
        variable = start.payload_variable
        payload = instance.variables if variable is None else instance.variables[variable]
        set_keys_from_message(context, instance, start.event_name, payload)


def required_keys(context: StepContext, instance: InstanceContext, scope: ScopeState, node: Node) -> dict[str, str]:
    """Return the key values that a message must have to trigger the event, if it begins to wait now."""
    context.budget.count_size(len(instance.graph.keys) * _WORK_PER_KEY)
    name = _message_name(instance, node.id)
    required = {key: value for key, value in instance.state.keys.items() if _key_applies(instance, key, name)}
    if name is None:
        return required
    for key in instance.graph.keys:
        try:
            key.check_readable(name)
            if key.subscription is not None and name in key.messages:
                required[key.id] = encode_values(key.subscription, instance.visible_variables(scope), context.budget)
        except ExpressionError as error:
            # Without its key, the event would receive every message of that name.
            context.fail(node, f"its correlation key has no value: {error}")
    return required


def _message_name(instance: InstanceContext, element_id: str) -> str | None:
    """Return the name of the element's message as the model has it; None if the element waits for no message."""
    element = instance.graph.catch_elements.get(element_id)
    if element is None or element.event_type is not EventType.MESSAGE:
        return None
    node = instance.graph.nodes.get(element_id) if element.event_name is None else None
    return element.event_name if node is None or node.computed_name is None else node.computed_name.text


def _key_applies(instance: InstanceContext, key_id: str, message: str | None) -> bool:
    key = instance.graph.keys_by_id.get(key_id)
    return key is not None and message in key.messages


def _is_subscribed(instance: InstanceContext, key_id: str) -> bool:
    key = instance.graph.keys_by_id.get(key_id)
    return key is not None and key.subscription is not None
