"""Changes of waiting events and open tasks, as the change feed reports them, and cursors into the feed.

Every write transaction with such changes has one change set. Change sets are ordered by the positions of their
transactions: a removal comes after the addition that it undoes.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

from bpmn_events.domain.events import WaitingEvent
from bpmn_events.domain.tasks import OpenTask


@dataclass(frozen=True, slots=True)
class WaitingEventAdded:
    """An event began to wait.

    ``searched_name`` is the name of the event in its process model, which a search looks at: a computed name is not.
    """

    event: WaitingEvent
    searched_name: str | None


@dataclass(frozen=True, slots=True)
class WaitingEventRemoved:
    """An event no longer waits.

    ``trigger_id`` is the id of its trigger; None if the event was cancelled. ``searched_name`` is as above.
    """

    event: WaitingEvent
    searched_name: str | None
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


EventChange: TypeAlias = WaitingEventAdded | WaitingEventRemoved
TaskChange: TypeAlias = OpenTaskAdded | OpenTaskRemoved
Change: TypeAlias = EventChange | EventTriggerAdded | TaskChange


@dataclass(frozen=True, slots=True)
class ChangesCursor:
    """A place in the change feed: all changes up to here are known.

    It names a stored change set, so that it can be told from a cursor of another database, or of one that has lost its
    latest transactions.

    Attributes:
        position: The position of a change set.
        at: Its time, in microseconds since 1970.
        known: How many of its changes are known, or None if all of them are.
        unseen: The positions below this one whose change sets are not known. A list on PostgreSQL may have been read
            while their transactions were open.
    """

    position: int
    at: int
    known: int | None = None
    unseen: tuple[int, ...] = ()

    def knows(self, position: int, number: int = 0) -> bool:
        """Return True if the change with this number in that change set is known."""
        if position == self.position:
            return self.known is None or number < self.known
        return position < self.position and position not in self.unseen

    def common(self, other: "ChangesCursor") -> "ChangesCursor":
        """Return the cursor that knows the changes that both know."""
        first, second = (self, other) if self.position <= other.position else (other, self)
        if first.position == second.position:
            known = min((count for count in (first.known, second.known) if count is not None), default=None)
        else:
            known = first.known if second.knows(first.position) else 0
        unseen = {*first.unseen, *(position for position in second.unseen if position < first.position)}
        return ChangesCursor(first.position, first.at, known, tuple(sorted(unseen)))

    @property
    def first_unknown(self) -> int:
        """The lowest position at which a change set may have an unknown change."""
        return min((self.position, *self.unseen))


@dataclass(frozen=True, slots=True)
class ChangeSet:
    """The changes of one transaction: removals come before additions."""

    position: int
    at: int
    changes: tuple[Change, ...]

    def located(self) -> "Iterator[LocatedChange]":
        """Return the changes with their places and cursors."""
        last = len(self.changes) - 1
        for number, change in enumerate(self.changes):
            cursor = ChangesCursor(self.position, self.at, None if number == last else number + 1)
            yield LocatedChange(change, number, cursor)


class LocatedChange(NamedTuple):
    """A change, its number in its change set, and the cursor that knows it and all changes before it."""

    change: Change
    number: int
    cursor: ChangesCursor
