"""Call activities: start the called instance, and continue after it completes (BPMN 2.0.2, section 10.3.6)."""

from collections.abc import Mapping
from typing import Any

from bpmn_events.adapters.hosts.embedded.engine_port import MissingModel
from bpmn_events.adapters.hosts.embedded.expressions.expression import Expression
from bpmn_events.adapters.hosts.embedded.expressions.tokens import shorten
from bpmn_events.adapters.hosts.embedded.expressions.values import kind_of
from bpmn_events.adapters.hosts.embedded.model.elements import Call, Node
from bpmn_events.adapters.hosts.embedded.runtime.behaviors import activities, scopes
from bpmn_events.adapters.hosts.embedded.runtime.instance_context import InstanceContext
from bpmn_events.adapters.hosts.embedded.runtime.state import InstanceState, ScopeState, TokenState
from bpmn_events.adapters.hosts.embedded.runtime.step_context import StepContext
from bpmn_events.domain import ids
from bpmn_events.domain.ids import is_valid_id
from bpmn_events.domain.processes import ProcessInstanceState

MAX_DEPTH = 50


def call(context: StepContext, instance: InstanceContext, scope: ScopeState, token: TokenState, node: Node) -> None:
    """Start an instance of the latest version of the called process; the token waits for it.

    Raises:
        MissingModel: That version must be loaded first.
    """
    call = node.call
    if call is None or not (call.process_key or call.process):
        context.fail(node, node.refusal or "it calls no process")
    variables = instance.visible_variables(scope, token)
    key = call.process_key if call.process is None else _evaluate_key(context, node, call.process, variables)
    if instance.depth >= MAX_DEPTH:
        context.fail(node, f"calls are nested more than {MAX_DEPTH} deep")
    if key not in context.models.latest:
        raise MissingModel(key=key)
    model_id = context.models.latest[key]
    if model_id is None:
        context.fail(node, f"the called process {key!r} is not deployed")
    token.called = ids.new_id(ids.PROCESS_INSTANCE)
    called = context.start_instance(
        InstanceState(token.called, model_id, parent=instance.state.id, caller_scope=scope.id, caller=token.id),
        context.apply_mappings(node, call.inputs, variables),
    )
    scopes.open_process(context, called, call.start_element)


def _evaluate_key(context: StepContext, node: Node, process: Expression, variables: Mapping[str, Any]) -> str:
    key = context.evaluate(node, process, variables)
    if not isinstance(key, str):
        context.fail(node, f"`{shorten(process.text)}` is {kind_of(key)}, where the key of a process is needed")
    if not is_valid_id(key):
        context.fail(node, f"the called process {key[:80]!r} is not deployed")
    return key


def complete_instance(context: StepContext, instance: InstanceContext) -> None:
    """End an instance whose scopes are empty, and complete its call activity if it has one."""
    context.end_instance(instance, ProcessInstanceState.COMPLETED)
    if instance.state.parent is None:
        return
    parent, scope, token = caller_of(context, instance)
    node = parent.node(token.node)
    token.called = None
    results = context.apply_mappings(node, (node.call or Call("")).outputs, instance.variables)
    activities.finish(context, parent, scope, token, results)


def caller_of(context: StepContext, instance: InstanceContext) -> tuple[InstanceContext, ScopeState, TokenState]:
    """Return the instance, scope and token of the call activity that waits for the instance."""
    parent = context.instances[instance.state.parent or ""]
    scope = parent.scopes[instance.state.caller_scope or 0]
    return parent, scope, scope.tokens[instance.state.caller or 0]
