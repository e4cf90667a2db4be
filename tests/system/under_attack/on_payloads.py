"""Attacks with payloads within the size limit that violate a schema as often as possible."""

from collections.abc import Iterator
from typing import Any

import msgspec

from tests.system.under_attack.attacks import Attack, Target, with_schema

_SIZE = 250_000
_CALLERS = 4


def _fill(item: str) -> bytes:
    """Return a payload of the greatest size whose lines are all this item."""
    return f'{{"lines":[{",".join([item] * (_SIZE // (len(item) + 1)))}]}}'.encode()


def _lines(items: Any, **more: Any) -> dict[str, Any]:
    return {"type": "object", "properties": {"lines": {"type": "array", "items": items, **more}}}


def _violates(name: str, schema: Any, payload: bytes) -> Attack:
    """Return an attack with the payload, which several callers send at the same time."""

    async def run(target: Target) -> None:
        correlation = target.new_key()
        key = await target.start(with_schema(schema), correlation)
        for _ in range(_CALLERS):
            response = await target.trigger(key, correlation, "W", payload)
            assert response.status_code == 400, response.text[:500]
            violations = response.json()["violations"]
            assert 1 <= len(violations) <= 100
            value = msgspec.json.decode(payload)
            for violation in violations:
                _resolve(value, violation["path"])

    return Attack(name, run)


def _resolve(value: Any, path: str) -> Any:
    """Return the value at the JSON Pointer, which must exist."""
    for part in path.split("/")[1:]:
        name = part.replace("~1", "/").replace("~0", "~")
        value = value[int(name)] if isinstance(value, list) else value[name]
    return value


def _nested(depth: int) -> bytes:
    return b'{"a":' * depth + b"1" + b"}" * depth


def _names(number: int) -> bytes:
    return msgspec.json.encode({f"n{index}": index for index in range(number)})


_ORDER_LINE = {
    "type": "object",
    "required": ["sku", "quantity", "price"],
    "properties": {"sku": {"type": "string"}, "quantity": {"type": "integer", "minimum": 1}},
}


def _branches(number: int) -> Iterator[dict[str, Any]]:
    return ({"type": "object", "required": [f"kind{index}"]} for index in range(number))


ATTACKS = (
    _violates("empty order lines", _lines(_ORDER_LINE), _fill("{}")),
    _violates("enum of 1,000", _lines({"enum": [f"value {n}" for n in range(1000)]}), _fill("1")),
    _violates("anyOf of 5", _lines({"anyOf": list(_branches(5))}), _fill("{}")),
    _violates("oneOf of 20", _lines({"oneOf": list(_branches(20))}), _fill("{}")),
    _violates("allOf of 20", _lines({"allOf": list(_branches(20))}), _fill("{}")),
    _violates("const", _lines({"const": {"a": list(range(100))}}), _fill("[]")),
    _violates("not", _lines({"not": {"type": "integer"}}), _fill("1")),
    _violates("if, then", _lines({"if": {"type": "integer"}, "then": {"minimum": 5}}), _fill("1")),
    _violates("unknown members", {"additionalProperties": False}, _names(15_000)),
    _violates("unevaluated members", {"unevaluatedProperties": False, "allOf": [{"properties": {}}]}, _names(15_000)),
    _violates("property names", {"propertyNames": {"maxLength": 1}}, _names(15_000)),
    _violates("pattern", _lines({"pattern": "^[0-9]+$"}), _fill('"a"')),
    _violates("long text", {"properties": {"a": {"type": "integer"}}}, b'{"a":"' + b"x" * _SIZE + b'"}'),
    _violates("unique items", _lines({}, uniqueItems=True), _fill("[1]")),
    _violates("contains", _lines({}, contains={"type": "string"}), _fill("1")),
    _violates("last item of many", _lines({"type": "integer"}), _fill("1")[:-2] + b',"x"]}'),
    _violates("maxItems", _lines({}, maxItems=3), _fill("1")),
    _violates("format", _lines({"format": "date-time"}), _fill('"2026-13-01T00:00:00Z"')),
    _violates("multipleOf", _lines({"multipleOf": 0.01}), _fill("1e-7")),
    _violates("recursion", {"properties": {"a": {"$ref": "#"}}, "not": {"maxProperties": 0}, "maxProperties": 1,
                            "type": "object"}, _nested(60)),
)  # fmt: skip
