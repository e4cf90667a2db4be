"""Constructors of the records for events that were triggered or cancelled."""

from datetime import datetime

from bpmn_events.domain import ids
from bpmn_events.domain.events import CancelledEvent, EventTrigger, JsonObject, TriggerSource, WaitingEvent
from bpmn_events.domain.principal import SYSTEM


def trigger_record(
    event: WaitingEvent,
    payload: JsonObject | None,
    now: datetime,
    *,
    by: str,
    source: TriggerSource,
    idempotency_key: str | None = None,
) -> EventTrigger:
    """Return the record that the event was triggered by the subject ``by``."""
    return EventTrigger(
        id=ids.new_id(ids.EVENT_TRIGGER),
        event_id=event.id,
        element_id=event.element_id,
        event_type=event.event_type,
        event_name=event.event_name,
        lane=event.lane,
        source=source,
        payload=payload,
        triggered_at=now,
        triggered_by=by,
        idempotency_key=idempotency_key,
        process_model_id=event.process_model_id,
        process_model_key=event.process_model_key,
        process_instance_id=event.process_instance_id,
        correlation_id=event.correlation_id,
    )


def process_trigger_record(event: WaitingEvent, payload: JsonObject | None, now: datetime) -> EventTrigger:
    """Return the record that the event was triggered by its own execution.

    The execution threw the message or signal that the event waited for, or made its condition true.
    """
    return trigger_record(event, payload, now, by=SYSTEM.subject, source=TriggerSource.PROCESS)


def cancelled_event(event: WaitingEvent, now: datetime) -> CancelledEvent:
    """Return the record that the event was cancelled."""
    return CancelledEvent(
        id=event.id,
        process_model_key=event.process_model_key,
        correlation_id=event.correlation_id,
        process_instance_id=event.process_instance_id,
        element_id=event.element_id,
        lane=event.lane,
        cancelled_at=now,
    )
