"""Start events of process models, and start timers: timer start events with the time of their next instance."""

from dataclasses import dataclass
from datetime import datetime

from bpmn_events.domain.events import StartElement
from bpmn_events.domain.retries import Retry


@dataclass(frozen=True, slots=True)
class StartTime:
    """A due time of a timer start event.

    ``schedule`` is the engine's own encoding of the due times after it.
    """

    due_at: datetime
    schedule: str


@dataclass(frozen=True, slots=True)
class StartTimer:
    """A timer start event of the latest version of a process model, with its next due time.

    Each due time is a start timer of its own: its id is claimed by the transaction that starts the instance.

    Attributes:
        retry: The retry of a start that has failed; None if none has.
    """

    id: str
    process_model_key: str
    process_model_id: str
    element_id: str
    lane: str | None
    time: StartTime
    retry: Retry | None = None

    @property
    def due_at(self) -> datetime:
        """The instant at which the start event starts an instance."""
        return self.time.due_at


@dataclass(frozen=True, slots=True)
class StartEvent:
    """A start event of a model version.

    ``next_due_at`` is None unless it is a timer start event of the latest version that has another due time.
    """

    element: StartElement
    next_due_at: datetime | None = None
