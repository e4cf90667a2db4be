"""Correlation keys: which conversation a message belongs to (BPMN 2.0.2, section 8.4.2).

A key is made of properties, and each property says by an expression per message where its value stands in the
payload. A key belongs to a message that has an expression for every one of its properties. It has a value only where
all of them have: half a key would match what it should not.
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
    """``messages`` holds, by message name, the expressions over a payload, one per property. ``subscription`` holds
    the expressions over the process's variables, where the model takes the values from there.
    """

    id: str
    messages: Mapping[str, tuple[Expression, ...]] = field(default_factory=dict)
    subscription: tuple[Expression, ...] | None = None


def key_values(keys: Iterable[CorrelationKey], message: str, payload: JsonObject, now: datetime) -> dict[str, str]:
    """The value of each key that the message belongs to and has all properties of, as JSON."""
    values = {}
    for key in keys:
        properties = key.messages.get(message)
        if properties:
            try:
                values[key.id] = as_text(properties, payload, now)
            except ExpressionError:
                continue
    return values


def as_text(properties: Iterable[Expression], variables: Mapping[str, Any], now: datetime) -> str:
    """The values of all properties as JSON.

    Raises:
        ExpressionError: one of them has no value, or is null.
    """
    values = [each.evaluate(variables, now) for each in properties]
    if None in values:
        raise ExpressionError("a correlation property is null")
    # 1 and 1.0 are one number in JSON.
    values = [int(value) if isinstance(value, float) and value.is_integer() else value for value in values]
    return _encoder.encode(values).decode()


def matches(wanted: Mapping[str, str], offered: Mapping[str, str]) -> bool:
    """Whether a message with these key values is for one that waits with those: it has every one, and the same."""
    return all(offered.get(key) == value for key, value in wanted.items())
