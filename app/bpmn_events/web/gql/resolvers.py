"""Resolvers without the wrappers Strawberry puts around each.

Strawberry describes the schema. What it adds at run time serves extensions and argument conversion; most fields here
are an attribute of a domain object and need neither. A list of fifty events with what belongs to them has a thousand.
"""

from collections.abc import Callable
from inspect import signature
from operator import attrgetter
from typing import Any, TypeAlias

from graphql import GraphQLField, GraphQLObjectType, GraphQLSchema
from strawberry.schema.schema_converter import GraphQLCoreConverter
from strawberry.types.field import StrawberryField

from bpmn_events.web.gql.conversions import NotConverted, with_arguments

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


def definition_of(field: GraphQLField) -> StrawberryField | None:
    """What Strawberry knows of the field, unless an extension of its own takes part in resolving it."""
    definition = field.extensions.get(GraphQLCoreConverter.DEFINITION_BACKREF)
    return definition if isinstance(definition, StrawberryField) and not definition.extensions else None


def context_resolver(field: GraphQLField, definition: StrawberryField) -> Resolve | None:
    """The field's own resolver, if it takes no arguments: of what is called an info it knows the context, and nothing
    else.
    """
    if definition.base_resolver is None or field.args:
        return None
    function: Any = definition.base_resolver.wrapped_func
    match list(signature(function).parameters):
        case ["parent"]:
            return lambda source, _info: function(source)
        case ["parent", "info"]:
            own: Resolve = function
            return own
        case _:
            return None


def _unwrapped(field: GraphQLField, definition: StrawberryField) -> Any:
    if definition.base_resolver is None:
        read = attrgetter(definition.python_name)
        return lambda source, _info: read(source)
    try:
        return context_resolver(field, definition) or with_arguments(field, definition)
    except NotConverted:
        return field.resolve
