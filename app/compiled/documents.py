"""Which operations can be compiled, and what decides over their ``@include`` and ``@skip``."""

from collections.abc import Mapping

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


def conditions_of(
    operation: OperationDefinitionNode, fragments: Mapping[str, FragmentDefinitionNode]
) -> tuple[str, ...]:
    """The variables on which fields are included or skipped.

    Raises:
        NotCompiled: it is a subscription, asks for the schema, or has other directives.
    """
    if operation.operation is OperationType.SUBSCRIPTION or operation.directives:
        raise NotCompiled
    if any(each.directives for each in operation.variable_definitions or ()):
        raise NotCompiled
    search = _Search(fragments)
    search.selections(operation.selection_set)
    return tuple(sorted(search.variables))


class _Search:
    def __init__(self, fragments: Mapping[str, FragmentDefinitionNode]) -> None:
        self._fragments = fragments
        self._seen: set[str] = set()
        self.variables: set[str] = set()

    def selections(self, selection_set: SelectionSetNode | None) -> None:
        for node in selection_set.selections if selection_set else ():
            self._selection(node)

    def _selection(self, node: SelectionNode) -> None:
        for directive in node.directives or ():
            self._directive(directive)
        match node:
            case FieldNode():
                if node.name.value in _INTROSPECTION:
                    raise NotCompiled
                self.selections(node.selection_set)
            case InlineFragmentNode():
                self.selections(node.selection_set)
            case FragmentSpreadNode():
                self._fragment(node.name.value)

    def _fragment(self, name: str) -> None:
        if name in self._seen:
            return
        self._seen.add(name)
        fragment = self._fragments.get(name)
        if fragment is None or fragment.variable_definitions or fragment.directives:
            raise NotCompiled
        self.selections(fragment.selection_set)

    def _directive(self, node: DirectiveNode) -> None:
        if node.name.value not in _CONDITIONS:
            raise NotCompiled
        for argument in node.arguments or ():
            if isinstance(argument.value, VariableNode):
                self.variables.add(argument.value.name.value)
