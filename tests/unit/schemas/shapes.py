"""Payloads near the limit of 256 KiB that are costly to check or to explain."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import orjson

MAX_BYTES = 262_144

LINES = {
    "type": "object",
    "required": ["lines"],
    "properties": {
        "lines": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["sku", "quantity", "price"],
                "properties": {
                    "sku": {"type": "string"},
                    "quantity": {"type": "integer", "minimum": 1},
                    "price": {"type": "number"},
                },
            },
        }
    },
}
LINE = {"sku": "a", "quantity": 1, "price": 1}


@dataclass(frozen=True)
class Shape:
    """A schema and a payload that violates it."""

    name: str
    schema: Any
    payload: Any


def items(schema: Any) -> dict[str, Any]:
    return {"properties": {"lines": {"items": schema}}}


def many(item: Any, *last: Any) -> dict[str, Any]:
    """Return a payload with as many equal items as possible."""
    size = len(orjson.dumps(item)) + 1
    return {"lines": [item] * ((MAX_BYTES - 1_000 - len(orjson.dumps(last))) // size) + list(last)}


def nested(depth: int, content: Any, beside: Any) -> Any:
    for _ in range(depth):
        content = {"a": content, "b": beside}
    return content


def _recursive(beside: Any) -> dict[str, Any]:
    own = {"a": {"$ref": "#"}, "b": beside, "lines": {"items": {"type": "integer"}}}
    return {"type": "object", "properties": own}


def _options(keyword: str, count: int, option: Callable[[int], Any]) -> dict[str, Any]:
    return {keyword: [option(number) for number in range(count)]}


def _requires(number: int) -> dict[str, Any]:
    return {"type": "object", "required": [f"k{number}"]}


_NAMES = {f"k{number:05}": 1 for number in range(20_000)}
_TEXT = {"text": "é" * 120_000}

SHAPES = [
    Shape("every line is empty", LINES, many({})),
    Shape("the last line is wrong", LINES, many(LINE, {})),
    Shape("the first line is wrong", LINES, {"lines": [{}, *many(LINE)["lines"]]}),
    Shape("no line at all", LINES, {"rows": many({})["lines"]}),
    Shape("enum of 1,000", items(_options("enum", 1_000, str)), many(1)),
    Shape("anyOf of 5", items(_options("anyOf", 5, _requires)), many({})),
    Shape("oneOf of 9", items(_options("oneOf", 9, _requires)), many({})),
    Shape("anyOf above the lines", _options("anyOf", 5, lambda number: items(_requires(number))), many({})),
    Shape("oneOf with several options", _options("oneOf", 5, lambda _: items({"minProperties": 0})), many({})),
    Shape("not above the lines", {"not": items({"type": "object"})}, many({})),
    Shape("5,000 required members", {"required": [f"q{number}" for number in range(5_000)]}, _NAMES),
    Shape("20,000 unknown members", {"properties": {"a": {}}, "additionalProperties": False}, _NAMES),
    Shape("20,000 members, none allowed", {"additionalProperties": False}, _NAMES),
    Shape("20,000 unevaluated members", {"properties": {"a": {}}, "unevaluatedProperties": False}, _NAMES),
    Shape("80,000 unevaluated items", {"properties": {"lines": {"unevaluatedItems": False}}}, many({})),
    Shape("20,000 wrong names", {"propertyNames": {"anyOf": [{"pattern": "^[a-z]+$"}, {"maxLength": 3}]}}, _NAMES),
    Shape("no names", {"propertyNames": False}, _NAMES),
    Shape("10 patterns for 20,000 names", {"patternProperties": {f"k.*{n}": {"const": "a"} for n in range(9)}}, _NAMES),
    Shape("contains", {"properties": {"lines": {"contains": {"required": ["a"]}, "minContains": 3}}}, many({})),
    Shape("dependentRequired", items({"dependentRequired": {"a": ["b", "c"]}}), many({"a": 1})),
    Shape("dependentSchemas", {"dependentSchemas": {"lines": items({"required": ["a"]})}}, many({})),
    Shape("if above the lines", {"if": items({"type": "object"}), "then": items({"required": ["a"]})}, many({})),
    Shape("if at each line", items({"if": {"required": ["a"]}, "else": {"required": ["b"]}}), many({})),
    Shape("too many items", {"properties": {"lines": {"maxItems": 5, "type": "string", "const": 1}}}, many({})),
    Shape("equal items", {"properties": {"lines": {"uniqueItems": True}}}, {"lines": [*range(30_000), 0]}),
    Shape("long text", {"properties": {"text": {"maxLength": 5, "pattern": "^x", "format": "date"}}}, _TEXT),
    Shape("deep, the last one wrong", _recursive({"$ref": "#"}), nested(60, many(1, "x"), {})),
    Shape("deep, everything wrong", _recursive({"required": ["q"]}), nested(60, many("x"), {})),
    Shape(
        "two ways through a recursion",
        {"anyOf": [{"properties": {"a": {"$ref": "#"}}, "required": [name]} for name in "xy"], "type": "object"},
        {"x": 1, "y": 1, "a": nested(60, {"x": 1, "y": 1, "a": 5}, {})},
    ),
    Shape(
        "doubled errors in a recursion",
        {"allOf": [{"properties": {"a": {"$ref": "#"}}}] * 2, "properties": {"b": {"type": "string"}}},
        nested(60, {}, 5),
    ),
]
