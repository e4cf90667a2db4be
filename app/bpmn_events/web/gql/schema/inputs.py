"""The input types, and their conversion into commands and filters."""

from collections.abc import Sequence
from datetime import datetime
from typing import TypeVar

import strawberry

from bpmn_events.application.commands.start_instance import StartInstance
from bpmn_events.application.commands.trigger_event import TriggerEvent
from bpmn_events.domain.filters import WaitingEventFilter
from bpmn_events.web.gql.data.arguments import none_if_unset
from bpmn_events.web.gql.schema.enums import EventType, TriggerSource
from bpmn_events.web.gql.schema.scalars import Json

T = TypeVar("T")


@strawberry.input(
    name="WaitingEventFilter",
    description="Conditions on waiting events. An event must match every field; it matches a list if it has any of the "
    "values. An omitted or null field is no condition. An empty list matches nothing.",
)
class WaitingEventFilterInput:
    process_model_keys: list[strawberry.ID] | None = strawberry.field(
        default=strawberry.UNSET, description="Keys of process models, all versions included."
    )
    correlation_ids: list[strawberry.ID] | None = strawberry.field(
        default=strawberry.UNSET, description="Ids of correlations."
    )
    process_instance_ids: list[strawberry.ID] | None = strawberry.field(
        default=strawberry.UNSET, description="Ids of process instances."
    )
    event_types: list[EventType] | None = strawberry.field(default=strawberry.UNSET, description="Types of event.")
    element_ids: list[str] | None = strawberry.field(default=strawberry.UNSET, description="BPMN element ids.")
    event_names: list[str] | None = strawberry.field(
        default=strawberry.UNSET, description="Names of messages and signals."
    )
    lanes: list[str] | None = strawberry.field(default=strawberry.UNSET, description="Names of BPMN lanes.")
    waiting_since_before: datetime | None = strawberry.field(
        default=strawberry.UNSET, description="Matches events that began to wait before this instant."
    )
    due_before: datetime | None = strawberry.field(
        default=strawberry.UNSET, description="Matches timers that are due before this instant."
    )
    search: str | None = strawberry.field(
        default=strawberry.UNSET,
        description="Matches events with this text in the element's name, the element id, the event's name, the "
        "correlation id or the process model's key. Case is ignored.",
    )

    def to_filter(self) -> WaitingEventFilter:
        """Return the filter of the use case."""
        return WaitingEventFilter(
            process_model_keys=_values(self.process_model_keys),
            correlation_ids=_values(self.correlation_ids),
            process_instance_ids=_values(self.process_instance_ids),
            event_types=_values(self.event_types),
            element_ids=_values(self.element_ids),
            event_names=_values(self.event_names),
            lanes=_values(self.lanes),
            waiting_since_before=self.waiting_since_before or None,
            due_before=self.due_before or None,
            search=self.search or None,
        )


def waiting_event_filter(conditions: WaitingEventFilterInput | None) -> WaitingEventFilter:
    """Return the filter for an optional argument; without it, one that has no conditions."""
    provided = none_if_unset(conditions)
    return WaitingEventFilter() if provided is None else provided.to_filter()


@strawberry.input(description="The waiting event to trigger, and its payload.")
class TriggerEventInput:
    process_model_key: strawberry.ID = strawberry.field(description="Key of the event's process model.")
    correlation_id: strawberry.ID = strawberry.field(description="Id of the event's correlation.")
    event_id: strawberry.ID = strawberry.field(
        description="The `id` of the waiting event, or its BPMN element id if exactly one event waits there."
    )
    payload: Json | None = strawberry.field(
        default=strawberry.UNSET,
        description="A JSON object whose members become process variables, by default at most 256 KiB and 64 levels "
        "deep. It must satisfy the event's `payloadSchema` if there is one.",
    )
    idempotency_key: str | None = strawberry.field(
        default=strawberry.UNSET,
        description="1 to 255 printable characters, chosen by the caller. A repeated request with the same key returns "
        "the first result and changes nothing. A different request with the same key is a ConflictError.",
    )
    dry_run: bool = strawberry.field(
        default=False, description="If true, return the result that triggering would have, and change nothing."
    )

    def to_command(self, source: TriggerSource) -> TriggerEvent:
        """Return the command of the use case."""
        return TriggerEvent(
            process_model_key=self.process_model_key,
            correlation_id=self.correlation_id,
            event_id=self.event_id,
            payload=none_if_unset(self.payload),
            idempotency_key=none_if_unset(self.idempotency_key),
            dry_run=self.dry_run,
            source=source,
        )


@strawberry.input(description="A BPMN file to deploy.")
class DeployProcessModelInput:
    bpmn_xml: str = strawberry.field(description="A BPMN 2.0 XML document with at least one executable process.")


@strawberry.input(description="The process model to start, and the payload.")
class StartProcessInstanceInput:
    process_model_key: strawberry.ID = strawberry.field(
        description="Key of the process model. Its latest version is started."
    )
    correlation_id: strawberry.ID | None = strawberry.field(
        default=strawberry.UNSET,
        description="Id of a new or an existing correlation, 1 to 255 printable characters. If omitted, the server "
        "generates one.",
    )
    start_element_id: str | None = strawberry.field(
        default=strawberry.UNSET,
        description="BPMN element id of the start event, if the model has several. If omitted, the start event "
        "without an event definition is used.",
    )
    payload: Json | None = strawberry.field(
        default=strawberry.UNSET,
        description="A JSON object whose members become process variables. The limits of `TriggerEventInput.payload` "
        "apply.",
    )
    idempotency_key: str | None = strawberry.field(
        default=strawberry.UNSET, description="See `TriggerEventInput.idempotencyKey`."
    )

    def to_command(self) -> StartInstance:
        """Return the command of the use case."""
        return StartInstance(
            process_model_key=self.process_model_key,
            correlation_id=none_if_unset(self.correlation_id),
            start_element_id=none_if_unset(self.start_element_id),
            payload=none_if_unset(self.payload),
            idempotency_key=none_if_unset(self.idempotency_key),
        )


@strawberry.input(description="The process instance to terminate.")
class TerminateProcessInstanceInput:
    process_instance_id: strawberry.ID = strawberry.field(description="The `id` of a running process instance.")
    reason: str | None = strawberry.field(
        default=strawberry.UNSET,
        description="Reason in words, at most 2000 characters. It becomes the instance's `endReason`.",
    )


def _values(values: Sequence[T] | None) -> tuple[T, ...] | None:
    provided = none_if_unset(values)
    return None if provided is None else tuple(provided)
