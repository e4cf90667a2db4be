"""Gateways: where tokens split, and where they wait for one another (BPMN 2.0.2, section 13.4)."""

from collections.abc import Mapping

from bpmn_events.adapters.hosts.embedded.model.elements import Kind, Node
from bpmn_events.adapters.hosts.embedded.model.graph import ProcessGraph
from bpmn_events.adapters.hosts.embedded.runtime.agenda import Move
from bpmn_events.adapters.hosts.embedded.runtime.behaviours import waits
from bpmn_events.adapters.hosts.embedded.runtime.instance_context import InstanceContext
from bpmn_events.adapters.hosts.embedded.runtime.state import ScopeState
from bpmn_events.adapters.hosts.embedded.runtime.step_context import StepContext


def enter_exclusive(context: StepContext, move: Move, node: Node) -> None:
    """Let each token through by itself."""
    context.leave(move.instance, move.scope, node)


def enter_parallel(context: StepContext, move: Move, node: Node) -> None:
    """Split, or join once there is a token on every flow into the gateway (section 13.4.1)."""
    arrived = _record_arrival(context, move, node)
    if arrived is not None and len(arrived) == len(node.incoming):
        _consume_one_per_flow(move.scope, node)
        context.leave(move.instance, move.scope, node)


def enter_inclusive(context: StepContext, move: Move, node: Node) -> None:
    """Split; a join fires when no token moves (``fire_inclusive_join``)."""
    _record_arrival(context, move, node)


def enter_event_based(context: StepContext, move: Move, node: Node) -> None:
    """Wait for the events behind the gateway, of which the first to happen is the one."""
    waits.place_token(context, move.instance, move.scope, node, tuple(flow.target for flow in node.outgoing))


def _record_arrival(context: StepContext, move: Move, node: Node) -> Mapping[str, int] | None:
    """Count the token at the join, and return what has arrived there by flow; let it through where nothing joins."""
    if len(node.incoming) < 2 or move.flow_id is None:
        context.leave(move.instance, move.scope, node)
        return None
    arrived = move.scope.joins.setdefault(node.id, {})
    arrived[move.flow_id] = arrived.get(move.flow_id, 0) + 1
    return arrived


def _consume_one_per_flow(scope: ScopeState, node: Node) -> None:
    """Consume one token on each flow into a join that has one; further ones stay for the next time
    (sections 13.4.1 and 13.4.3).
    """
    arrived = scope.joins.pop(node.id)
    remaining = {flow: count - 1 for flow, count in arrived.items() if count > 1}
    if remaining:
        scope.joins[node.id] = remaining


def fire_inclusive_join(context: StepContext, instance: InstanceContext, scope: ScopeState) -> bool:
    """Let one inclusive join in the scope fire. False if none can. For when no token moves."""
    join = _ready_inclusive_join(instance.graph, scope)
    if join is None:
        return False
    _consume_one_per_flow(scope, join)
    context.agenda.touch(instance, scope)
    context.leave(instance, scope, join)
    return True


def _ready_inclusive_join(graph: ProcessGraph, scope: ScopeState) -> Node | None:
    """Return an inclusive join in the scope that no further token can reach first (section 13.4.3).

    A token that could reach an empty flow into the join holds it up, unless it could also reach a flow that has a token
    already.
    """
    for join_id, arrived in scope.joins.items():
        node = graph.nodes[join_id]
        if node.kind is not Kind.INCLUSIVE_GATEWAY:
            continue
        upstream = graph.upstream[join_id]
        other_positions = {token.node for token in scope.tokens.values()} | {
            other for other in scope.joins if other != join_id
        }
        if not any(_blocks_join(position, upstream, arrived) for position in other_positions):
            return node
    return None


def _blocks_join(position: str, upstream: Mapping[str, frozenset[str]], arrived: Mapping[str, int]) -> bool:
    reachable_flows = {flow for flow, nodes in upstream.items() if position in nodes}
    return bool(reachable_flows) and reachable_flows.isdisjoint(arrived)
