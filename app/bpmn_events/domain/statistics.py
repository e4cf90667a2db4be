"""What waits, in numbers."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bpmn_events.domain.events import EventType


class Grouping(StrEnum):
    """What the events of one group have in common."""

    PROCESS_MODEL = "PROCESS_MODEL"
    EVENT_TYPE = "EVENT_TYPE"
    ELEMENT = "ELEMENT"
    LANE = "LANE"
    AGE = "AGE"


class Age(StrEnum):
    """How long an event has waited."""

    UNDER_ONE_HOUR = "UNDER_ONE_HOUR"
    UNDER_ONE_DAY = "UNDER_ONE_DAY"
    UNDER_ONE_WEEK = "UNDER_ONE_WEEK"
    UNDER_THIRTY_DAYS = "UNDER_THIRTY_DAYS"
    LONGER = "LONGER"


# Each age but the last, with the span that it is under.
AGE_LIMITS = {
    Age.UNDER_ONE_HOUR: timedelta(hours=1),
    Age.UNDER_ONE_DAY: timedelta(days=1),
    Age.UNDER_ONE_WEEK: timedelta(weeks=1),
    Age.UNDER_THIRTY_DAYS: timedelta(days=30),
}


@dataclass(frozen=True, slots=True)
class WaitingEventGroup:
    """Events that have something in common. What the events were not grouped by is None; so is a lane that is none."""

    count: int
    oldest_waiting_since: datetime
    process_model_key: str | None = None
    event_type: EventType | None = None
    element_id: str | None = None
    lane: str | None = None
    age: Age | None = None
