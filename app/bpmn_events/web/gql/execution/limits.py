"""Limits on the depth and width of GraphQL documents.

Each fragment is measured once, no matter how often it is spread, so the time is linear in the document's length.
"""

from dataclasses import dataclass, replace
from typing import Any

from graphql import (
    ASTValidationRule,
    DocumentNode,
    FieldNode,
    FragmentSpreadNode,
    GraphQLError,
    InlineFragmentNode,
    NameNode,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
    ValidationContext,
)

from bpmn_events.application.ports.response_budget import DEFAULT_MAX_RESPONSE_BYTES


@dataclass(frozen=True, slots=True)
class GraphQLLimits:
    """The limits on documents and on their cache.

    Attributes:
        max_depth: Depth of nested fields.
        max_nesting: Depth of nested fields and fragments together.
        max_aliases: Number of aliases in an operation, counted at every spread of a fragment.
        max_fields: Number of fields in an operation, counted likewise.
        max_cost: Number of values in a response.
        max_tokens: Number of tokens in the text.
        max_characters: Number of characters in the text.
        max_lines: Number of lines in the text. To find the line of an error takes time for each.
        max_operations: Number of operations in a document. Each is validated with all fragments that it spreads.
        max_name: Number of characters in a name. Names are the keys of responses, which may contain them many times.
        max_list: Number of values in a list that a request passes as an argument.
        max_values: Number of values in all lists and inputs that a request passes as variables.
        max_errors: Number of errors in a response to an invalid request. The last one may say that there are others.
        max_response_bytes: Number of bytes in a response.
        cached_characters: Total length of the cached documents. A character takes about 70 bytes of memory, and the
            garbage collector looks at all of it from time to time.
    """

    max_depth: int = 15
    max_nesting: int = 60
    max_aliases: int = 50
    max_fields: int = 1000
    max_cost: int = 50_000
    max_tokens: int = 4000
    max_characters: int = 100_000
    max_lines: int = 10_000
    max_operations: int = 50
    max_name: int = 255
    max_list: int = 1000
    max_values: int = 10_000
    max_errors: int = 20
    max_response_bytes: int = DEFAULT_MAX_RESPONSE_BYTES
    cached_characters: int = 262_144


@dataclass(frozen=True, slots=True)
class SelectionSize:
    """The size of a selection.

    ``depth`` counts nested fields, ``nesting`` nested fields and fragments; ``aliases`` and ``fields`` are totals.
    """

    depth: int = 0
    nesting: int = 0
    aliases: int = 0
    fields: int = 0

    def plus(self, other: "SelectionSize") -> "SelectionSize":
        """Return the size of a selection set that contains both selections."""
        return SelectionSize(
            max(self.depth, other.depth),
            max(self.nesting, other.nesting),
            self.aliases + other.aliases,
            self.fields + other.fields,
        )


_EMPTY = SelectionSize()
# Introspection queries of tools are deep. Their size has a limit of its own.
# ``__typename`` is not among them: every client needs it to tell the members of a union apart.
INTROSPECTION_FIELDS = frozenset({"__schema", "__type"})


def limits_rule(limits: GraphQLLimits) -> type[ASTValidationRule]:
    """Return the validation rule for these limits. graphql-core takes rules as classes, so build it only once."""

    class LimitsRule(ASTValidationRule):
        def __init__(self, context: ValidationContext) -> None:
            super().__init__(context)
            self._fragments: dict[str, SelectionSize] = {}

        def enter_document(self, node: DocumentNode, *_args: Any) -> None:
            operations = [each for each in node.definitions if isinstance(each, OperationDefinitionNode)]
            if len(operations) > limits.max_operations:
                self.report_error(
                    GraphQLError(
                        f"The document has {len(operations)} operations; at most {limits.max_operations} are accepted.",
                        operations[limits.max_operations],
                    )
                )

        def enter_name(self, node: NameNode, *_args: Any) -> None:
            if len(node.value) > limits.max_name:
                self.report_error(
                    GraphQLError(
                        f"A name has {len(node.value)} characters; at most {limits.max_name} are accepted.", node
                    )
                )

        def enter_operation_definition(self, node: OperationDefinitionNode, *_args: Any) -> None:
            size = self._selection_set_size(node.selection_set)
            for actual, maximum, unit in (
                (size.depth, limits.max_depth, "levels deep"),
                (size.nesting, limits.max_nesting, "levels deep with its fragments"),
                (size.aliases, limits.max_aliases, "aliases long"),
                (size.fields, limits.max_fields, "fields long"),
            ):
                if actual > maximum:
                    self.report_error(
                        GraphQLError(f"The operation is {actual} {unit}; at most {maximum} are accepted.", node)
                    )

        def _selection_set_size(self, selection_set: SelectionSetNode | None) -> SelectionSize:
            size = _EMPTY
            for selection in selection_set.selections if selection_set else ():
                size = size.plus(self._selection_size(selection))
            return size

        def _selection_size(self, node: SelectionNode) -> SelectionSize:
            match node:
                case FieldNode():
                    inner = self._selection_set_size(node.selection_set)
                    depth = 0 if node.name.value in INTROSPECTION_FIELDS else inner.depth
                    aliases = inner.aliases + (node.alias is not None)
                    return SelectionSize(depth + 1, inner.nesting + 1, aliases, inner.fields + 1)
                case InlineFragmentNode():
                    return self._nest(self._selection_set_size(node.selection_set))
                case FragmentSpreadNode():
                    return self._nest(self._fragment_size(node.name.value))
                case _:
                    return _EMPTY

        @staticmethod
        def _nest(inner: SelectionSize) -> SelectionSize:
            return replace(inner, nesting=inner.nesting + 1)

        def _fragment_size(self, name: str) -> SelectionSize:
            if name not in self._fragments:
                self._fragments[name] = _EMPTY  # ends the recursion of a cyclic fragment, which another rule reports
                fragment = self.context.get_fragment(name)
                self._fragments[name] = self._selection_set_size(fragment.selection_set) if fragment else _EMPTY
            return self._fragments[name]

    return LimitsRule
