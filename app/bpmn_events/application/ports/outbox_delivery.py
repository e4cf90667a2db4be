"""The port through which the outbox loop delivers thrown messages and signals."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol


@dataclass
class DeliveryRound:
    """A round of deliveries, in the order in which the events were thrown.

    Attributes:
        retry_after: Set when an event cannot be delivered now. The rest of the round is then not delivered: a later
            event would overtake that event, and might have no receiver yet.
        deferred_event_id: The id of an event that is delivered a moment later, as the last one of the round.
    """

    retry_after: timedelta | None = None
    deferred_event_id: str | None = None

    def may_deliver(self, event_id: str) -> bool:
        """Return True if the event may be delivered in this round."""
        return self.retry_after is None or self.deferred_event_id == event_id


class OutboxDelivery(Protocol):
    """Delivers thrown messages and signals to their receivers, each attempt in a transaction of its own."""

    async def deliver(self, thrown_event_id: str, delivery_round: DeliveryRound) -> bool:
        """Deliver a message to its receiver, or a signal to its next batch of receivers.

        An event that is already delivered or not yet due is left as it is. Return False, and deliver nothing, if the
        round has ended: another server process delivers at the moment, or the event has to wait.
        """
        ...

    async def postpone(self, thrown_event_id: str) -> None:
        """Postpone the event after an error that is not the failure of a receiver's process.

        An event that is already delivered is left as it is.
        """
        ...
