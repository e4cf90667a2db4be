"""Limits on the literals of a document, checked before the rules that would print or compare all their parts."""

from typing import Any

from graphql import (
    GraphQLError,
    IntValueNode,
    ListValueNode,
    ObjectValueNode,
    ValidationRule,
    get_named_type,
    get_nullable_type,
    is_input_object_type,
    is_list_type,
)

_MAX_DIGITS = 4300  # Python converts no longer integer (``sys.get_int_max_str_digits``)


def literals_rule(max_list: int) -> type[ValidationRule]:
    """Return the validation rule for literals. ``max_list`` is the number of values in a list, except in JSON."""

    class LiteralsRule(ValidationRule):
        def enter_int_value(self, node: IntValueNode, *_args: Any) -> None:
            if len(node.value) > _MAX_DIGITS:
                self.report_error(GraphQLError("An integer has too many digits.", node))

        def enter_object_value(self, node: ObjectValueNode, *_args: Any) -> None:
            graphql_type = get_named_type(self.context.get_input_type())
            if is_input_object_type(graphql_type) and len(node.fields) > len(graphql_type.fields):
                self.report_error(
                    GraphQLError(
                        f"The {graphql_type.name} has {len(node.fields)} members; at most {len(graphql_type.fields)} "
                        "are accepted.",
                        node,
                    )
                )

        def enter_list_value(self, node: ListValueNode, *_args: Any) -> None:
            graphql_type = get_nullable_type(self.context.get_parent_input_type())
            if is_list_type(graphql_type) and len(node.values) > max_list:
                self.report_error(too_long_list(len(node.values), max_list, node))

    return LiteralsRule


def too_long_list(length: int, max_list: int, node: Any) -> GraphQLError:
    """Return the error for a list with more values than a request may pass."""
    return GraphQLError(f"A list has {length} values; at most {max_list} are accepted.", node)
