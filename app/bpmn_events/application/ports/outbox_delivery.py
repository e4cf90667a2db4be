"""The port through which the outbox loop delivers thrown messages and signals."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import takewhile
from typing import Protocol


@dataclass
class DeliveryRound:
    """A round of deliveries, in the order in which the events were thrown.

    An event is attempted only after all events before it: it would overtake them, and might have no receiver yet.

    Attributes:
        event_ids: The ids of the events, in order.
        attempted: The ids of the events that were attempted, with any result.
        retry_after: Set when an event cannot be attempted now: the pause before the next round.
    """

    event_ids: Sequence[str]
    attempted: set[str] = field(default_factory=set)
    retry_after: timedelta | None = None

    def may_attempt(self, event_id: str) -> bool:
        """Return True if all events before this one were attempted. It may have been attempted itself."""
        earlier = takewhile(lambda each: each != event_id, self.event_ids)
        return all(each in self.attempted for each in earlier)


class OutboxDelivery(Protocol):
    """Delivers thrown messages and signals to their receivers, each attempt in a transaction of its own."""

    async def deliver(self, thrown_event_id: str, delivery_round: DeliveryRound) -> bool:
        """Deliver a message to its receiver, or a signal to its next batch of receivers.

        An event that is already delivered or not yet due is left as it is. Return False, and deliver nothing, if the
        event cannot be attempted now: another server process delivers at the moment, or the event has to wait.
        """
        ...

    async def postpone(self, thrown_event_id: str, error: Exception) -> None:
        """Postpone the event after an error that is not the failure of a receiver's process.

        An event that is already delivered, or that another server process delivers at the moment, is left as it is.
        """
        ...
