"""The parts of Strawberry beyond its public API exist and have the expected form.

After an upgrade, a failure here names the part that has changed. ``bpmn_events/web/gql/strawberry_bridge.py`` uses it.
"""

from collections.abc import Sequence
from dataclasses import MISSING
from enum import StrEnum
from typing import Any, NewType

import pytest
import strawberry
from graphql import GraphQLEnumType, GraphQLField, GraphQLInputObjectType, GraphQLObjectType, GraphQLSchema
from strawberry.extensions import FieldExtension
from strawberry.schema.config import StrawberryConfig

from bpmn_events.web.gql.strawberry_bridge import (
    core_info,
    core_schema,
    field_definition,
    field_metadata,
    graphql_name,
    input_definition,
    python_name,
    register_enum,
    set_input_constructor,
)
from tests.support.internals import get_attribute, load_member, parameter_names

# The callables, with the parameters that are passed. Further ones must be optional.
CALLED: dict[str, Sequence[str]] = {
    "strawberry:Info": ("_raw_info", "_field"),
    "strawberry.types.enum:EnumValue": ("name", "value"),
    "strawberry.types.enum:StrawberryEnumDefinition": ("wrapped_cls", "name", "values", "description"),
    "strawberry.utils.str_converters:to_camel_case": ("snake_str",),
}
CLASSES = (
    "strawberry.types.base:StrawberryMaybe",
    "strawberry.types.base:StrawberryObjectDefinition",
    "strawberry.types.field:StrawberryField",
    "strawberry.types.scalar:ScalarDefinition",
)
# The attributes that are read from Strawberry's objects; ``examples()`` has an object of each class.
READ: dict[str, Sequence[str]] = {
    "strawberry:Schema": ("_schema",),
    "strawberry.types.arguments:StrawberryArgument": ("python_name",),
    "strawberry.types.field:StrawberryField": (
        "base_resolver",
        "default_factory",
        "default_value",
        "extensions",
        "metadata",
        "python_name",
        "type",
    ),
    "strawberry.types.fields.resolver:StrawberryResolver": ("wrapped_func",),
    "strawberry.types.base:StrawberryObjectDefinition": ("from_input", "origin"),
}
BACKREF = "strawberry.schema.schema_converter:GraphQLCoreConverter.DEFINITION_BACKREF"


class Colour(StrEnum):
    DARK_RED = "dark red"


class Shade(StrEnum):
    LIGHT = "light"


register_enum(Colour, "A colour.", {Colour.DARK_RED: "As wine."}, name="Hue")
Opaque = NewType("Opaque", object)
OPAQUE = strawberry.scalar(name="Opaque", serialize=str)


@strawberry.input
class PersonInput:
    first_name: str
    second_name: str = "none"
    third_name: str | None = strawberry.UNSET


@strawberry.input
class MaybeInput:
    first_name: strawberry.Maybe[str]


class Extension(FieldExtension):
    def resolve(self, next_: Any, source: Any, info: Any, **arguments: Any) -> Any:
        return next_(source, info, **arguments)


def _one(self: object) -> int:
    return 1


def _maybe(self: object, person: MaybeInput) -> int:
    return 1


def _full_name(self: object, info: strawberry.Info[str, None], the_name: PersonInput) -> str:
    return f"{info.context} {the_name.first_name} {the_name.second_name}"


@strawberry.type
class Query:
    one_colour: Colour = Colour.DARK_RED
    opaque: Opaque | None = None
    full_name: str = strawberry.field(resolver=_full_name, metadata={"needs": "nothing"})
    extended: int = strawberry.field(resolver=_one, extensions=[Extension()])
    maybe: int = strawberry.field(resolver=_maybe)


SCHEMA = strawberry.Schema(Query, config=StrawberryConfig(scalar_map={Opaque: OPAQUE}))
CORE: GraphQLSchema = get_attribute(SCHEMA, "_schema", "strawberry:Schema._schema")


def field(name: str) -> GraphQLField:
    query = CORE.type_map["Query"]
    assert isinstance(query, GraphQLObjectType)
    graphql_field: GraphQLField = query.fields[name]
    return graphql_field


def input_type(name: str) -> GraphQLInputObjectType:
    graphql_type = CORE.type_map[name]
    assert isinstance(graphql_type, GraphQLInputObjectType)
    return graphql_type


def examples() -> dict[str, list[object]]:
    key = load_member(BACKREF)
    full_name, person_input = field("fullName"), input_type("PersonInput")
    resolver = get_attribute(full_name.extensions[key], "base_resolver", "StrawberryField.base_resolver")
    return {
        "strawberry:Schema": [SCHEMA],
        "strawberry.types.arguments:StrawberryArgument": [full_name.args["theName"].extensions.get(key)],
        "strawberry.types.field:StrawberryField": [
            full_name.extensions.get(key),
            field("oneColour").extensions.get(key),
            person_input.fields["firstName"].extensions.get(key),
        ],
        "strawberry.types.fields.resolver:StrawberryResolver": [resolver],
        "strawberry.types.base:StrawberryObjectDefinition": [person_input.extensions.get(key)],
    }


@pytest.mark.parametrize("name", CALLED)
def test_its_parameters_are_unchanged(name: str) -> None:
    expected, actual = list(CALLED[name]), parameter_names(name)
    assert actual[: len(expected)] == expected, f"the parameters of {name} have changed"


@pytest.mark.parametrize("name", CLASSES)
def test_it_is_a_class(name: str) -> None:
    assert isinstance(load_member(name), type), f"{name} is no class any more"


@pytest.mark.parametrize("name", READ)
def test_definitions_are_of_the_expected_class(name: str) -> None:
    """The extensions of graphql-core's types, fields and arguments have Strawberry's definition under one key."""
    for example in examples()[name]:
        assert isinstance(example, load_member(name)), f"{BACKREF} leads to {example!r} instead of a {name}"


@pytest.mark.parametrize(("name", "read"), [(name, read) for name, names in READ.items() for read in names])
def test_the_attribute_exists(name: str, read: str) -> None:
    for example in examples()[name]:
        get_attribute(example, read, f"{name}.{read}")


def test_the_class_of_scalars() -> None:
    assert isinstance(OPAQUE, load_member("strawberry.types.scalar:ScalarDefinition"))


def test_the_schema_is_that_of_graphql_core() -> None:
    assert isinstance(core_schema(SCHEMA), GraphQLSchema)
    assert core_schema(SCHEMA).get_type("Query") is not None


def test_a_field_with_a_resolver() -> None:
    definition = field_definition(field("fullName"))
    assert definition is not None
    assert definition.resolver is _full_name, "StrawberryResolver.wrapped_func is not the declared function any more"
    assert field_metadata(field("fullName")) == {"needs": "nothing"}
    assert python_name(field("fullName").args["theName"]) == "the_name"


def test_a_field_that_is_an_attribute() -> None:
    definition = field_definition(field("oneColour"))
    assert definition is not None
    assert (definition.python_name, definition.resolver) == ("one_colour", None)
    assert dict(field_metadata(field("oneColour"))) == {}


def test_a_field_with_an_extension_has_no_definition() -> None:
    assert field_definition(field("extended")) is None, (
        "StrawberryField.extensions does not hold the extensions any more"
    )


def test_a_field_that_strawberry_did_not_declare() -> None:
    unknown = GraphQLField(field("oneColour").type)
    assert field_definition(unknown) is None
    assert dict(field_metadata(unknown)) == {}


def test_an_info_wraps_that_of_graphql_core() -> None:
    definition = field_definition(field("fullName"))
    assert definition is not None
    raw: Any = type("Raw", (), {"context": "the context"})()
    info = definition.info(raw)
    assert isinstance(info, strawberry.Info)
    assert info.context == "the context"
    assert info.python_name == "full_name"
    assert core_info(info) is raw, "strawberry:Info._raw_info is not graphql-core's info any more"


def test_an_input() -> None:
    definition = input_definition(input_type("PersonInput"))
    assert definition.python_class is PersonInput
    assert definition.python_names == {
        "firstName": "first_name",
        "secondName": "second_name",
        "thirdName": "third_name",
    }
    assert definition.without_default == {"first_name"}, f"StrawberryField.default_value is not {MISSING} any more"
    assert definition.is_plain
    assert not input_definition(input_type("MaybeInput")).is_plain, (
        "StrawberryMaybe is not the type of a Maybe any more"
    )


def test_an_input_that_a_function_constructs() -> None:
    calls: list[tuple[Any, ...]] = []

    def construct(python_class: type, members: Any, context: Any) -> PersonInput:
        calls.append((python_class, dict(members), context))
        return PersonInput(first_name="constructed")

    schema = strawberry.Schema(Query, config=StrawberryConfig(scalar_map={Opaque: OPAQUE}))
    person_input = core_schema(schema).type_map["PersonInput"]
    assert isinstance(person_input, GraphQLInputObjectType)
    before = input_definition(person_input)
    set_input_constructor(person_input, construct)
    try:
        result = schema.execute_sync('{ fullName(theName: {firstName: "Ada"}) }', context_value="Dr")
    finally:
        person_input.extensions[load_member(BACKREF)].from_input = None
    assert result.errors is None
    assert result.data == {"fullName": "Dr constructed none"}, (
        "StrawberryObjectDefinition.from_input is not called any more"
    )
    assert [call[:2] for call in calls] == [(PersonInput, {"firstName": "Ada", "secondName": "none"})]
    assert before.is_plain


def test_an_enum_of_the_domain() -> None:
    hue = CORE.type_map.get("Hue")
    assert isinstance(hue, GraphQLEnumType), "__strawberry_definition__ is not how an enum is registered any more"
    assert hue.description == "A colour."
    assert {name: value.description for name, value in hue.values.items()} == {"DARK_RED": "As wine."}


def test_an_enum_needs_every_description() -> None:
    with pytest.raises(KeyError):
        register_enum(Shade, "A shade.", {})


def test_names_are_those_of_the_schema() -> None:
    assert graphql_name("the_name") == "theName"
    assert graphql_name("first") == "first"
