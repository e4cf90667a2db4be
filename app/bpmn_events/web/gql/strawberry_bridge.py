"""The parts of Strawberry that are not its public API. No other module of the product touches them.

Strawberry describes the schema, and graphql-core or a plan executes it. To do that without Strawberry's wrappers, the
product reads what Strawberry knows of a field or an input. None of that is documented and any release may move it:
pyproject.toml caps the version, and ``tests/unit/web/test_strawberry_bridge.py`` checks every name used here.
"""

from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass
from enum import Enum
from functools import partial
from typing import Any, TypeAlias

import strawberry
from graphql import (
    GraphQLArgument,
    GraphQLField,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLResolveInfo,
    GraphQLSchema,
)
from strawberry.schema.schema_converter import GraphQLCoreConverter
from strawberry.types.base import StrawberryMaybe, StrawberryObjectDefinition
from strawberry.types.enum import EnumValue, StrawberryEnumDefinition
from strawberry.types.field import StrawberryField
from strawberry.types.scalar import ScalarDefinition
from strawberry.utils.str_converters import to_camel_case

# What ``strawberry.scalar`` returns.
Scalar: TypeAlias = ScalarDefinition
# Makes an input object of the class from its members by GraphQL name; the last argument is Strawberry's own.
MakeInput: TypeAlias = Callable[[type, Mapping[str, Any], Any], Any]

_DEFINITION = GraphQLCoreConverter.DEFINITION_BACKREF


@dataclass(frozen=True, slots=True)
class FieldDefinition:
    """What Strawberry knows of a field of an object type.

    ``resolver`` is the declared function itself, None for an attribute. ``info`` makes what such a function takes as
    ``info``, of what graphql-core passes.
    """

    python_name: str
    resolver: Callable[..., Any] | None
    info: Callable[[GraphQLResolveInfo[Any]], strawberry.Info[Any, Any]]


@dataclass(frozen=True, slots=True)
class InputDefinition:
    """What Strawberry knows of an input type: its class, and by GraphQL name the members that the class takes.

    ``is_plain`` says that Strawberry passes the converted members to the class and does nothing else. ``absent`` are
    the Python names for which the class has no default.
    """

    python_class: type
    python_names: Mapping[str, str]
    absent: frozenset[str]
    is_plain: bool


def core_schema(schema: strawberry.Schema) -> GraphQLSchema:
    """Return graphql-core's schema, which Strawberry has built."""
    return schema._schema


def definition_of(field: GraphQLField) -> FieldDefinition | None:
    """Return the definition of a field; None if an extension of Strawberry takes part in resolving it."""
    definition = _strawberry_field(field)
    if definition is None or definition.extensions:
        return None
    resolver: Any = definition.base_resolver
    return FieldDefinition(
        definition.python_name,
        None if resolver is None else resolver.wrapped_func,
        partial(strawberry.Info, _field=definition),
    )


def metadata_of(field: GraphQLField) -> Mapping[Any, Any]:
    """Return the ``metadata`` that a field was declared with."""
    definition = _strawberry_field(field)
    return {} if definition is None else definition.metadata


def python_name(member: GraphQLArgument | GraphQLInputField) -> str:
    """Return the name that an argument, or a member of an input, has in Python."""
    name: str = member.extensions[_DEFINITION].python_name
    return name


def graphql_name(python_name: str) -> str:
    """Return the name that Strawberry gives in the schema to what has this one in Python."""
    return to_camel_case(python_name)


def input_definition(graphql_type: GraphQLInputObjectType) -> InputDefinition:
    """Return the definition of an input type."""
    definition: StrawberryObjectDefinition = graphql_type.extensions[_DEFINITION]
    members: list[StrawberryField] = [field.extensions[_DEFINITION] for field in graphql_type.fields.values()]
    return InputDefinition(
        definition.origin,
        {name: python_name(field) for name, field in graphql_type.fields.items()},
        frozenset(
            each.python_name for each in members if each.default_value is MISSING and each.default_factory is MISSING
        ),
        definition.from_input is None and not any(isinstance(each.type, StrawberryMaybe) for each in members),
    )


def make_input_with(graphql_type: GraphQLInputObjectType, make: MakeInput) -> None:
    """Let Strawberry call this function for each input object of the type."""
    graphql_type.extensions[_DEFINITION].from_input = make


def core_info(info: strawberry.Info[Any, Any]) -> GraphQLResolveInfo[Any]:
    """Return graphql-core's info, which Strawberry's wraps."""
    return info._raw_info


def register_enum(enum: type[Enum], description: str, values: Mapping[Any, str], name: str | None = None) -> None:
    """Make the enum one of the schema, with a description for every member, under its own name or the given one.

    ``strawberry.enum`` takes the descriptions from the enum's own body; the enums of the domain know no GraphQL.

    Raises:
        KeyError: a member has no description.
    """
    definition = StrawberryEnumDefinition(
        wrapped_cls=enum,
        name=name or enum.__name__,
        values=[EnumValue(member.name, member.value, description=values[member]) for member in enum],
        description=description,
    )
    # A plain attribute: Strawberry looks for it on the class, and a member of the enum it is not.
    type.__setattr__(enum, "__strawberry_definition__", definition)


def _strawberry_field(field: GraphQLField) -> StrawberryField | None:
    definition = field.extensions.get(_DEFINITION)
    return definition if isinstance(definition, StrawberryField) else None
