"""Messages and signals on their way to those who wait for them in other executions."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Self

from bpmn_events.domain.events import EventType, JsonObject, TriggerSource
from bpmn_events.domain.retries import FIRST_RETRY, LAST_RETRY


@dataclass(frozen=True, slots=True)
class Audience:
    """Whom an event may reach. Each part that is None leaves nobody out; ``lanes`` are those its sender sees."""

    process_model_key: str | None = None
    correlation_id: str | None = None
    lanes: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class ThrownEvent:
    """A message or signal until it has reached everybody it is for.

    ``root_instance_id`` and ``correlation_id`` are those of the execution that threw it; both are None for one from
    outside. A signal reaches its receivers batch by batch: ``since`` and ``after_id`` say behind which waiting event to
    go on. ``target_event_id`` or ``target_start_id`` (a start event of the audience's process model) is the only
    receiver that is left, because its process could not go on. ``attempts`` counts what was tried in vain.
    """

    id: str
    event_type: EventType
    name: str
    payload: JsonObject | None
    source: TriggerSource
    thrown_at: datetime
    thrown_by: str
    due_at: datetime
    root_instance_id: str | None = None
    correlation_id: str | None = None
    audience: Audience = Audience()
    since: datetime | None = None
    after_id: str | None = None
    target_event_id: str | None = None
    target_start_id: str | None = None
    attempts: int = 0

    @property
    def is_for_one(self) -> bool:
        """Whether a single receiver is left, of a signal that has reached all others."""
        return self.target_event_id is not None or self.target_start_id is not None

    def postponed(self, now: datetime) -> Self:
        """The same, to be tried again after a pause that doubles with every attempt."""
        pause = min(FIRST_RETRY * 2 ** min(self.attempts, 20), LAST_RETRY)
        return replace(self, due_at=now + pause, attempts=self.attempts + 1)
