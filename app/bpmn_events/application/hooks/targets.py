"""The targets of deliveries: a message, a signal, or the trigger of one event."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias

from bpmn_events.application.commands.trigger_event import TriggerEvent
from bpmn_events.application.commands.trigger_message import TriggerMessage
from bpmn_events.application.commands.trigger_signal import TriggerSignal
from bpmn_events.application.ports.hooks.expressions import ExpressionFailed, HookExpression
from bpmn_events.domain.events import TriggerSource

# A text, or an expression of it.
HookText: TypeAlias = str | HookExpression


@dataclass(frozen=True, slots=True)
class Circumstances:
    """The variables of a delivery, and the time of its arrival."""

    variables: Mapping[str, Any]
    now: datetime

    def value(self, expression: HookExpression) -> Any:
        """Return the value of the expression.

        Raises:
            ExpressionFailed: It has none.
        """
        return expression.evaluate(self.variables, self.now)

    def text(self, text: HookText) -> str:
        """Return the text, or the value of its expression. A whole number becomes the text of its digits.

        Raises:
            ExpressionFailed: The value is neither a text nor a whole number, or is empty.
        """
        if isinstance(text, str):
            return text
        value = self.value(text)
        if isinstance(value, int) and not isinstance(value, bool):
            return str(value)
        if not isinstance(value, str) or not value:
            raise ExpressionFailed(f"`{text.text}` is {_kind(value)}, where a text is needed")
        return value


@dataclass(frozen=True, slots=True)
class NamedTarget:
    """The receivers of a message or signal. ``make`` is the class of the command."""

    make: Callable[..., TriggerMessage | TriggerSignal]
    name: HookText
    process_model: HookText | None = None
    correlation: HookText | None = None
    payload: HookExpression | None = None

    def command(self, circumstances: Circumstances, key: str) -> TriggerMessage | TriggerSignal:
        """Return the command for a delivery under its idempotency key.

        Raises:
            ExpressionFailed: An expression has no value.
        """
        return self.make(
            circumstances.text(self.name),
            process_model_key=None if self.process_model is None else circumstances.text(self.process_model),
            correlation_id=None if self.correlation is None else circumstances.text(self.correlation),
            payload=_payload(self.payload, circumstances),
            idempotency_key=key,
            source=TriggerSource.REST,
        )


@dataclass(frozen=True, slots=True)
class EventTarget:
    """One waiting event. ``event`` is the id of its element, or its own id."""

    process_model: HookText
    correlation: HookText
    event: HookText
    payload: HookExpression | None = None

    def command(self, circumstances: Circumstances, key: str) -> TriggerEvent:
        """Return the command for a delivery under its idempotency key.

        Raises:
            ExpressionFailed: An expression has no value.
        """
        return TriggerEvent(
            circumstances.text(self.process_model),
            circumstances.text(self.correlation),
            circumstances.text(self.event),
            payload=_payload(self.payload, circumstances),
            idempotency_key=key,
            source=TriggerSource.REST,
        )


HookTarget: TypeAlias = NamedTarget | EventTarget


def _payload(expression: HookExpression | None, circumstances: Circumstances) -> Any:
    """Return the payload; None if the hook sends none. An expression that is null has none by mistake."""
    if expression is None:
        return None
    payload = circumstances.value(expression)
    if not isinstance(payload, dict):
        raise ExpressionFailed(f"`{expression.text}` is {_kind(payload)}, where a context is needed")
    return payload


def _kind(value: Any) -> str:
    match value:
        case None:
            return "null"
        case "":
            return "an empty text"
        case bool():
            return "a boolean"
        case int() | float():
            return "a number"
        case str():
            return "a text"
        case list():
            return "a list"
        case _:
            return "a context"
