"""Resolvers without Strawberry's wrappers.

The wrappers serve extensions and argument conversion. Most fields of this schema read an attribute of a domain object
and need neither, and a list of fifty events with their related objects resolves a thousand fields.
"""

from collections.abc import Callable
from inspect import signature
from operator import attrgetter
from typing import Any, TypeAlias

from graphql import GraphQLField, GraphQLObjectType, GraphQLSchema

from bpmn_events.web.gql.conversions import UnsupportedResolver, converting_resolver
from bpmn_events.web.gql.strawberry_bridge import FieldDefinition, field_definition

# Takes the source object, and an object that has the operation's ``context``.
ContextResolver: TypeAlias = Callable[[Any, Any], Any]


def unwrap_resolvers(schema: GraphQLSchema) -> None:
    """Make the fields of a schema built by Strawberry call the declared functions directly."""
    for graphql_type in schema.type_map.values():
        if isinstance(graphql_type, GraphQLObjectType):
            is_subscription = graphql_type is schema.subscription_type
            for field in graphql_type.fields.values():
                definition = field_definition(field)
                if definition is None:
                    continue
                if is_subscription:  # resolves each event of its stream to itself
                    field.subscribe = converting_resolver(field, definition)
                else:
                    field.resolve = _plain_resolver(field, definition)


def context_resolver(field: GraphQLField, definition: FieldDefinition) -> ContextResolver | None:
    """Return a resolver that needs only the source and the context, or None if the field needs more.

    A field qualifies if it takes no arguments and its function uses nothing of ``info`` but the context.
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


def _plain_resolver(field: GraphQLField, definition: FieldDefinition) -> Any:
    if definition.resolver is None:
        read = attrgetter(definition.python_name)
        return lambda source, _info: read(source)
    try:
        return context_resolver(field, definition) or converting_resolver(field, definition)
    except UnsupportedResolver:
        return field.resolve
