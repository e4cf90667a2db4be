"""Gateways: they split tokens and join them (BPMN 2.0.2, section 13.4)."""

from collections.abc import Mapping

from bpmn_events.adapters.hosts.embedded.model.elements import Node, NodeKind
from bpmn_events.adapters.hosts.embedded.model.graph import ProcessGraph
from bpmn_events.adapters.hosts.embedded.runtime.agenda import Move
from bpmn_events.adapters.hosts.embedded.runtime.behaviors import waits
from bpmn_events.adapters.hosts.embedded.runtime.instance_context import InstanceContext
from bpmn_events.adapters.hosts.embedded.runtime.state import ScopeState
from bpmn_events.adapters.hosts.embedded.runtime.step_context import StepContext

# To collect the places of so many tokens is one unit of work.
_PLACES_PER_UNIT = 64


def enter_exclusive(context: StepContext, move: Move, node: Node) -> None:
    """Pass each token through by itself."""
    context.leave(move.instance, move.scope, node)


def enter_parallel(context: StepContext, move: Move, node: Node) -> None:
    """Split; join when every incoming sequence flow has a token (section 13.4.1)."""
    arrived = _record_arrival(context, move, node)
    if arrived is not None and len(arrived) == len(node.incoming):
        _consume_one_per_flow(move.scope, node)
        context.leave(move.instance, move.scope, node)


def enter_inclusive(context: StepContext, move: Move, node: Node) -> None:
    """Split; a join fires later, when no token moves (``fire_inclusive_join``)."""
    _record_arrival(context, move, node)


def enter_event_based(context: StepContext, move: Move, node: Node) -> None:
    """Wait for the events behind the gateway; the first to happen decides the path."""
    waits.place_token(context, move.instance, move.scope, node, tuple(flow.target for flow in node.outgoing))


def _record_arrival(context: StepContext, move: Move, node: Node) -> Mapping[str, int] | None:
    """Count the token at the join and return the counts by flow; if nothing joins, pass it through and return None."""
    if len(node.incoming) < 2 or move.flow_id is None:
        context.leave(move.instance, move.scope, node)
        return None
    arrived = move.scope.joins.setdefault(node.id, {})
    arrived[move.flow_id] = arrived.get(move.flow_id, 0) + 1
    return arrived


def _consume_one_per_flow(scope: ScopeState, node: Node) -> None:
    """Consume one token from each incoming flow that has one (sections 13.4.1 and 13.4.3).

    Further tokens stay for the next time the join fires.
    """
    arrived = scope.joins.pop(node.id)
    remaining = {flow: count - 1 for flow, count in arrived.items() if count > 1}
    if remaining:
        scope.joins[node.id] = remaining


def fire_inclusive_join(context: StepContext, instance: InstanceContext, scope: ScopeState) -> bool:
    """Fire one inclusive join in the scope; return False if none can fire. Call it only when no token moves."""
    join = _ready_inclusive_join(context, instance.graph, scope)
    if join is None:
        return False
    _consume_one_per_flow(scope, join)
    context.agenda.touch(instance, scope)
    context.leave(instance, scope, join)
    return True


def _ready_inclusive_join(context: StepContext, graph: ProcessGraph, scope: ScopeState) -> Node | None:
    """Return an inclusive join in the scope that no further token blocks (section 13.4.3); None if there is none."""
    context.budget.tick(1 + len(scope.tokens) // _PLACES_PER_UNIT)
    tokens = frozenset([token.node for token in scope.tokens.values()])
    for join_id, arrived in scope.joins.items():
        node = graph.nodes[join_id]
        if node.kind is not NodeKind.INCLUSIVE_GATEWAY:
            continue
        places = tokens if len(scope.joins) == 1 else tokens.union(scope.joins) - {join_id}
        if not graph.inclusive_joins.is_blocked(node, arrived, places, context.budget):
            return node
    return None
