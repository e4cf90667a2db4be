"""Delivering what processes throw: what the loop over the outbox needs."""

from dataclasses import dataclass
from enum import Enum, auto
from typing import Protocol


class DeliveryTurn(Enum):
    """What became of one attempt to deliver."""

    TAKEN = auto()
    BUSY = auto()  # another server process delivers at this moment


@dataclass
class DeliveryRound:
    """Events that are handed over in the order they were thrown.

    Once another server process had the turn, none of the round is delivered any more: what comes later would overtake
    what was refused, and find nobody waiting yet.
    """

    is_busy: bool = False


class OutboxDelivery(Protocol):
    """Hands messages and signals that processes threw to their receivers, each attempt in a transaction of its own."""

    async def deliver(self, thrown_event_id: str, in_round: DeliveryRound) -> DeliveryTurn:
        """Deliver the event as far as one turn goes; one that is delivered, or not due, is left alone."""
        ...

    async def postpone(self, thrown_event_id: str) -> DeliveryTurn:
        """Put off the event as a whole: what went wrong is nobody's process."""
        ...
