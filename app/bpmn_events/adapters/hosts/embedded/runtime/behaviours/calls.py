"""Call activities at run time: the called instance begins, and hands back when it has completed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bpmn_events.adapters.hosts.embedded.model.elements import Call, Node
from bpmn_events.adapters.hosts.embedded.runtime.instance_context import RunningInstance
from bpmn_events.adapters.hosts.embedded.runtime.state import InstanceState, ScopeState, TokenState
from bpmn_events.application.ports.engine import ModelNeeded
from bpmn_events.domain import ids
from bpmn_events.domain.processes import ProcessInstanceState

if TYPE_CHECKING:
    from bpmn_events.adapters.hosts.embedded.runtime.interpreter import Run

MAX_DEPTH = 50


def call(run: Run, instance: RunningInstance, scope: ScopeState, token: TokenState, node: Node) -> None:
    """Begin the latest version of the called process, for the token that waits for it."""
    call = node.call
    assert call is not None, node.id
    if instance.depth >= MAX_DEPTH:
        run.fail(node, f"calls are nested more than {MAX_DEPTH} deep")
    if call.process_key not in run.models.latest:
        raise ModelNeeded(key=call.process_key)
    model_id = run.models.latest[call.process_key]
    if model_id is None:
        run.fail(node, f"the called process {call.process_key!r} is not deployed")
    token.called = ids.new_id(ids.PROCESS_INSTANCE)
    called = run.start_instance(
        InstanceState(token.called, model_id, parent=instance.state.id, caller_scope=scope.id, caller=token.id),
        run.mapped(node, call.inputs, instance.visible(scope, token)),
    )
    run.open_process(called, call.start_element)


def complete_instance(run: Run, instance: RunningInstance) -> None:
    """An instance has done everything: it ends, and the call activity that waited for it goes on."""
    run.end_instance(instance, ProcessInstanceState.COMPLETED)
    if instance.state.parent is None:
        return
    parent, scope, token = caller_of(run, instance)
    node = parent.node(token.node)
    token.called = None
    run.finish(parent, scope, token, run.mapped(node, (node.call or Call("")).outputs, instance.variables))


def caller_of(run: Run, instance: RunningInstance) -> tuple[RunningInstance, ScopeState, TokenState]:
    """The call activity's token that waits for a called instance."""
    parent = run.instances[instance.state.parent or ""]
    scope = parent.scopes[instance.state.caller_scope or 0]
    return parent, scope, scope.tokens[instance.state.caller or 0]
