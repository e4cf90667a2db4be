"""The members and items of a large value that no schema evaluates (JSON Schema 2020-12, sections 11.2 and 11.3)."""

from collections.abc import Iterator
from itertools import islice
from typing import Any

from bpmn_events.adapters.json_schema.explanation.pieces import Pieces
from bpmn_events.adapters.json_schema.explanation.quoting import clip
from bpmn_events.adapters.json_schema.explanation.values import Member, Value, members_of
from bpmn_events.adapters.json_schema.graph.nodes import Edge, Node

# A message does not show more members than these.
_SHOWN = 150


def unevaluated_members(pieces: Pieces, node: Node, value: Value) -> Any:
    """Return an object or array with the first unevaluated members of the value, clipped."""
    evaluated = _Evaluated(pieces, value.content)
    evaluated.mark(node)
    members = islice((each for each in members_of(value.content) if not evaluated.includes(each)), _SHOWN)
    if isinstance(value.content, dict):
        return {name: clip(content) for name, content in members}
    return [clip(content) for _, content in members]


class _Evaluated:
    """The members that the schemas at the same value evaluate. A schema that rejects the value evaluates nothing."""

    def __init__(self, pieces: Pieces, content: Any) -> None:
        self._pieces = pieces
        self._content = content
        self._all = False
        self._names: set[Any] = set()
        self._prefix = 0
        self._patterns: list[tuple[Node, str]] = []
        self._accepting: list[Node] = []
        self._marked: set[int] = set()

    def includes(self, member: Member) -> bool:
        key, content = member
        if self._all or key in self._names or (isinstance(key, int) and key < self._prefix):
            return True
        return any(self._pieces.accepts(node, name, key) for node, name in self._patterns) or any(
            self._pieces.accepts(node, "", content) for node in self._accepting
        )

    def mark(self, node: Node) -> None:
        if node.index in self._marked:
            return
        self._marked.add(node.index)
        for edge in node.edges:
            if isinstance(self._content, dict):
                self._mark_member(node, edge)
            else:
                self._mark_item(edge)
        for applied in self._applied(node):
            self.mark(applied)

    def _mark_member(self, node: Node, edge: Edge) -> None:
        match edge.keyword:
            case "properties":
                self._names.add(edge.key)
            case "patternProperties":
                patterns = [each.key for each in node.by_keyword("patternProperties")]
                self._patterns.append((node, f"pattern {patterns.index(edge.key)}"))
            case "additionalProperties":
                self._all = True
            case "unevaluatedProperties":
                self._accepting.append(edge.target)

    def _mark_item(self, edge: Edge) -> None:
        match edge.keyword:
            case "items":
                self._all = True
            case "prefixItems" if isinstance(edge.key, int):
                self._prefix = max(self._prefix, edge.key + 1)
            case "contains" | "unevaluatedItems":
                self._accepting.append(edge.target)

    def _applied(self, node: Node) -> Iterator[Node]:
        """Yield the schemas at the same value whose evaluations count for the node."""
        for edge in node.edges:
            match edge.keyword:
                case "$ref" | "$dynamicRef":
                    yield edge.target
                case "allOf" | "anyOf" if self._accepts(edge.target):
                    yield edge.target
                case "dependentSchemas" if isinstance(self._content, dict) and edge.key in self._content:
                    yield edge.target
                case "if":
                    yield from self._branches(node, edge.target)
        options = [edge.target for edge in node.by_keyword("oneOf") if self._accepts(edge.target)]
        if len(options) == 1:
            yield options[0]

    def _branches(self, node: Node, condition: Node) -> Iterator[Node]:
        holds = self._accepts(condition)
        if holds:
            yield condition
        branch = node.only("then" if holds else "else")
        if branch is not None:
            yield branch

    def _accepts(self, node: Node) -> bool:
        return self._pieces.accepts(node, "", self._content)
