"""Direct construction of input objects whose members are all scalars.

Strawberry examines the type of every member, and each wrapper around it, on every request: a seventh of the time of a
trigger over GraphQL. graphql-core has already converted scalars, so these inputs take their members as they are.
"""

from collections.abc import Mapping
from typing import Any

from graphql import GraphQLInputObjectType, GraphQLScalarType, GraphQLSchema, get_nullable_type

from bpmn_events.web.gql.strawberry_bridge import InputConstructor, input_definition, set_input_constructor


def install_input_constructors(schema: GraphQLSchema) -> None:
    """Make Strawberry construct every flat input object of the schema directly."""
    for graphql_type in schema.type_map.values():
        if isinstance(graphql_type, GraphQLInputObjectType) and is_flat(graphql_type):
            set_input_constructor(graphql_type, _constructor(graphql_type))


def is_flat(graphql_type: GraphQLInputObjectType) -> bool:
    """Return True if every member is a scalar, nullable or not."""
    return all(isinstance(get_nullable_type(field.type), GraphQLScalarType) for field in graphql_type.fields.values())


def _constructor(graphql_type: GraphQLInputObjectType) -> InputConstructor:
    names = input_definition(graphql_type).python_names

    def construct(python_class: type, members: Mapping[str, Any], _context: Any) -> Any:
        return python_class(**{names[name]: value for name, value in members.items()})

    return construct
