"""The estimated cost of a check: which payloads are checked in the event loop."""

from typing import Any

import pytest

from bpmn_events.adapters.json_schema.budget import refuse
from bpmn_events.adapters.json_schema.compiled_schema import CompiledSchema
from bpmn_events.adapters.json_schema.costs.cost import NOTHING, Cost, Size, peak, total
from bpmn_events.adapters.json_schema.costs.payload_size import measure, to_json
from bpmn_events.adapters.json_schema.costs.weighing import weigh
from bpmn_events.adapters.json_schema.graph.nodes import SchemaGraph
from tests.unit.schemas.shapes import LINE, LINES, MAX_BYTES, items, many


def cost(schema: Any) -> Cost:
    return weigh(SchemaGraph(schema), lambda _: None)


def keywords(schema: Any, payload: Any) -> list[str]:
    return [violation.keyword for violation in CompiledSchema(schema).violations(payload)]


# --- payloads ---


@pytest.mark.parametrize(
    ("payload", "size"),
    [
        ({}, Size(1, 0, 0, 0, 0, 2)),
        ([[], {}, [{}]], Size(5, 0, 0, 0, 0, 14)),
        ({"a": [1, 22, "x"]}, Size(5, 3, 0, 0, 0, 16)),
        ({"a": 1.5, "b": -0.25, "c": 3.0}, Size(4, 7, 2, 1, 0, 27)),
        ([1e300, 1.5e-7, 2**64 - 1], Size(4, 27, 1, 0, 3, 35)),
        ({"a1": "1.5 and 2e3, [x] {y}"}, Size(2, 0, 0, 0, 0, 29)),
        ({'a"1': "1.5\\", "\\": ['"', "1,2", 7]}, Size(6, 1, 0, 0, 0, 35)),
    ],
)
def test_the_size_of_a_payload(payload: Any, size: Size) -> None:
    measured = measure(to_json(payload))
    assert measured._replace(bytes=0) == size._replace(bytes=0)
    assert measured.bytes == len(to_json(payload))


def test_integers_beyond_64_bits_have_a_size() -> None:
    assert measure(to_json({"a": 10**40})).bytes == len('{"a":1' + "0" * 40 + "}")


LARGE: list[tuple[str, Any, Any]] = [
    ("oneOf of 50", items({"oneOf": [{"required": [f"k{n}"]} for n in range(50)]}), many({})),
    (
        "100 patterns for names",
        {"patternProperties": {f"[b-f]{n}$": {} for n in range(100)}},
        {f"k{n}": 1 for n in range(20_000)},
    ),
    ("100 dependencies", items({"dependentRequired": {f"a{n}": ["b"] for n in range(100)}}), many({})),
    ("fractions of tiny numbers", items({"multipleOf": 0.01}), many(5e-324)),
    ("a fraction as a limit", items({"maximum": 0.01}), many(1e-300)),
    ("a number as a constant", items({"const": 1}), many(0.1)),
    ("integers as options", items({"enum": [1, 2, 3]}), many(12345.678)),
    ("an integer as a limit", items({"minimum": 0, "maximum": 1}), many(1e300)),
    ("unique fractions", items({"uniqueItems": True}), many([n + 0.5 for n in range(15)])),
    ("unique integers", items({"uniqueItems": True}), many([*range(15)])),
    ("unique arrays of fractions", items({"uniqueItems": True}), many([[n + 0.5] for n in range(15)])),
    ("a format that is slow", {"properties": {"a": {"format": "regex"}}}, {"a": "(?<n>a)" * 30_000}),
    ("a pattern with many ways", items({"pattern": "(a|b)*a(a|b){20}c"}), many("abab")),
]


@pytest.mark.parametrize(("schema", "payload"), [case[1:] for case in LARGE], ids=[case[0] for case in LARGE])
def test_a_costly_payload_is_not_checked_in_the_event_loop(schema: Any, payload: Any) -> None:
    compiled = CompiledSchema(schema)
    assert compiled.quick_violations(payload) is None
    small = {"lines": payload["lines"][:20]} if "lines" in payload else {"k1": 1}
    assert compiled.quick_violations(small) is not None


def test_a_larger_limit_of_payloads_does_not_give_a_check_more_time() -> None:
    schema, payload = items({"oneOf": [{"required": [f"k{n}"]} for n in range(30)]}), many({})
    assert CompiledSchema(schema, 1_000).quick_violations(payload) is not None
    assert CompiledSchema(schema, 10 * MAX_BYTES).quick_violations(payload) is None


@pytest.mark.parametrize(
    ("schema", "payload"),
    [
        (LINES, many(LINE)),
        (
            items({"properties": {"price": {"type": "number", "minimum": 0.01}, "sku": {"maxLength": 90}}}),
            many({"price": 9.99, "sku": "x" * 60}),
        ),
        (
            items({"properties": {"tags": {"items": {"type": "string"}, "uniqueItems": True}}}),
            many({"tags": ["a", "b"], "price": 12.5}),
        ),
        (
            items({"properties": {"email": {"pattern": r"^[\w.+-]+@[\w-]+\.[\w.]{2,}$", "format": "email"}}}),
            many({"email": "ada@example.com"}),
        ),
        (
            items({"oneOf": [{"properties": {"kind": {"const": f"k{n}"}}, "required": ["kind"]} for n in range(20)]}),
            many({"kind": "k7", "text": "x" * 80}),
        ),
        (items({"type": "integer", "enum": list(range(300))}), many(7)),
        (
            items({"properties": {"price": {"minimum": 0.01}}}),
            many({"id": "0e4f3e21-7e5e-4e3b-8e17-1e0e2e3e4e5e", "price": 9.99}),
        ),
    ],
)
def test_ordinary_large_payloads_are_checked_at_once(schema: Any, payload: Any) -> None:
    assert CompiledSchema(schema).quick_violations(payload) == ()


# --- schemas ---


def test_schemas_at_the_same_value_add_up() -> None:
    one = cost({"minProperties": 1}).values
    assert cost({"allOf": [{"minProperties": 1}] * 9}).values > 9 * one - 9
    assert cost({"properties": {"a": {"minProperties": 1}, "b": {"minProperties": 1}}}).values < 3 * one


def test_the_same_member_of_several_schemas_adds_up() -> None:
    member: Any = {"properties": {"a": {"oneOf": [{}] * 20}}}
    one, two = cost(member).values, cost({"allOf": [member, {"properties": {"a": {"oneOf": [{}] * 20}}}]}).values
    assert two >= 1.8 * one


def test_a_recursion_without_branches_costs_as_much_as_one_level() -> None:
    tree = {"properties": {"left": {"$ref": "#"}, "right": {"$ref": "#"}, "value": {"minimum": 0}}}
    flat = {"properties": {"left": {}, "right": {}, "value": {"minimum": 0}}}
    assert cost(tree) == cost(flat)


def test_items_that_cannot_be_numbers_are_compared_fast() -> None:
    texts = {"items": {"$ref": "#/$defs/t"}, "uniqueItems": True, "$defs": {"t": {"type": ["string", "null"]}}}
    assert cost(texts).decimals == 0
    assert cost({**texts, "prefixItems": [{}]}).decimals > 0
    assert cost({"uniqueItems": True}).decimals > 0


def test_numbers_as_items_are_rejected_before_they_are_compared() -> None:
    """The estimate above holds only if the types of items are checked first."""
    schema = {"properties": {"tags": {"items": {"type": "string"}, "uniqueItems": True}}}
    assert keywords(schema, {"tags": ["a", "a"]}) == ["uniqueItems"]
    assert set(keywords(schema, {"tags": [1, 1]})) == {"type", "uniqueItems"}
    assert keywords(schema, {"tags": [0.5] * 30_000}) == ["type"] * 100


def test_types_decide_which_numbers_are_compared() -> None:
    assert cost({"type": "integer", "enum": [1, 2]}).decimals == 0
    assert cost({"type": "integer", "enum": [1, 2]}).integrals > 0
    assert cost({"type": "string", "enum": [1, 2]}).integrals == 0
    assert cost({"type": ["integer", "number"], "enum": [1, 2]}).decimals > 0


def test_vectors() -> None:
    assert total([Cost(values=1), Cost(values=2, bytes=3)]) == Cost(values=3, bytes=3)
    assert peak([Cost(values=1, digits=5), Cost(values=2)]) == Cost(values=2, digits=5)
    assert total([]) == peak([]) == NOTHING
    assert refuse(NOTHING) is None
    assert refuse(Cost(values=1e9)) is not None
    assert refuse(Cost(values=float("inf"))) is not None


@pytest.mark.parametrize(
    ("cost_of_a_check", "payload"),
    [
        (Cost(values=10), [1] * 1_000),
        (Cost(values=10, digits=7), [22] * 1_000),
        (Cost(values=10, digits=7, decimals=100), [0.5] * 1_000),
        (Cost(integrals=100), [1.0] * 1_000),
        (Cost(exponents=100), [1e300] * 1_000),
        (Cost(values=1, bytes=9), ["x" * 100] * 10),
    ],
)
def test_the_cost_per_byte_is_an_upper_bound(cost_of_a_check: Cost, payload: Any) -> None:
    text = to_json(payload)
    assert cost_of_a_check.of(measure(text)) <= cost_of_a_check.per_byte * (len(text) + 4)
