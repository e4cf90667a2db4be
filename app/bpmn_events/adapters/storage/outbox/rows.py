"""Conversion of thrown events, start events and correlation keys to rows and back."""

from collections.abc import Iterator, Sequence
from hashlib import blake2s
from typing import Any

import msgspec
import orjson

from bpmn_events.adapters.storage.rows import Values
from bpmn_events.adapters.storage.schema.tables import event_starts, thrown_events
from bpmn_events.application.ports.write_set import EventStart
from bpmn_events.domain.events import EventType, TriggerSource, WaitingEvent
from bpmn_events.domain.instants import instant, microseconds
from bpmn_events.domain.outbox import Audience, ThrownEvent

THROWN_EVENT = tuple(thrown_events.c)
EVENT_START = tuple(event_starts.c)
_NAMES = tuple(column.name for column in THROWN_EVENT)
_INSTANTS = ("thrown_at", "due_at", "since", "failed_at")


def thrown_event_values(event: ThrownEvent, position: int) -> Values:
    """Return the column values of an event that was thrown in the transaction with this position."""
    values = {name: getattr(event, name) for name in _NAMES}
    instants = {name: None if values[name] is None else microseconds(values[name]) for name in _INSTANTS}
    return (
        values
        | instants
        | {
            "payload": None if event.payload is None else orjson.dumps(event.payload).decode(),
            "audience": msgspec.json.encode(event.audience).decode(),
            "position": position,
        }
    )


def thrown_event(row: Sequence[Any]) -> ThrownEvent:
    """Return the thrown event of a row."""
    values = dict(zip(_NAMES, row, strict=True))
    instants = {name: None if values[name] is None else instant(values[name]) for name in _INSTANTS}
    payload = values["payload"]
    return ThrownEvent(
        **values
        | instants
        | {
            "event_type": EventType(values["event_type"]),
            "source": TriggerSource(values["source"]),
            "payload": None if payload is None else orjson.loads(payload),
            "audience": msgspec.json.decode(values["audience"], type=Audience),
        }
    )


def event_start_values(start: EventStart) -> Values:
    """Return the column values of a start event."""
    return {column.name: getattr(start, column.name) for column in EVENT_START}


def event_start(row: Sequence[Any]) -> EventStart:
    """Return the start event of a row."""
    event_type, event_name, model_key, element_id, model_id = row
    return EventStart(EventType(event_type), event_name, model_key, model_id, element_id)


def key_digest(key: str, value: str) -> str:
    """Return the digest of a correlation key and its value, which may be longer than an index entry can be."""
    return blake2s(f"{key}\0{value}".encode(), digest_size=16).hexdigest()


def waiting_event_key_values(event: WaitingEvent) -> Iterator[Values]:
    """Yield the column values of a row for each correlation key of the event."""
    for key, value in (event.correlation_keys or {}).items():
        yield {
            "event_name": event.event_name,
            "process_model_id": event.process_model_id,
            "digest": key_digest(key, value),
            "event_id": event.id,
        }
