"""Input objects that are made in one go are those that Strawberry would have made."""

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
    name: connection_type
    for name, connection_type in core_schema(SCHEMA).type_map.items()
    if isinstance(connection_type, GraphQLInputObjectType) and is_flat(connection_type)
}
OF_TYPE = {"Boolean": True, "JSON": {"amount": 1}, "Int": 3}


def members(connection_type: GraphQLInputObjectType, *, only_required: bool, null: bool) -> dict[str, Any]:
    """As graphql-core hands them over."""
    given = {}
    for name, field in connection_type.fields.items():
        if is_required_input_field(field):
            given[name] = OF_TYPE.get(str(field.type).rstrip("!"), f"some {name}")
        elif not only_required:
            given[name] = None if null else OF_TYPE.get(str(field.type).rstrip("!"), f"some {name}")
    return given


def test_those_that_change_something_are_among_them() -> None:
    assert {"TriggerEventInput", "StartProcessInstanceInput", "TriggerByNameInput"} <= FLAT.keys()
    assert "WaitingEventFilter" not in FLAT


@pytest.mark.parametrize("name", FLAT)
@pytest.mark.parametrize(("only_required", "null"), [(True, False), (False, False), (False, True)])
def test_they_are_equal(name: str, only_required: bool, null: bool) -> None:
    given = members(FLAT[name], only_required=only_required, null=null)
    definition = FLAT[name].extensions[GraphQLCoreConverter.DEFINITION_BACKREF]

    def made() -> Any:
        return convert_argument(
            given, definition.origin, SCHEMA.schema_converter.scalar_registry, SCHEMA.config, path=("input",)
        )

    flat, hook = made(), definition.from_input
    definition.from_input = None
    try:
        assert asdict(made()) == asdict(flat)
    finally:
        definition.from_input = hook
    assert hook is not None
