"""Conversion of GraphQL arguments into the Python values that resolvers take.

Strawberry converts in the same way, but examines the types on every request. Here that happens once per field.
"""

from collections.abc import Callable
from inspect import signature
from typing import Any, TypeAlias

from graphql import (
    GraphQLField,
    GraphQLInputObjectType,
    get_nullable_type,
    is_input_object_type,
    is_leaf_type,
    is_list_type,
)

from bpmn_events.web.gql.strawberry_bridge import FieldDefinition, input_definition, python_name

# None means that the value needs no conversion.
Conversion: TypeAlias = Callable[[Any], Any] | None
InputTypes: TypeAlias = tuple[GraphQLInputObjectType, ...]


class UnsupportedResolver(Exception):
    """The resolver has parameters or argument types that only Strawberry's own wrapper can handle."""


def converting_resolver(field: GraphQLField, definition: FieldDefinition) -> Callable[..., Any]:
    """Return a resolver that converts the arguments and calls the declared function with Strawberry's info.

    Raises:
        UnsupportedResolver: The field needs Strawberry's own wrapper.
    """
    function, info_of = definition.resolver, definition.info
    if function is None:
        raise UnsupportedResolver
    conversions = {
        name: (python_name(argument), _conversion(argument.type, ())) for name, argument in field.args.items()
    }
    first, *parameters = signature(function).parameters
    if (
        first not in ("self", "parent")
        or parameters[:1] != ["info"]
        or {*parameters[1:]} != {parameter for parameter, _ in conversions.values()}
    ):
        raise UnsupportedResolver

    def resolve(source: Any, info: Any, **arguments: Any) -> Any:
        converted = {}
        for name, value in arguments.items():
            parameter, convert = conversions[name]
            converted[parameter] = value if convert is None or value is None else convert(value)
        return function(source, info_of(info), **converted)

    return resolve


def _conversion(graphql_type: Any, ancestors: InputTypes) -> Conversion:
    nullable: Any = get_nullable_type(graphql_type)
    if is_leaf_type(nullable):
        return None
    if is_list_type(nullable):
        return _list_conversion(_conversion(nullable.of_type, ancestors))
    if not is_input_object_type(nullable) or nullable in ancestors:
        raise UnsupportedResolver
    return _object_conversion(nullable, (*ancestors, nullable))


def _list_conversion(convert: Conversion) -> Conversion:
    if convert is None:
        return list  # a copy: all requests share the default value of an omitted argument
    return lambda items: [None if item is None else convert(item) for item in items]


def _object_conversion(graphql_type: GraphQLInputObjectType, ancestors: InputTypes) -> Conversion:
    definition = input_definition(graphql_type)
    if not definition.is_plain:
        raise UnsupportedResolver
    python_class = definition.python_class
    members = [
        (name, definition.python_names[name], _conversion(member.type, ancestors))
        for name, member in graphql_type.fields.items()
    ]
    without_default = dict.fromkeys(definition.without_default)

    def convert(value: dict[str, Any]) -> Any:
        converted: dict[str, Any] = without_default.copy()
        for name, parameter, convert_member in members:
            if name in value:
                member = value[name]
                converted[parameter] = member if convert_member is None or member is None else convert_member(member)
        return python_class(**converted)

    return convert
