"""Attacks with schemas and patterns that cost without bound: they are refused, or are harmless for every payload."""

from collections.abc import Sequence
from typing import Any

import msgspec

from tests.system.under_attack.attacks import Attack, Target, with_schema

_LONG_TEXT = b'{"t":"' + b"a" * 250_000 + b'"}'
_MANY = b'{"t":' + msgspec.json.encode(["a" * 20] * 10_000) + b"}"
_NESTED = b'{"a":' * 60 + b"1" + b"}" * 60


def _deploys(name: str, schema: Any, *payloads: bytes) -> Attack:
    """Return an attack that deploys the schema and, if it is accepted, sends the payloads."""

    async def run(target: Target) -> None:
        key = target.new_key()
        deployed = await target.deploy(with_schema(schema), key)
        if deployed["__typename"] != "DeployProcessModelSuccess":
            assert deployed["code"] == "INVALID_PROCESS_MODEL", deployed
            assert len(deployed["issues"][0]["message"]) < 2000
            return
        await target.start_instance(key, key)
        for payload in payloads:
            response = await target.trigger(key, key, "W", payload, dry_run="true")
            assert response.status_code in (200, 400), response.text[:500]

    return Attack(name, run)


def _refuses(name: str, schema: Any) -> Attack:
    """Return an attack that deploys the schema, which must be refused with the place."""

    async def run(target: Target) -> None:
        deployed = await target.deploy(with_schema(schema), target.new_key())
        assert deployed.get("code") == "INVALID_PROCESS_MODEL", deployed

    return Attack(name, run)


def _pattern(pattern: str) -> dict[str, Any]:
    text = {"pattern": pattern}
    return {"properties": {"t": {"anyOf": [{"type": "string", **text}, {"items": text, "type": "array"}]}}}


def _chain(length: int, link: str = "allOf", copies: int = 2) -> dict[str, Any]:
    steps = {f"d{n}": {link: [{"$ref": f"#/$defs/d{n + 1}"}] * copies} for n in range(length)}
    return {"$ref": "#/$defs/d0", "$defs": {**steps, f"d{length}": {"type": "object", "required": ["missing"]}}}


def _nested_not(length: int) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "object"}
    for _ in range(length):
        schema = {"not": {"allOf": [schema, schema]}}
    return schema


_CIRCLE = {"a": {"$ref": "#/$defs/b"}, "b": {"$ref": "#/$defs/a"}}
_TREE = {"anyOf": [{"properties": {"a": {"$ref": "#"}}, "required": [name]} for name in "xyz"]}
_OBJECTS = {"enum": [{"n": number} for number in range(5000)]}
_DEPENDENT = {f"n{number}": {"allOf": [{"minProperties": number}] * 20} for number in range(300)}
_FORMATS = ("email", "idn-email", "uri", "uri-template", "idn-hostname", "regex", "duration", "iri", "json-pointer")
_EXPENSIVE_PATTERNS: Sequence[str] = (
    r"(\w{1,50}){1,50}b",
    "|".join(f".{{0,{n}}}x" for n in range(1, 200)),
    r"((a{1,30}){1,30}){1,30}b",
    r"(?:[a-z]{0,500}){0,500}Z",
    r"\p{L}{1,1000}\p{N}{1,1000}!",
    r"(a?){3000}(a){3000}b",
    r"^(.{1,200}\d){1,40}$",
    r"(x+x+)+y",
    r"^(([a-z])+.)+[A-Z]([a-z])+$",
    "(" * 500 + "a" + ")" * 500,
    r"[\s\S]{1,2000}[\s\S]{1,2000}q",
    r"(\W|\w){0,999}$",
)

ATTACKS = (
    _refuses("doubled allOf chain of 24", _chain(24)),
    _refuses("doubled anyOf chain of 24", _chain(24, "anyOf")),
    _refuses("doubled oneOf chain of 24", _chain(24, "oneOf")),
    _refuses("tripled chain of 16", _chain(16, copies=3)),
    _refuses("reference to itself", {"allOf": [{"$ref": "#"}]}),
    _refuses("references in a circle", {"$ref": "#/$defs/a", "$defs": _CIRCLE}),
    _refuses("a number with 400 digits", '{"properties":{"t":{"maximum":' + "9" * 400 + "}}}"),
    _refuses("a length with 400 digits", '{"properties":{"t":{"maxLength":' + "9" * 400 + "}}}"),
    _refuses("an exponent of 400", '{"properties":{"t":{"minimum":1e400}}}'),
    _refuses("a pattern that is none", _pattern("(")),
    _refuses("outside reference", {"$ref": "http://127.0.0.1:1/schema"}),
    _deploys("doubled not", _nested_not(12), b"{}", _NESTED),
    _deploys("tree of itself", _TREE, _NESTED),
    _deploys("5,000 definitions", {"$defs": {f"d{n}": {"type": "string"} for n in range(5000)}}, b"{}"),
    _deploys("enum of 5,000 objects", {"properties": {"t": {"items": _OBJECTS}}}, _MANY),
    _deploys("dynamic reference", {"$dynamicAnchor": "n", "properties": {"a": {"$dynamicRef": "#n"}}}, _NESTED),
    _deploys("dependent schemas", {"dependentSchemas": _DEPENDENT}, _MANY),
    *(_deploys(f"pattern {pattern[:30]}", _pattern(pattern), _LONG_TEXT, _MANY) for pattern in _EXPENSIVE_PATTERNS),
    _deploys("100 pattern properties", {"patternProperties": {f"^a.*{n}$": {"type": "integer"} for n in range(100)}},
             msgspec.json.encode({f"a{n:018}": n for n in range(9000)})),
    *(_deploys(f"format {name}", {"properties": {"t": {"format": name}}}, _LONG_TEXT, _MANY)
      for name in _FORMATS),
)  # fmt: skip
