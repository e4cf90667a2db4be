"""Waiting events: how they begin to wait, and what happens when one is triggered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bpmn_events.adapters.hosts.embedded.expressions.expression import ExpressionError, MissingValue
from bpmn_events.adapters.hosts.embedded.model.elements import Kind, Node
from bpmn_events.adapters.hosts.embedded.model.timers import Schedule, TimerError
from bpmn_events.adapters.hosts.embedded.runtime.behaviours import correlation as conversation
from bpmn_events.adapters.hosts.embedded.runtime.instance_context import RunningInstance
from bpmn_events.adapters.hosts.embedded.runtime.listeners import Place
from bpmn_events.adapters.hosts.embedded.runtime.state import ScopeState, TokenState, WaitState
from bpmn_events.domain import ids
from bpmn_events.domain.events import EventType, JsonObject

if TYPE_CHECKING:
    from bpmn_events.adapters.hosts.embedded.runtime.interpreter import Run


def arm(run: Run, instance: RunningInstance, scope: ScopeState, node: Node, token: TokenState | None) -> WaitState:
    """A new occurrence of a waiting event. A boundary event is outside of the activity the token rests at."""
    schedule: Schedule | None = None
    if node.timer is not None:
        seen = instance.visible(scope, None if node.kind is Kind.BOUNDARY else token)
        try:
            schedule = node.timer.schedule(run.now, seen)
        except (TimerError, ExpressionError) as error:
            run.fail(node, str(error))
    return _new_wait(run, instance, scope, node, token, schedule)


def _new_wait(
    run: Run,
    instance: RunningInstance,
    scope: ScopeState,
    node: Node,
    token: TokenState | None,
    schedule: Schedule | None,
) -> WaitState:
    wait = WaitState.create(ids.new_id(ids.WAITING_EVENT), node.id, run.now, schedule)
    if instance.graph.keys:
        wait.keys = conversation.wanted_keys(run, instance, scope, node)
    if node.condition is not None:
        instance.stirred = True
    run.journal.add(instance.state.id, wait)
    run.listeners.add((instance, scope, token, wait))
    return wait


def trigger(run: Run, place: Place, payload: JsonObject | None) -> None:
    """Trigger one waiting event from outside."""
    run.journal.triggered(place[3])
    _happen(run, place, payload)


def trigger_inside(run: Run, place: Place, payload: JsonObject | None) -> None:
    """Trigger one waiting event because the execution itself made it happen."""
    instance, _, _, wait = place
    if run.journal.caught_inside(instance.state.id, wait, payload):
        run.budget.allow_more_steps()
    _happen(run, place, payload)


def _happen(run: Run, place: Place, payload: JsonObject | None) -> None:
    instance, scope, token, wait = place
    node = instance.node(wait.element)
    element = instance.graph.catch_elements[wait.element]
    values = payload or {}
    if element.event_type is EventType.MESSAGE:
        conversation.note(instance, element.event_name, values, run.now)
    if element.payload_variable is not None and payload is not None:
        values = {element.payload_variable: payload}
    if token is None:
        accept(run, instance, scope, node, values)
        _end_occurrence(run, instance, scope, None, wait, node)
        run.start_event_subprocess(instance, scope, node)
    elif node.kind is Kind.RECEIVE_TASK and token.node == node.id:
        token.waits.remove(wait)
        run.finish(instance, scope, token, values)
    else:
        accept(run, instance, scope, node, values)
        _end_occurrence(run, instance, scope, token, wait, node)
        if node.kind is not Kind.BOUNDARY or node.interrupting:
            run.cancel_token(instance, scope, token)
        run.leave(instance, scope, node)


def accept(run: Run, instance: RunningInstance, scope: ScopeState, node: Node, values: JsonObject) -> None:
    """Let the payload become variables, as the event's mappings say."""
    mappings = node.mappings
    passing = TokenState(0, node.id)
    if mappings.outputs_only:
        passing.local = values
    else:
        instance.assign(values, scope)
    if mappings.outputs:
        instance.assign(run.mapped(node, mappings.outputs, instance.visible(scope, passing)), scope)


def _end_occurrence(
    run: Run,
    instance: RunningInstance,
    scope: ScopeState,
    token: TokenState | None,
    wait: WaitState,
    node: Node,
) -> None:
    """A non-interrupting event goes on waiting as a new occurrence; a timer only while its cycle lasts."""
    waits = scope.waits if token is None else token.waits
    position = waits.index(wait)
    schedule = wait.schedule()
    following = schedule.next() if schedule is not None else None
    goes_on = node.kind in (Kind.BOUNDARY, Kind.PASS) and not node.interrupting
    if not goes_on or (schedule is not None and following is None):
        del waits[position]
        return
    waits[position] = _new_wait(run, instance, scope, node, token, following)
    if node.condition is not None:  # it has to become false before it can come true again
        waits[position].held = holds(run, instance, scope, None, node)


def holds(run: Run, instance: RunningInstance, scope: ScopeState, token: TokenState | None, node: Node) -> bool:
    """Whether the event's condition is true now."""
    assert node.condition is not None, node.id
    try:
        return node.condition.is_true(instance.visible(scope, token), run.now)
    except MissingValue:
        return False
    except ExpressionError as error:
        run.fail(node, str(error))
