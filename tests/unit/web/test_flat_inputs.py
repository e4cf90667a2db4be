"""Directly constructed input objects equal those that Strawberry constructs."""

from dataclasses import asdict
from typing import Any

import pytest
from graphql import GraphQLInputObjectType, is_required_input_field
from strawberry.schema.schema_converter import GraphQLCoreConverter
from strawberry.types.arguments import convert_argument

from bpmn_events.web.gql.flat_inputs import install_input_constructors, is_flat
from bpmn_events.web.gql.schema.schema import build_schema
from bpmn_events.web.gql.strawberry_bridge import core_schema

SCHEMA = build_schema()
install_input_constructors(core_schema(SCHEMA))
FLAT = {
    name: graphql_type
    for name, graphql_type in core_schema(SCHEMA).type_map.items()
    if isinstance(graphql_type, GraphQLInputObjectType) and is_flat(graphql_type)
}
EXAMPLES = {"Boolean": True, "JSON": {"amount": 1}, "Int": 3}


def members(graphql_type: GraphQLInputObjectType, *, only_required: bool, null: bool) -> dict[str, Any]:
    """Return values for the members of an input type, as graphql-core passes them."""
    values = {}
    for name, field in graphql_type.fields.items():
        if is_required_input_field(field):
            values[name] = EXAMPLES.get(str(field.type).rstrip("!"), f"some {name}")
        elif not only_required:
            values[name] = None if null else EXAMPLES.get(str(field.type).rstrip("!"), f"some {name}")
    return values


def test_the_inputs_of_commands_are_flat() -> None:
    assert {"TriggerEventInput", "StartProcessInstanceInput", "TriggerByNameInput"} <= FLAT.keys()
    assert "WaitingEventFilter" not in FLAT


@pytest.mark.parametrize("name", FLAT)
@pytest.mark.parametrize(("only_required", "null"), [(True, False), (False, False), (False, True)])
def test_they_equal_those_of_strawberry(name: str, only_required: bool, null: bool) -> None:
    values = members(FLAT[name], only_required=only_required, null=null)
    definition = FLAT[name].extensions[GraphQLCoreConverter.DEFINITION_BACKREF]

    def convert() -> Any:
        return convert_argument(
            values, definition.origin, SCHEMA.schema_converter.scalar_registry, SCHEMA.config, path=("input",)
        )

    flat, hook = convert(), definition.from_input
    definition.from_input = None
    try:
        assert asdict(convert()) == asdict(flat)
    finally:
        definition.from_input = hook
    assert hook is not None
