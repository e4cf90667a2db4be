"""Input objects whose members are all values, made in one go.

Strawberry finds out the type of every member anew for every request, and that of each wrapper around it: a seventh of
what a trigger over GraphQL takes. The members of these inputs need no conversion after graphql-core's.
"""

from collections.abc import Mapping
from typing import Any

from graphql import GraphQLInputObjectType, GraphQLScalarType, GraphQLSchema, get_nullable_type

from bpmn_events.web.gql.strawberry_bridge import MakeInput, input_definition, make_input_with


def flatten(schema: GraphQLSchema) -> None:
    """Let every flat input object of a schema made by Strawberry be made in one go."""
    for graphql_type in schema.type_map.values():
        if isinstance(graphql_type, GraphQLInputObjectType) and is_flat(graphql_type):
            make_input_with(graphql_type, _maker(graphql_type))


def is_flat(graphql_type: GraphQLInputObjectType) -> bool:
    """Tell whether every member is a scalar, nullable or not."""
    return all(isinstance(get_nullable_type(field.type), GraphQLScalarType) for field in graphql_type.fields.values())


def _maker(graphql_type: GraphQLInputObjectType) -> MakeInput:
    names = input_definition(graphql_type).python_names

    def make(kind: type, members: Mapping[str, Any], _context: Any) -> Any:
        return kind(**{names[name]: value for name, value in members.items()})

    return make
