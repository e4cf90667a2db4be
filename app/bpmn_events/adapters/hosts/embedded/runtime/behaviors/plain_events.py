"""Plain, terminate and link events, which neither wait nor reach beyond their scope (BPMN 2.0.2, section 13.5)."""

from bpmn_events.adapters.hosts.embedded.model.elements import Node
from bpmn_events.adapters.hosts.embedded.runtime.agenda import Move
from bpmn_events.adapters.hosts.embedded.runtime.step_context import StepContext


def pass_through(context: StepContext, move: Move, node: Node) -> None:
    """Pass the token on."""
    context.leave(move.instance, move.scope, node)


def end(_context: StepContext, _move: Move, _node: Node) -> None:
    """Consume the token."""


def terminate(context: StepContext, move: Move, _node: Node) -> None:
    """Cancel every token in the scope."""
    context.clear_scope(move.instance, move.scope)


def follow_link(context: StepContext, move: Move, node: Node) -> None:
    """Move the token to the target of the link."""
    context.move(move.instance, move.scope, node.link_target or "")
