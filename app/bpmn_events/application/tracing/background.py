"""The work of the background loops with spans: each timer, delivery and deletion begins a trace."""

from typing import Any

from bpmn_events.application.background.retention import Retention, RetentionRound
from bpmn_events.application.commands.fire_start_timer import FireStartTimer
from bpmn_events.application.commands.start_instance import StartOutcome
from bpmn_events.application.commands.trigger_event import TriggerEvent, TriggerOutcome
from bpmn_events.application.ports.outbox_delivery import DeliveryRound, OutboxDelivery
from bpmn_events.application.ports.tracing import Tracer
from bpmn_events.application.tracing.errors import record_error
from bpmn_events.application.tracing.use_case import TracedUseCase
from bpmn_events.domain.principal import Principal


class TimerUseCase(TracedUseCase[TriggerEvent, TriggerOutcome]):
    """The use case with which the timer loop triggers events, each in a span."""

    async def __call__(self, principal: Principal | None, command: TriggerEvent) -> TriggerOutcome:
        span = self._tracer.start("fire timer", {"bpmn_events.event_id": command.event_id})
        try:
            return await super().__call__(principal, command)
        finally:
            span.end()


class StartTimerUseCase(TracedUseCase[FireStartTimer, StartOutcome]):
    """The use case with which the loop of start timers starts instances, each in a span."""

    async def __call__(self, principal: Principal | None, command: FireStartTimer) -> StartOutcome:
        span = self._tracer.start("fire start timer", {"bpmn_events.process_model_key": command.process_model_key})
        try:
            return await super().__call__(principal, command)
        finally:
            span.end()


class TracedDelivery:
    """Implements ``ports.outbox_delivery.OutboxDelivery``: another delivery, with a span for each thrown event."""

    def __init__(self, delivery: OutboxDelivery, tracer: Tracer) -> None:
        self._delivery = delivery
        self._tracer = tracer

    async def deliver(self, thrown_event_id: str, delivery_round: DeliveryRound) -> bool:
        span = self._tracer.start("deliver event", {"bpmn_events.thrown_event_id": thrown_event_id})
        try:
            attempted = await self._delivery.deliver(thrown_event_id, delivery_round)
            span.set("bpmn_events.attempted", attempted)
            return attempted
        except Exception as error:
            record_error(span, error)
            raise
        finally:
            span.end()

    async def postpone(self, thrown_event_id: str, error: Exception) -> None:
        await self._delivery.postpone(thrown_event_id, error)


class TracedRetention(Retention):
    """Deletes expired records in a span."""

    def __init__(self, tracer: Tracer, *arguments: Any) -> None:
        super().__init__(*arguments)
        self._tracer = tracer

    async def delete_expired(self) -> RetentionRound:
        span = self._tracer.start("delete expired records")
        try:
            finished = await super().delete_expired()
            span.set("bpmn_events.deleted", finished.deleted)
            return finished
        except Exception as error:
            record_error(span, error)
            raise
        finally:
            span.end()
