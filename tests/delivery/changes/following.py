"""A reader of the change feed, which applies the changes to what it has."""

from dataclasses import dataclass, field

from bpmn_events.application.ports.change_feed import ChangeFeed, FeedPlace, place_before
from bpmn_events.domain.changes import (
    Change,
    ChangesCursor,
    EventTriggerAdded,
    OpenTaskAdded,
    OpenTaskRemoved,
    WaitingEventAdded,
    WaitingEventRemoved,
)
from bpmn_events.domain.events import WaitingEvent
from bpmn_events.domain.tasks import OpenTask


@dataclass
class Follower:
    """What waits, and the ids of the triggers, according to the changes after a cursor.

    ``doubled`` has the ids of changes that changed nothing.
    """

    feed: ChangeFeed
    cursor: ChangesCursor
    events: dict[str, WaitingEvent] = field(default_factory=dict)
    tasks: dict[str, OpenTask] = field(default_factory=dict)
    triggers: list[str] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    place: FeedPlace | None = None

    async def catch_up(self) -> None:
        """Apply all changes that are settled by now."""
        place = self.place or place_before(self.cursor)
        while True:
            part = await self.feed.read(place, 3)
            for change_set in part.change_sets:
                for change, number, _ in change_set.located():
                    if not self.cursor.knows(change_set.position, number):
                        self._apply(change)
            self.place = place = part.end
            if not part.change_sets:
                return

    def _apply(self, change: Change) -> None:
        self.changes.append(change)
        match change:
            case WaitingEventAdded(event):
                self._put(self.events, event)
            case WaitingEventRemoved(event):
                self._remove(self.events, event.id)
            case EventTriggerAdded(trigger_id):
                if trigger_id in self.triggers:
                    self.doubled.append(trigger_id)
                self.triggers.append(trigger_id)
            case OpenTaskAdded(task):
                self._put(self.tasks, task)
            case OpenTaskRemoved(task_id):
                self._remove(self.tasks, task_id)

    def _put(self, items: dict[str, WaitingEvent] | dict[str, OpenTask], item: WaitingEvent | OpenTask) -> None:
        if item.id in items:
            self.doubled.append(item.id)
        items[item.id] = item  # type: ignore[assignment]

    def _remove(self, items: dict[str, WaitingEvent] | dict[str, OpenTask], item_id: str) -> None:
        if items.pop(item_id, None) is None:
            self.doubled.append(item_id)
