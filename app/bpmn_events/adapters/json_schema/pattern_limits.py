"""Limits on the patterns of a schema."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from bpmn_events.adapters.json_schema.budget import refuse
from bpmn_events.adapters.json_schema.costs.cost import Cost
from bpmn_events.adapters.json_schema.graph.drafts import Draft
from bpmn_events.adapters.json_schema.graph.nodes import Node, SchemaGraph
from bpmn_events.adapters.json_schema.patterns.parser import InvalidPattern
from bpmn_events.adapters.json_schema.patterns.parts import split
from bpmn_events.adapters.json_schema.patterns.pattern_costs import PatternCost, pattern_cost
from bpmn_events.adapters.json_schema.patterns.translation import is_ecma, translate
from bpmn_events.adapters.json_schema.refusal import SchemaRefusal, TooCostly
from bpmn_events.domain.payload import pointer

MAX_STATES = 100_000
MAX_LENGTH = 5_000
_REMEDY = "use minLength and maxLength instead of counts"
_SHOWN = 60


def check_syntax(graph: SchemaGraph) -> None:
    """Refuse patterns that are not those of ECMA-262, and those that cannot be matched in linear time.

    Raises:
        SchemaRefusal: A pattern is invalid or too long, or not supported.
    """
    for node in graph.nodes:
        for each in _patterns_of(node):
            _check_length(each)
            reason = _refuse_name(each.text, node.resource.draft) if each.is_name else _refuse_syntax(each.text)
            if reason is not None:
                raise SchemaRefusal(f"the pattern {_shorten(each.text)} is not supported: {reason}", each.place)


def _refuse_syntax(pattern: str) -> str | None:
    try:
        for part in split(pattern).patterns:
            translate(part)
    except InvalidPattern as error:
        return str(error)
    return None


def _refuse_name(pattern: str, draft: Draft) -> str | None:
    """Return the reason why a name of `patternProperties` is refused; None if it is not."""
    if (reason := _refuse_syntax(pattern)) is not None:
        return reason
    if split(pattern).has_lookaheads:
        return "lookaheads in names of patternProperties are not supported"
    if draft.checks_patterns and not is_ecma(translate(pattern)):
        return "word boundaries in names of patternProperties need a $schema of 2019-09 or 2020-12"
    return None


def check_patterns(graph: SchemaGraph, *, in_parts: bool) -> int:
    """Return the states of all patterns, whose compilation takes about two microseconds for each.

    Args:
        graph: The graph of the schema as it is written.
        in_parts: True if patterns are checked in parts.

    Raises:
        SchemaRefusal: A pattern is too long.
        TooCostly: A pattern is too costly, or all together are too large to be compiled in one call.
    """
    states = 0
    for each in {each.text: each for node in graph.nodes for each in _patterns_of(node)}.values():
        _check_length(each)
        for part in split(each.text).patterns if in_parts and not each.is_name else (each.text,):
            cost = pattern_cost(part)
            states += cost.states
            reason = f"the patterns have more than {MAX_STATES} states" if states > MAX_STATES else _refuse(cost)
            if reason is not None:
                shown = _shorten(each.text)
                raise TooCostly(f"the pattern {shown} is too costly: {reason}; {_REMEDY}", each.place)
    return states


def _check_length(pattern: "_Pattern") -> None:
    if len(pattern.text) > MAX_LENGTH:
        raise SchemaRefusal(f"the pattern has more than {MAX_LENGTH} characters", pattern.place)


def _shorten(pattern: str) -> str:
    return pattern if len(pattern) <= _SHOWN else f"{pattern[:_SHOWN]}…"


def _refuse(cost: PatternCost) -> str | None:
    return refuse(Cost(values=cost.call, bytes=cost.byte))


class _Pattern(NamedTuple):
    text: str
    place: str
    is_name: bool


def _patterns_of(node: Node) -> Iterator[_Pattern]:
    schema: dict[str, Any] = node.schema if isinstance(node.schema, dict) else {}
    if isinstance(pattern := schema.get("pattern"), str):
        yield _Pattern(pattern, pointer(node.place, "pattern"), is_name=False)
    named = schema.get("patternProperties")
    for name in named if isinstance(named, dict) else ():
        yield _Pattern(name, pointer(pointer(node.place, "patternProperties"), name), is_name=True)
