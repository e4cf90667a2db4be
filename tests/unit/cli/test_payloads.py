"""Example payloads from a JSON Schema."""

from typing import Any

import pytest

from bpmn_events.cli.payloads import example_payload


@pytest.mark.parametrize(
    ("schema", "payload"),
    [
        (None, {}),
        (True, {}),
        ({}, {}),
        ({"examples": [{"a": 1}], "type": "object"}, {"a": 1}),
        ({"type": "object", "properties": {"a": {"type": "string"}}}, {}),
        (
            {
                "type": "object",
                "required": ["amount", "currency", "ok", "note", "count", "kind", "lines"],
                "properties": {
                    "amount": {"type": "number", "exclusiveMinimum": 0},
                    "currency": {"type": "string", "examples": ["EUR"]},
                    "ok": {"type": "boolean"},
                    "note": {"type": "string", "minLength": 9, "maxLength": 10},
                    "count": {"type": "integer", "minimum": 4},
                    "kind": {"enum": ["b", "a"]},
                    "lines": {"type": "array", "minItems": 2, "items": {"const": 7}},
                },
            },
            {
                "amount": 1,
                "currency": "EUR",
                "ok": True,
                "note": "example..",
                "count": 4,
                "kind": "b",
                "lines": [7, 7],
            },
        ),
    ],
)
def test_payload_follows_the_schema(schema: Any, payload: Any) -> None:
    assert example_payload(schema) == payload
