"""The custom scalars: DateTime and JSON."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, NewType

import msgspec
import strawberry
from graphql import (
    BooleanValueNode,
    FloatValueNode,
    GraphQLError,
    IntValueNode,
    ListValueNode,
    NullValueNode,
    ObjectValueNode,
    StringValueNode,
    ValueNode,
    VariableNode,
    print_ast,
)

from bpmn_events.web.gql.strawberry_bridge import Scalar

# Any JSON value. A NewType, because ``object`` itself cannot be registered as a scalar.
Json = NewType("Json", object)

_Instant = Annotated[datetime, msgspec.Meta(tz=True)]


def format_instant(value: datetime) -> str:
    """Return the instant as an RFC 3339 string, with ``Z`` for UTC.

    msgspec takes a tenth of the time of ``isoformat``, and every item of a list has instants.
    """
    text: str = msgspec.to_builtins(value)
    return text


def parse_instant(value: Any) -> datetime:
    """Return the instant of an RFC 3339 string with an offset.

    Raises:
        GraphQLError: The value is no such string.
    """
    try:
        return msgspec.convert(value, _Instant)
    except msgspec.ValidationError:
        raise GraphQLError("A DateTime is an RFC 3339 string with an offset, such as 2026-01-31T12:00:00Z.") from None


def _parse_instant_literal(node: ValueNode, _variables: dict[str, Any] | None = None) -> datetime:
    return parse_instant(node.value if isinstance(node, StringValueNode) else None)


def parse_json_literal(node: ValueNode, variables: dict[str, Any] | None = None) -> Any:
    """Return the JSON value of a GraphQL literal, with variables inside it replaced by their values.

    Raises:
        GraphQLError: The literal has no JSON counterpart, such as an enum name, or an integer has too many digits.
    """
    match node:
        case ObjectValueNode():
            return {field.name.value: parse_json_literal(field.value, variables) for field in node.fields}
        case ListValueNode():
            return [parse_json_literal(item, variables) for item in node.values]
        case StringValueNode() | BooleanValueNode():
            return node.value
        case NullValueNode():
            return None
        case IntValueNode():
            return _parse_integer(node)
        case FloatValueNode():
            return float(node.value)
        case VariableNode():
            return _variable_to_json((variables or {}).get(node.name.value), node)
        case _:
            raise GraphQLError(f"{print_ast(node)} is no JSON value.", node)


def _parse_integer(node: IntValueNode) -> int:
    try:
        return int(node.value)
    except ValueError:  # Python limits the digits of an integer that it parses
        raise GraphQLError("An integer has too many digits.", node) from None


def _variable_to_json(value: Any, node: VariableNode) -> Any:
    """Return the JSON value of a variable that graphql-core has already coerced to its declared type."""
    if isinstance(value, datetime):
        return format_instant(value)
    if value is None or isinstance(value, (str, int, float, dict, list)):
        return value
    raise GraphQLError(f"${node.name.value} is no JSON value.", node)


SCALARS: Mapping[object, Scalar] = {
    datetime: strawberry.scalar(
        name="DateTime",
        description="An instant as an RFC 3339 string with an offset. Results are in UTC, to the microsecond.",
        specified_by_url="https://datatracker.ietf.org/doc/html/rfc3339",
        serialize=format_instant,
        parse_value=parse_instant,
        parse_literal=_parse_instant_literal,
    ),
    Json: strawberry.scalar(
        name="JSON",
        description="Any JSON value (RFC 8259): an object, array, string, number, boolean or null.",
        specified_by_url="https://datatracker.ietf.org/doc/html/rfc8259",
        serialize=lambda value: value,
        parse_value=lambda value: value,
        parse_literal=parse_json_literal,
    ),
}
