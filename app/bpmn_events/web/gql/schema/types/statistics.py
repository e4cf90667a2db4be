"""The types of the waiting event statistics."""

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
    """Counts of waiting events.

    ``total``: None if no event matches, or the document selects no total.
    """

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


@strawberry.type(
    description="Waiting events with the same value in each `groupBy` property. Properties that are not in `groupBy` "
    "are null."
)
class WaitingEventGroup:
    process_model_key: strawberry.ID | None = strawberry.field(
        description="Key of the process model; null without PROCESS_MODEL in `groupBy`."
    )
    event_type: EventType | None = strawberry.field(
        description="Type of the events; null without EVENT_TYPE in `groupBy`."
    )
    element_id: str | None = strawberry.field(
        description="BPMN element id; null without ELEMENT in `groupBy`. It is unique only within a process model, so "
        "group by PROCESS_MODEL as well to separate models."
    )
    lane: str | None = strawberry.field(
        description="Name of the BPMN lane; null for events outside any lane, or without LANE in `groupBy`."
    )
    age: Age | None = strawberry.field(description="Range of waiting times; null without AGE in `groupBy`.")
    count: int = strawberry.field(description="Number of events, at least one.")
    oldest_waiting_since: datetime = strawberry.field(
        description="Instant at which the longest waiting event began to wait."
    )


@strawberry.type(description="Counts of the waiting events in the caller's lanes.")
class WaitingEventStats:
    total_count: int = strawberry.field(
        description="Number of matching events over all groups. Counted only when selected."
    )
    oldest_waiting_since: datetime | None = strawberry.field(
        description="Instant at which the longest waiting event began to wait; null if no event matches."
    )
    groups: list[WaitingEventGroup] = strawberry.field(
        description=f"The groups, largest first, at most {MAX_GROUPS}; empty without `groupBy`."
    )
    truncated: bool = strawberry.field(description="True if there are more groups than these.")

    @classmethod
    def is_type_of(cls, value: Any, _info: object) -> bool:
        return isinstance(value, Statistics)
