"""How deep and how wide a GraphQL document may be.

Every fragment is measured once, however often it is spread: the time is linear in the document's length.
"""

from dataclasses import dataclass, replace
from typing import Any

from graphql import (
    ASTValidationRule,
    FieldNode,
    FragmentSpreadNode,
    GraphQLError,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
    ValidationContext,
)


@dataclass(frozen=True, slots=True)
class GraphQLLimits:
    """The limits of one document.

    ``max_depth`` of nested fields; ``max_nesting`` of fields and fragments together; ``max_aliases`` and ``max_fields``
    of an operation, every spread counted; ``max_cost``, how many values its answer may hold; ``max_tokens`` of the
    text. ``cached_characters`` is the length of all parsed documents that are kept; a character takes some 100 bytes.
    """

    max_depth: int = 15
    max_nesting: int = 60
    max_aliases: int = 50
    max_fields: int = 1000
    max_cost: int = 50_000
    max_tokens: int = 4000
    cached_characters: int = 524_288


@dataclass(frozen=True, slots=True)
class SelectionSize:
    """The size of a selection: how deep it is, without its fragments and with them, and what it holds."""

    depth: int = 0
    nesting: int = 0
    aliases: int = 0
    fields: int = 0

    def plus(self, other: "SelectionSize") -> "SelectionSize":
        return SelectionSize(
            max(self.depth, other.depth),
            max(self.nesting, other.nesting),
            self.aliases + other.aliases,
            self.fields + other.fields,
        )


_NOTHING = SelectionSize()
# What tools ask a schema is deep by nature; graphql-core bounds it with a rule of its own.
_INTROSPECTION = frozenset({"__schema", "__type"})


def limits_rule(limits: GraphQLLimits) -> type[ASTValidationRule]:
    """The validation rule for these limits. Make it once: graphql-core takes rules as classes."""

    class LimitsRule(ASTValidationRule):
        def __init__(self, context: ValidationContext) -> None:
            super().__init__(context)
            self._fragments: dict[str, SelectionSize] = {}

        def enter_operation_definition(self, node: OperationDefinitionNode, *_args: Any) -> None:
            extent = self._selections(node.selection_set)
            for found, allowed, what in (
                (extent.depth, limits.max_depth, "levels deep"),
                (extent.nesting, limits.max_nesting, "levels deep with its fragments"),
                (extent.aliases, limits.max_aliases, "aliases long"),
                (extent.fields, limits.max_fields, "fields long"),
            ):
                if found > allowed:
                    self.report_error(
                        GraphQLError(f"The operation is {found} {what}; at most {allowed} are accepted.", node)
                    )

        def _selections(self, selection_set: SelectionSetNode | None) -> SelectionSize:
            extent = _NOTHING
            for selection in selection_set.selections if selection_set else ():
                extent = extent.plus(self._selection(selection))
            return extent

        def _selection(self, node: SelectionNode) -> SelectionSize:
            match node:
                case FieldNode():
                    inner = self._selections(node.selection_set)
                    depth = 0 if node.name.value in _INTROSPECTION else inner.depth
                    aliases = inner.aliases + (node.alias is not None)
                    return SelectionSize(depth + 1, inner.nesting + 1, aliases, inner.fields + 1)
                case InlineFragmentNode():
                    return self._within(self._selections(node.selection_set))
                case FragmentSpreadNode():
                    return self._within(self._fragment(node.name.value))
                case _:
                    return _NOTHING

        @staticmethod
        def _within(inner: SelectionSize) -> SelectionSize:
            return replace(inner, nesting=inner.nesting + 1)

        def _fragment(self, name: str) -> SelectionSize:
            if name not in self._fragments:
                self._fragments[name] = _NOTHING  # a fragment that spreads itself is another rule's matter
                fragment = self.context.get_fragment(name)
                self._fragments[name] = self._selections(fragment.selection_set) if fragment else _NOTHING
            return self._fragments[name]

    return LimitsRule
