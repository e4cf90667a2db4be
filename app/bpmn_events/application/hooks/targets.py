"""The targets of deliveries: a message, a signal, or the trigger of one event."""

from dataclasses import dataclass
from typing import TypeAlias

from bpmn_events.application.commands.trigger_event import TriggerEvent
from bpmn_events.application.commands.trigger_message import TriggerMessage
from bpmn_events.application.commands.trigger_signal import TriggerSignal
from bpmn_events.application.hooks.delivery import Delivery, HookText
from bpmn_events.application.hooks.expressions import HookExpression
from bpmn_events.domain.events import TriggerSource

HookCommand: TypeAlias = TriggerMessage | TriggerSignal | TriggerEvent


@dataclass(frozen=True, slots=True)
class NamedTarget:
    """The receivers of a message, or of a signal."""

    name: HookText
    process_model: HookText | None = None
    correlation: HookText | None = None
    payload: HookExpression | None = None
    is_signal: bool = False

    def command(self, delivery: Delivery, key: str) -> TriggerMessage | TriggerSignal:
        """Return the command for a delivery under its idempotency key.

        Raises:
            ExpressionFailed: An expression has no value.
        """
        kind = TriggerSignal if self.is_signal else TriggerMessage
        return kind(
            delivery.text(self.name),
            process_model_key=delivery.optional_text(self.process_model),
            correlation_id=delivery.optional_text(self.correlation),
            payload=delivery.payload(self.payload),
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

    def command(self, delivery: Delivery, key: str) -> TriggerEvent:
        """Return the command for a delivery under its idempotency key.

        Raises:
            ExpressionFailed: An expression has no value.
        """
        return TriggerEvent(
            delivery.text(self.process_model),
            delivery.text(self.correlation),
            delivery.text(self.event),
            payload=delivery.payload(self.payload),
            idempotency_key=key,
            source=TriggerSource.REST,
        )


HookTarget: TypeAlias = NamedTarget | EventTarget
