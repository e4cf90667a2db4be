"""The types of values that a node accepts."""

from bpmn_events.adapters.json_schema.graph.nodes import Node

ALL_TYPES = frozenset({"null", "boolean", "object", "array", "number", "integer", "string"})
_MAX_STEPS = 8


def types_of(node: Node | None, steps: int = _MAX_STEPS) -> frozenset[str]:
    """Return the types that the `type` keywords of the node, and of what it refers to, accept; all without any."""
    if node is None or not isinstance(node.schema, dict):
        return ALL_TYPES
    declared = node.schema.get("type")
    names = [declared] if isinstance(declared, str) else declared if isinstance(declared, list) else None
    types = ALL_TYPES if names is None else frozenset(name for name in names if isinstance(name, str))
    types = types | {"integer"} if "number" in types else types
    for edge in node.edges if steps else ():
        if edge.keyword in ("$ref", "allOf"):
            types &= types_of(edge.target, steps - 1)
    return types


def item_types(node: Node) -> frozenset[str]:
    """Return the types of the items that the node accepts in an array; all if items can be without a schema."""
    rest = node.only("items")
    if rest is None:
        return ALL_TYPES
    types = types_of(rest)
    for edge in node.by_keyword("prefixItems"):
        types |= types_of(edge.target)
    return types
