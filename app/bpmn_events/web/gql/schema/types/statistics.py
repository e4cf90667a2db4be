"""What waits, in numbers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import strawberry

from bpmn_events.application.queries.count_waiting_events import MAX_GROUPS, Groups
from bpmn_events.domain import statistics
from bpmn_events.web.gql.schema.enums import Age, EventType


@dataclass(frozen=True, slots=True)
class Statistics:
    """``total`` is None where nothing waits, or nobody asked for it."""

    total: statistics.WaitingEventGroup | None
    grouped: Groups

    @property
    def total_count(self) -> int:
        return 0 if self.total is None else self.total.count

    @property
    def oldest_waiting_since(self) -> datetime | None:
        return None if self.total is None else self.total.oldest_waiting_since

    @property
    def groups(self) -> Sequence[statistics.WaitingEventGroup]:
        return self.grouped.groups

    @property
    def truncated(self) -> bool:
        return self.grouped.truncated


@strawberry.type(description="Waiting events that have something in common. What they were not grouped by is null.")
class WaitingEventGroup:
    process_model_key: strawberry.ID | None = strawberry.field(
        description="The key of their process model; null where they are not grouped by it."
    )
    event_type: EventType | None = strawberry.field(
        description="What kind of event they wait for; null where they are not grouped by it."
    )
    element_id: str | None = strawberry.field(
        description="The BPMN element id they wait at; null where they are not grouped by it. It is unique within a "
        "model only: to tell models apart, group by PROCESS_MODEL, too."
    )
    lane: str | None = strawberry.field(
        description="The name of the BPMN lane they lie in; null for those outside any lane, and where they are not "
        "grouped by it."
    )
    age: Age | None = strawberry.field(description="How long they have waited; null where they are not grouped by it.")
    count: int = strawberry.field(description="How many there are, at least one.")
    oldest_waiting_since: datetime = strawberry.field(description="When the one that waits longest began to.")


@strawberry.type(description="What waits, in numbers: only what lies in the caller's lanes.")
class WaitingEventStats:
    total_count: int = strawberry.field(description="How many match, over all groups. Counted only when selected.")
    oldest_waiting_since: datetime | None = strawberry.field(
        description="When the one that waits longest began to; null where nothing waits."
    )
    groups: list[WaitingEventGroup] = strawberry.field(
        description=f"The groups, largest first, at most {MAX_GROUPS}; empty without `groupBy`."
    )
    truncated: bool = strawberry.field(description="Whether there are more groups than these.")

    @classmethod
    def is_type_of(cls, value: Any, _info: object) -> bool:
        return isinstance(value, Statistics)
