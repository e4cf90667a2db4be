"""References within a schema lead to the schemas that jsonschema-rs follows them to."""

from typing import Any

import pytest
from jsonschema_rs import Draft202012Validator

from bpmn_events.adapters.json_schema import JsonSchemas
from bpmn_events.adapters.json_schema.explanation.pieces import Pieces
from bpmn_events.adapters.json_schema.graph.components import components
from bpmn_events.adapters.json_schema.graph.nodes import SchemaGraph
from tests.unit.schemas.reference import all_violations

LONG = "x" * 3_000
TEXT, NUMBER = {"type": "string"}, {"type": "integer"}
LIST = {
    "$id": "list",
    "$dynamicAnchor": "list",
    "properties": {"items": {"items": {"$dynamicRef": "#item"}}, "next": {"$dynamicRef": "#list"}},
    "$defs": {"default": {"$dynamicAnchor": "item"}},
}
SCHEMAS: dict[str, Any] = {
    "pointer": {"properties": {"a": {"$ref": "#/$defs/t"}}, "$defs": {"t": TEXT}},
    "escaped pointer": {"properties": {"a": {"$ref": "#/$defs/a~1b~0c%25d"}}, "$defs": {"a/b~c%d": TEXT}},
    "pointer into a list": {"properties": {"a": {"$ref": "#/allOf/1"}}, "allOf": [{}, {"minLength": 9_999}]},
    "pointer to an unknown place": {"properties": {"a": {"$ref": "#/x/y"}}, "x": {"y": {"$ref": "#/x/z"}, "z": TEXT}},
    "pointer to a boolean": {"properties": {"a": {"$ref": "#/$defs/no"}}, "$defs": {"no": False}},
    "anchor": {"properties": {"a": {"$ref": "#t"}}, "$defs": {"t": {"$anchor": "t", **TEXT}}},
    "identifier": {"$id": "http://x/root", "properties": {"a": {"$ref": "t"}}, "$defs": {"t": {"$id": "t", **TEXT}}},
    "absolute identifier": {
        "$id": "http://x/root",
        "properties": {"a": {"$ref": "http://x/t#inner"}},
        "$defs": {"t": {"$id": "t", "$defs": {"u": {"$anchor": "inner", **NUMBER}}}},
    },
    "pointer within a resource": {
        "properties": {"a": {"$id": "http://x/a", "$ref": "#/$defs/t", "$defs": {"t": NUMBER}}},
        "$defs": {"t": TEXT},
    },
    "pointer through a resource": {
        "properties": {"a": {"$ref": "#/$defs/r/$defs/u"}},
        "$defs": {"r": {"$id": "http://x/r", "$defs": {"u": {"$ref": "#/$defs/v"}, "v": NUMBER}}, "v": TEXT},
    },
    "siblings": {"properties": {"a": {"$ref": "#/$defs/t", "maxLength": 3}}, "$defs": {"t": {"minLength": 9_999}}},
    "recursion": {"properties": {"a": {"$ref": "#"}, "b": NUMBER}},
    "itself": {"$ref": "#", "properties": {"a": NUMBER}},
    "dynamic reference without an anchor": {"properties": {"a": {"$dynamicRef": "#/$defs/t"}}, "$defs": {"t": TEXT}},
    "dynamic reference to an ordinary anchor": {
        "properties": {"a": {"$dynamicRef": "#t"}},
        "$defs": {"t": {"$anchor": "t", **TEXT}},
    },
    "dynamic reference in one resource": {
        "$dynamicAnchor": "node",
        "properties": {"a": {"$dynamicRef": "#node"}, "b": NUMBER},
    },
    "list of texts": {"$ref": "list", "$defs": {"list": LIST, "item": {"$dynamicAnchor": "item", **TEXT}}},
    "two lists": {
        "properties": {"a": {"$ref": "texts"}, "b": {"$ref": "numbers"}},
        "$defs": {
            "list": LIST,
            "texts": {"$id": "texts", "$ref": "list", "$defs": {"item": {"$dynamicAnchor": "item", **TEXT}}},
            "numbers": {"$id": "numbers", "$ref": "list", "$defs": {"item": {"$dynamicAnchor": "item", **NUMBER}}},
        },
    },
}
VALUES: list[Any] = [
    None,
    1,
    LONG,
    {},
    {"items": [1, 2, 3]},
    {"items": [LONG, "b"]},
    {"next": {"items": [1, LONG]}},
    {"a": {"a": LONG, "b": LONG}, "b": 1},
    {"b": LONG},
]
PAYLOADS = [{name: value, "filler": LONG} for value in VALUES for name in ("a", "b", "items", "next")]


@pytest.mark.parametrize("schema", SCHEMAS.values(), ids=SCHEMAS)
def test_references_are_followed_as_jsonschema_rs_does(schema: Any) -> None:
    pieces, validator = Pieces(SchemaGraph(schema)), Draft202012Validator(schema)
    for payload in PAYLOADS:
        assert pieces.accepts(pieces.root, "", payload) == validator.is_valid(payload)


@pytest.mark.parametrize("schema", SCHEMAS.values(), ids=SCHEMAS)
def test_violations_behind_references_are_exact(schema: Any) -> None:
    schemas = JsonSchemas()
    assert schemas.check_schema(schema) is None
    for payload in PAYLOADS:
        assert set(schemas.violations(schema, payload)) == set(all_violations(schema, payload))


def test_the_place_of_a_referenced_schema_is_its_place_in_the_document() -> None:
    schema = {"properties": {"a": {"$ref": "#/$defs/t"}, "b": {"$ref": "#/x"}}, "$defs": {"t": {}}, "x": {"not": {}}}
    places = {node.place for node in SchemaGraph(schema).nodes}
    assert places == {"", "/properties/a", "/properties/b", "/$defs/t", "/properties/b/$ref", "/properties/b/$ref/not"}


def test_equal_references_lead_to_one_node() -> None:
    schema = {"allOf": [{"$ref": "#/$defs/t"}, {"$ref": "#/$defs/t"}], "$defs": {"t": {}, "unused": {}}}
    assert len(SchemaGraph(schema).nodes) == 4


@pytest.mark.parametrize(
    ("edges", "expected"),
    [
        ([[1], [2], []], [[2], [1], [0]]),
        ([[1], [2], [0]], [[0, 1, 2]]),
        ([[1, 2], [0], []], [[2], [0, 1]]),
        ([[0]], [[0]]),
        ([[], [0, 1]], [[0], [1]]),
        ([[3], [0], [1], [2, 1]], [[0, 1, 2, 3]]),
    ],
)
def test_components_come_after_those_that_they_lead_to(edges: list[list[int]], expected: list[list[int]]) -> None:
    assert [sorted(component) for component in components(len(edges), edges.__getitem__)] == expected


def test_a_long_chain_needs_no_recursion() -> None:
    size = 50_000
    found = components(size, lambda node: [node + 1] if node + 1 < size else [])
    assert len(found) == size
    assert found[0] == [size - 1]
