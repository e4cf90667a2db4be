"""Messages joined for many connections: what the connections have in common is put together once."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Joint:
    """Messages without a piece that is different for each connection.

    Attributes:
        separators: What precedes the first piece, what is between two of them, and what follows the last one.
        size: The number of bytes of the separators.
    """

    separators: Sequence[bytes]
    size: int

    def size_with(self, piece: bytes) -> int:
        """Return the number of bytes with the piece in each message."""
        return self.size + len(piece) * (len(self.separators) - 1)


class Joiner:
    """Makes the joints of items. It remembers those of the latest items, which many connections send.

    Args:
        head: Returns what precedes a message of this size, such as the header of a frame.
    """

    def __init__(self, head: Callable[[int], bytes]) -> None:
        self._head = head
        self._items: Sequence[bytes] = ()
        self._joints: dict[tuple[int, bytes], Joint] = {}

    def joint(self, items: Sequence[bytes], piece_size: int, after: bytes) -> Joint:
        """Return messages that consist of a piece of this size, an item, and ``after``. The items must never change."""
        if items is not self._items:
            self._items, self._joints = items, {}
        key = piece_size, after
        joint = self._joints.get(key)
        if joint is None:
            joint = self._joints[key] = self._join(items, piece_size, after)
        return joint

    def _join(self, items: Sequence[bytes], piece_size: int, after: bytes) -> Joint:
        heads = [self._head(piece_size + len(item) + len(after)) for item in items]
        ends = [item + after for item in items]
        separators = [end + head for end, head in zip([b"", *ends], [*heads, b""], strict=True)]
        return Joint(separators, sum(map(len, separators)))
