"""Resolvers without the wrappers Strawberry puts around each.

Strawberry describes the schema. What it adds at run time serves extensions and argument conversion; most fields here
are an attribute of a domain object and need neither. A list of fifty events with what belongs to them has a thousand.
"""

from collections.abc import Callable
from inspect import signature
from operator import attrgetter
from typing import Any, TypeAlias

from graphql import GraphQLField, GraphQLObjectType, GraphQLSchema

from bpmn_events.web.gql.conversions import NotConverted, with_arguments
from bpmn_events.web.gql.strawberry_bridge import FieldDefinition, definition_of

# Takes the source, and something with the operation's ``context``.
Resolve: TypeAlias = Callable[[Any, Any], Any]


def unwrap(schema: GraphQLSchema) -> None:
    """Let the fields of a schema made by Strawberry call their own resolvers."""
    for graphql_type in schema.type_map.values():
        if isinstance(graphql_type, GraphQLObjectType):
            for field in graphql_type.fields.values():
                definition = definition_of(field)
                if definition is not None:
                    field.resolve = _unwrapped(field, definition)


def context_resolver(field: GraphQLField, definition: FieldDefinition) -> Resolve | None:
    """Return the field's own resolver if it takes no arguments, and of what is called an info knows only the context;
    otherwise None.
    """
    function = definition.resolver
    if function is None or field.args:
        return None
    match list(signature(function).parameters):
        case ["parent"]:
            return lambda source, _info: function(source)
        case ["parent", "info"]:
            return function
        case _:
            return None


def _unwrapped(field: GraphQLField, definition: FieldDefinition) -> Any:
    if definition.resolver is None:
        read = attrgetter(definition.python_name)
        return lambda source, _info: read(source)
    try:
        return context_resolver(field, definition) or with_arguments(field, definition)
    except NotConverted:
        return field.resolve
