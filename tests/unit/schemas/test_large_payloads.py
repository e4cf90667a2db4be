"""Violations of payloads near the limit are exact, and found with a bounded number of checks and messages."""

from dataclasses import dataclass
from typing import Any

import orjson
import pytest
from jsonschema_rs import ValidationError

from bpmn_events.adapters.json_schema.compiled_schema import CompiledSchema
from bpmn_events.adapters.json_schema.explanation.pieces import Pieces
from bpmn_events.adapters.json_schema.graph.nodes import Node
from bpmn_events.domain.errors import PayloadViolation
from tests.unit.schemas.reference import all_violations
from tests.unit.schemas.shapes import LINE, LINES, MAX_BYTES, SHAPES, Shape, items, many


@dataclass
class Work:
    """The bytes that were checked, and the bytes for which messages were built."""

    checks: int = 0
    checked: int = 0
    quoted: int = 0


@pytest.fixture
def work(monkeypatch: pytest.MonkeyPatch) -> Work:
    """Return the counters of the work of a search."""
    work = Work()
    accepts, errors = Pieces.accepts, Pieces.errors

    def count_check(self: Pieces, node: Node, name: str, value: Any) -> bool:
        work.checks += 1
        # Assertions look at the value itself, and not at its members.
        work.checked += len(orjson.dumps(value)) if self.has(node, name) and name != "assertions" else 0
        return accepts(self, node, name, value)

    def count_errors(self: Pieces, name: str, value: Any) -> list[ValidationError]:
        work.quoted += len(orjson.dumps(value))
        return errors(self, name, value)

    monkeypatch.setattr(Pieces, "accepts", count_check)
    monkeypatch.setattr(Pieces, "errors", count_errors)
    return work


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.name)
def test_violations_are_found_with_little_work(shape: Shape, work: Work) -> None:
    assert len(orjson.dumps(shape.payload)) <= MAX_BYTES
    violations = CompiledSchema(shape.schema).violations(shape.payload)
    assert 1 <= len(violations) <= 100
    assert all(len(violation.message) <= 500 for violation in violations)
    # The keywords of the shapes apply up to five schemas to the same value.
    assert work.checked <= 8 * MAX_BYTES
    assert work.checks <= 8_000
    assert work.quoted <= 300_000


REPEATED = [
    shape for shape in SHAPES if "lines" in shape.payload and shape.name.split()[0] in ("every", "enum", "anyOf")
]


@pytest.mark.parametrize("shape", REPEATED, ids=lambda shape: shape.name)
def test_the_violations_of_many_equal_items_are_those_of_few(shape: Shape) -> None:
    """The violations of items do not depend on the number of items, so the first ones can be compared."""
    few = {"lines": shape.payload["lines"][:100]}
    expected = all_violations(shape.schema, few)[:100]
    found = CompiledSchema(shape.schema).violations(shape.payload)
    if shape.name == "anyOf above the lines":
        assert [(each.path, each.keyword) for each in found] == [("", "anyOf")]
    else:
        assert list(found) == expected


def test_a_wrong_last_line_is_found() -> None:
    payload = many(LINE, {"sku": 1, "quantity": 0})
    last = f"/lines/{len(payload['lines']) - 1}"
    assert set(CompiledSchema(LINES).violations(payload)) == {
        PayloadViolation(last, "required", '"price" is a required property'),
        PayloadViolation(f"{last}/sku", "type", '1 is not of type "string"'),
        PayloadViolation(f"{last}/quantity", "minimum", "0 is less than the minimum of 1"),
    }


@pytest.mark.parametrize(
    ("schema", "payload"),
    [
        ({"properties": {"lines": {"maxItems": 3}}}, {"lines": ["x" * 10] * 300}),
        ({"properties": {"lines": {"type": "string"}}}, {"lines": [{"b": 1, "a": [1.5, None, "é\n"]}] * 200}),
        ({"properties": {"lines": {"const": ["a"] * 200}}}, {"lines": ["b"] * 700}),
        ({"properties": {"lines": {"enum": [1, [2]]}}}, {"lines": [[]] * 900}),
        ({"properties": {"lines": {"uniqueItems": True}}}, {"lines": [1.0] * 900}),
        ({"properties": {"lines": {"contains": {"type": "null"}}}}, {"lines": [1] * 1_200}),
        ({"properties": {"lines": {"contains": True, "maxContains": 2}}}, {"lines": [1] * 1_200}),
        ({"properties": {"lines": False}}, {"lines": [1] * 1_200}),
        ({"not": {"$ref": "#/$defs/a"}, "$defs": {"a": {"type": "object"}}}, {"lines": [1] * 1_200}),
        ({"not": {"enum": ["x" * 700], "type": "object"}, "maxProperties": 0}, {"lines": [1] * 1_200}),
        ({"properties": {"lines": {"not": {"maxLength": 3, "minItems": 5}}}}, {"lines": [1] * 1_200}),
        ({"anyOf": [{"required": ["a"]}, {"required": ["b"]}]}, {"lines": [1] * 1_200}),
        ({"oneOf": [{"required": ["a"]}, {"required": ["b"]}]}, {"lines": [1] * 1_200}),
        ({"oneOf": [{}, {"required": ["lines"]}]}, {"lines": [1] * 1_200}),
        ({"maxProperties": 1, "minProperties": 900}, {f"k{number}": "x" for number in range(400)}),
        ({"additionalProperties": False}, {f"k{number}": "x" for number in range(400)}),
        ({"additionalProperties": False, "properties": {}}, {f"k{number}": "x" for number in range(400)}),
        (
            {"additionalProperties": False, "patternProperties": {"^k1": {}}},
            {f"k{number}": "" for number in range(400)},
        ),
        (
            {"unevaluatedProperties": False, "anyOf": [{"properties": {"k1": {}}}]},
            dict.fromkeys(map(str, range(400)), 1),
        ),
        ({"unevaluatedProperties": {"type": "string"}}, {f"k{number}": number for number in range(400)}),
        (
            items({}) | {"properties": {"lines": {"prefixItems": [{}], "unevaluatedItems": False}}},
            {"lines": [[1]] * 900},
        ),
        ({"propertyNames": {"maxLength": 3}}, {f"k{number:04}": 1 for number in range(90)} | {"long": "x" * 3_000}),
        ({"propertyNames": False}, {f"k{number}": number for number in range(400)}),
        ({"properties": {"text": {"maxLength": 3, "minLength": 9_999}}}, {"text": '"\\é\n' * 1_000}),
        ({"properties": {"text": {"pattern": "^a", "format": "uuid", "type": "null"}}}, {"text": "😀" * 1_000}),
        ({"required": ["ä", 'b"'], "dependentRequired": {"lines": ["q"]}, "dependencies": {"lines": ["r"]}}, many(1)),
    ],
)
def test_messages_about_large_values_are_those_of_jsonschema_rs(schema: Any, payload: Any) -> None:
    found = CompiledSchema(schema).violations(payload)
    assert found
    assert set(found) == set(all_violations(schema, payload)[:100])


def test_a_payload_without_violations_has_none() -> None:
    assert CompiledSchema(LINES).violations(many(LINE)) == ()


def test_small_payloads_have_the_violations_of_jsonschema_rs_in_the_same_order() -> None:
    schema = {"allOf": [LINES, {"required": ["id"]}], "anyOf": [{"required": ["a"]}, {"required": ["b"]}]}
    payload = {"lines": [{}, {"sku": 1}]}
    assert list(CompiledSchema(schema).violations(payload)) == all_violations(schema, payload)


def test_at_most_a_hundred_violations_are_reported() -> None:
    schema = {"required": [f"k{number}" for number in range(200)]}
    for payload in ({}, {"x": "x" * 3_000}):
        assert len(CompiledSchema(schema).violations(payload)) == 100
