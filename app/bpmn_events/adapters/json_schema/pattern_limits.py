"""Limits on the patterns of a schema."""

from collections.abc import Iterator
from typing import Any

from bpmn_events.adapters.json_schema.budget import refuse
from bpmn_events.adapters.json_schema.costs.cost import Cost
from bpmn_events.adapters.json_schema.graph.nodes import Node, SchemaGraph
from bpmn_events.adapters.json_schema.patterns.pattern_costs import PatternCost, pattern_cost
from bpmn_events.adapters.json_schema.refusal import SchemaRefusal, TooCostly
from bpmn_events.domain.payload import pointer

MAX_STATES = 100_000
MAX_LENGTH = 5_000
_REMEDY = "use minLength and maxLength instead of counts"
_SHOWN = 60


def check_patterns(graph: SchemaGraph) -> int:
    """Return the states of all patterns, whose compilation takes about two microseconds for each.

    Raises:
        SchemaRefusal: A pattern is too long.
        TooCostly: A pattern is too costly, or all together are too large to be compiled in one call.
    """
    states = 0
    for pattern, place in _patterns(graph).items():
        if len(pattern) > MAX_LENGTH:
            raise SchemaRefusal(f"the pattern has more than {MAX_LENGTH} characters", place)
        cost = pattern_cost(pattern)
        states += cost.states
        reason = f"the patterns have more than {MAX_STATES} states" if states > MAX_STATES else _refuse(cost)
        if reason is not None:
            shown = pattern if len(pattern) <= _SHOWN else f"{pattern[:_SHOWN]}…"
            raise TooCostly(f"the pattern {shown} is too costly: {reason}; {_REMEDY}", place)
    return states


def _refuse(cost: PatternCost) -> str | None:
    return refuse(Cost(values=cost.call, bytes=cost.byte))


def _patterns(graph: SchemaGraph) -> dict[str, str]:
    """Return the patterns of the schema with one place of each."""
    return {pattern: place for node in graph.nodes for pattern, place in _patterns_of(node)}


def _patterns_of(node: Node) -> Iterator[tuple[str, str]]:
    schema: dict[str, Any] = node.schema if isinstance(node.schema, dict) else {}
    if isinstance(pattern := schema.get("pattern"), str):
        yield pattern, pointer(node.place, "pattern")
    named = schema.get("patternProperties")
    for name in named if isinstance(named, dict) else ():
        yield name, pointer(pointer(node.place, "patternProperties"), name)
