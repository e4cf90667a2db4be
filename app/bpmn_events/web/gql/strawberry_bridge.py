"""Access to those parts of Strawberry that are not its public API. No other module uses them.

Strawberry declares the schema; graphql-core or a compiled plan executes it without Strawberry's wrappers. For that,
this module reads Strawberry's definitions of fields and inputs. They are undocumented, and any release may change them:
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

# The return type of ``strawberry.scalar``.
Scalar: TypeAlias = ScalarDefinition
# Takes the class, the members by GraphQL name and an object of Strawberry's own; returns the input object.
InputConstructor: TypeAlias = Callable[[type, Mapping[str, Any], Any], Any]

_DEFINITION = GraphQLCoreConverter.DEFINITION_BACKREF


@dataclass(frozen=True, slots=True)
class FieldDefinition:
    """Strawberry's definition of a field of an object type.

    Attributes:
        resolver: The declared function, without Strawberry's wrapper; None for an attribute.
        info: Converts graphql-core's info into the Strawberry info that resolvers take.
    """

    python_name: str
    resolver: Callable[..., Any] | None
    info: Callable[[GraphQLResolveInfo[Any]], strawberry.Info[Any, Any]]


@dataclass(frozen=True, slots=True)
class InputDefinition:
    """Strawberry's definition of an input type.

    Attributes:
        python_names: The Python name of each member, by its GraphQL name.
        without_default: The Python names of the members for which the class has no default.
        is_plain: True if Strawberry passes the converted members to the class and does nothing else.
    """

    python_class: type
    python_names: Mapping[str, str]
    without_default: frozenset[str]
    is_plain: bool


def core_schema(schema: strawberry.Schema) -> GraphQLSchema:
    """Return the graphql-core schema inside a Strawberry schema."""
    return schema._schema


def field_definition(field: GraphQLField) -> FieldDefinition | None:
    """Return the definition of a field, or None if it is not Strawberry's or a Strawberry extension resolves it."""
    definition = _strawberry_field(field)
    if definition is None or definition.extensions:
        return None
    resolver: Any = definition.base_resolver
    return FieldDefinition(
        definition.python_name,
        None if resolver is None else resolver.wrapped_func,
        partial(strawberry.Info, _field=definition),
    )


def field_metadata(field: GraphQLField) -> Mapping[Any, Any]:
    """Return the ``metadata`` of the field's declaration; empty if Strawberry did not declare the field."""
    definition = _strawberry_field(field)
    return {} if definition is None else definition.metadata


def python_name(member: GraphQLArgument | GraphQLInputField) -> str:
    """Return the Python name of an argument or of a member of an input."""
    name: str = member.extensions[_DEFINITION].python_name
    return name


def graphql_name(python_name: str) -> str:
    """Return the name in the schema for a name in Python, such as ``firstName`` for ``first_name``."""
    return to_camel_case(python_name)


def input_definition(graphql_type: GraphQLInputObjectType) -> InputDefinition:
    """Return the definition of an input type."""
    definition: StrawberryObjectDefinition = graphql_type.extensions[_DEFINITION]
    members: list[StrawberryField] = [field.extensions[_DEFINITION] for field in graphql_type.fields.values()]
    return InputDefinition(
        definition.origin,
        {name: python_name(field) for name, field in graphql_type.fields.items()},
        frozenset(
            member.python_name
            for member in members
            if member.default_value is MISSING and member.default_factory is MISSING
        ),
        definition.from_input is None and not any(isinstance(member.type, StrawberryMaybe) for member in members),
    )


def set_input_constructor(graphql_type: GraphQLInputObjectType, construct: InputConstructor) -> None:
    """Make Strawberry call this function to construct the input objects of the type."""
    graphql_type.extensions[_DEFINITION].from_input = construct


def core_info(info: strawberry.Info[Any, Any]) -> GraphQLResolveInfo[Any]:
    """Return the graphql-core info inside a Strawberry info."""
    return info._raw_info


def register_enum(enum: type[Enum], description: str, values: Mapping[Any, str], name: str | None = None) -> None:
    """Add an enum of the domain to the schema, with a description for every value.

    ``name`` is its name in the schema, by default the name of the class. ``strawberry.enum`` is no alternative: it
    takes descriptions from the class body, and the domain does not import Strawberry.

    Raises:
        KeyError: A value has no description.
    """
    definition = StrawberryEnumDefinition(
        wrapped_cls=enum,
        name=name or enum.__name__,
        values=[EnumValue(member.name, member.value, description=values[member]) for member in enum],
        description=description,
    )
    # Strawberry looks up this attribute on the class. Set after the class body, it is not a member of the enum.
    type.__setattr__(enum, "__strawberry_definition__", definition)


def _strawberry_field(field: GraphQLField) -> StrawberryField | None:
    definition = field.extensions.get(_DEFINITION)
    return definition if isinstance(definition, StrawberryField) else None
