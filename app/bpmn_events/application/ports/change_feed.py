"""The port for reading the change feed."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from bpmn_events.domain.changes import ChangesCursor, ChangeSet


@dataclass(frozen=True, slots=True)
class FeedPart:
    """Consecutive change sets.

    ``settled`` is a position: the part has all change sets up to it, and none can appear there any more.
    """

    change_sets: Sequence[ChangeSet]
    settled: int


class ChangeFeed(Protocol):
    """Reads the change feed, to which all server processes write."""

    async def end(self) -> ChangesCursor:
        """Return a cursor that knows every change set that is committed by now."""
        ...

    async def read(self, after: int, limit: int) -> FeedPart:
        """Return the first change sets after a position, at most ``limit``, as far as they are settled.

        Raises:
            ChangesExpired: The model version of a change is deleted.
        """
        ...

    async def has(self, cursor: ChangesCursor) -> bool:
        """Return True if the change set of the cursor is stored, so that those after it are, too."""
        ...
