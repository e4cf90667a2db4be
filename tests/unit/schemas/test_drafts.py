"""Schemas mean what the draft says that their `$schema` declares.

The groups in ``suite`` are those of the JSON Schema Test Suite without references to other documents, without custom
metaschemas, and without those that want `format` to be ignored.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bpmn_events.adapters.json_schema import JsonSchemas
from bpmn_events.adapters.json_schema.compiled_schema import CompiledSchema
from bpmn_events.adapters.json_schema.explanation import explainer
from bpmn_events.adapters.json_schema.graph.drafts import DRAFTS, Draft
from bpmn_events.application.ports.payload_schemas import EarlierSchema
from bpmn_events.domain.errors import PayloadViolation

SUITE = Path(__file__).with_name("suite")
FILLER = {f"k{number:03}": number for number in range(100)}
D4, D6, D7, D19, D20 = (draft.uri for draft in DRAFTS)


def wrong_results(draft: Draft) -> Iterator[tuple[str, str, Any]]:
    """Yield the file, the group and the value of each test with another result than the suite's."""
    for line in (SUITE / f"{draft.name}.jsonl").read_text("utf-8").splitlines():
        group = json.loads(line)
        schema = group["schema"]
        compiled = CompiledSchema({"$schema": draft.uri, **schema} if isinstance(schema, dict) else schema)
        for value, is_valid in group["tests"]:
            if (compiled.violations(value) == ()) is not is_valid:
                yield group["file"], group["group"], value


@pytest.mark.parametrize("draft", DRAFTS, ids=lambda draft: draft.name)
def test_each_draft_passes_the_test_suite(draft: Draft) -> None:
    assert list(wrong_results(draft)) == []


@pytest.mark.parametrize("draft", DRAFTS, ids=lambda draft: draft.name)
def test_the_search_for_violations_knows_each_draft(draft: Draft, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(explainer, "_MAX_BYTES", -1)
    assert list(wrong_results(draft)) == []


@pytest.mark.parametrize(
    "uri",
    [
        f"{scheme}://json-schema.org/{path}/schema"
        for scheme in ("http", "https")
        for path in ("draft-04", "draft-06", "draft-07", "draft/2019-09", "draft/2020-12")
    ],
)
@pytest.mark.parametrize("end", ["", "#"])
def test_a_draft_is_declared_with_or_without_a_fragment(uri: str, end: str) -> None:
    assert JsonSchemas().check_schema({"$schema": uri + end, "type": "object"}) is None


@pytest.mark.parametrize(
    ("schema", "reason"),
    [
        (
            {"$schema": "http://json-schema.org/draft-03/schema#"},
            "is unknown; supported are draft-04, draft-06, ",
        ),
        ({"$schema": "https://example.com/own"}, "its $schema 'https://example.com/own' is unknown; supported are"),
        ({"$schema": 7}, "its $schema 7 is unknown"),
        ({"$schema": D7, "items": {"$schema": D20}}, 'another dialect, but no identifier of its own, at "/items"'),
        ({"$schema": D4, "minimum": 1, "exclusiveMinimum": 5}, '5 is not of type "boolean", at "/exclusiveMinimum"'),
        ({"$schema": D6, "exclusiveMinimum": True}, 'true is not of type "number", at "/exclusiveMinimum"'),
        ({"$schema": D4, "properties": {"a": True}}, 'true is not of type "object", at "/properties/a"'),
        ({"$schema": D4, "minLength": 2.0}, '2.0 is not of type "integer", at "/minLength"'),
        ({"$schema": D20, "items": [{}]}, 'at "/items"'),
        ({"$schema": D7, "$ref": "https://example.com/other"}, "leads to nothing inside of the schema"),
        ({"$schema": D7, "patternProperties": {r"\ba": {}}}, "need a $schema of 2019-09 or 2020-12"),
    ],
)
def test_what_a_draft_does_not_allow_is_refused(schema: Any, reason: str) -> None:
    refusal = JsonSchemas().check_schema(schema)
    assert refusal is not None
    assert reason in refusal


@pytest.mark.parametrize(
    ("schema", "value", "violation"),
    [
        (
            {"$schema": D7, "items": [{"type": "string"}], "additionalItems": {"type": "null"}},
            ["a", 1],
            ("/a/1", "type", '1 is not of type "null"'),
        ),
        (
            {"$schema": D4, "minimum": 5, "exclusiveMinimum": True},
            5,
            ("/a", "exclusiveMinimum", "5 is less than or equal to the minimum of 5"),
        ),
        (
            {"$schema": D7, "dependencies": {"x": ["y"]}},
            {"x": 1},
            ("/a", "required", '"y" is a required property'),
        ),
        (
            {"$schema": D7, "pattern": r"^\s\b"},
            "x",
            ("/a", "pattern", r'"x" does not match "^\s\b"'),
        ),
        (
            {"$schema": D20, "not": {"pattern": "^.$"}},
            "x",
            ("/a", "not", '{"pattern":"^.$"} is not allowed for "x"'),
        ),
        (
            {"$schema": D20, "pattern": "^(?=.*[0-9])(?!.*x).{3,}$"},
            "1234x",
            ("/a", "pattern", '"1234x" does not match "^(?=.*[0-9])(?!.*x).{3,}$"'),
        ),
        (
            {"$schema": D6, "pattern": "^[a-z]{1,100}$"},
            "a" * 101,
            ("/a", "pattern", f'"{"a" * 101}" does not match "^[a-z]{{1,100}}$"'),
        ),
        (
            {
                "$schema": D20,
                "$id": "urn:outer",
                "$ref": "urn:inner",
                "$defs": {
                    "x": {
                        "$id": "urn:inner",
                        "$schema": D7,
                        "items": [{"type": "null"}],
                    }
                },
            },
            [1],
            ("/a/0", "type", '1 is not of type "null"'),
        ),
    ],
)
def test_violations_are_exact(schema: Any, value: Any, violation: tuple[str, str, str]) -> None:
    """Both small and large payloads name the path, the keyword and the message of the schema as it is written."""
    outer = {"$schema": schema["$schema"], "properties": {"a": schema}}
    compiled = CompiledSchema(outer)
    assert compiled.violations({"a": value}) == (PayloadViolation(*violation),)
    assert compiled.violations({**FILLER, "a": value}) == (PayloadViolation(*violation),)


def test_an_integer_of_draft_4_has_no_fraction() -> None:
    schema = {"$schema": D4, "properties": {"a": {"type": "integer"}}}
    message = '1.0 is not of type "integer"'
    for payload in ({"a": 1.0}, {**FILLER, "a": 1.0}):
        assert CompiledSchema(schema).violations(payload) == (PayloadViolation("/a", "type", message),)
    assert CompiledSchema({**schema, "$schema": D6}).violations({"a": 1.0}) == ()


def test_content_keywords_are_annotations_in_each_draft() -> None:
    for draft in DRAFTS:
        text = {"contentMediaType": "application/json", "contentEncoding": "base64"}
        schema = {"$schema": draft.uri, "properties": {"a": text}}
        assert CompiledSchema(schema).violations({"a": "{"}) == ()


def test_a_costly_schema_of_an_earlier_draft_is_refused() -> None:
    links = {f"d{n}": {"allOf": [{"$ref": f"#/definitions/d{n + 1}"}] * 2} for n in range(20)}
    schema = {"$schema": D4, "$ref": "#/definitions/d0", "definitions": {**links, "d20": {"type": "object"}}}
    refusal = JsonSchemas().check_schema(schema)
    assert refusal is not None
    assert "steps; at most 200000 are accepted" in refusal


def test_a_schema_of_the_first_meaning_is_one_of_2020_12_with_the_patterns_of_before() -> None:
    schemas = JsonSchemas()
    written = {"$schema": D20, "properties": {"a": {"pattern": "^.$"}}}
    earlier = EarlierSchema(written)
    assert schemas.check_schema(earlier, is_stored=True) is None
    assert schemas.violations(earlier, {"a": "\r"}) == ()
    assert [violation.keyword for violation in schemas.violations(written, {"a": "\r"})] == ["pattern"]
    assert schemas.violations(earlier, {"a": "ab"})[0].message == '"ab" does not match "^.$"'


def test_a_schema_of_the_first_meaning_ignores_the_draft_that_it_declares() -> None:
    written = {"$schema": D7, "$ref": "#/$defs/a", "$defs": {"a": {}}, "required": ["a"]}
    assert [violation.keyword for violation in JsonSchemas().violations(EarlierSchema(written), {})] == ["required"]
    assert JsonSchemas().violations(written, {}) == ()


def test_a_schema_of_the_first_meaning_may_have_a_schema_that_nobody_knows() -> None:
    assert JsonSchemas().check_schema(EarlierSchema({"$schema": "https://example.com/own"}), is_stored=True) is None


@pytest.mark.parametrize("pattern", ["^(?=.*[0-9])x", r"\bx", "^.{1,100}$"])
@pytest.mark.parametrize(
    "draft", ["http://json-schema.org/draft-07/schema#", "https://json-schema.org/draft/2020-12/schema"]
)
@pytest.mark.parametrize("conditions", [None, True, {}, "x"])
def test_a_rewritten_pattern_beside_an_invalid_keyword_is_refused(pattern: str, draft: str, conditions: Any) -> None:
    refusal = JsonSchemas().check_schema({"$schema": draft, "pattern": pattern, "allOf": conditions})
    assert refusal is not None
    assert '"array"' in refusal
    assert "/allOf" in refusal
