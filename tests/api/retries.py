"""Retries of timers, messages and signals, stored as the background loops store them, all due far in the future."""

from collections.abc import Collection
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bpmn_events.adapters.storage.database import Database
from bpmn_events.application.ports.write_set import WriteSet
from bpmn_events.domain.errors import ProcessFailed
from bpmn_events.domain.events import EventType, TriggerSource, WaitingEvent
from bpmn_events.domain.ids import THROWN_EVENT, new_id
from bpmn_events.domain.outbox import FailedReceiver, ThrownEvent
from bpmn_events.domain.retries import Retry

LATER = datetime.now(UTC).replace(microsecond=0) + timedelta(days=1000)
STUCK = ProcessFailed("it is stuck")


async def store_retries(database: Database, events: Collection[WaitingEvent]) -> None:
    """Store a retry of each event, and of a message and a signal that such an event has failed to receive.

    The first event has failed once, the second twice, and so on; likewise the messages and signals.
    """
    timers = {event.id: Retry.after(number, LATER, STUCK) for number, event in enumerate(events)}
    thrown = [
        replace(failed_delivery(kind, event), attempts=number, due_at=timers[event.id].retry_at)
        for kind in (EventType.MESSAGE, EventType.SIGNAL)
        for number, event in enumerate(events, 1)
    ]
    async with database.write_store.transaction() as transaction:
        await transaction.write(WriteSet(timer_retries=timers, new_thrown_events=thrown))


def failed_delivery(event_type: EventType, receiver: WaitingEvent) -> ThrownEvent:
    """Return a message or signal that a caller has sent and that this event has failed to receive."""
    thrown = ThrownEvent(
        id=new_id(THROWN_EVENT),
        event_type=event_type,
        name="paid",
        payload=None,
        source=TriggerSource.PROCESS,
        thrown_at=LATER,
        thrown_by="system",
        due_at=LATER,
    )
    failed = FailedReceiver(receiver.process_model_key, receiver.element_id, receiver.lane)
    return thrown.postpone(LATER, STUCK, failed)
