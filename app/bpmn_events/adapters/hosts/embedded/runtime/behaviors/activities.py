"""Activities: their start, the work of tasks, and their completion (BPMN 2.0.2, section 13.3)."""

from collections.abc import Mapping
from typing import Any

from bpmn_events.adapters.hosts.embedded.expressions.expression import ExpressionError
from bpmn_events.adapters.hosts.embedded.model.elements import NO_MAPPINGS, Node, NodeKind
from bpmn_events.adapters.hosts.embedded.runtime.agenda import Move
from bpmn_events.adapters.hosts.embedded.runtime.behaviors import completions, data_outputs, loops, waits
from bpmn_events.adapters.hosts.embedded.runtime.instance_context import InstanceContext
from bpmn_events.adapters.hosts.embedded.runtime.state import ScopeState, TokenState
from bpmn_events.adapters.hosts.embedded.runtime.step_context import StepContext
from bpmn_events.domain import ids
from bpmn_events.domain.events import JsonObject
from bpmn_events.domain.instants import microseconds


def enter(context: StepContext, move: Move, node: Node) -> None:
    """Begin the activity, or its loop; in the scope of the loop, begin one occurrence."""
    instance, scope = move.instance, move.scope
    if scope.is_loop:
        number, local = loops.next_occurrence(instance, scope, node)
        _begin(context, instance, scope, TokenState(context.next_id(), node.id, number=number, local=local), node)
    elif node.loop is not None:
        loops.open_loop(context, instance, scope, node, move.local)
    elif node.kind is NodeKind.EMPTY_TASK and node.mappings is NO_MAPPINGS and node.compensation is None:
        context.leave(instance, scope, node)
    else:
        _begin(context, instance, scope, TokenState(context.next_id(), node.id, local=move.local), node)


def _begin(context: StepContext, instance: InstanceContext, scope: ScopeState, token: TokenState, node: Node) -> None:
    scope.tokens[token.id] = token
    for mapping in node.mappings.inputs:
        # One after another, because a later mapping sees the variables of an earlier one.
        local = context.apply_mappings(node, (mapping,), instance.visible_variables(scope, token))
        token.local = {**(token.local or {}), **local}
    # Boundary events belong to a loop as a whole, not to one of its occurrences.
    boundary_events = () if scope.is_loop else node.boundary_events
    elements = (node.id, *boundary_events) if node.kind is NodeKind.RECEIVE_TASK else boundary_events
    waits.arm_all(context, instance, scope, token, elements)
    context.begin(instance, scope, token, node)


# --- the work of tasks ---


def open_task(
    context: StepContext, _instance: InstanceContext, _scope: ScopeState, token: TokenState, _node: Node
) -> None:
    """Open a task that a caller finishes."""
    token.task, token.since = ids.new_id(ids.TASK), microseconds(context.now)
    context.journal.add_task(token.task)


def receive(
    _context: StepContext, _instance: InstanceContext, _scope: ScopeState, _token: TokenState, _node: Node
) -> None:
    """Do nothing, because the token already waits for the message."""


def run_script(
    context: StepContext, instance: InstanceContext, scope: ScopeState, token: TokenState, node: Node
) -> None:
    """Run the assignments of the script and complete the task."""
    if node.script is None:
        context.fail(node, node.refusal or "it has no script")
    try:
        node.script.run(
            lambda: instance.visible_variables(scope, token),
            lambda values: data_outputs.assign_result(instance, scope, token, node.mappings, values),
            context.budget,
        )
    except ExpressionError as error:
        context.fail(node, str(error))
    complete(context, instance, scope, token, node)


def find_open_task(context: StepContext, task_id: str) -> tuple[InstanceContext, ScopeState, TokenState] | None:
    """Return the instance, scope and token of the open task; None if it is not open."""
    for instance in context.instances.values():
        for scope in instance.scopes.values():
            for token in scope.tokens.values():
                if token.task == task_id:
                    return instance, scope, token
    return None


# --- completing ---


def finish_task(
    context: StepContext, instance: InstanceContext, scope: ScopeState, token: TokenState, result: JsonObject
) -> None:
    """Complete an open task with the caller's result."""
    variable = instance.node(token.node).mappings.result_variable
    finish(context, instance, scope, token, result if variable is None else {variable: result})


def finish(
    context: StepContext, instance: InstanceContext, scope: ScopeState, token: TokenState, values: Mapping[str, Any]
) -> None:
    """Assign the values that the activity produced, and complete it."""
    node = instance.node(token.node)
    if node.mappings.outputs_only:
        token.local = {**(token.local or {}), **values}
    else:
        data_outputs.assign_result(instance, scope, token, node.mappings, values)
    complete(context, instance, scope, token, node)


def complete(context: StepContext, instance: InstanceContext, scope: ScopeState, token: TokenState, node: Node) -> None:
    """Assign the outputs of the activity and leave it; in a loop, complete the occurrence."""
    if node.mappings.outputs:
        data_outputs.assign_outputs(context, instance, scope, token, node)
    if node.compensation is not None:
        completions.record(context, instance, scope, token, node)
    if scope.is_loop:
        loops.complete_occurrence(context, instance, scope, token, node)
    else:
        context.cancel_token(instance, scope, token)
        context.leave(instance, scope, node)
