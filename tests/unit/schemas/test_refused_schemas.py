"""Schemas whose checks could take without bound are refused, with their place; ordinary ones are accepted."""

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
from lxml import etree

import bpmn_events.samples
from bpmn_events.adapters.json_schema import JsonSchemas
from bpmn_events.adapters.json_schema.compiled_schema import CompiledSchema
from tests.unit.schemas.shapes import SHAPES, items


def chain(length: int, keyword: str = "allOf") -> dict[str, Any]:
    """Return a schema in which each definition applies the next one twice."""
    links = {f"d{n}": {keyword: [{"$ref": f"#/$defs/d{n + 1}"}] * 2} for n in range(length)}
    return {"$ref": "#/$defs/d0", "$defs": {**links, f"d{length}": {"type": "object"}}}


def doubled_members(depth: int) -> dict[str, Any]:
    """Return a schema in which each definition applies the next one twice to the same member."""
    links = {
        f"d{n}": {"anyOf": [{"required": [name], "properties": {"a": {"$ref": f"#/$defs/d{n + 1}"}}} for name in "xy"]}
        for n in range(depth)
    }
    return {"$ref": "#/$defs/d0", "$defs": {**links, f"d{depth}": {"type": "object"}}}


def wrapped(depth: int, keyword: str) -> dict[str, Any]:
    schema: dict[str, Any] = {}
    for _ in range(depth):
        schema = {keyword: schema}
    return schema


def nested_unevaluated(depth: int) -> dict[str, Any]:
    schema: dict[str, Any] = {}
    for _ in range(depth):
        schema = {"allOf": [schema], "unevaluatedProperties": False}
    return schema


TOO_COSTLY = "steps; at most 200000 are accepted"
REFUSED: list[tuple[str, Any, str, str]] = [
    ("doubled allOf", items(chain(20)["$defs"]["d0"]) | {"$defs": chain(20)["$defs"]}, TOO_COSTLY, "/$defs/d"),
    ("doubled anyOf", chain(20, "anyOf"), TOO_COSTLY, "/$defs/d"),
    ("doubled oneOf", chain(20, "oneOf"), TOO_COSTLY, "/$defs/d"),
    ("doubled members", doubled_members(20), TOO_COSTLY, "/$defs/d"),
    (
        "doubled if and not",
        {
            "$ref": "#/$defs/d0",
            "$defs": {
                **{
                    f"d{n}": {"if": {"$ref": f"#/$defs/d{n + 1}"}, "then": {"not": {"$ref": f"#/$defs/d{n + 1}"}}}
                    for n in range(30)
                },
                "d30": {},
            },
        },
        TOO_COSTLY,
        "/$defs/d",
    ),
    (
        "doubled dependentSchemas",
        {
            "$ref": "#/$defs/d0",
            "$defs": {
                **{
                    f"d{n}": {"dependentSchemas": {name: {"$ref": f"#/$defs/d{n + 1}"} for name in "ab"}}
                    for n in range(20)
                },
                "d20": {},
            },
        },
        TOO_COSTLY,
        "/$defs/d",
    ),
    (
        "1,900 branches",
        items({"oneOf": [{"required": [f"k{n}"], "minimum": 0.5} for n in range(1_900)]}),
        TOO_COSTLY,
        "/properties/lines/items",
    ),
    ("1,900 patterns", {"patternProperties": {f"[b-f]{n}$": {} for n in range(1_900)}}, TOO_COSTLY, ""),
    ("6,000 dependencies", {"dependentRequired": {f"a{n}": ["b"] for n in range(6_000)}}, TOO_COSTLY, ""),
    ("enum of 500 fractions", items({"enum": [n + 0.5 for n in range(500)]}), TOO_COSTLY, "/properties/lines/items"),
    ("enum of 500 objects", items({"enum": [{"a": n} for n in range(500)]}), TOO_COSTLY, "/properties/lines/items"),
    (
        "mutual recursion of 100 schemas, in 8 ways",
        {
            "$ref": "#/$defs/d0",
            "$defs": {
                f"d{n}": {
                    "minimum": 0.5,
                    "anyOf": [{"properties": {"n": {"$ref": f"#/$defs/d{(7 * n + m) % 100}"}}} for m in range(8)],
                }
                for n in range(100)
            },
        },
        TOO_COSTLY,
        "/$defs/d",
    ),
    (
        "itself at the same value",
        {"properties": {"a": {"allOf": [{"$ref": "#/properties/a"}]}}},
        "refers to itself",
        "/properties/a",
    ),
    (
        "each other at the same value",
        {"$defs": {"a": {"not": {"$ref": "#/$defs/b"}}, "b": {"anyOf": [{"$ref": "#/$defs/a"}]}}, "$ref": "#/$defs/a"},
        "refers to itself",
        "/$defs/a",
    ),
    (
        "nested unevaluatedProperties",
        nested_unevaluated(30),
        TOO_COSTLY,
        "/allOf",
    ),
    (
        "2,001 subschemas",
        {"properties": {f"p{n}": {} for n in range(2_001)}},
        "more than 2000 subschemas",
        "/properties/p",
    ),
    ("20,001 values", {"$defs": {f"p{n}": {"type": "string"} for n in range(10_001)}}, "more than 20000 values", ""),
    ("a million characters", {"$comment": "x" * 1_000_001}, "more than 1000000 characters", ""),
    ("10,000 levels of items", wrapped(10_000, "items"), "nested more than 128 deep", ""),
    ("10,000 levels of not", wrapped(10_000, "not"), "nested more than 128 deep", ""),
    ("129 levels in an example", {"examples": [json.loads("[" * 130 + "]" * 130)]}, "nested more than 128 deep", ""),
    (
        "a number of 400 digits",
        {"properties": {"a/b": {"maximum": 10**399}}},
        "beyond 64 bits",
        "/properties/a~1b/maximum",
    ),
    ("a negative number of 400 digits", {"enum": [1, -(10**399)]}, "beyond 64 bits", "/enum/1"),
    ("a number of 400 digits that nothing reads", {"x": {"y": [10**399]}}, "beyond 64 bits", "/x/y/0"),
    ("infinity", {"minLength": float("inf")}, "not finite", "/minLength"),
    ("half a surrogate pair", {"title": "\ud800"}, "half a surrogate pair", "/title"),
    (
        "another site",
        {"properties": {"a": {"$ref": "http://example.com/a"}}},
        "leads to nothing inside of the schema",
        "/properties/a/$ref",
    ),
    ("the metaschema", {"$ref": "https://json-schema.org/draft/2020-12/schema"}, "leads to nothing inside", "/$ref"),
    ("nothing", {"items": {"$ref": "#/$defs/gone"}}, "leads to nothing inside", "/items/$ref"),
    (
        "another dialect inside",
        {"items": {"$schema": "http://json-schema.org/draft-07/schema#"}},
        "another dialect",
        "/items",
    ),
    ("a wrong type", {"properties": {"a": {"type": 5}}}, "not valid under any of the schemas", "/properties/a/type"),
    ("no pattern", {"properties": {"a": {"pattern": "("}}}, "a group is not closed", "/properties/a/pattern"),
    ("a negative length", {"items": {"minLength": -1}}, "less than the minimum", "/items/minLength"),
]


@pytest.mark.parametrize(
    ("schema", "reason", "place"), [case[1:] for case in REFUSED], ids=[case[0] for case in REFUSED]
)
def test_a_schema_is_refused_with_its_place(schema: Any, reason: str, place: str) -> None:
    refusal = JsonSchemas().check_schema(schema)
    assert refusal is not None
    assert reason in refusal
    assert (f'at "{place}' in refusal) if place else (', at "' not in refusal)
    assert len(refusal) <= 500


ACCEPTED: list[tuple[str, Any]] = [
    ("tree", {"properties": {"left": {"$ref": "#"}, "right": {"$ref": "#"}, "value": {"type": "number"}}}),
    (
        "expressions with 20 operators",
        {
            "$ref": "#/$defs/e",
            "$defs": {
                "e": {
                    "oneOf": [
                        {
                            "type": "object",
                            "required": [f"op{n}"],
                            "properties": {"args": {"items": {"$ref": "#/$defs/e"}}},
                        }
                        for n in range(20)
                    ]
                }
            },
        },
    ),
    ("two branches of itself", {"anyOf": [{"properties": {"a": {"$ref": "#"}}, "required": [name]} for name in "xy"]}),
    (
        "300 definitions that refer to each other",
        {
            "$ref": "#/$defs/d0",
            "$defs": {
                f"d{n}": {"properties": {f"p{m}": {"items": {"$ref": f"#/$defs/d{n * m % 300}"}} for m in range(4)}}
                for n in range(300)
            },
        },
    ),
    ("a short chain", chain(4)),
    (
        "a long chain without doubling",
        {"$ref": "#/$defs/d0", "$defs": {f"d{n}": {"$ref": f"#/$defs/d{n + 1}"} for n in range(500)} | {"d500": {}}},
    ),
    (
        "oneOf of 50 kinds",
        items(
            {
                "oneOf": [
                    {"properties": {"kind": {"const": f"k{n}"}, "a": {"type": "string"}}, "required": ["kind"]}
                    for n in range(50)
                ]
            }
        ),
    ),
    ("enum of 10,000 texts", items({"enum": [f"v{n}" for n in range(10_000)]})),
    ("enum of 500 integers", items({"type": "integer", "enum": list(range(500))})),
    (
        "900 properties",
        {
            "properties": {f"p{n}": {"type": "string", "maxLength": 9} for n in range(900)},
            "additionalProperties": False,
        },
    ),
    ("5,000 required members", {"required": [f"p{n}" for n in range(5_000)]}),
    ("money", {"properties": {"price": {"type": "number", "minimum": 0.01, "multipleOf": 0.01}}}),
    ("unique texts", {"properties": {"tags": {"type": "array", "items": {"type": "string"}, "uniqueItems": True}}}),
    (
        "unevaluatedProperties",
        {
            "allOf": [{"$ref": f"#/$defs/d{n}"} for n in range(5)],
            "unevaluatedProperties": False,
            "$defs": {f"d{n}": {"properties": {f"p{m}": {} for m in range(20)}} for n in range(5)},
        },
    ),
    ("another dialect", {"$schema": "http://json-schema.org/draft-07/schema#", "type": "object"}),
    (
        "formats",
        {
            "properties": {
                name: {"format": name} for name in ("date", "email", "uri", "idn-hostname", "regex", "duration")
            }
        },
    ),
    ("true", True),
    ("false", False),
    ("empty", {}),
]


@pytest.mark.parametrize("schema", [case[1] for case in ACCEPTED], ids=[case[0] for case in ACCEPTED])
def test_an_ordinary_schema_is_accepted(schema: Any) -> None:
    assert JsonSchemas().check_schema(schema) is None


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.name)
def test_schemas_of_costly_payloads_are_ordinary(shape: Any) -> None:
    assert JsonSchemas().check_schema(shape.schema) is None


def sample_schemas() -> list[Any]:
    files = Path(bpmn_events.samples.__path__[0]).glob("*.bpmn")
    elements = [element for file in files for element in etree.parse(file).iter("{*}payloadSchema", "{*}property")]
    texts = [
        element.get("value") or element.text
        for element in elements
        if element.get("name", "payloadSchema") == "payloadSchema"
    ]
    return [msgspec.json.decode(text) for text in texts if text]


@pytest.mark.parametrize("schema", sample_schemas())
def test_the_schemas_of_the_samples_are_accepted(schema: Any) -> None:
    assert CompiledSchema(schema).violations({"unknown": "x"})


def test_a_schema_is_compiled_once() -> None:
    """Compiling takes long, so a payload must find what ``check_schema`` has compiled."""
    schemas, schema = JsonSchemas(), {"type": "object"}
    assert schemas.check_schema(schema) is None
    assert schemas._find(schema) is schemas._find(schema)


def test_the_schemas_that_were_used_last_are_kept() -> None:
    schemas = JsonSchemas(capacity=2)
    first, *others = [{"minProperties": number} for number in range(4)]
    compiled = schemas._find(first)
    for other in others:
        assert schemas.violations(other, {}) if other["minProperties"] else True
    assert schemas._find(first) is not compiled
