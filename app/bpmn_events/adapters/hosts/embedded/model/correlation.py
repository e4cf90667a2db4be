"""Correlation keys, which assign a message to a conversation (BPMN 2.0.2, section 8.4.2).

A key consists of properties. A property has one expression per message, which reads its value from the payload. A key
applies to a message if each of its properties has an expression for that message. It has a value only if all its
properties have one: a partial key would match messages of other conversations.

A value that takes too much work or space is no value. The limits depend only on the model and the payload, so that
every server finds the same values.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import msgspec

from bpmn_events.adapters.hosts.embedded.expressions.evaluation import Evaluation
from bpmn_events.adapters.hosts.embedded.expressions.expression import Expression, ExpressionError
from bpmn_events.domain.events import JsonObject

# The correlation of a message must not depend on the time of its arrival, so its expressions see a fixed one.
_FIXED_TIME = datetime.min
# The most units of work for the keys of one model and message: some tens of milliseconds.
_MAX_WORK = 2_000
_MAX_KEY_BYTES = 65_536

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
        computed: One expression per property for messages whose name is computed, evaluated over the payload.
    """

    id: str
    messages: Mapping[str, tuple[Expression, ...]] = field(default_factory=dict)
    subscription: tuple[Expression, ...] | None = None
    refusal: str | None = None
    computed: tuple[Expression, ...] = ()

    def check_readable(self, message: str) -> None:
        """Check that the key can be read from the message, if it applies to it.

        Raises:
            ExpressionError: The key was refused, and may apply to the message.
        """
        if self.refusal is not None and (message in self.messages or not self.messages):
            raise ExpressionError(self.refusal)


class _KeyEvaluation(Evaluation):
    """An evaluation with a limit on its work, which also counts in another evaluation."""

    def __init__(self, outer: Evaluation) -> None:
        super().__init__(_FIXED_TIME)
        self._outer = outer
        self._units_left = _MAX_WORK

    def tick(self, units: int) -> None:
        self._units_left -= units
        if self._units_left < 0:
            raise ExpressionError("its correlation keys take too much work")
        self._outer.tick(units)


# Counts nothing.
UNCOUNTED = Evaluation(_FIXED_TIME)


def key_values(keys: Iterable[CorrelationKey], message: str, payload: JsonObject, outer: Evaluation) -> dict[str, str]:
    """Return the values of the keys that apply to the message, as JSON by key id.

    Keys without a value in this payload are left out. The work counts in the outer evaluation.
    """
    values: dict[str, str] = {}
    evaluation = _KeyEvaluation(outer)
    for key in keys:
        properties = key.messages.get(message) or key.computed
        if properties:
            try:
                values[key.id] = encode_values(properties, payload, evaluation)
            except ExpressionError:
                continue
    return values


def encode_values(properties: Iterable[Expression], variables: Mapping[str, Any], evaluation: Evaluation) -> str:
    """Return the values of the properties as a JSON array.

    Raises:
        ExpressionError: A property has no value, or is null, or the array is too long.
    """
    values: list[str] = []
    bytes_left = _MAX_KEY_BYTES
    for expression in properties:
        values.append(_encode_value(expression.evaluate(variables, evaluation)))
        evaluation.count_size(len(values[-1]))
        bytes_left -= len(values[-1])
        if bytes_left < 0:
            raise ExpressionError(f"a correlation key has at most {_MAX_KEY_BYTES} characters")
    return f"[{','.join(values)}]"


def _encode_value(value: Any) -> str:
    if value is None:
        raise ExpressionError("a correlation property is null")
    # JSON does not distinguish 1 from 1.0, so both must give the same key.
    is_whole = isinstance(value, float) and value.is_integer()
    return _encoder.encode(int(value) if is_whole else value).decode()


def keys_match(required: Mapping[str, str], carried: Mapping[str, str]) -> bool:
    """Return True if a message that carries these key values has all values that a waiting event requires."""
    return all(carried.get(key) == value for key, value in required.items())
