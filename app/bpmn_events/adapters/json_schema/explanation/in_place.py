"""The schemas that apply to the same value."""

from collections.abc import Callable, Iterable
from typing import Any

from bpmn_events.adapters.json_schema.graph.nodes import Node


def expand(nodes: Iterable[Node], value: Any, accepts_if: Callable[[Node], bool]) -> list[Node]:
    """Return the nodes, and all whose violations are violations of theirs, each once.

    These are the schemas of `allOf` and references, those of `dependentSchemas` whose member the value has, and the
    branch of an `if`. Schemas of `anyOf`, `oneOf` and `not` have no violations of their own.

    Args:
        nodes: The schemas of the value.
        value: The value.
        accepts_if: Returns True if the value satisfies the `if` of the node.
    """
    applied: dict[int, Node] = {}
    pending = [*nodes][::-1]
    while pending:
        node = pending.pop()
        if node.index not in applied:
            applied[node.index] = node
            pending += [*_applied(node, value, accepts_if)][::-1]
    return [*applied.values()]


def _applied(node: Node, value: Any, accepts_if: Callable[[Node], bool]) -> Iterable[Node]:
    names = value if isinstance(value, dict) else ()
    for edge in node.edges:
        match edge.keyword:
            case "allOf" | "$ref" | "$dynamicRef":
                yield edge.target
            case "dependentSchemas" | "dependencies" if edge.key in names:
                yield edge.target
            case "if":
                branch = node.only("then" if accepts_if(node) else "else")
                if branch is not None:
                    yield branch
