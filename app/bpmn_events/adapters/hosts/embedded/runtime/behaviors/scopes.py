"""Scopes: start and completion of processes, subprocesses and event subprocesses (BPMN 2.0.2, section 13.5)."""

from bpmn_events.adapters.hosts.embedded.model.elements import HandlerTrigger, Node, NodeKind
from bpmn_events.adapters.hosts.embedded.model.graph import ProcessGraph
from bpmn_events.adapters.hosts.embedded.runtime import correlation
from bpmn_events.adapters.hosts.embedded.runtime.behaviors import completions, data_outputs, waits
from bpmn_events.adapters.hosts.embedded.runtime.instance_context import InstanceContext
from bpmn_events.adapters.hosts.embedded.runtime.state import ScopeState, TokenState
from bpmn_events.adapters.hosts.embedded.runtime.step_context import StepContext
from bpmn_events.domain.errors import ProcessFailed


def open_process(context: StepContext, instance: InstanceContext, start: str | None) -> None:
    """Begin a process at the start element, else at its only plain start event.

    A process without start events begins at every node without an incoming sequence flow.

    Raises:
        ProcessFailed: The start element does not exist, or there is no single plain start event.
    """
    start = _start_element(instance.graph, start)
    scope = ScopeState(context.next_id())
    if start is None:
        starts = instance.graph.scopes[None].starts
        if not starts:  # only in a stored model
            raise ProcessFailed(f"the process {instance.graph.key!r} has nothing to begin with")
        open_scope(context, instance, scope, starts)
        return
    node = instance.node(start)
    if node.kind in (NodeKind.PASS, NodeKind.START_WITH_DATA):
        open_scope(context, instance, scope, (start,))
    else:  # a catch event or receive task that begins the process has already happened
        if node.refusal is not None:
            context.fail(node, node.refusal)
        open_scope(context, instance, scope, ())
        if node.mappings.outputs:
            data_outputs.begin_process(context, instance, scope, node)
        context.leave(instance, scope, node)
    correlation.set_keys_from_start(context, instance, instance.graph.start_elements[start])


def _start_element(graph: ProcessGraph, start: str | None) -> str | None:
    starts = graph.start_elements
    if start is None and starts:
        plain = [element.element_id for element in starts.values() if element.event_type is None]
        if len(plain) != 1:
            raise ProcessFailed(f"the process {graph.key!r} has no single plain start event")
        return plain[0]
    if start is not None and start not in starts:
        raise ProcessFailed(f"the process {graph.key!r} has no start event {start!r}")
    return start


def open_scope(context: StepContext, instance: InstanceContext, scope: ScopeState, starts: tuple[str, ...]) -> None:
    """Open a scope: arm its event subprocesses and send its first tokens."""
    instance.scopes[scope.id] = scope
    context.agenda.touch(instance, scope)
    event_subprocesses = instance.graph.scopes[scope.element].event_subprocesses
    for event_subprocess in event_subprocesses:
        if len(event_subprocesses) > waits.FEW_EVENTS:
            context.budget.tick(1)
        event = instance.node(instance.node(event_subprocess).start or "")
        if event.trigger is HandlerTrigger.WAIT:
            scope.waits.append(waits.arm(context, instance, scope, None, event))
    for node_id in starts:
        context.move(instance, scope, node_id)


def open_subprocess(
    context: StepContext, instance: InstanceContext, scope: ScopeState, token: TokenState, node: Node
) -> None:
    """Begin the subprocess that the token is at."""
    _open_inner(context, instance, scope, token, node, instance.graph.scopes[node.id].starts)


def _open_inner(
    context: StepContext,
    instance: InstanceContext,
    scope: ScopeState,
    token: TokenState,
    node: Node,
    starts: tuple[str, ...],
) -> None:
    inner = ScopeState(context.next_id(), node.id, scope.id, token.id)
    token.scope = inner.id
    open_scope(context, instance, inner, starts)


def complete_subprocess(context: StepContext, instance: InstanceContext, scope: ScopeState) -> None:
    """Close the empty scope of a subprocess, and complete the subprocess."""
    enclosing = instance.parent_of(scope)
    assert enclosing is not None, scope.element
    parent, owner = enclosing
    node = instance.node(owner.node)
    context.close_scope(instance, scope)
    owner.scope = None
    if scope.completed or node.compensation is not None:
        completions.record_subprocess(context, instance, parent, owner, node, scope.completed)
    context.complete(instance, parent, owner, node)


def start_event_subprocess(context: StepContext, instance: InstanceContext, scope: ScopeState, start: Node) -> None:
    """Begin the event subprocess of the start event.

    An interrupting start event cancels every token and every other waiting start event of the scope.
    """
    handler = instance.node(start.scope or "")
    if handler.refusal is not None:
        context.fail(handler, handler.refusal)
    if start.interrupting:
        context.clear_scope(instance, scope)
        context.drop_waits(instance, scope)
    token = TokenState(context.next_id(), handler.id)
    scope.tokens[token.id] = token
    _open_inner(context, instance, scope, token, handler, (start.id,))


def complete_event_subprocess(
    context: StepContext, instance: InstanceContext, scope: ScopeState, token: TokenState, _node: Node
) -> None:
    """Remove the token, because nothing follows an event subprocess."""
    context.cancel_token(instance, scope, token)
