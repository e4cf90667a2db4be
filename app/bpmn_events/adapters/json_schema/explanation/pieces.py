"""The parts of a schema, compiled so that each can be checked alone.

All parts are the properties of one schema: ``{"3/anyOf": value}`` is valid if the value satisfies the `anyOf` of node
3. Within the parts, subschemas are references to the nodes of the graph.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from jsonschema_rs import ValidationError

from bpmn_events.adapters.json_schema.explanation.quoting import has_large_options
from bpmn_events.adapters.json_schema.graph.keywords import ASSERTIONS, UNEVALUATED, Schema
from bpmn_events.adapters.json_schema.graph.nodes import Edge, Node, SchemaGraph
from bpmn_events.adapters.json_schema.graph.ordering import compare_items_last, compares_checked_items
from bpmn_events.adapters.json_schema.validators import compile_schema

# The assertions that one check decides. The names of missing members are found without it: there may be many.
QUICK_ASSERTIONS = ASSERTIONS - {"required", "dependentRequired"}
_CONTAINS = ("contains", "minContains", "maxContains")
_MEMBERS = ("properties", "patternProperties", "additionalProperties")
_FALSE = "False schema does not allow "

NO_OPTION = "no option"
SEVERAL_OPTIONS = "several options"


class Pieces:
    """The parts of the schemas of a graph, by the number of the node and the keyword."""

    def __init__(self, graph: SchemaGraph) -> None:
        self.root = graph.root
        pieces: dict[str, Schema] = {
            "false": False,
            "unevaluated": {"unevaluatedProperties": False, "unevaluatedItems": False},
        }
        for keyword in ("anyOf", "oneOf"):
            pieces[f"{NO_OPTION}/{keyword}"] = {keyword: [False]}
        pieces[f"{SEVERAL_OPTIONS}/oneOf"] = {"oneOf": [True, True]}
        for node in graph.nodes:
            pieces |= {f"{node.index}/{name}": piece for name, piece in _pieces(node)}
        self._names = frozenset(pieces)
        self._with_large_options = frozenset(node.index for node in graph.nodes if has_large_options(node.schema))
        definitions = {str(node.index): _flatten(node) for node in graph.nodes}
        self._validator = compile_schema({"properties": pieces, "$defs": definitions})

    def has(self, node: Node, name: str) -> bool:
        return f"{node.index}/{name}" in self._names

    def has_large_options(self, node: Node) -> bool:
        """Return True if the constants of the node are longer than a message."""
        return node.index in self._with_large_options

    def accepts(self, node: Node, name: str, value: Any) -> bool:
        """Return True if the value satisfies the part, or the node has no such part."""
        return self._validator.is_valid({f"{node.index}/{name}": value})  # unknown names accept every value

    def errors(self, name: str, value: Any) -> list[ValidationError]:
        return list(self._validator.iter_errors({name: value}))

    def quote(self, value: Any) -> str:
        """Return the value as messages of jsonschema-rs quote it."""
        (error,) = self.errors("false", value)
        return error.message.removeprefix(_FALSE)


def _pieces(node: Node) -> Iterator[tuple[str, Schema]]:
    yield "", {"$ref": f"#/$defs/{node.index}"}
    schema = node.schema
    if isinstance(schema, bool):
        return
    flat = _flatten_keywords(node, schema)
    groups = {
        "assertions": [keyword for keyword in flat if keyword in QUICK_ASSERTIONS],
        "contains": _CONTAINS,
        "anyOf": ("anyOf",),
        "oneOf": ("oneOf",),
        "not": ("not",),
    }
    for name, keywords in groups.items():
        if any(keyword in flat for keyword in keywords):
            yield name, {keyword: flat[keyword] for keyword in keywords if keyword in flat}
    if "items" in flat:
        yield "items", {"items": flat["items"]}
    if compares_checked_items(schema):
        yield "uniqueItems", {"uniqueItems": True}
    if "oneOf" in flat:
        yield "anyOneOf", {"anyOf": flat["oneOf"]}
    if "if" in flat:
        yield "if", flat["if"]
    if not UNEVALUATED.isdisjoint(flat):
        yield "others", {keyword: value for keyword, value in flat.items() if keyword not in UNEVALUATED}
    yield from _member_pieces(flat)


def _member_pieces(flat: Mapping[str, Any]) -> Iterator[tuple[str, Schema]]:
    """Yield the parts for the members of an object. Each can be checked with one member at a time."""
    members = {keyword: flat[keyword] for keyword in _MEMBERS if keyword in flat}
    if flat.get("additionalProperties") is False:
        names = {keyword: dict.fromkeys(members[keyword], True) for keyword in _MEMBERS[:2] if keyword in members}
        yield "closed", {**names, "additionalProperties": False}
        del members["additionalProperties"]
    if members:
        yield "members", members
    for number, pattern in enumerate(flat.get("patternProperties", ())):
        yield f"pattern {number}", {"pattern": pattern}


def _flatten(node: Node) -> Schema:
    return node.schema if isinstance(node.schema, bool) else _flatten_keywords(node, node.schema)


def _flatten_keywords(node: Node, schema: Mapping[str, Any]) -> dict[str, Any]:
    """Return the keywords with references to the nodes instead of subschemas."""
    flat = {key: value for key, value in schema.items() if key in ASSERTIONS or key in ("minContains", "maxContains")}
    for keyword in dict.fromkeys(edge.keyword for edge in node.edges):
        edges = node.by_keyword(keyword)
        if keyword == "$dynamicRef":
            flat["allOf"] = [*flat.get("allOf", ()), _reference(edges[0])]
        elif edges[0].key is None:
            flat[keyword] = _reference(edges[0]) if keyword != "$ref" else f"#/$defs/{edges[0].target.index}"
        elif isinstance(edges[0].key, int):
            flat[keyword] = [_reference(edge) for edge in edges] + flat.get(keyword, [])
        else:
            flat[keyword] = {edge.key: _reference(edge) for edge in edges}
    for keyword in ("properties", "patternProperties"):
        if keyword in schema:
            flat.setdefault(keyword, {})
    for name, names in (schema.get("dependencies") or {}).items():
        if isinstance(names, list):
            flat["dependencies"] = {**flat.get("dependencies", {}), name: names}
    if compares_checked_items(flat):
        compare_items_last(flat)
    return flat


def _reference(edge: Edge) -> Schema:
    if isinstance(edge.target.schema, bool):
        return edge.target.schema
    return {"$ref": f"#/$defs/{edge.target.index}"}
