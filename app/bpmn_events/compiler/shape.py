"""Which operations can be compiled, how large they are, and what decides over their ``@include`` and ``@skip``."""

from collections.abc import Mapping
from dataclasses import dataclass

from graphql import (
    DirectiveNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    OperationDefinitionNode,
    OperationType,
    SelectionNode,
    SelectionSetNode,
    VariableNode,
)

_CONDITIONS = frozenset({"include", "skip"})
_INTROSPECTION = frozenset({"__schema", "__type"})


class NotCompiled(Exception):
    """The operation holds something that is left to graphql-core."""


@dataclass(frozen=True, slots=True)
class Shape:
    """``conditions`` are the variables of ``@include`` and ``@skip``; ``fields`` counts those of every spread."""

    conditions: tuple[str, ...]
    fields: int


def shape_of(operation: OperationDefinitionNode, fragments: Mapping[str, FragmentDefinitionNode]) -> Shape:
    """Return the shape of an operation that can be compiled.

    Raises:
        NotCompiled: it is a subscription, asks for the schema, or has other directives.
    """
    if operation.operation is OperationType.SUBSCRIPTION or operation.directives:
        raise NotCompiled
    if any(each.directives for each in operation.variable_definitions or ()):
        raise NotCompiled
    search = _Search(fragments)
    fields = search.selections(operation.selection_set)
    return Shape(tuple(sorted(search.variables)), fields)


class _Search:
    """Looks at every fragment once, however often it is spread."""

    def __init__(self, fragments: Mapping[str, FragmentDefinitionNode]) -> None:
        self._fragments = fragments
        self._sizes: dict[str, int] = {}
        self.variables: set[str] = set()

    def selections(self, selection_set: SelectionSetNode | None) -> int:
        return sum(self._selection(node) for node in selection_set.selections) if selection_set else 0

    def _selection(self, node: SelectionNode) -> int:
        for directive in node.directives or ():
            self._directive(directive)
        match node:
            case FieldNode():
                if node.name.value in _INTROSPECTION:
                    raise NotCompiled
                return 1 + self.selections(node.selection_set)
            case InlineFragmentNode():
                return self.selections(node.selection_set)
            case FragmentSpreadNode():
                return self._fragment(node.name.value)
        raise NotCompiled

    def _fragment(self, name: str) -> int:
        if name not in self._sizes:
            fragment = self._fragments.get(name)
            if fragment is None or fragment.variable_definitions or fragment.directives:
                raise NotCompiled
            self._sizes[name] = self.selections(fragment.selection_set)
        return self._sizes[name]

    def _directive(self, node: DirectiveNode) -> None:
        if node.name.value not in _CONDITIONS:
            raise NotCompiled
        for argument in node.arguments or ():
            if isinstance(argument.value, VariableNode):
                self.variables.add(argument.value.name.value)
