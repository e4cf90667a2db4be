"""Events that neither wait nor reach beyond their scope: plain, terminate and link events (BPMN 2.0.2, 13.5)."""

from bpmn_events.adapters.hosts.embedded.model.elements import Node
from bpmn_events.adapters.hosts.embedded.runtime.agenda import Move
from bpmn_events.adapters.hosts.embedded.runtime.step_context import StepContext


def pass_through(context: StepContext, move: Move, node: Node) -> None:
    """Go on at once."""
    context.leave(move.instance, move.scope, node)


def end(_context: StepContext, _move: Move, _node: Node) -> None:
    """Consume the token."""


def terminate(context: StepContext, move: Move, _node: Node) -> None:
    """End everything else in the scope."""
    context.clear_scope(move.instance, move.scope)


def follow_link(context: StepContext, move: Move, node: Node) -> None:
    """Go on at the link's target."""
    context.move(move.instance, move.scope, node.link_target or "")
