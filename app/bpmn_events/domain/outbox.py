"""The outbox: messages and signals on their way to receivers in other executions."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Self

from bpmn_events.domain.events import EventType, JsonObject, TriggerSource
from bpmn_events.domain.retries import UNEXPECTED, Retry

# The ``due_at`` of an event that is due at once. It does not depend on the clock of the server that throws the event:
# another server, whose clock is behind, may deliver it.
AT_ONCE = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Audience:
    """The restrictions on the receivers of a thrown event. None sets no restriction.

    ``lanes`` are the lanes that the sender may see; every sender can reach receivers outside any lane.
    """

    process_model_key: str | None = None
    correlation_id: str | None = None
    lanes: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class FailedReceiver:
    """The element at which the process of a receiver could not go on. All is None if no receiver is to blame."""

    process_model_key: str | None = None
    element_id: str | None = None
    lane: str | None = None


@dataclass(frozen=True, slots=True)
class ThrownEvent:
    """A message or signal that has not reached all its receivers yet.

    Attributes:
        root_instance_id: The root instance of the execution that threw it; None if it came from outside.
        correlation_id: The correlation of that execution; None if it came from outside.
        since: The ``waiting_since`` of the last waiting event that the signal was offered to. A signal goes to its
            receivers batch by batch, and the next batch continues after that event. None before the first batch.
        after_id: The id of that event.
        target_event_id: The only waiting event left to reach, because its process could not go on before.
        target_start_id: The only start event left to reach (in the audience's process model), for the same reason.
        attempts: The number of failed attempts.
        failed_at: The time of the last one; None if there is none.
        failure: The reason why it failed.
        receiver_model_key: The process model of the receiver whose process could not go on; None if there is none.
        receiver_element_id: The element at which the receiver waits or starts.
        receiver_lane: The lane of that element.
        position: The position of the transaction that threw it. A signal reaches the events that began to wait in
            transactions with smaller positions. It is 0 until the event is stored.
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
    failed_at: datetime | None = None
    failure: str | None = None
    receiver_model_key: str | None = None
    receiver_element_id: str | None = None
    receiver_lane: str | None = None
    position: int = field(default=0, compare=False)

    @property
    def is_for_one(self) -> bool:
        """True if the event is for a single receiver, whose process could not go on at the first attempt."""
        return self.target_event_id is not None or self.target_start_id is not None

    @property
    def retry(self) -> Retry | None:
        """The retry of an event that has failed; None if it has not."""
        if self.failed_at is None:
            return None
        return Retry(self.attempts, self.due_at, self.failed_at, self.failure or UNEXPECTED)

    def postpone(self, now: datetime, error: Exception, receiver: FailedReceiver | None = None) -> Self:
        """Return a copy that is due after a pause and counts one more attempt, which failed with the error."""
        retry = Retry.after(self.attempts, now, error)
        receiver = receiver or FailedReceiver()
        return replace(
            self,
            due_at=retry.retry_at,
            attempts=retry.attempts,
            failed_at=retry.failed_at,
            failure=retry.reason,
            receiver_model_key=receiver.process_model_key,
            receiver_element_id=receiver.element_id,
            receiver_lane=receiver.lane,
        )
