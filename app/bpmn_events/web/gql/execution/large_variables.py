"""Limits on the variables of a large request, checked before graphql-core looks at each of their values.

graphql-core coerces variables in the event loop, in one piece. A hundred thousand values would take a second.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from graphql import (
    GraphQLError,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLSchema,
    OperationDefinitionNode,
    get_nullable_type,
    is_enum_type,
    is_input_object_type,
    is_list_type,
    is_specified_scalar_type,
    type_from_ast,
)

from bpmn_events.web.error_codes import BAD_USER_INPUT
from bpmn_events.web.gql.execution.limits import GraphQLLimits

# No member of an input and no value of an enum has a longer name.
_MAX_NAME = 255


def large_variables_error(
    schema: GraphQLSchema, operation: OperationDefinitionNode, variables: Mapping[str, Any], limits: GraphQLLimits
) -> GraphQLError | None:
    """Return the error of the first variable that exceeds a limit, or None if none does."""
    check = _Check(limits)
    for definition in operation.variable_definitions or ():
        name = definition.variable.name.value
        graphql_type: Any = type_from_ast(schema, definition.type)
        reason = next(check.reasons(graphql_type, variables.get(name)), None)
        if reason is not None:
            message = f"Variable '${name}' has invalid value: {reason}"
            return GraphQLError(message, definition, extensions={"code": BAD_USER_INPUT})
    return None


class _Check:
    """A walk over the variables of one request."""

    def __init__(self, limits: GraphQLLimits) -> None:
        self._limits = limits
        self._values = 0

    def reasons(self, graphql_type: GraphQLInputType, value: Any) -> Iterator[str]:
        """Yield why the value exceeds a limit. Values of a wrong type exceed none: their errors are graphql-core's."""
        self._values += 1
        if self._values > self._limits.max_values:
            yield f"The variables have more than {self._limits.max_values} values."
            return
        nullable: Any = get_nullable_type(graphql_type)
        max_list = self._limits.max_list
        if is_list_type(nullable) and isinstance(value, list):
            if len(value) > max_list:
                yield f"A list has {len(value)} values; at most {max_list} are accepted."
                return
            for item in value:
                yield from self.reasons(nullable.of_type, item)
        elif is_list_type(nullable):
            yield from self.reasons(nullable.of_type, value)
        elif is_input_object_type(nullable) and isinstance(value, dict):
            yield from self._input_reasons(nullable, value)
        elif is_enum_type(nullable) and isinstance(value, str) and len(value) > _MAX_NAME:
            yield f"{nullable.name} has no value with so long a name."
        elif is_specified_scalar_type(nullable) and isinstance(value, dict | list) and len(value) > max_list:
            yield f"{nullable.name} cannot represent {len(value)} values."

    def _input_reasons(self, graphql_type: GraphQLInputObjectType, value: dict[str, Any]) -> Iterator[str]:
        fields = graphql_type.fields
        if len(value) > len(fields):
            yield f"The {graphql_type.name} has {len(value)} members; at most {len(fields)} are accepted."
            return
        for name, member in value.items():
            field = fields.get(name)
            if field is not None:
                yield from self.reasons(field.type, member)
            elif len(name) > _MAX_NAME:
                yield f"{graphql_type.name} has no member with so long a name."
