"""Waiting events: the start and the end of an occurrence, and the start of the next one."""

from collections.abc import Sequence

from bpmn_events.adapters.hosts.embedded.expressions.expression import ExpressionError, MissingValue
from bpmn_events.adapters.hosts.embedded.model.elements import HandlerTrigger, Node, NodeKind
from bpmn_events.adapters.hosts.embedded.model.timers.errors import TimerError
from bpmn_events.adapters.hosts.embedded.model.timers.schedules import Schedule
from bpmn_events.adapters.hosts.embedded.runtime import correlation
from bpmn_events.adapters.hosts.embedded.runtime.agenda import Move
from bpmn_events.adapters.hosts.embedded.runtime.instance_context import InstanceContext
from bpmn_events.adapters.hosts.embedded.runtime.listeners import Listener
from bpmn_events.adapters.hosts.embedded.runtime.state import ScopeState, TokenState, WaitState
from bpmn_events.adapters.hosts.embedded.runtime.step_context import StepContext
from bpmn_events.domain import ids

# An ordinary token waits for so few events that their work need not be counted.
FEW_EVENTS = 8


def enter_catch_event(context: StepContext, move: Move, node: Node) -> None:
    """Let the token wait for the event."""
    place_token(context, move.instance, move.scope, node, (node.id,))


def place_token(
    context: StepContext, instance: InstanceContext, scope: ScopeState, node: Node, elements: Sequence[str]
) -> TokenState:
    """Place a token at the node and return it; it waits for those of the elements that are waiting events."""
    token = TokenState(context.next_id(), node.id)
    scope.tokens[token.id] = token
    arm_all(context, instance, scope, token, elements)
    return token


def arm_all(
    context: StepContext, instance: InstanceContext, scope: ScopeState, token: TokenState, elements: Sequence[str]
) -> None:
    """Let the token wait for those of the elements that are waiting events."""
    for element in elements:
        if len(elements) > FEW_EVENTS:
            context.budget.tick(1)
        node = instance.node(element)
        if node.trigger is HandlerTrigger.WAIT:
            token.waits.append(arm(context, instance, scope, token, node))


def arm(
    context: StepContext, instance: InstanceContext, scope: ScopeState, token: TokenState | None, node: Node
) -> WaitState:
    """Return a new occurrence of the waiting event; a timer counts from now."""
    if node.cannot_wait:
        context.fail(node, node.refusal or "")
    schedule: Schedule | None = None
    name: str | None = None
    if node.timer is not None or node.computed_name is not None:
        # A boundary event is outside of the activity, so it does not see the local variables of the token.
        variables = instance.visible_variables(scope, None if node.kind is NodeKind.BOUNDARY else token)
    if node.computed_name is not None:
        name = context.event_name(node, variables)
    if node.timer is not None:
        try:
            schedule = node.timer.schedule(variables, context.budget)
        except (TimerError, ExpressionError) as error:
            context.fail(node, str(error))
    return _new_wait(context, instance, scope, token, node, schedule, name)


def _new_wait(
    context: StepContext,
    instance: InstanceContext,
    scope: ScopeState,
    token: TokenState | None,
    node: Node,
    schedule: Schedule | None,
    name: str | None,
) -> WaitState:
    wait = WaitState.create(ids.new_id(ids.WAITING_EVENT), node.id, context.now, schedule)
    if name is not None:
        wait.name = name
    if instance.graph.keys:
        wait.keys = correlation.required_keys(context, instance, scope, node)
        context.budget.keep(wait.keys)
    if node.condition is not None:
        instance.mark_dirty()
    context.journal.add(wait)
    context.listeners.add(instance, scope, token, wait)
    return wait


def end_occurrence(context: StepContext, listener: Listener, node: Node) -> None:
    """Remove the occurrence that has happened.

    A non-interrupting event keeps waiting as a new occurrence; a timer does so only while its cycle lasts.
    """
    instance, scope, token = listener.instance, listener.scope, listener.token
    waits = scope.waits if token is None else token.waits
    position = waits.index(listener.wait)
    schedule = listener.wait.schedule()
    keeps_waiting = node.kind in (NodeKind.BOUNDARY, NodeKind.PASS) and not node.interrupting
    next_schedule = _next(context, node, schedule) if keeps_waiting and schedule is not None else None
    if not keeps_waiting or (schedule is not None and next_schedule is None):
        del waits[position]
        return
    waits[position] = _new_wait(context, instance, scope, token, node, next_schedule, listener.wait.name)
    if node.condition is not None:  # the condition must become false before it triggers again
        waits[position].held = is_condition_true(context, instance, scope, None, node)


def _next(context: StepContext, node: Node, schedule: Schedule) -> Schedule | None:
    try:
        return schedule.next(context.now)
    except TimerError as error:
        context.fail(node, str(error))


def is_condition_true(
    context: StepContext, instance: InstanceContext, scope: ScopeState, token: TokenState | None, node: Node
) -> bool:
    """Return True if the condition of the event is true now; False if it uses a missing variable."""
    assert node.condition is not None, node.id
    try:
        return node.condition.is_true(instance.visible_variables(scope, token), context.budget)
    except MissingValue:
        return False
    except ExpressionError as error:
        context.fail(node, str(error))
