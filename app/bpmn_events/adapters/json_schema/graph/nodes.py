"""The graph of the subschemas that a check can reach."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from bpmn_events.adapters.json_schema.graph.keywords import REFERENCES, Schema, subschemas
from bpmn_events.adapters.json_schema.graph.references import References, Target
from bpmn_events.adapters.json_schema.refusal import SchemaRefusal
from bpmn_events.domain.payload import pointer

MAX_SUBSCHEMAS = 2_000
_DIALECT = "https://json-schema.org/draft/2020-12/schema"


class Edge(NamedTuple):
    """A subschema or referenced schema, by the keyword that applies it, and its name or index below the keyword."""

    keyword: str
    key: str | int | None
    target: "Node"


@dataclass(eq=False, slots=True)
class Node:
    """A schema as a check meets it.

    Attributes:
        index: The number of the node in the graph.
        schema: The schema.
        resource: The URI of the resource that contains it.
        scope: The resources through which the evaluation has come. A `$dynamicRef` can have another target in each
            scope. Empty if the document has no `$dynamicRef`.
        place: The JSON Pointer of the schema in its document, or of a reference to it if it is at no usual place.
        edges: The schemas that it applies.
    """

    index: int
    schema: Schema
    resource: str
    scope: tuple[str, ...]
    place: str
    edges: list[Edge] = field(default_factory=list)

    def by_keyword(self, keyword: str) -> list[Edge]:
        return [edge for edge in self.edges if edge.keyword == keyword]

    def only(self, keyword: str) -> "Node | None":
        """Return the schema of a keyword that has one schema; None if the keyword is absent."""
        return next((edge.target for edge in self.edges if edge.keyword == keyword), None)


class SchemaGraph:
    """The nodes that can be reached from the root of a schema document.

    Attributes:
        nodes: The nodes. The first one is the root.

    Raises:
        SchemaRefusal: The document has too many subschemas, a subschema of another dialect, or a reference that leads
            outside or to nothing.
    """

    def __init__(self, schema: Schema) -> None:
        self.nodes: list[Node] = []
        self._references = References(schema)
        self._known: dict[tuple[object, str, tuple[str, ...]], Node] = {}
        self._new: deque[Node] = deque()
        self._add(self._references.root, (), "")
        while self._new:
            node = self._new.popleft()
            node.edges += self._apply(node)

    @property
    def root(self) -> Node:
        return self.nodes[0]

    def _apply(self, node: Node) -> Iterator[Edge]:
        for each in subschemas(node.schema):
            resource = self._references.resource_of(each.schema, node.resource)
            target = Target(each.schema, resource)
            yield Edge(each.keyword, each.key, self._add(target, node.scope, each.place_in(node.place)))
        for keyword in REFERENCES:
            reference = node.schema.get(keyword) if isinstance(node.schema, dict) else None
            if isinstance(reference, str):
                yield from self._follow(node, keyword, reference)

    def _follow(self, node: Node, keyword: str, reference: str) -> Iterator[Edge]:
        place = pointer(node.place, keyword)
        target = self._references.resolve(reference, node.resource, node.scope, is_dynamic=keyword == "$dynamicRef")
        if target is None:
            raise SchemaRefusal(f"the reference {reference!r} leads to nothing inside of the schema", place)
        if target.schema is not node.schema:  # jsonschema-rs ignores a reference of a schema to itself
            place = self._references.place_of(target.schema, place)
            yield Edge(keyword, None, self._add(target, node.scope, place))

    def _add(self, target: Target, scope: tuple[str, ...], place: str) -> Node:
        if self._references.has_dynamic and target.resource not in scope:
            scope = (*scope, target.resource)
        identity = target.schema if isinstance(target.schema, bool) else id(target.schema)
        known = self._known.get(key := (identity, target.resource, scope))
        if known is not None:
            return known
        if len(self.nodes) == MAX_SUBSCHEMAS:
            raise SchemaRefusal(f"it has more than {MAX_SUBSCHEMAS} subschemas", place)
        if self.nodes and _has_other_dialect(target.schema):
            raise SchemaRefusal("a subschema has the $schema of another dialect", place)
        node = self._known[key] = Node(len(self.nodes), target.schema, target.resource, scope, place)
        self.nodes.append(node)
        self._new.append(node)
        return node


def _has_other_dialect(schema: Schema) -> bool:
    """Return True if jsonschema-rs would check the subschema by the rules of another dialect."""
    dialect = schema.get("$schema", _DIALECT) if isinstance(schema, dict) else _DIALECT
    return not isinstance(dialect, str) or dialect.removesuffix("#") != _DIALECT
