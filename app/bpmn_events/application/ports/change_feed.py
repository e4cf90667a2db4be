"""The port for reading the change feed."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from bpmn_events.domain.changes import ChangesCursor, ChangeSet


@dataclass(frozen=True, slots=True)
class FeedPlace:
    """How far a reader has read.

    Attributes:
        settled: A position: the reader has all change sets up to it, and none can appear there any more.
        last: The last change set up to there. None if the reader has not read one yet.
    """

    settled: int
    last: ChangesCursor | None = None

    @property
    def last_position(self) -> int:
        """The position of the last change set; without one, that up to which there is none."""
        return self.settled if self.last is None else self.last.position


@dataclass(frozen=True, slots=True)
class FeedPart:
    """Consecutive change sets, the place after them, and whether more may follow there."""

    change_sets: Sequence[ChangeSet]
    end: FeedPlace
    has_more: bool


def place_before(cursor: ChangesCursor) -> FeedPlace:
    """Return the place before the first change set that may have a change that the cursor does not know."""
    return FeedPlace(cursor.first_unknown - 1)


class ChangeFeed(Protocol):
    """Reads the change feed, to which all server processes write."""

    async def end(self) -> ChangesCursor:
        """Return a cursor that knows every change set that is committed by now."""
        ...

    async def read(self, place: FeedPlace, limit: int) -> FeedPart:
        """Return the first change sets after a place, as far as they are settled.

        There are at most ``limit``, and fewer if they are large.

        Raises:
            ChangesExpired: Change sets after the place may be deleted, or the model version of a change is. Or the
                database has lost its latest transactions, and the last change set of the place with them.
        """
        ...

    async def find_excess(self, max_change_sets: int) -> int | None:
        """Return the position of the last change set that so many others follow. None if there are not more."""
        ...

    async def has(self, cursor: ChangesCursor) -> bool:
        """Return True if the change set of the cursor is stored, so that those after it are, too."""
        ...
