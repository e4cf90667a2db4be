"""The schema as clients and their tools see it."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from graphql import (
    DefinitionNode,
    DirectiveDefinitionNode,
    EnumTypeDefinitionNode,
    FieldDefinitionNode,
    GraphQLSchema,
    InputObjectTypeDefinitionNode,
    InputValueDefinitionNode,
    NonNullTypeNode,
    ObjectTypeDefinitionNode,
    ScalarTypeDefinitionNode,
    TypeDefinitionNode,
    UnionTypeDefinitionNode,
    build_schema,
    parse,
    print_ast,
    validate_schema,
)

from bpmn_events.web.gql.schema import schema as code

CONTRACT = Path(__file__).parents[2] / "contract.graphql"
EXPORT = Path(__file__).parents[3] / "schema.graphql"
TEXT = code.build_schema().as_str()
DEFINITIONS = {each.name.value: each for each in parse(TEXT).definitions if isinstance(each, TypeDefinitionNode)}
CONTRACT_TYPES = {
    each.name.value: each
    for each in parse(CONTRACT.read_text("utf-8")).definitions
    if isinstance(each, TypeDefinitionNode)
}


def test_the_export_is_a_valid_schema() -> None:
    exported: GraphQLSchema = build_schema(TEXT)
    assert validate_schema(exported) == []


def test_the_export_is_deterministic() -> None:
    assert code.build_schema().as_str() == TEXT


def test_schema_graphql_is_up_to_date() -> None:
    """If not: run ``make schema`` and commit the change."""
    assert EXPORT.read_text("utf-8") == f"{TEXT}\n"


@pytest.mark.parametrize("name", CONTRACT_TYPES)
def test_the_schema_keeps_the_contract(name: str) -> None:
    contract, actual = CONTRACT_TYPES[name], DEFINITIONS[name]
    assert type(actual) is type(contract)
    missing = set(_signature(contract)) - set(_signature(actual))
    assert missing == set()


def test_unions_have_exactly_the_members_of_the_contract() -> None:
    """A further member breaks clients that handle all members exhaustively."""
    for name, contract in CONTRACT_TYPES.items():
        if isinstance(contract, UnionTypeDefinitionNode):
            assert set(_signature(DEFINITIONS[name])) == set(_signature(contract))


def test_everything_is_described() -> None:
    undescribed = [path for definition in DEFINITIONS.values() for path, text in _descriptions(definition) if not text]
    assert undescribed == []


def test_every_scalar_names_its_specification() -> None:
    scalars = [each for each in DEFINITIONS.values() if isinstance(each, ScalarTypeDefinitionNode)]
    assert {each.name.value for each in scalars} == {"DateTime", "JSON"}
    assert all("https://" in print_ast(each) for each in scalars)


def test_every_nullable_field_describes_null() -> None:
    undescribed = [
        f"{name}.{field.name.value}"
        for name, definition in DEFINITIONS.items()
        for field in getattr(definition, "fields", None) or ()
        if isinstance(field, FieldDefinitionNode) and not isinstance(field.type, NonNullTypeNode)
        if "null" not in _text(field)
    ]
    assert undescribed == []


def test_no_list_has_null_items() -> None:
    assert not re.search(r"\[\w+\]", TEXT)


def test_no_argument_or_input_member_defaults_to_null() -> None:
    assert "= null" not in TEXT


def test_a_described_definition_without_text_is_noticed() -> None:
    (definition,) = parse('"about" type A { "about" b(c: Int): Int }').definitions
    assert [path for path, text in _descriptions(definition) if not text] == ["A.b.c"]


def _signature(node: DefinitionNode) -> Iterator[str]:
    """Yield one line for each part of the definition that clients rely on."""
    if isinstance(node, EnumTypeDefinitionNode):
        yield from (value.name.value for value in node.values or ())
    if isinstance(node, UnionTypeDefinitionNode):
        yield from (member.name.value for member in node.types or ())
    if isinstance(node, InputObjectTypeDefinitionNode):
        yield from (_input(field) for field in node.fields or ())
    for interface in getattr(node, "interfaces", None) or ():
        yield f"implements {interface.name.value}"
    for field in getattr(node, "fields", None) or ():
        if isinstance(field, FieldDefinitionNode):
            yield f"{field.name.value}: {print_ast(field.type)}"
            yield from (f"{field.name.value}({_input(argument)})" for argument in field.arguments or ())


def _input(node: InputValueDefinitionNode) -> str:
    default = f" = {print_ast(node.default_value)}" if node.default_value else ""
    return f"{node.name.value}: {print_ast(node.type)}{default}"


def _descriptions(node: DefinitionNode) -> Iterator[tuple[str, str]]:
    assert isinstance(node, TypeDefinitionNode | DirectiveDefinitionNode)
    name = node.name.value
    yield name, _text(node)
    for value in getattr(node, "values", None) or ():
        yield f"{name}.{value.name.value}", _text(value)
    for field in getattr(node, "fields", None) or ():
        yield f"{name}.{field.name.value}", _text(field)
        for argument in getattr(field, "arguments", None) or ():
            yield f"{name}.{field.name.value}.{argument.name.value}", _text(argument)


def _text(node: object) -> str:
    description = getattr(node, "description", None)
    return description.value.strip() if description else ""


def test_every_object_that_node_returns_implements_node() -> None:
    nodes = {
        name
        for name, each in DEFINITIONS.items()
        if isinstance(each, ObjectTypeDefinitionNode) and "implements Node" in set(_signature(each))
    }
    assert nodes == {"WaitingEvent", "EventTrigger", "OpenTask", "ProcessInstance", "ProcessModel"}
