"""The operations and fragments of ``graphql/``, as a client sends them: with just the fragments they use."""

from pathlib import Path

from graphql import (
    DocumentNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    OperationDefinitionNode,
    Visitor,
    build_schema,
    parse,
    print_ast,
    visit,
)

ROOT = Path(__file__).parents[2]
SCHEMA = build_schema((ROOT / "schema.graphql").read_text("utf-8"))


def _definitions(folder: str) -> list[OperationDefinitionNode | FragmentDefinitionNode]:
    files = sorted((ROOT / "graphql" / folder).glob("*.graphql"))
    nodes = [node for file in files for node in parse(file.read_text("utf-8")).definitions]
    assert all(isinstance(node, OperationDefinitionNode | FragmentDefinitionNode) for node in nodes)
    return nodes  # type: ignore[return-value]


class _Spreads(Visitor):
    def __init__(self) -> None:
        super().__init__()
        self.names: list[str] = []

    def enter_fragment_spread(self, node: FragmentSpreadNode, *_: object) -> None:
        self.names.append(node.name.value)


def _used(node: OperationDefinitionNode | FragmentDefinitionNode, found: dict[str, FragmentDefinitionNode]) -> None:
    spreads = _Spreads()
    visit(node, spreads)
    for name in spreads.names:
        if name not in found:
            found[name] = FRAGMENTS[name]
            _used(FRAGMENTS[name], found)


def _document(operation: OperationDefinitionNode) -> DocumentNode:
    used: dict[str, FragmentDefinitionNode] = {}
    _used(operation, used)
    return DocumentNode(definitions=(operation, *used.values()))


FRAGMENTS = {node.name.value: node for node in _definitions("fragments") if isinstance(node, FragmentDefinitionNode)}
OPERATIONS = {
    node.name.value: _document(node)
    for node in _definitions("operations")
    if isinstance(node, OperationDefinitionNode) and node.name
}


def text(name: str) -> str:
    """What a client sends for this operation."""
    return print_ast(OPERATIONS[name])
