"""The graph of the subschemas that a check can reach."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from bpmn_events.adapters.json_schema.graph.drafts import DRAFT_2020_12, DRAFTS, Draft, find_draft
from bpmn_events.adapters.json_schema.graph.keywords import Schema, subschemas
from bpmn_events.adapters.json_schema.graph.references import References, Resource, Target
from bpmn_events.adapters.json_schema.refusal import SchemaRefusal
from bpmn_events.domain.payload import pointer

MAX_SUBSCHEMAS = 2_000
SUPPORTED = f"supported are {', '.join(draft.name for draft in DRAFTS)}"


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
        schema: The schema, read by the keywords of 2020-12.
        written: The schema as it is in the document.
        resource: The resource that contains it.
        scope: The resources through which the evaluation has come. A `$dynamicRef` can have another target in each
            scope. Empty if the document has no `$dynamicRef`.
        place: The JSON Pointer of the schema in its document, or of a reference to it if it is at no usual place.
        edges: The schemas that it applies.
    """

    index: int
    schema: Schema
    written: Schema
    resource: Resource
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
        SchemaRefusal: The document has too many subschemas, a subschema of another draft that is no resource of its
            own, or a reference that leads outside or to nothing.
    """

    def __init__(self, schema: Schema, draft: Draft = DRAFT_2020_12) -> None:
        self.nodes: list[Node] = []
        self._references = References(schema, draft)
        self._known: dict[tuple[object, Resource, tuple[str, ...]], Node] = {}
        self._new: deque[Node] = deque()
        self._add(self._references.root, (), "")
        while self._new:
            node = self._new.popleft()
            node.edges += self._apply(node)

    @property
    def root(self) -> Node:
        return self.nodes[0]

    def _apply(self, node: Node) -> Iterator[Edge]:
        for each in subschemas(node.written, node.resource.draft):
            resource = self._references.resource_of(each.schema, node.resource)
            target = Target(each.schema, resource)
            yield Edge(each.keyword, each.key, self._add(target, node.scope, each.place_in(node.place)))
        for keyword in node.resource.draft.references:
            reference = node.schema.get(keyword) if isinstance(node.schema, dict) else None
            if isinstance(reference, str):
                yield from self._follow(node, keyword, reference)

    def _follow(self, node: Node, keyword: str, reference: str) -> Iterator[Edge]:
        place = pointer(node.place, keyword)
        target = self._references.resolve(keyword, reference, node.resource, node.scope)
        if target is None:
            raise SchemaRefusal(f"the reference {reference!r} leads to nothing inside of the schema", place)
        if target.schema is not node.written:  # jsonschema-rs ignores a reference of a schema to itself
            place = self._references.place_of(target.schema, place)
            yield Edge(node.resource.draft.references[keyword], None, self._add(target, node.scope, place))

    def _add(self, target: Target, scope: tuple[str, ...], place: str) -> Node:
        uri, draft = target.resource
        if self._references.has_dynamic and uri not in scope:
            scope = (*scope, uri)
        identity = target.schema if isinstance(target.schema, bool) else id(target.schema)
        known = self._known.get(key := (identity, target.resource, scope))
        if known is not None:
            return known
        if len(self.nodes) == MAX_SUBSCHEMAS:
            raise SchemaRefusal(f"it has more than {MAX_SUBSCHEMAS} subschemas", place)
        if self.nodes:
            _check_dialect(target, place)
        read = draft.read(target.schema) if isinstance(target.schema, dict) else target.schema
        node = self._known[key] = Node(len(self.nodes), read, target.schema, target.resource, scope, place)
        self.nodes.append(node)
        self._new.append(node)
        return node


def declared_draft(schema: Schema) -> Draft:
    """Return the draft that the `$schema` of a document declares; 2020-12 without one.

    Raises:
        SchemaRefusal: It declares an unknown one.
    """
    if not isinstance(schema, dict) or "$schema" not in schema:
        return DRAFT_2020_12
    draft = find_draft(schema["$schema"])
    if draft is None:
        raise SchemaRefusal(f"its $schema {schema['$schema']!r} is unknown; {SUPPORTED}", "/$schema")
    return draft


def _check_dialect(target: Target, place: str) -> None:
    """Refuse a `$schema` that is unknown, or that changes the draft in the middle of a resource."""
    dialect = target.schema.get("$schema") if isinstance(target.schema, dict) else None
    if dialect is None:
        return
    draft = find_draft(dialect)
    if draft is None:
        raise SchemaRefusal(f"a subschema has an unknown $schema; {SUPPORTED}", place)
    if draft is not target.resource.draft:
        raise SchemaRefusal("a subschema has the $schema of another dialect, but no identifier of its own", place)
