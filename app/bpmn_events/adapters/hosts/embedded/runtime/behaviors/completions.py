"""Completed activities that can be compensated (BPMN 2.0.2, section 10.7).

The scope of an activity keeps them until they are compensated or the scope ends. Those of a subprocess become a part of
the completion of the subprocess, so that they are compensated with it. An activity that fails or is interrupted has not
completed.
"""

from bpmn_events.adapters.hosts.embedded.model.elements import Node, NodeKind
from bpmn_events.adapters.hosts.embedded.runtime.instance_context import InstanceContext
from bpmn_events.adapters.hosts.embedded.runtime.state import CompletionState, ScopeState, TokenState
from bpmn_events.adapters.hosts.embedded.runtime.step_context import StepContext


def record(context: StepContext, instance: InstanceContext, scope: ScopeState, token: TokenState, node: Node) -> None:
    """Record the completion of an activity that another activity compensates."""
    if not _has_inner_handler(instance, node):
        scope.completed.append(CompletionState(node.id, token.id, context.state.counter, token.local))


def record_subprocess(
    context: StepContext,
    instance: InstanceContext,
    scope: ScopeState,
    token: TokenState,
    node: Node,
    inner: list[CompletionState],
) -> None:
    """Record the completion of a subprocess that is compensated from the inside.

    An activity that compensates the subprocess as a whole takes the place of the handlers inside (section 10.7.1).
    """
    if node.compensation is None or _has_inner_handler(instance, node):
        scope.completed.append(CompletionState(node.id, token.id, context.state.counter, token.local, inner))


def record_loop(
    context: StepContext,
    scope: ScopeState,
    owner: TokenState,
    occurrences: list[CompletionState],
    *,
    is_parallel: bool,
) -> None:
    """Record the completed occurrences of a loop that has completed. Parallel ones do not depend on each other."""
    if is_parallel:
        for each in occurrences:
            each.began, each.ended = owner.id, context.state.counter
    scope.completed += occurrences


def _has_inner_handler(instance: InstanceContext, node: Node) -> bool:
    """Return True for a subprocess with a compensation event subprocess."""
    return node.compensation is not None and instance.node(node.compensation).kind is NodeKind.EVENT_SUBPROCESS


def take(instance: InstanceContext, scope: ScopeState, activity: str | None) -> list[CompletionState]:
    """Remove and return the completions that a compensation thrown in the scope reaches.

    These are those of the scope. An event subprocess also reaches those of the scope around it (section 10.7.2).
    ``activity`` selects the completions of one activity.
    """
    taken: list[CompletionState] = []
    while True:
        reached = scope.completed
        taken += [each for each in reached if activity in (None, each.element)]
        scope.completed = [] if activity is None else [each for each in reached if each.element != activity]
        enclosing = instance.parent_of(scope)
        if enclosing is None or instance.node(enclosing[1].node).kind is not NodeKind.EVENT_SUBPROCESS:
            return taken
        scope = enclosing[0]


def take_last(completed: list[CompletionState]) -> list[CompletionState]:
    """Remove and return the completions on which none of the others depends. The list is sorted by the time they ended.

    An activity can depend on another one only if it began after the other one completed: through a sequence flow, data
    or a loop. It must be compensated before the other one; what ran at the same time is compensated at the same time.
    """
    latest, first = 0, len(completed)
    while first > 0 and completed[first - 1].ended >= latest:
        first -= 1
        latest = max(latest, completed[first].began)
    last = completed[first:]
    del completed[first:]
    return last
