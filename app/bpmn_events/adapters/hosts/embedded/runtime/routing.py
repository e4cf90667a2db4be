"""Which way tokens go, when joins fire, and whether anything can go on: pure functions of what they are given."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from bpmn_events.adapters.hosts.embedded.expressions.expression import ExpressionError
from bpmn_events.adapters.hosts.embedded.model.elements import Flow, Kind, Node, VariableMapping
from bpmn_events.adapters.hosts.embedded.model.graph import ProcessGraph
from bpmn_events.adapters.hosts.embedded.runtime.instance_context import RunningInstance
from bpmn_events.adapters.hosts.embedded.runtime.state import ScopeState
from bpmn_events.domain.errors import ProcessFailed
from bpmn_events.domain.events import JsonObject


def chosen_flows(node: Node, variables: Mapping[str, Any], now: datetime) -> Sequence[Flow]:
    """The flows that get a token when a node is done (BPMN 2.0.2, sections 13.3 and 13.4).

    Raises:
        ExpressionError: a condition has no value, or no flow can be taken.
    """
    outgoing = node.outgoing
    if len(outgoing) == 1 and outgoing[0].condition is None:
        return outgoing
    if all(flow.condition is None for flow in outgoing):
        if node.kind is Kind.EXCLUSIVE_GATEWAY:
            return outgoing[:1]
        return outgoing
    chosen = []
    for flow in outgoing:
        if flow.id == node.default:
            continue
        if flow.condition is None:
            chosen.append(flow)
        elif flow.condition.is_true(variables, now):
            chosen.append(flow)
            if node.kind is Kind.EXCLUSIVE_GATEWAY:
                break
    taken_by_condition = any(flow.condition is not None for flow in chosen)
    if node.default is not None and not taken_by_condition:
        chosen += [flow for flow in outgoing if flow.id == node.default]
    if not chosen:
        raise ExpressionError("none of the conditions is true, and there is no default flow")
    return chosen


def take_one_each(scope: ScopeState, node: Node) -> None:
    """Consume one token on each flow into a join that has one; further ones stay for the next time
    (sections 13.4.1 and 13.4.3).
    """
    arrived = scope.joins.pop(node.id)
    rest = {flow: count - 1 for flow, count in arrived.items() if count > 1}
    if rest:
        scope.joins[node.id] = rest


def ready_inclusive_join(graph: ProcessGraph, scope: ScopeState) -> Node | None:
    """An inclusive join in the scope that no further token can reach first (section 13.4.3).

    To be asked when no token moves. A token that could reach an empty flow into the join holds it up, unless it could
    also reach a flow that has a token already.
    """
    for join_id, arrived in scope.joins.items():
        node = graph.nodes[join_id]
        if node.kind is not Kind.INCLUSIVE_GATEWAY:
            continue
        upstream = graph.upstream[join_id]
        elsewhere = {token.node for token in scope.tokens.values()} | {
            other for other in scope.joins if other != join_id
        }
        if not any(_holds_up(position, upstream, arrived) for position in elsewhere):
            return node
    return None


def _holds_up(position: str, upstream: Mapping[str, frozenset[str]], arrived: dict[str, int]) -> bool:
    reached = {flow for flow, nodes in upstream.items() if position in nodes}
    return bool(reached) and reached.isdisjoint(arrived)


def mapped(mappings: Sequence[VariableMapping] | None, variables: Mapping[str, Any], now: datetime) -> JsonObject:
    """The variables that are handed on; all of them where the model maps none.

    Raises:
        ExpressionError: a source has no value.
    """
    if mappings is None:
        return dict(variables)
    result: JsonObject = {}
    for mapping in mappings:
        value = dict(variables) if mapping.source is None else mapping.source.evaluate(variables, now)
        if mapping.target is not None:
            result[mapping.target] = value
        elif isinstance(value, dict):
            result.update(value)
        else:
            raise ExpressionError("a payload is an object")
    return result


def check_not_stuck(instance: RunningInstance) -> None:
    """An instance that is stuck would run for ever, with nothing that could bring it to its end.

    Raises:
        ProcessFailed: no token of it waits for anything.
    """
    for scope in instance.scopes.values():
        if scope.waits:
            return
        for token in scope.tokens.values():
            if token.waits or token.task is not None or token.called is not None:
                return
    for scope in instance.scopes.values():
        for join, arrived in scope.joins.items():
            missing = [flow.id for flow in instance.node(join).incoming if flow.id not in arrived]
            raise ProcessFailed(
                f"this join waits for a token on {', '.join(missing)}, and none can come any more", join
            )
    raise ProcessFailed("nothing is left to wait for, and nothing can go on")
