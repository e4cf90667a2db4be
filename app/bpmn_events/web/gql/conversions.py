"""Arguments on their way from graphql-core to a resolver: input objects become instances of the classes behind them.

As Strawberry does it, worked out once for each field instead of for each request.
"""

from collections.abc import Callable
from dataclasses import MISSING
from inspect import signature
from typing import Any, TypeAlias

import strawberry
from graphql import (
    GraphQLField,
    GraphQLInputObjectType,
    get_nullable_type,
    is_input_object_type,
    is_leaf_type,
    is_list_type,
)
from strawberry.schema.schema_converter import GraphQLCoreConverter
from strawberry.types.base import StrawberryMaybe
from strawberry.types.field import StrawberryField

# None stands for a value that stays as it is.
Conversion: TypeAlias = Callable[[Any], Any] | None

_DEFINITION = GraphQLCoreConverter.DEFINITION_BACKREF


class NotConverted(Exception):
    """A field whose arguments or parameters are none of those known here."""


def with_arguments(field: GraphQLField, definition: StrawberryField) -> Callable[..., Any]:
    """The field's own resolver, called with its source, Strawberry's info and the converted arguments.

    Raises:
        NotConverted: Strawberry itself has to call it.
    """
    if definition.base_resolver is None:
        raise NotConverted
    function: Any = definition.base_resolver.wrapped_func
    arguments = {
        name: (each.extensions[_DEFINITION].python_name, _conversion(each.type, ()))
        for name, each in field.args.items()
    }
    first, *rest = signature(function).parameters
    if (
        first not in ("self", "parent")
        or rest[:1] != ["info"]
        or {*rest[1:]} != {name for name, _ in arguments.values()}
    ):
        raise NotConverted

    def resolve(source: Any, info: Any, **given: Any) -> Any:
        converted = {}
        for name, value in given.items():
            python_name, convert = arguments[name]
            converted[python_name] = value if convert is None or value is None else convert(value)
        return function(source, strawberry.Info(_raw_info=info, _field=definition), **converted)

    return resolve


def _conversion(graphql_type: Any, around: tuple[GraphQLInputObjectType, ...]) -> Conversion:
    inner: Any = get_nullable_type(graphql_type)
    if is_leaf_type(inner):
        return None
    if is_list_type(inner):
        return _list_conversion(_conversion(inner.of_type, around))
    if not is_input_object_type(inner) or inner in around:
        raise NotConverted
    return _object_conversion(inner, (*around, inner))


def _list_conversion(convert: Conversion) -> Conversion:
    if convert is None:
        return list  # a copy: what a request leaves out is one default for all requests
    return lambda items: [None if item is None else convert(item) for item in items]


def _object_conversion(graphql_type: GraphQLInputObjectType, around: tuple[GraphQLInputObjectType, ...]) -> Conversion:
    definition = graphql_type.extensions[_DEFINITION]
    members = {name: (each.extensions[_DEFINITION], each.type) for name, each in graphql_type.fields.items()}
    if definition.from_input is not None or any(isinstance(each.type, StrawberryMaybe) for each, _ in members.values()):
        raise NotConverted
    python_class = definition.origin
    names = [(name, each.python_name, _conversion(of_type, around)) for name, (each, of_type) in members.items()]
    absent = {
        each.python_name: None
        for each, _ in members.values()
        if each.default_value is MISSING and each.default_factory is MISSING
    }

    def convert(value: dict[str, Any]) -> Any:
        converted = absent.copy()
        for name, python_name, convert_member in names:
            if name in value:
                member = value[name]
                converted[python_name] = member if convert_member is None or member is None else convert_member(member)
        return python_class(**converted)

    return convert
