"""The operations and fragments in ``graphql/``. An operation includes the fragments that it uses, and no others."""

from pathlib import Path

from graphql import (
    DocumentNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    OperationDefinitionNode,
    OperationType,
    Visitor,
    build_schema,
    parse,
    print_ast,
    visit,
)

ROOT = Path(__file__).parents[2]
SCHEMA = build_schema((ROOT / "schema.graphql").read_text("utf-8"))


def _read_definitions(folder: str) -> list[OperationDefinitionNode | FragmentDefinitionNode]:
    files = sorted((ROOT / "graphql" / folder).glob("*.graphql"))
    nodes = [node for file in files for node in parse(file.read_text("utf-8")).definitions]
    assert all(isinstance(node, OperationDefinitionNode | FragmentDefinitionNode) for node in nodes)
    return nodes  # type: ignore[return-value]


class _SpreadCollector(Visitor):
    def __init__(self) -> None:
        super().__init__()
        self.names: list[str] = []

    def enter_fragment_spread(self, node: FragmentSpreadNode, *_: object) -> None:
        self.names.append(node.name.value)


def _collect_fragments(
    node: OperationDefinitionNode | FragmentDefinitionNode, fragments: dict[str, FragmentDefinitionNode]
) -> None:
    spreads = _SpreadCollector()
    visit(node, spreads)
    for name in spreads.names:
        if name not in fragments:
            fragments[name] = FRAGMENTS[name]
            _collect_fragments(FRAGMENTS[name], fragments)


def _with_fragments(operation: OperationDefinitionNode) -> DocumentNode:
    fragments: dict[str, FragmentDefinitionNode] = {}
    _collect_fragments(operation, fragments)
    return DocumentNode(definitions=(operation, *fragments.values()))


FRAGMENTS = {
    node.name.value: node for node in _read_definitions("fragments") if isinstance(node, FragmentDefinitionNode)
}
OPERATIONS = {
    node.name.value: _with_fragments(node)
    for node in _read_definitions("operations")
    if isinstance(node, OperationDefinitionNode) and node.name
}


def is_subscription(document: DocumentNode) -> bool:
    """Return True if the first operation is a subscription."""
    operations = [each for each in document.definitions if isinstance(each, OperationDefinitionNode)]
    return operations[0].operation is OperationType.SUBSCRIPTION


def operation_text(name: str) -> str:
    """Return the text of an operation with its fragments, as a client sends it."""
    return print_ast(OPERATIONS[name])
