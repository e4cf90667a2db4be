"""Correlation keys, which assign a message to a conversation (BPMN 2.0.2, section 8.4.2).

A key consists of properties. A property has one expression per message, which reads its value from the payload. A key
applies to a message if each of its properties has an expression for that message. It has a value only if all its
properties have one: a partial key would match messages of other conversations.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import msgspec

from bpmn_events.adapters.hosts.embedded.expressions.expression import Expression, ExpressionError
from bpmn_events.domain.events import JsonObject

_encoder = msgspec.json.Encoder(order="sorted")


@dataclass(frozen=True, slots=True)
class CorrelationKey:
    """A correlation key of a process model.

    Attributes:
        id: The id of the key in the BPMN file.
        messages: By message name, one expression per property, evaluated over the payload.
        subscription: One expression per property, evaluated over the variables of the process; None if the first
            message gives the key its value.
        refusal: The reason why the key cannot be read; only keys of stored models have one.
    """

    id: str
    messages: Mapping[str, tuple[Expression, ...]] = field(default_factory=dict)
    subscription: tuple[Expression, ...] | None = None
    refusal: str | None = None

    def check_readable(self, message: str) -> None:
        """Check that the key can be read from the message, if it applies to it.

        Raises:
            ExpressionError: The key was refused, and may apply to the message.
        """
        if self.refusal is not None and (message in self.messages or not self.messages):
            raise ExpressionError(self.refusal)


def key_values(keys: Iterable[CorrelationKey], message: str, payload: JsonObject, now: datetime) -> dict[str, str]:
    """Return the values of the keys that apply to the message, as JSON by key id.

    Keys without a value in this payload are left out.
    """
    values = {}
    for key in keys:
        properties = key.messages.get(message)
        if properties:
            try:
                values[key.id] = encode_values(properties, payload, now)
            except ExpressionError:
                continue
    return values


def encode_values(properties: Iterable[Expression], variables: Mapping[str, Any], now: datetime) -> str:
    """Return the values of the properties as a JSON array.

    Raises:
        ExpressionError: A property has no value, or is null.
    """
    values = [expression.evaluate(variables, now) for expression in properties]
    if None in values:
        raise ExpressionError("a correlation property is null")
    # JSON does not distinguish 1 from 1.0, so both must give the same key.
    values = [int(value) if isinstance(value, float) and value.is_integer() else value for value in values]
    return _encoder.encode(values).decode()


def keys_match(required: Mapping[str, str], carried: Mapping[str, str]) -> bool:
    """Return True if a message that carries these key values has all values that a waiting event requires."""
    return all(carried.get(key) == value for key, value in required.items())
