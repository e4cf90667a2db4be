"""Analysis of an operation before compilation: obstacles, size, and the variables of its conditions."""

from collections.abc import Mapping
from dataclasses import dataclass

from graphql import (
    DirectiveNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
    VariableNode,
)

_CONDITIONS = frozenset({"include", "skip"})
_INTROSPECTION = frozenset({"__schema", "__type"})


class NotCompilable(Exception):
    """The operation has something that only graphql-core executes."""


@dataclass(frozen=True, slots=True)
class Shape:
    """The size of an operation, and the variables that decide which of its fields are selected.

    Attributes:
        conditions: The variables of ``@include`` and ``@skip``, sorted by name.
        fields: The number of fields; those of a fragment count once for each spread.
    """

    conditions: tuple[str, ...]
    fields: int


def analyze_operation(operation: OperationDefinitionNode, fragments: Mapping[str, FragmentDefinitionNode]) -> Shape:
    """Return the shape of an operation that can be compiled.

    Raises:
        NotCompilable: It selects introspection fields, or has directives other than ``@include`` and ``@skip``.
    """
    if operation.directives:
        raise NotCompilable
    if any(variable.directives for variable in operation.variable_definitions or ()):
        raise NotCompilable
    scan = _OperationScan(fragments)
    fields = scan.count_fields(operation.selection_set)
    return Shape(tuple(sorted(scan.variables)), fields)


class _OperationScan:
    """One pass over an operation that reads every fragment once, even if it is spread several times."""

    def __init__(self, fragments: Mapping[str, FragmentDefinitionNode]) -> None:
        self._fragments = fragments
        self._sizes: dict[str, int] = {}
        self.variables: set[str] = set()

    def count_fields(self, selection_set: SelectionSetNode | None) -> int:
        return sum(self._count_selection(node) for node in selection_set.selections) if selection_set else 0

    def _count_selection(self, node: SelectionNode) -> int:
        for directive in node.directives or ():
            self._visit_directive(directive)
        match node:
            case FieldNode():
                if node.name.value in _INTROSPECTION:
                    raise NotCompilable
                return 1 + self.count_fields(node.selection_set)
            case InlineFragmentNode():
                return self.count_fields(node.selection_set)
            case FragmentSpreadNode():
                return self._count_fragment(node.name.value)
        raise NotCompilable

    def _count_fragment(self, name: str) -> int:
        if name not in self._sizes:
            fragment = self._fragments.get(name)
            if fragment is None or fragment.variable_definitions or fragment.directives:
                raise NotCompilable
            self._sizes[name] = self.count_fields(fragment.selection_set)
        return self._sizes[name]

    def _visit_directive(self, node: DirectiveNode) -> None:
        if node.name.value not in _CONDITIONS:
            raise NotCompilable
        for argument in node.arguments or ():
            if isinstance(argument.value, VariableNode):
                self.variables.add(argument.value.name.value)
