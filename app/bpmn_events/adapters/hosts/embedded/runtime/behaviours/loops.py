"""Loops: standard ones, and multiple instances in parallel or in sequence (BPMN 2.0.2, sections 10.3.8 and 13.3.6).

A loop is a scope of its own, whose tokens are the occurrences of the activity. The token that owns it carries the
boundary events, and what is left to do.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bpmn_events.adapters.hosts.embedded.expressions.expression import Expression, ExpressionError
from bpmn_events.adapters.hosts.embedded.model.elements import MultiInstance, Node, StandardLoop
from bpmn_events.adapters.hosts.embedded.runtime.instance_context import RunningInstance
from bpmn_events.adapters.hosts.embedded.runtime.state import LoopState, ScopeState, TokenState
from bpmn_events.domain.errors import ProcessFailed

if TYPE_CHECKING:
    from bpmn_events.adapters.hosts.embedded.runtime.interpreter import Run

MAX_INSTANCES = 20_000


def open_loop(run: Run, instance: RunningInstance, scope: ScopeState, node: Node) -> None:
    """Begin the loop and its first occurrences."""
    owner = run.rest(instance, scope, node, node.boundary)
    inner = ScopeState(run.next_number(), node.id, scope.id, owner.id, is_loop=True)
    owner.scope = inner.id
    instance.scopes[inner.id] = inner
    if isinstance(node.loop, StandardLoop):
        owner.loop = LoopState()
        if node.loop.test_before and not _goes_on(run, instance, inner, None, node, node.loop, 0):
            return _finish(run, instance, inner, node)
        return _send(run, instance, inner, node, 1)
    loop = _multi_instance(node)
    owner.loop = state = _instances(run, instance, scope, node, loop)
    if not state.total:
        return _finish(run, instance, inner, node)
    return _send(run, instance, inner, node, 1 if loop.sequential else state.total)


def _send(run: Run, instance: RunningInstance, scope: ScopeState, node: Node, number: int) -> None:
    """Send so many tokens to the node within the loop, each for an occurrence."""
    run.budget.count_occurrences(node, number)
    for _ in range(number):
        run.move(instance, scope, node.id)


def _multi_instance(node: Node) -> MultiInstance:
    assert isinstance(node.loop, MultiInstance), node.id
    return node.loop


def _instances(run: Run, instance: RunningInstance, scope: ScopeState, node: Node, loop: MultiInstance) -> LoopState:
    """How many there are to be, and of what."""
    items: list[Any] = []
    if loop.collection is not None:
        collection = _value(run, node, loop.collection, instance.visible(scope))
        if not isinstance(collection, list):
            run.fail(node, f"`{loop.collection.text}` is no list to make instances of")
        total = len(collection)
        # Without a variable for them, the items only tell how many there are.
        items = collection[::-1] if loop.element_variable is not None else []
    else:
        assert loop.cardinality is not None, node.id
        number = _value(run, node, loop.cardinality, instance.visible(scope))
        if isinstance(number, bool) or not isinstance(number, int) or number < 0:
            run.fail(node, f"`{loop.cardinality.text}` is no number of instances")
        total = number
    if total > MAX_INSTANCES:
        run.fail(node, f"{total} instances at one activity; at most {MAX_INSTANCES} are possible")
    return LoopState(total, items=items, results=[None] * total if loop.output_collection is not None else None)


def next_occurrence(instance: RunningInstance, scope: ScopeState, node: Node) -> tuple[int, dict[str, Any]]:
    """The number of the next occurrence, from 1, and the local variables it begins with."""
    state = _state(instance, scope)
    state.begun += 1
    if isinstance(node.loop, StandardLoop):
        return state.begun, {"loopCounter": state.begun}
    loop = _multi_instance(node)
    local: dict[str, Any] = {"loopCounter": loop.first + state.begun - 1}
    if loop.element_variable is not None:
        local[loop.element_variable] = state.items.pop() if state.items else None
    return state.begun, local


def occurrence_done(run: Run, instance: RunningInstance, scope: ScopeState, token: TokenState, node: Node) -> None:
    """One occurrence is done: begin the next, or finish the loop, if it was the last."""
    state = _state(instance, scope)
    state.done += 1
    seen = instance.visible(scope, token)
    if isinstance(node.loop, StandardLoop):
        goes_on = _goes_on(run, instance, scope, token, node, node.loop, state.done)
    else:
        loop = _multi_instance(node)
        if state.results is not None and loop.output_element is not None:
            state.results[token.number - 1] = _value(run, node, loop.output_element, seen)
        goes_on = state.done < (state.total or 0) and not _is_complete(run, node, loop, state, seen)
    run.cancel_token(instance, scope, token)
    if not goes_on:
        _finish(run, instance, scope, node)
    elif isinstance(node.loop, StandardLoop) or (node.loop is not None and node.loop.sequential):
        _send(run, instance, scope, node, 1)


def _goes_on(
    run: Run,
    instance: RunningInstance,
    scope: ScopeState,
    token: TokenState | None,
    node: Node,
    loop: StandardLoop,
    rounds: int,
) -> bool:
    if loop.maximum is not None and rounds >= loop.maximum:
        return False
    if loop.condition is None:
        return True
    local = {"loopCounter": rounds} if token is None else {}
    try:
        return loop.condition.is_true({**instance.visible(scope, token), **local}, run.now)
    except ExpressionError as error:
        run.fail(node, str(error))


def _is_complete(run: Run, node: Node, loop: MultiInstance, state: LoopState, seen: Any) -> bool:
    if loop.completion is None:
        return False
    total = state.total or 0
    active = (state.begun if loop.sequential else total) - state.done
    # By BPMN's names (section 10.3.8), and by those of common engines.
    counts = {
        "numberOfInstances": total,
        "numberOfCompletedInstances": state.done,
        "numberOfActiveInstances": active,
        "numberOfTerminatedInstances": 0,
        "nrOfInstances": total,
        "nrOfCompletedInstances": state.done,
        "nrOfActiveInstances": active,
    }
    try:
        return loop.completion.is_true({**seen, **counts}, run.now)
    except ExpressionError as error:
        run.fail(node, str(error))


def _finish(run: Run, instance: RunningInstance, scope: ScopeState, node: Node) -> None:
    """Cancel the occurrences that are left, hand out what was collected, and go on."""
    around = instance.parent_of(scope)
    assert around is not None, node.id
    outside, owner = around
    results = owner.loop.results if owner.loop is not None else None
    if isinstance(node.loop, MultiInstance) and node.loop.output_collection is not None and results is not None:
        instance.assign({node.loop.output_collection: results}, outside)
    run.cancel_token(instance, outside, owner)
    run.leave(instance, outside, node)


def _state(instance: RunningInstance, scope: ScopeState) -> LoopState:
    around = instance.parent_of(scope)
    if around is None or around[1].loop is None:
        raise ProcessFailed("a loop without a state", scope.element)
    return around[1].loop


def _value(run: Run, node: Node, expression: Expression, variables: Any) -> Any:
    try:
        return expression.evaluate(variables, run.now)
    except ExpressionError as error:
        run.fail(node, str(error))
