"""The connections of a server process by what they do, so that those that do nothing make room for others."""

from typing import Protocol


class Occupant(Protocol):
    """A connection."""

    def make_room(self) -> None:
        """End the connection, because others need its place or its memory."""
        ...


class Occupancy:
    """The open connections, and the bytes of the bodies that are arriving.

    Connections that wait for a request, and requests that arrive slowly, are not worth a refusal of others: whoever
    opens many of them would lock everybody out. The oldest are ended first.

    Attributes:
        idle: The connections without a request that runs, such as one with half a header, in order of waiting.
        arriving: The connections whose body is incomplete, with its bytes so far, in order of its begin.
        arriving_bytes: The sum of these bytes.
        leaving: The connections that are refused or ended, but still open.
    """

    def __init__(self, max_arriving_bytes: int) -> None:
        self._max_arriving_bytes = max_arriving_bytes
        self.idle: dict[Occupant, None] = {}
        self.arriving: dict[Occupant, int] = {}
        self.arriving_bytes = 0
        self.leaving = 0

    def make_room(self) -> bool:
        """End the connection that has waited longest. Return False if all connections are busy."""
        oldest = next(iter(self.idle), None) or next(iter(self.arriving), None)
        if oldest is None:
            return False
        oldest.make_room()
        return True

    def count_body(self, connection: Occupant, size: int) -> None:
        """Note the bytes of an incomplete body so far. End the oldest ones if all together need too much memory."""
        self.arriving_bytes += size - self.arriving.get(connection, 0)
        self.arriving[connection] = size
        while self.arriving_bytes > self._max_arriving_bytes and len(self.arriving) > 1:
            next(iter(self.arriving)).make_room()

    def remove_body(self, connection: Occupant) -> None:
        """Forget an incomplete body: it is complete, or its connection ends."""
        self.arriving_bytes -= self.arriving.pop(connection, 0)
