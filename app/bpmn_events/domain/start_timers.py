"""Start timers: the timer start events of process models, each with the time at which it starts the next instance."""

from dataclasses import dataclass
from datetime import datetime

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
