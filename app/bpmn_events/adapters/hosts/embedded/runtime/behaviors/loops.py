"""Loops: standard loops, and parallel or sequential multi-instance (BPMN 2.0.2, sections 10.3.8 and 13.3.6).

A loop has a scope of its own, whose tokens are the occurrences of the activity. The token that owns the loop has the
boundary events and the state of the loop.
"""

from collections import ChainMap
from collections.abc import Mapping
from typing import Any

from bpmn_events.adapters.hosts.embedded.expressions.expression import Expression
from bpmn_events.adapters.hosts.embedded.model.elements import MultiInstance, Node, StandardLoop
from bpmn_events.adapters.hosts.embedded.runtime.behaviors import completions, waits
from bpmn_events.adapters.hosts.embedded.runtime.instance_context import InstanceContext
from bpmn_events.adapters.hosts.embedded.runtime.state import LoopState, ScopeState, TokenState
from bpmn_events.adapters.hosts.embedded.runtime.step_context import StepContext
from bpmn_events.domain.errors import ProcessFailed

MAX_INSTANCES = 20_000
# To begin an occurrence takes as long as so many items of a list.
_WORK_PER_OCCURRENCE = 8


def open_loop(
    context: StepContext, instance: InstanceContext, scope: ScopeState, node: Node, local: dict[str, Any] | None = None
) -> None:
    """Begin the loop and its first occurrences, which share the local variables."""
    owner = waits.place_token(context, instance, scope, node, node.boundary_events)
    owner.local = local
    inner = ScopeState(context.next_id(), node.id, scope.id, owner.id, is_loop=True)
    owner.scope = inner.id
    instance.scopes[inner.id] = inner
    if isinstance(node.loop, StandardLoop):
        owner.loop = LoopState()
        first = 1 if _has_first_occurrence(context, instance, inner, node, node.loop) else 0
    else:
        loop = _multi_instance(node)
        owner.loop = _plan_occurrences(context, instance.visible_variables(scope, owner), node, loop)
        total = owner.loop.total or 0
        first = min(total, 1) if loop.sequential else total
    if first:
        _begin_occurrences(context, instance, inner, node, first)
    else:
        _finish(context, instance, inner, node)


def _begin_occurrences(
    context: StepContext, instance: InstanceContext, scope: ScopeState, node: Node, number: int
) -> None:
    context.budget.count_occurrences(node, number)
    context.budget.count_size(number * _WORK_PER_OCCURRENCE)
    for _ in range(number):
        context.move(instance, scope, node.id)


def next_occurrence(instance: InstanceContext, scope: ScopeState, node: Node) -> tuple[int, dict[str, Any]]:
    """Return the number of the next occurrence, from 1, and its local variables."""
    state = _loop_state(instance, scope)
    state.begun += 1
    if isinstance(node.loop, StandardLoop):
        return state.begun, {"loopCounter": state.begun}
    loop = _multi_instance(node)
    local: dict[str, Any] = {"loopCounter": loop.first + state.begun - 1}
    if loop.element_variable is not None:
        local[loop.element_variable] = state.items.pop() if state.items else None
    if loop.output_variable is not None:
        local[loop.output_variable] = None
    return state.begun, local


def complete_occurrence(
    context: StepContext, instance: InstanceContext, scope: ScopeState, token: TokenState, node: Node
) -> None:
    """Begin the next occurrence of a sequential loop, or finish the loop after the last one."""
    state = _loop_state(instance, scope)
    state.done += 1
    variables = instance.visible_variables(scope, token)
    if isinstance(node.loop, StandardLoop):
        is_sequential, has_next = True, _has_next_occurrence(context, node, node.loop, state.done, variables)
    else:
        loop = _multi_instance(node)
        _collect_output(context, node, loop, state, token, variables)
        is_sequential = loop.sequential
        has_next = state.done < (state.total or 0) and not _is_complete(context, node, loop, state, variables)
    context.cancel_token(instance, scope, token)
    if not has_next:
        _finish(context, instance, scope, node)
    elif is_sequential:
        _begin_occurrences(context, instance, scope, node, 1)


def _finish(context: StepContext, instance: InstanceContext, scope: ScopeState, node: Node) -> None:
    """Assign the collected outputs, cancel the remaining occurrences, and leave the activity."""
    enclosing = instance.parent_of(scope)
    assert enclosing is not None, node.id
    outer, owner = enclosing
    if scope.completed:
        is_parallel = isinstance(node.loop, MultiInstance) and not node.loop.sequential
        completions.record_loop(context, outer, owner, scope.completed, is_parallel=is_parallel)
    results = owner.loop.results if owner.loop is not None else None
    if isinstance(node.loop, MultiInstance) and node.loop.output_collection is not None and results is not None:
        instance.assign({node.loop.output_collection: results}, outer)
    context.cancel_token(instance, outer, owner)
    context.leave(instance, outer, node)


def _loop_state(instance: InstanceContext, scope: ScopeState) -> LoopState:
    enclosing = instance.parent_of(scope)
    if enclosing is None or enclosing[1].loop is None:
        raise ProcessFailed("a loop without a state", scope.element)
    return enclosing[1].loop


# --- standard loops ---


def _has_first_occurrence(
    context: StepContext, instance: InstanceContext, scope: ScopeState, node: Node, loop: StandardLoop
) -> bool:
    if not loop.test_before:
        return True
    # No occurrence has set the counter yet, and the condition may use it.
    variables = _with_values(instance.visible_variables(scope), {"loopCounter": 0})
    return _has_next_occurrence(context, node, loop, 0, variables)


def _has_next_occurrence(
    context: StepContext, node: Node, loop: StandardLoop, done: int, variables: Mapping[str, Any]
) -> bool:
    if loop.maximum is not None and done >= loop.maximum:
        return False
    return loop.condition is None or context.is_true(node, loop.condition, variables)


# --- multiple instances ---


def _multi_instance(node: Node) -> MultiInstance:
    if not isinstance(node.loop, MultiInstance):
        raise ProcessFailed(node.refusal or "it is no loop", node.id)
    return node.loop


def _plan_occurrences(context: StepContext, variables: Mapping[str, Any], node: Node, loop: MultiInstance) -> LoopState:
    """Return the state of the loop before its first occurrence begins."""
    items = None if loop.collection is None else _evaluate_items(context, node, loop.collection, variables)
    total = _evaluate_cardinality(context, node, loop, variables) if items is None else len(items)
    if total > MAX_INSTANCES:
        context.fail(node, f"{total} instances at one activity; at most {MAX_INSTANCES} are possible")
    # Without a variable for the items, only their number matters.
    pending = items[::-1] if items is not None and loop.element_variable is not None else []
    return LoopState(total, items=pending, results=[None] * total if loop.output_collection is not None else None)


def _evaluate_items(
    context: StepContext, node: Node, collection: Expression, variables: Mapping[str, Any]
) -> list[Any]:
    items = context.evaluate(node, collection, variables)
    if not isinstance(items, list):
        context.fail(node, f"`{collection.text}` is no list to make instances of")
    return items


def _evaluate_cardinality(context: StepContext, node: Node, loop: MultiInstance, variables: Mapping[str, Any]) -> int:
    assert loop.cardinality is not None, node.id
    number = context.evaluate(node, loop.cardinality, variables)
    if isinstance(number, bool) or not isinstance(number, int) or number < 0:
        context.fail(node, f"`{loop.cardinality.text}` is no number of instances")
    return number


def _collect_output(
    context: StepContext,
    node: Node,
    loop: MultiInstance,
    state: LoopState,
    token: TokenState,
    variables: Mapping[str, Any],
) -> None:
    if state.results is not None and loop.output_element is not None:
        state.results[token.number - 1] = context.evaluate(node, loop.output_element, variables)


def _is_complete(
    context: StepContext, node: Node, loop: MultiInstance, state: LoopState, variables: Mapping[str, Any]
) -> bool:
    if loop.completion is None:
        return False
    total = state.total or 0
    active = (state.begun if loop.sequential else total) - state.done
    # The names of BPMN (section 10.3.8), and those of common engines.
    counts = {
        "numberOfInstances": total,
        "numberOfCompletedInstances": state.done,
        "numberOfActiveInstances": active,
        "numberOfTerminatedInstances": 0,
        "nrOfInstances": total,
        "nrOfCompletedInstances": state.done,
        "nrOfActiveInstances": active,
    }
    return context.is_true(node, loop.completion, _with_values(variables, counts))


def _with_values(variables: Mapping[str, Any], values: dict[str, Any]) -> Mapping[str, Any]:
    """Return the variables with other values for some of them, without a copy of what may be many."""
    return ChainMap(values, variables)  # type: ignore[arg-type]
