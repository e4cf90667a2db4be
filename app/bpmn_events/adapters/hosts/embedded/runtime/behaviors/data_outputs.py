"""Results and payloads with data outputs (BPMN 2.0.2, section 10.4.2): they stay local, for the outputs to read."""

from collections.abc import Iterator, Mapping
from typing import Any

from bpmn_events.adapters.hosts.embedded.model.elements import Mappings, Node
from bpmn_events.adapters.hosts.embedded.runtime.agenda import Move
from bpmn_events.adapters.hosts.embedded.runtime.instance_context import InstanceContext
from bpmn_events.adapters.hosts.embedded.runtime.state import ScopeState, TokenState
from bpmn_events.adapters.hosts.embedded.runtime.step_context import StepContext


class _Without(Mapping[str, Any]):
    """The visible variables without those of some names."""

    def __init__(self, variables: Mapping[str, Any], hidden: frozenset[str]) -> None:
        self._variables = variables
        self._hidden = hidden

    def __getitem__(self, name: str) -> Any:
        if name in self._hidden:
            raise KeyError(name)
        return self._variables[name]

    def __iter__(self) -> Iterator[str]:
        return (name for name in self._variables if name not in self._hidden)

    def __len__(self) -> int:
        return sum(1 for _ in self)


def assign_result(
    instance: InstanceContext, scope: ScopeState, token: TokenState, mappings: Mappings, values: Mapping[str, Any]
) -> None:
    """Assign the values that an activity produced: to its data outputs of these names, all others to variables."""
    if not mappings.data_outputs:
        instance.assign(values, scope, token)
        return
    local = {name: value for name, value in values.items() if name in mappings.data_outputs}
    token.local = {**(token.local or {}), **local}
    instance.assign({name: value for name, value in values.items() if name not in local}, scope, token)


def of_event(mappings: Mappings, values: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the payload of an event or message with its only data output.

    That is the payload as a whole if the payload has no member of its name.
    """
    if len(mappings.data_outputs) != 1 or not values or not mappings.data_outputs.isdisjoint(values):
        return values
    return {**values, next(iter(mappings.data_outputs)): dict(values)}


def assign_outputs(
    context: StepContext, instance: InstanceContext, scope: ScopeState, token: TokenState, node: Node
) -> None:
    """Apply the output mappings of the node. A data output that the token does not have does not exist for them."""
    mappings = node.mappings
    variables = instance.visible_variables(scope, token)
    missing = mappings.data_outputs.difference(token.local or ()) if mappings.data_outputs else None
    if missing:
        variables = _Without(variables, missing)
    instance.assign(context.apply_mappings(node, mappings.outputs, variables), scope)


def store_payload(
    context: StepContext, instance: InstanceContext, scope: ScopeState, node: Node, values: Mapping[str, Any]
) -> None:
    """Assign the payload of an event to variables, by the mappings of the event."""
    mappings = node.mappings
    temporary = TokenState(0, node.id)
    if mappings.outputs_only:
        temporary.local = dict(values)
    elif mappings.data_outputs:
        assign_result(instance, scope, temporary, mappings, of_event(mappings, values))
    else:
        instance.assign(values, scope)
    if mappings.outputs:
        assign_outputs(context, instance, scope, temporary, node)


def begin_process(context: StepContext, instance: InstanceContext, scope: ScopeState, node: Node) -> None:
    """Apply the output mappings of the event that began a process. Its payload has become the variables.

    The start event of a subprocess has no payload.
    """
    mappings = node.mappings
    payload = of_event(mappings, instance.variables if scope.parent is None else {})
    token = TokenState(0, node.id, local={name: payload[name] for name in mappings.data_outputs if name in payload})
    assign_outputs(context, instance, scope, token, node)


def start_with_data(context: StepContext, move: Move, node: Node) -> None:
    """Copy the payload of the start event, and pass the token on."""
    begin_process(context, move.instance, move.scope, node)
    context.leave(move.instance, move.scope, node)
