"""Counts of waiting events in groups."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bpmn_events.domain.events import EventType


class Grouping(StrEnum):
    """A property that the waiting events of one group share."""

    PROCESS_MODEL = "PROCESS_MODEL"
    EVENT_TYPE = "EVENT_TYPE"
    ELEMENT = "ELEMENT"
    LANE = "LANE"
    AGE = "AGE"


class Age(StrEnum):
    """The time that an event has waited, as a range."""

    UNDER_ONE_HOUR = "UNDER_ONE_HOUR"
    UNDER_ONE_DAY = "UNDER_ONE_DAY"
    UNDER_ONE_WEEK = "UNDER_ONE_WEEK"
    UNDER_THIRTY_DAYS = "UNDER_THIRTY_DAYS"
    LONGER = "LONGER"


# The exclusive upper limit of each age; LONGER has none.
AGE_LIMITS = {
    Age.UNDER_ONE_HOUR: timedelta(hours=1),
    Age.UNDER_ONE_DAY: timedelta(days=1),
    Age.UNDER_ONE_WEEK: timedelta(weeks=1),
    Age.UNDER_THIRTY_DAYS: timedelta(days=30),
}


@dataclass(frozen=True, slots=True)
class WaitingEventGroup:
    """The count of the waiting events that share some properties.

    A property is None if the events were not grouped by it. ``lane`` is also None for events outside any lane.
    """

    count: int
    oldest_waiting_since: datetime
    process_model_key: str | None = None
    event_type: EventType | None = None
    element_id: str | None = None
    lane: str | None = None
    age: Age | None = None
