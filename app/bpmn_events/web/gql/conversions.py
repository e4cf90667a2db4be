"""Arguments on their way from graphql-core to a resolver: input objects become instances of the classes behind them.

As Strawberry does it, worked out once for each field instead of for each request.
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

# None stands for a value that stays as it is.
Conversion: TypeAlias = Callable[[Any], Any] | None


class NotConverted(Exception):
    """A field whose arguments or parameters are none of those known here."""


def with_arguments(field: GraphQLField, definition: FieldDefinition) -> Callable[..., Any]:
    """Return the field's own resolver, called with its source, Strawberry's info and the converted arguments.

    Raises:
        NotConverted: Strawberry itself has to call it.
    """
    function, info_of = definition.resolver, definition.info
    if function is None:
        raise NotConverted
    arguments = {name: (python_name(each), _conversion(each.type, ())) for name, each in field.args.items()}
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
            own_name, convert = arguments[name]
            converted[own_name] = value if convert is None or value is None else convert(value)
        return function(source, info_of(info), **converted)

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
    definition = input_definition(graphql_type)
    if not definition.is_plain:
        raise NotConverted
    python_class = definition.python_class
    names = [
        (name, definition.python_names[name], _conversion(member.type, around))
        for name, member in graphql_type.fields.items()
    ]
    absent = dict.fromkeys(definition.absent)

    def convert(value: dict[str, Any]) -> Any:
        converted: dict[str, Any] = absent.copy()
        for name, own_name, convert_member in names:
            if name in value:
                member = value[name]
                converted[own_name] = member if convert_member is None or member is None else convert_member(member)
        return python_class(**converted)

    return convert
