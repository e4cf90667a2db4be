"""Compensation: thrown, or because a transaction is cancelled (BPMN 2.0.2, sections 10.3.5, 10.7 and 13.5.5).

The event that throws waits for the compensation. Its token owns a scope in which the activities run that compensate
others, so they end with the event. Each has the local variables of the activity that it compensates. A subprocess
without a handler of its own gets such a scope, too, to compensate the activities inside it; a subprocess with a
compensation event subprocess gets one in which the event subprocess runs.
"""

from bpmn_events.adapters.hosts.embedded.model.elements import HandlerTrigger, Node, NodeKind
from bpmn_events.adapters.hosts.embedded.runtime.agenda import Move
from bpmn_events.adapters.hosts.embedded.runtime.behaviors import completions, scopes
from bpmn_events.adapters.hosts.embedded.runtime.instance_context import InstanceContext
from bpmn_events.adapters.hosts.embedded.runtime.state import CompletionState, ScopeState, TokenState
from bpmn_events.adapters.hosts.embedded.runtime.step_context import StepContext


def throw(context: StepContext, move: Move, node: Node) -> None:
    """Compensate the activity that the event names, or all completed activities of the scope; then move on."""
    instance, scope = move.instance, move.scope
    context.budget.count_size(len(scope.completed))
    taken = completions.take(instance, scope, node.compensated)
    if taken:
        _compensate(context, instance, _open(context, instance, scope, TokenState(context.next_id(), node.id)), taken)
    else:
        context.leave(instance, scope, node)


def end_throw(
    context: StepContext, instance: InstanceContext, scope: ScopeState, token: TokenState, node: Node
) -> None:
    """Move on after the compensation."""
    context.cancel_token(instance, scope, token)
    context.leave(instance, scope, node)


def cancel(context: StepContext, move: Move, node: Node) -> None:
    """Cancel every token of the transaction and compensate its completed activities; then leave it.

    From now on, nothing else can interrupt the transaction: its boundary events no longer wait.

    Raises:
        ProcessFailed: The transaction has no cancel boundary event.
    """
    instance, scope = move.instance, move.scope
    _, transaction, _ = _find_cancel_boundary(context, instance, scope, node)
    context.drop_token_waits(instance, transaction)
    context.clear_scope(instance, scope)
    context.drop_waits(instance, scope)
    context.budget.count_size(len(scope.completed))
    taken = completions.take(instance, scope, None)
    _compensate(context, instance, _open(context, instance, scope, TokenState(context.next_id(), node.id)), taken)


def end_cancel(
    context: StepContext, instance: InstanceContext, scope: ScopeState, _token: TokenState, node: Node
) -> None:
    """Leave the transaction at its cancel boundary event. One cancelled occurrence of a loop ends the whole loop."""
    outer, transaction, event = _find_cancel_boundary(context, instance, scope, node)
    context.cancel_token(instance, outer, transaction)
    context.leave(instance, outer, event)


def _find_cancel_boundary(
    context: StepContext, instance: InstanceContext, scope: ScopeState, node: Node
) -> tuple[ScopeState, TokenState, Node]:
    """Return the scope around the transaction, the token in it that owns the transaction, and the boundary event."""
    enclosing = instance.parent_of(scope)
    if enclosing is not None and enclosing[0].is_loop:
        enclosing = instance.parent_of(enclosing[0])
    if enclosing is None:
        context.fail(node, "it is in no transaction")
    outer, transaction = enclosing
    for event in map(instance.node, instance.node(transaction.node).boundary_events):
        if event.trigger is HandlerTrigger.CANCEL:
            return outer, transaction, event
    context.fail(node, f"the transaction {transaction.node!r} has no cancel boundary event")


# --- scopes of compensations ---


def _open(context: StepContext, instance: InstanceContext, scope: ScopeState, token: TokenState) -> ScopeState:
    """Place the token in the scope, and return the new scope of the compensation that it owns."""
    scope.tokens[token.id] = token
    inner = ScopeState(context.next_id(), token.node, scope.id, token.id, pending=[])
    token.scope = inner.id
    instance.scopes[inner.id] = inner
    context.agenda.touch(instance, inner)
    return inner


def _compensate(
    context: StepContext, instance: InstanceContext, scope: ScopeState, completed: list[CompletionState]
) -> None:
    """Compensate the completed activities in the scope, the last one first."""
    if not completed:
        return
    context.budget.count_occurrences(instance.node(completed[-1].element), len(completed))
    completed.sort(key=lambda each: each.ended)
    if instance.graph.compensates_at_once:
        _begin_all(context, instance, scope, completed)
    else:
        scope.pending = completed
        _begin_all(context, instance, scope, completions.take_last(completed))


def proceed(context: StepContext, instance: InstanceContext, scope: ScopeState) -> None:
    """Begin the next compensations in the scope, in which no token is left; after the last ones, close the scope."""
    if scope.pending:
        _begin_all(context, instance, scope, completions.take_last(scope.pending))
        return
    enclosing = instance.parent_of(scope)
    assert enclosing is not None, scope.element
    parent, owner = enclosing
    context.close_scope(instance, scope)
    owner.scope = None
    if parent.pending is None:
        context.complete(instance, parent, owner, instance.node(owner.node))
    else:  # a subprocess that has been compensated
        context.cancel_token(instance, parent, owner)


def _begin_all(
    context: StepContext, instance: InstanceContext, scope: ScopeState, completed: list[CompletionState]
) -> None:
    context.agenda.touch(instance, scope)
    for each in reversed(completed):
        _begin(context, instance, scope, each)


def _begin(context: StepContext, instance: InstanceContext, scope: ScopeState, completion: CompletionState) -> None:
    node = instance.node(completion.element)
    handler = None if node.compensation is None else instance.node(node.compensation)
    if handler is not None and handler.kind is not NodeKind.EVENT_SUBPROCESS:
        context.agenda.compensate(instance, scope, handler.id, completion.local)
        return
    context.budget.charge(1, node.id)
    inner = _open(context, instance, scope, TokenState(context.next_id(), node.id, local=completion.local))
    if handler is None:
        _compensate(context, instance, inner, completion.inner)
    else:
        inner.completed = completion.inner
        scopes.start_event_subprocess(context, instance, inner, instance.node(handler.start or ""))
