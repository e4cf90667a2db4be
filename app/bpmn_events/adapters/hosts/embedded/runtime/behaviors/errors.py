"""Errors and escalations, and the search for their handlers (BPMN 2.0.2, sections 10.5.6 and 13.5.5).

Each propagates outward from its scope: to event subprocesses, boundary events, and then the calling instance.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain

from bpmn_events.adapters.hosts.embedded.model.elements import HandlerTrigger, Node
from bpmn_events.adapters.hosts.embedded.runtime.agenda import Move
from bpmn_events.adapters.hosts.embedded.runtime.behaviors import data_outputs, scopes
from bpmn_events.adapters.hosts.embedded.runtime.behaviors.calls import caller_of
from bpmn_events.adapters.hosts.embedded.runtime.instance_context import InstanceContext
from bpmn_events.adapters.hosts.embedded.runtime.state import ScopeState, TokenState
from bpmn_events.adapters.hosts.embedded.runtime.step_context import StepContext
from bpmn_events.domain.events import JsonObject
from bpmn_events.domain.processes import ProcessInstanceState

# To look at a handler takes as long as so many items of a list.
_WORK_PER_HANDLER = 8


@dataclass(frozen=True, slots=True, eq=False)
class _Handler:
    """A boundary event with the token of its activity, or the start of an event subprocess without a token."""

    instance: InstanceContext
    scope: ScopeState
    event: Node
    token: TokenState | None


@dataclass(frozen=True, slots=True)
class ThrownError:
    """A thrown error. ``element_id`` is the element that threw it; ``variables`` are for the handler."""

    code: str | None
    element_id: str
    message: str | None = None
    variables: JsonObject = field(default_factory=dict)

    def __str__(self) -> str:
        return f"the error {self.code!r}" if self.message is None else f"the error {self.code!r} ({self.message})"


def throw_error(
    context: StepContext,
    instance: InstanceContext,
    scope: ScopeState,
    error: ThrownError,
    token: TokenState | None = None,
) -> None:
    """Throw the error from the scope, or from the activity that the token is at.

    The nearest handler catches it. Without a handler, the instance and its callers up to the root instance fail.
    """
    handler = _find_handler(context, instance, scope, HandlerTrigger.ERROR, error.code, token)
    if handler is None:
        _fail_all(context, instance, f"{error}, thrown at {error.element_id!r}, was not caught")
        return
    _fail_called(context, instance, handler.instance, f"it ended with {error}")
    values = dict(error.variables)
    if handler.event.message_variable is not None:
        values[handler.event.message_variable] = error.message
    _handle(context, handler, error.code, values)


def end_with_error(context: StepContext, move: Move, node: Node) -> None:
    """Throw the error of an error end event."""
    error = ThrownError(node.code, node.id, node.message, _payload(context, move, node))
    throw_error(context, move.instance, move.scope, error)


def escalate(context: StepContext, move: Move, node: Node) -> None:
    """Throw the escalation to the nearest handler, if any; move on unless the handler interrupts the thrower."""
    handler = _find_handler(context, move.instance, move.scope, HandlerTrigger.ESCALATION, node.code)
    if handler is not None:
        _handle(context, handler, node.code, _payload(context, move, node))
    if context.agenda.is_valid(move):
        context.leave(move.instance, move.scope, node)


def _payload(context: StepContext, move: Move, node: Node) -> JsonObject:
    return context.apply_mappings(node, node.payload, move.instance.visible_variables(move.scope))


def _handle(context: StepContext, handler: _Handler, code: str | None, values: JsonObject) -> None:
    if handler.event.code_variable is not None:
        values[handler.event.code_variable] = code
    data_outputs.store_payload(context, handler.instance, handler.scope, handler.event, values)
    if handler.token is None:
        scopes.start_event_subprocess(context, handler.instance, handler.scope, handler.event)
        return
    if handler.event.interrupting:
        context.cancel_token(handler.instance, handler.scope, handler.token)
    context.leave(handler.instance, handler.scope, handler.event)


def _find_handler(
    context: StepContext,
    instance: InstanceContext,
    scope: ScopeState,
    trigger: HandlerTrigger,
    code: str | None,
    token: TokenState | None = None,
) -> _Handler | None:
    """Return the innermost handler, at each level one for the code before one for any code; None if there is none."""
    own_level = [] if token is None else [_boundary_events(instance, scope, token, trigger)]
    for handlers in chain(own_level, _handlers_by_level(context, instance, scope, trigger)):
        context.budget.count_size(len(handlers) * _WORK_PER_HANDLER)
        for expected_code in (code, None):
            for handler in handlers:
                if handler.event.code == expected_code:
                    return handler
    return None


def _handlers_by_level(
    context: StepContext, instance: InstanceContext, scope: ScopeState, trigger: HandlerTrigger
) -> Iterator[list[_Handler]]:
    """Yield the handlers of each level around the scope, from the inside out.

    An event subprocess does not handle what it throws itself. The others of its scope do (sections 10.3.5 and 10.5.6).
    """
    thrower: str | None = None
    while True:
        # A subprocess that is compensated has completed: it handles nothing any more.
        if not scope.is_loop and scope.pending is None:
            yield _event_subprocess_starts(instance, scope, trigger, thrower)
        enclosing = instance.parent_of(scope)
        if enclosing is not None:
            scope, token = enclosing
        elif instance.state.parent is not None:
            instance, scope, token = caller_of(context, instance)
        else:
            return
        thrower = token.node
        yield _boundary_events(instance, scope, token, trigger)


def _boundary_events(
    instance: InstanceContext, scope: ScopeState, token: TokenState, trigger: HandlerTrigger
) -> list[_Handler]:
    # Boundary events belong to a loop as a whole, not to one of its occurrences. Those of a completed activity that is
    # compensated handle nothing any more.
    if scope.is_loop or scope.pending is not None:
        return []
    return [
        _Handler(instance, scope, event, token)
        for event in map(instance.node, instance.node(token.node).boundary_events)
        if event.trigger is trigger
    ]


def _event_subprocess_starts(
    instance: InstanceContext, scope: ScopeState, trigger: HandlerTrigger, thrower: str | None
) -> list[_Handler]:
    """Return the starts of the scope's event subprocesses, without that of the thrower."""
    event_subprocesses = map(instance.node, instance.graph.scopes[scope.element].event_subprocesses)
    starts = (instance.node(node.start or "") for node in event_subprocesses if node.id != thrower)
    return [_Handler(instance, scope, start, None) for start in starts if start.trigger is trigger]


def _fail_called(context: StepContext, thrower: InstanceContext, catcher: InstanceContext, reason: str) -> None:
    """Fail the called instances that the error passes through; the catching instance keeps running."""
    instance = thrower
    while instance is not catcher:
        caller, _, token = caller_of(context, instance)
        context.end_instance(instance, ProcessInstanceState.FAILED, reason)
        token.called = None
        instance = caller


def _fail_all(context: StepContext, instance: InstanceContext, reason: str) -> None:
    """Fail the instance and its callers, up to the root instance."""
    failed = [instance]
    while failed[-1].state.parent is not None:
        failed.append(caller_of(context, failed[-1])[0])
    for failed_instance in failed:
        context.end_instance(failed_instance, ProcessInstanceState.FAILED, reason)
