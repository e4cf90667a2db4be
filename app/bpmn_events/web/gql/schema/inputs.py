"""The input types, and what the use cases take instead of them."""

from collections.abc import Sequence
from datetime import datetime
from typing import TypeVar

import strawberry

from bpmn_events.application.commands.start_instance import StartInstance
from bpmn_events.application.commands.trigger_event import TriggerEvent
from bpmn_events.domain.filters import WaitingEventFilter
from bpmn_events.web.gql.data.arguments import given
from bpmn_events.web.gql.schema.enums import EventType, TriggerSource
from bpmn_events.web.gql.schema.scalars import Json

T = TypeVar("T")


@strawberry.input(
    name="WaitingEventFilter",
    description="Which waiting events. Members of one list are alternatives, different members all apply; a member "
    "that is left out or null is no condition, and an empty list matches nothing.",
)
class WaitingEventFilterInput:
    process_model_keys: list[strawberry.ID] | None = strawberry.field(
        default=strawberry.UNSET, description="Keys of process models; every version of them counts."
    )
    correlation_ids: list[strawberry.ID] | None = strawberry.field(
        default=strawberry.UNSET, description="Ids of correlations."
    )
    process_instance_ids: list[strawberry.ID] | None = strawberry.field(
        default=strawberry.UNSET, description="Ids of process instances."
    )
    event_types: list[EventType] | None = strawberry.field(
        default=strawberry.UNSET, description="Kinds of event definition."
    )
    element_ids: list[str] | None = strawberry.field(default=strawberry.UNSET, description="BPMN element ids.")
    event_names: list[str] | None = strawberry.field(
        default=strawberry.UNSET, description="Names of messages and signals."
    )
    lanes: list[str] | None = strawberry.field(default=strawberry.UNSET, description="Names of BPMN lanes.")
    waiting_since_before: datetime | None = strawberry.field(
        default=strawberry.UNSET, description="Only what began to wait before this instant."
    )
    due_before: datetime | None = strawberry.field(
        default=strawberry.UNSET, description="Only timers that are due before this instant."
    )
    search: str | None = strawberry.field(
        default=strawberry.UNSET,
        description="Only where this text, in any case, is part of the element's name, the element id, the event's "
        "name, the correlation id or the process model's key.",
    )

    def to_filter(self) -> WaitingEventFilter:
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


def filter_of(conditions: WaitingEventFilterInput | None) -> WaitingEventFilter:
    """The filter of a list; left out and null are no condition."""
    wanted = given(conditions)
    return WaitingEventFilter() if wanted is None else wanted.to_filter()


@strawberry.input(description="Which waiting event to trigger, and with what.")
class TriggerEventInput:
    process_model_key: strawberry.ID = strawberry.field(description="The key of the process model it waits in.")
    correlation_id: strawberry.ID = strawberry.field(description="The correlation it waits in.")
    event_id: strawberry.ID = strawberry.field(
        description="The `id` of a waiting event, or a BPMN element id where exactly one occurrence waits."
    )
    payload: Json | None = strawberry.field(
        default=strawberry.UNSET,
        description="A JSON object, which becomes process variables; by default at most 256 KiB and 64 levels deep. "
        "Where the event has a payloadSchema, it must satisfy that.",
    )
    idempotency_key: str | None = strawberry.field(
        default=strawberry.UNSET,
        description="1 to 255 printable characters of the caller's choice. A repeated request with the same key is "
        "answered like the first and changes nothing; another request with it is a ConflictError.",
    )
    dry_run: bool = strawberry.field(default=False, description="Answer as if triggered, and change nothing.")

    def to_command(self, source: TriggerSource) -> TriggerEvent:
        return TriggerEvent(
            process_model_key=self.process_model_key,
            correlation_id=self.correlation_id,
            event_id=self.event_id,
            payload=given(self.payload),
            idempotency_key=given(self.idempotency_key),
            dry_run=self.dry_run,
            source=source,
        )


@strawberry.input(description="A BPMN file to deploy.")
class DeployProcessModelInput:
    bpmn_xml: str = strawberry.field(description="A BPMN 2.0 XML document with at least one executable process.")


@strawberry.input(description="Which process to start, and with what.")
class StartProcessInstanceInput:
    process_model_key: strawberry.ID = strawberry.field(
        description="The key of the process model; its latest version is started."
    )
    correlation_id: strawberry.ID | None = strawberry.field(
        default=strawberry.UNSET,
        description="A new or an existing correlation: 1 to 255 printable characters. Left out, the server "
        "chooses one.",
    )
    start_element_id: str | None = strawberry.field(
        default=strawberry.UNSET,
        description="The BPMN element id of the start event, where the model has several. Left out, its plain one.",
    )
    payload: Json | None = strawberry.field(
        default=strawberry.UNSET,
        description="A JSON object, which becomes process variables; limits as in TriggerEventInput.",
    )
    idempotency_key: str | None = strawberry.field(default=strawberry.UNSET, description="As in TriggerEventInput.")

    def to_command(self) -> StartInstance:
        return StartInstance(
            process_model_key=self.process_model_key,
            correlation_id=given(self.correlation_id),
            start_element_id=given(self.start_element_id),
            payload=given(self.payload),
            idempotency_key=given(self.idempotency_key),
        )


@strawberry.input(description="Which process instance to terminate.")
class TerminateProcessInstanceInput:
    process_instance_id: strawberry.ID = strawberry.field(description="The `id` of a running process instance.")
    reason: str | None = strawberry.field(
        default=strawberry.UNSET,
        description="Why, for whoever looks at it later: at most 2000 characters. It becomes the instance's endReason.",
    )


def _values(values: Sequence[T] | None) -> tuple[T, ...] | None:
    members = given(values)
    return None if members is None else tuple(members)
