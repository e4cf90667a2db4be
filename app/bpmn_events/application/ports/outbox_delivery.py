"""The port through which the outbox loop delivers thrown messages and signals."""

from dataclasses import dataclass
from enum import Enum, auto
from typing import Protocol


class DeliveryTurn(Enum):
    """The result of one attempt to deliver an event."""

    TAKEN = auto()  # this server process had the turn
    BUSY = auto()  # another server process delivers at the moment


@dataclass
class DeliveryRound:
    """A round of deliveries, in the order in which the events were thrown.

    ``is_busy`` becomes True when another server process has the turn. The rest of the round is then not delivered: a
    later event would overtake the refused one, and might have no receiver yet.
    """

    is_busy: bool = False


class OutboxDelivery(Protocol):
    """Delivers thrown messages and signals to their receivers, each attempt in a transaction of its own."""

    async def deliver(self, thrown_event_id: str, delivery_round: DeliveryRound) -> DeliveryTurn:
        """Deliver a message to its receiver, or a signal to its next batch of receivers.

        An event that is already delivered or not yet due is left as it is. Return BUSY, and deliver nothing, if another
        server process has the turn.
        """
        ...

    async def postpone(self, thrown_event_id: str) -> DeliveryTurn:
        """Postpone the event after an error that is not the failure of a receiver's process.

        An event that is already delivered is left as it is.
        """
        ...
