"""The numbers of payload schemas mean what JSON says, or are refused with the reason."""

from typing import Any

import pytest

from bpmn_events.adapters.hosts.embedded.engine import EmbeddedEngine
from bpmn_events.adapters.hosts.embedded.model.meaning import CURRENT, FIRST
from bpmn_events.adapters.hosts.embedded.parsing.schema_text import SchemaTextError, read_schema
from bpmn_events.adapters.json_schema import JsonSchemas
from bpmn_events.application.ports.payload_schemas import EarlierSchema
from tests.conformance.drawing import draw


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2.0", 2.0),
        ("1e2", 100.0),
        ("1E+2", 100.0),
        ("-0", 0),
        ("-0.0", -0.0),
        ("0.1", 0.1),
        ("1.50", 1.5),
        ("1e-8", 1e-8),
        ("5e-324", 5e-324),
        ("1e308", 1e308),
        ("18446744073709551615", 2**64 - 1),
        ("9007199254740993.0", 9007199254740993),
        ("12345678901234567e2", 1234567890123456700),
    ],
)
def test_a_number_is_exact(text: str, value: float) -> None:
    assert read_schema(f'{{"const": {text}}}', CURRENT) == {"const": value}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("1e400", "has the number 1e400, which is beyond the range of 64-bit floating-point numbers"),
        ("-1e400", "which is beyond the range"),
        ("1e-400", "has the number 1e-400, which no 64-bit floating-point number represents"),
        ("1.00000000000000000001", "which no 64-bit floating-point number represents"),
        ("0." + "1" * 50, f"has the number 0.{'1' * 38}…, which no"),
        ("1" * 5_000, "has an integer beyond 64 bits, which is not supported"),
        ("01", "is not JSON"),
        ("+1", "is not JSON"),
        ("NaN", "is not JSON"),
    ],
)
def test_a_number_that_cannot_be_represented_is_refused(text: str, reason: str) -> None:
    with pytest.raises(SchemaTextError) as refusal:
        read_schema(f'{{"const": {text}}}', CURRENT)
    assert reason in str(refusal.value)


@pytest.mark.parametrize(
    ("schema", "accepted", "rejected"),
    [
        ('{"minLength": 2.0}', "ab", "a"),
        ('{"maxLength": 1e0}', "a", "ab"),
        ('{"minLength": -0.0}', "", None),
        ('{"maxLength": 1e300}', "ab", None),
        ('{"multipleOf": 1e-8}', 3e-8, 1.5e-8),
        ('{"minimum": -0}', 0, -1),
        ('{"maximum": 9007199254740993.0}', 9007199254740993, 9007199254740994),
        ('{"enum": [1.0]}', 1, 2),
    ],
)
def test_keywords_have_the_values_of_their_numbers(schema: str, accepted: Any, rejected: Any) -> None:
    schemas, read = JsonSchemas(), {"properties": {"a": read_schema(schema, CURRENT)}}
    assert schemas.check_schema(read) is None
    assert schemas.violations(read, {"a": accepted}) == ()
    if rejected is not None:
        assert schemas.violations(read, {"a": rejected}) != ()


def test_an_integer_beyond_64_bits_is_refused_with_its_place() -> None:
    refusal = JsonSchemas().check_schema({"maximum": read_schema(f'{{"a": {2**64}}}', CURRENT)["a"]})  # type: ignore[index]
    assert refusal == 'an integer is beyond 64 bits: from -2^63 to 2^64-1 are supported, at "/maximum"'


def test_a_stored_schema_of_the_first_meaning_is_read_as_before() -> None:
    schema = '{"properties": {"v": {"pattern": "^.$", "maximum": 1.00000000000000000001}}}'
    model = draw(f"start > A\nA: receiveTask message=m ext='<events:payloadSchema>{schema}</events:payloadSchema>'")
    engine = EmbeddedEngine(JsonSchemas())
    first, current = (engine.compile_stored(model, "p", meaning).catch_elements["A"] for meaning in (FIRST, CURRENT))
    assert isinstance(first.payload_schema, EarlierSchema)
    assert first.payload_schema["properties"]["v"]["maximum"] == 1.0
    assert current.payload_schema is None  # the number is refused now
