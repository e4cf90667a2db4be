"""The size of a payload, as the costs of checks need it."""

from typing import Any

import msgspec
import orjson

from bpmn_events.adapters.json_schema.costs.cost import Size
from bpmn_events.domain.payload import without_texts

_DIGITS_AS_ZEROS = bytes.maketrans(b"123456789", b"000000000")
_BIG_INTEGER = b"0" * 19


def to_json(value: Any) -> bytes:
    """Return the compact JSON text of a payload or of a part of it."""
    try:
        return orjson.dumps(value)
    except TypeError:  # an integer beyond 64 bits, which a script can compute
        return msgspec.json.encode(value)


def measure(text: bytes) -> Size:
    """Return the size of a payload from its JSON text."""
    outside = without_texts(text)
    zeros = outside.translate(_DIGITS_AS_ZEROS)
    integrals = sum(map(outside.count, (b".0,", b".0]", b".0}")))
    # A container has one member more than it has commas, unless it is empty.
    containers = sum(map(outside.count, (b"[", b"{"))) - sum(map(outside.count, (b"[]", b"{}")))
    return Size(
        values=1 + outside.count(b",") + containers,
        digits=zeros.count(b"0"),
        decimals=zeros.count(b"0.0") - integrals,
        integrals=integrals,
        exponents=zeros.count(b"0e") + zeros.count(b"0E") + zeros.count(_BIG_INTEGER),
        bytes=len(text),
    )
