"""Routing of tokens and mapping of variables, in pure functions."""

from collections import ChainMap
from collections.abc import Mapping, Sequence
from typing import Any

from bpmn_events.adapters.hosts.embedded.expressions.evaluation import Evaluation
from bpmn_events.adapters.hosts.embedded.expressions.expression import ExpressionError
from bpmn_events.adapters.hosts.embedded.expressions.values import DATA_TYPES, MissingValue
from bpmn_events.adapters.hosts.embedded.model.elements import Flow, Node, NodeKind, VariableMapping
from bpmn_events.domain.errors import ProcessFailed
from bpmn_events.domain.events import JsonObject


def select_flows(node: Node, variables: Mapping[str, Any], evaluation: Evaluation) -> Sequence[Flow]:
    """Return the sequence flows that get a token when a node is done (BPMN 2.0.2, sections 13.3 and 13.4).

    Raises:
        ExpressionError: A condition has no value, or no flow can be taken.
        ProcessFailed: A condition was refused.
    """
    outgoing = node.outgoing
    if len(outgoing) == 1 and outgoing[0].condition is None:
        return outgoing
    if all(flow.condition is None for flow in outgoing):
        if node.kind is NodeKind.EXCLUSIVE_GATEWAY:
            return outgoing[:1]
        if node.kind is not NodeKind.INCLUSIVE_GATEWAY or node.default is None:
            return outgoing
    chosen = _flows_with_true_condition(node, variables, evaluation)
    if node.kind is NodeKind.INCLUSIVE_GATEWAY:  # a flow without a condition counts as one whose condition is true
        is_any_taken = bool(chosen)
    else:
        is_any_taken = any(flow.condition is not None for flow in chosen)
    if node.default is not None and not is_any_taken:
        chosen += [flow for flow in outgoing if flow.id == node.default]
    if not chosen:
        raise ExpressionError("none of the conditions is true, and there is no default flow")
    return chosen


def _flows_with_true_condition(node: Node, variables: Mapping[str, Any], evaluation: Evaluation) -> list[Flow]:
    """Return the flows with a true condition or none; an exclusive gateway takes only the first true one."""
    chosen = []
    for flow in node.outgoing:
        if flow.id == node.default:
            continue
        if flow.condition is None:
            chosen.append(flow)
        elif flow.refusal is not None:
            raise ProcessFailed(flow.refusal, flow.id)
        elif flow.condition.is_true(variables, evaluation):
            chosen.append(flow)
            if node.kind is NodeKind.EXCLUSIVE_GATEWAY:
                break
    return chosen


def apply_mappings(
    mappings: Sequence[VariableMapping] | None, variables: Mapping[str, Any], evaluation: Evaluation
) -> JsonObject:
    """Return the variables that result from the mappings; all variables if the mappings are None.

    Raises:
        MissingValue: A source that is not optional refers to something that does not exist.
        ExpressionError: A source has no value, or a source without a target is no object.
    """
    if mappings is None:
        result: JsonObject = _copy(variables, evaluation)
        evaluation.keep(result)
        return result
    result = {}
    for mapping in mappings:
        source = mapping.source
        try:
            value = _copy(variables, evaluation) if source is None else source.evaluate(variables, evaluation)
        except MissingValue:
            if mapping.is_optional:
                continue
            raise
        if type(value) in DATA_TYPES:
            evaluation.keep(value)
        if mapping.target is not None:
            result[mapping.target] = value
        elif isinstance(value, dict):
            result.update(value)
        else:
            raise ExpressionError("a payload is an object")
    return result


def _copy(variables: Mapping[str, Any], evaluation: Evaluation) -> JsonObject:
    copy: JsonObject = {}
    for layer in reversed(variables.maps) if isinstance(variables, ChainMap) else (variables,):
        copy.update(layer)
    evaluation.count_size(len(copy))
    return copy
