"""Input objects whose members are all values, made in one go.

Strawberry finds out the type of every member anew for every request, and that of each wrapper around it: a seventh of
what a trigger over GraphQL takes. The members of these inputs need no conversion after graphql-core's.
"""

from collections.abc import Callable, Mapping
from typing import Any

from graphql import GraphQLInputObjectType, GraphQLScalarType, GraphQLSchema, get_nullable_type
from strawberry.schema.schema_converter import GraphQLCoreConverter

FromInput = Callable[[type, Mapping[str, Any], Any], Any]


def flatten(schema: GraphQLSchema) -> None:
    """Let every input object of a schema made by Strawberry that can be made so, be made so."""
    for graphql_type in schema.type_map.values():
        if isinstance(graphql_type, GraphQLInputObjectType) and is_flat(graphql_type):
            definition = graphql_type.extensions[GraphQLCoreConverter.DEFINITION_BACKREF]
            definition.from_input = _maker(graphql_type)


def is_flat(graphql_type: GraphQLInputObjectType) -> bool:
    """Whether every member is a scalar, nullable or not."""
    return all(isinstance(get_nullable_type(field.type), GraphQLScalarType) for field in graphql_type.fields.values())


def _maker(graphql_type: GraphQLInputObjectType) -> FromInput:
    definitions = {
        name: field.extensions[GraphQLCoreConverter.DEFINITION_BACKREF] for name, field in graphql_type.fields.items()
    }
    names = {name: definition.python_name for name, definition in definitions.items()}

    def make(kind: type, members: Mapping[str, Any], _context: Any) -> Any:
        return kind(**{names[name]: value for name, value in members.items()})

    return make
