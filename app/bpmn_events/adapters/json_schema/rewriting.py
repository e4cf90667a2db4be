"""The schema that jsonschema-rs compiles instead of the schema as it is written.

It accepts the same payloads. Patterns are in the dialect of the engine, or in parts; `$schema` has its published
spelling; `contentEncoding` and `contentMediaType` are left out, because they are no conditions (JSON Schema 2020-12,
Validation, section 8.2; draft 7 leaves the choice). Messages are those of the schema as it is written.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from copy import deepcopy
from functools import partial
from typing import Any

from bpmn_events.adapters.json_schema.graph.drafts import DRAFT_2020_12
from bpmn_events.adapters.json_schema.graph.keywords import Schema
from bpmn_events.adapters.json_schema.graph.nodes import Node, SchemaGraph
from bpmn_events.adapters.json_schema.messages import Messages
from bpmn_events.adapters.json_schema.patterns.parts import split
from bpmn_events.adapters.json_schema.patterns.translation import is_ecma, translate

_ANNOTATIONS = ("contentEncoding", "contentMediaType")


class RewrittenSchema:
    """The two steps of the rewriting. Each leaves the schema as it is if there is nothing to rewrite.

    Args:
        graph: The graph of the schema as it is written. All its patterns are supported.

    Attributes:
        in_parts: The graph of the schema with patterns in parts. The costs of the checks are those of this schema.
        graph: The graph of the schema that is compiled.
        messages: The messages of the schema as it is written.
    """

    def __init__(self, graph: SchemaGraph) -> None:
        self.messages = Messages()
        self._copies: list[dict[int, Any]] = []
        self._negations: list[tuple[Schema, str]] = []
        self._embedded = 0
        self.in_parts = self._rewrite(graph, self._divide) if any(map(_pattern_in_parts, graph.nodes)) else graph
        spelling = _spell({pattern for node in self.in_parts.nodes for pattern in _patterns(node)})
        self.graph = self.in_parts
        if any(_must_change(node, spelling) for node in self.in_parts.nodes):
            self.graph = self._rewrite(self.in_parts, partial(self._translate, spelling=spelling))
        for pattern, rewritten in spelling.items():
            self.messages.add_pattern(rewritten, pattern)
        for negation, pattern in self._negations:
            self.messages.add_parts(self._final(negation), pattern)
        for node in graph.nodes if self.graph is not graph else ():
            negated = node.only("not")
            if negated is not None:
                self.messages.add_negated(self._final(negated.written), negated.written)

    def _rewrite(self, graph: SchemaGraph, change: Callable[[Node], None]) -> SchemaGraph:
        """Return the graph of a copy, in which each schema was changed."""
        draft = graph.root.resource.draft
        copies: dict[int, Any] = {}
        copied = SchemaGraph(deepcopy(graph.root.written, copies), draft)
        self._copies.append(copies)
        for node in {id(node.written): node for node in copied.nodes if isinstance(node.written, dict)}.values():
            change(node)
        return SchemaGraph(copied.root.written, draft)

    def _final(self, schema: Schema) -> Schema:
        """Return what has become of a schema."""
        for copies in self._copies:
            schema = copies.get(id(schema), schema)
        return schema

    def _divide(self, node: Node) -> None:
        pattern = _pattern_in_parts(node)
        if pattern is not None and isinstance(node.written, dict):
            del node.written["pattern"]
            negation: dict[str, Any] = {"not": split(pattern).as_schema()}
            self._negations.append((negation, pattern))
            _append(node.written, {"not": negation})

    def _translate(self, node: Node, spelling: Mapping[str, str]) -> None:
        schema, draft = node.written, node.resource.draft
        if not isinstance(schema, dict):
            return
        if isinstance(pattern := schema.get("pattern"), str):
            schema["pattern"] = spelling.get(pattern, pattern)
            if draft.checks_patterns and not is_ecma(schema["pattern"]):
                self._embed(schema)
        if isinstance(named := schema.get("patternProperties"), dict):
            schema["patternProperties"] = {spelling.get(name, name): each for name, each in named.items()}
        for keyword in _ANNOTATIONS:
            schema.pop(keyword, None)
        if "$schema" in schema:
            schema["$schema"] = draft.uri

    def _embed(self, schema: dict[str, Any]) -> None:
        """Move the pattern into a resource of a draft whose metaschema accepts expressions of the engine."""
        self._embedded += 1
        identifier = f"urn:bpmn-events:pattern:{self._embedded}"
        _append(schema, {"$id": identifier, "$schema": DRAFT_2020_12.uri, "pattern": schema.pop("pattern")})


def _append(schema: dict[str, Any], condition: Schema) -> None:
    conditions = schema.get("allOf", [])
    if isinstance(conditions, list):  # else the schema is invalid, which its compilation says
        schema["allOf"] = [*conditions, condition]


def _pattern_in_parts(node: Node) -> str | None:
    """Return the pattern of the schema if it has parts."""
    pattern = node.schema.get("pattern") if isinstance(node.schema, dict) else None
    return pattern if isinstance(pattern, str) and not split(pattern).is_whole else None


def _patterns(node: Node) -> Iterator[str]:
    if isinstance(node.schema, dict):
        if isinstance(pattern := node.schema.get("pattern"), str):
            yield pattern
        named = node.schema.get("patternProperties")
        yield from named if isinstance(named, dict) else ()


def _spell(patterns: Iterable[str]) -> dict[str, str]:
    """Return the expression of the engine for each pattern. No two patterns have the same one."""
    spelling: dict[str, str] = {}
    taken: set[str] = set()
    for pattern in sorted(patterns, key=lambda each: (translate(each) != each, each)):
        translated = translate(pattern)
        while translated in taken:
            translated += "(?:)"
        taken.add(translated)
        spelling[pattern] = translated
    return spelling


def _must_change(node: Node, spelling: Mapping[str, str]) -> bool:
    if not isinstance(node.written, dict):
        return False
    return (
        any(spelling[pattern] != pattern for pattern in _patterns(node))
        or any(keyword in node.written for keyword in _ANNOTATIONS)
        or node.written.get("$schema", node.resource.draft.uri) != node.resource.draft.uri
    )
