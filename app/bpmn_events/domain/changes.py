"""Changes of what waits, as the change feed reports them, and cursors into the feed.

Every write transaction that changes what waits has one change set. Change sets are ordered by the positions of their
transactions: whatever a change undoes comes before it.
"""

from dataclasses import dataclass
from typing import TypeAlias

from bpmn_events.domain.events import WaitingEvent
from bpmn_events.domain.tasks import OpenTask


@dataclass(frozen=True, slots=True)
class WaitingEventAdded:
    """An event began to wait."""

    event: WaitingEvent


@dataclass(frozen=True, slots=True)
class WaitingEventRemoved:
    """An event no longer waits.

    ``trigger_id`` is the id of its trigger; None if the event was cancelled.
    """

    event: WaitingEvent
    trigger_id: str | None


@dataclass(frozen=True, slots=True)
class EventTriggerAdded:
    """An event was triggered. The trigger itself, which may have a large payload, is read by its id."""

    trigger_id: str
    event_id: str
    lane: str | None
    process_model_key: str
    correlation_id: str


@dataclass(frozen=True, slots=True)
class OpenTaskAdded:
    """A task was opened."""

    task: OpenTask


@dataclass(frozen=True, slots=True)
class OpenTaskRemoved:
    """A task was finished or cancelled."""

    task_id: str
    lane: str | None
    process_model_key: str
    correlation_id: str


Change: TypeAlias = WaitingEventAdded | WaitingEventRemoved | EventTriggerAdded | OpenTaskAdded | OpenTaskRemoved


@dataclass(frozen=True, slots=True)
class ChangesCursor:
    """A place in the change feed: all changes up to here are known.

    It names a stored change set, so that it can be told from a cursor of another database, or of one that has lost its
    latest transactions.

    Attributes:
        position: The position of a change set.
        at: Its time, in microseconds since 1970.
        index: The number of its changes that are known, or None if all of them are.
        unseen: The positions below this one whose change sets are not known. A list on PostgreSQL may have been read
            while their transactions were open.
    """

    position: int
    at: int
    index: int | None = None
    unseen: tuple[int, ...] = ()

    def knows(self, position: int) -> bool:
        """Return True if all changes of that change set are known."""
        if position == self.position:
            return self.index is None
        return position < self.position and position not in self.unseen


@dataclass(frozen=True, slots=True)
class ChangeSet:
    """The changes of one transaction: removals come before additions."""

    position: int
    at: int
    changes: tuple[Change, ...]

    def cursor_after(self, index: int) -> ChangesCursor:
        """Return the cursor after the change with this index, for whoever knows everything before it."""
        return ChangesCursor(self.position, self.at, None if index + 1 >= len(self.changes) else index + 1)
