"""Activities: what a token does at one, and how it gets done (BPMN 2.0.2, section 13.3)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from bpmn_events.adapters.hosts.embedded.expressions.expression import ExpressionError
from bpmn_events.adapters.hosts.embedded.model.elements import NO_MAPPINGS, Kind, Node
from bpmn_events.adapters.hosts.embedded.runtime.behaviours import calls as calling
from bpmn_events.adapters.hosts.embedded.runtime.behaviours import loops, throwing
from bpmn_events.adapters.hosts.embedded.runtime.instance_context import RunningInstance
from bpmn_events.adapters.hosts.embedded.runtime.state import ScopeState, TokenState
from bpmn_events.domain import ids
from bpmn_events.domain.events import JsonObject
from bpmn_events.domain.instants import microseconds

if TYPE_CHECKING:
    from bpmn_events.adapters.hosts.embedded.runtime.interpreter import Run


def enter(run: Run, instance: RunningInstance, scope: ScopeState, node: Node) -> None:
    """A token comes to the activity; within a loop's own scope, that is one occurrence of it."""
    if scope.is_loop:
        number, local = loops.next_occurrence(instance, scope, node)
        _begin(run, instance, scope, node, number, local)
    elif node.loop is not None:
        loops.open_loop(run, instance, scope, node)
    elif node.kind is Kind.EMPTY_TASK and node.mappings is NO_MAPPINGS:
        run.leave(instance, scope, node)
    else:
        _begin(run, instance, scope, node, 0, None)


def _begin(
    run: Run, instance: RunningInstance, scope: ScopeState, node: Node, number: int, local: dict[str, Any] | None
) -> None:
    token = TokenState(run.next_number(), node.id, number=number, local=local)
    scope.tokens[token.id] = token
    for mapping in node.mappings.inputs:
        # One after another: a later one sees what an earlier one has set.
        local = run.mapped(node, (mapping,), instance.visible(scope, token))
        token.local = {**(token.local or {}), **local}
    # Boundary events belong to a loop as a whole, not to one of its occurrences.
    boundary = () if number else node.boundary
    run.arm(instance, scope, token, (node.id, *boundary) if node.kind is Kind.RECEIVE_TASK else boundary)
    match node.kind:
        case Kind.EMPTY_TASK:
            complete(run, instance, scope, token, node)
        case Kind.SCRIPT_TASK:
            _run_script(run, instance, scope, token, node)
        case Kind.SEND_TASK:
            throwing.throw(run, instance, scope, node, token)
        case Kind.RECEIVE_TASK:
            pass
        case Kind.OPEN_TASK:
            token.task, token.since = ids.new_id(ids.TASK), microseconds(run.now)
            run.journal.add_task(instance.state.id, token)
        case Kind.SUBPROCESS:
            run.open_subprocess(instance, scope, token, node, None)
        case Kind.CALL_ACTIVITY:
            calling.call(run, instance, scope, token, node)
        case _:
            raise AssertionError(f"{node.id} is no activity")


def _run_script(run: Run, instance: RunningInstance, scope: ScopeState, token: TokenState, node: Node) -> None:
    assert node.script is not None, node.id
    try:
        node.script.run(
            lambda: instance.visible(scope, token), lambda values: instance.assign(values, scope, token), run.now
        )
    except ExpressionError as error:
        run.fail(node, str(error))
    complete(run, instance, scope, token, node)


def open_task(run: Run, task_id: str) -> tuple[RunningInstance, ScopeState, TokenState] | None:
    """Where that task is open; None if it is not."""
    for instance in run.instances.values():
        for scope in instance.scopes.values():
            for token in scope.tokens.values():
                if token.task == task_id:
                    return instance, scope, token
    return None


def finish_task(run: Run, instance: RunningInstance, scope: ScopeState, token: TokenState, result: JsonObject) -> None:
    """An open task was finished from outside."""
    variable = instance.node(token.node).mappings.result_variable
    finish(run, instance, scope, token, result if variable is None else {variable: result})


def finish(
    run: Run, instance: RunningInstance, scope: ScopeState, token: TokenState, values: Mapping[str, Any]
) -> None:
    """Complete an activity that brought these values."""
    node = instance.node(token.node)
    if node.mappings.outputs_only:
        token.local = {**(token.local or {}), **values}
    else:
        instance.assign(values, scope, token)
    complete(run, instance, scope, token, node)


def complete(run: Run, instance: RunningInstance, scope: ScopeState, token: TokenState, node: Node) -> None:
    """The activity is done: hand out its outputs, and go on, or on with the loop."""
    if node.mappings.outputs:
        values = run.mapped(node, node.mappings.outputs, instance.visible(scope, token))
        instance.assign(values, scope)
    if scope.is_loop:
        loops.occurrence_done(run, instance, scope, token, node)
    else:
        run.cancel_token(instance, scope, token)
        run.leave(instance, scope, node)
