"""The JSON text of a payload schema in a BPMN file."""

from decimal import Decimal
from math import isfinite
from typing import Any

import msgspec

from bpmn_events.adapters.hosts.embedded.model import meaning as meanings
from bpmn_events.application.ports.payload_schemas import EarlierSchema
from bpmn_events.domain.payload import MAX_INTEGER, MIN_INTEGER

_SHOWN = 40


class SchemaTextError(Exception):
    """The text is no JSON Schema. The message says why, as the end of a sentence about the schema."""


class _UnsupportedNumber(ValueError):
    """A number whose value would be another one in the checks."""


def read_schema(text: str, meaning: int) -> dict[str, Any] | bool:
    """Return the schema. One of the first meaning is an ``EarlierSchema``, whose numbers may be rounded.

    Raises:
        SchemaTextError: It is not JSON, no JSON Schema, or has a number that cannot be represented exactly.
    """
    is_earlier = meaning < meanings.CURRENT
    schema = _decode(text, msgspec.json.Decoder() if is_earlier else msgspec.json.Decoder(float_hook=_read_number))
    if isinstance(schema, dict):
        return EarlierSchema(schema) if is_earlier else schema
    if isinstance(schema, bool):
        return schema
    raise SchemaTextError("is no JSON Schema: an object, true or false is needed")


def _decode(text: str, decoder: "msgspec.json.Decoder[Any]") -> Any:
    try:
        return decoder.decode(text)
    except (msgspec.DecodeError, RecursionError) as error:
        if isinstance(error.__cause__, _UnsupportedNumber):
            raise SchemaTextError(f"has the number {error.__cause__}") from error
        if "out of range" in str(error):
            raise SchemaTextError("has an integer beyond 64 bits, which is not supported") from error
        raise SchemaTextError("is not JSON") from error


def _read_number(text: str) -> int | float:
    """Return a number with a fraction or an exponent, exactly.

    A floating-point number of 64 bits is exact if its shortest decimal form is the same number.

    Raises:
        _UnsupportedNumber: There is no such number of 64 bits.
    """
    number, shown = float(text), text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
    if not isfinite(number):
        raise _UnsupportedNumber(f"{shown}, which is beyond the range of 64-bit floating-point numbers")
    exact = Decimal(text)
    if exact == Decimal(repr(number)):
        return number
    if MIN_INTEGER <= exact <= MAX_INTEGER and exact == exact.to_integral_value():
        return int(exact)
    raise _UnsupportedNumber(f"{shown}, which no 64-bit floating-point number represents (they keep 17 digits)")
