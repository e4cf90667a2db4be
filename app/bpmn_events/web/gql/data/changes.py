"""The values behind the types of changes, of which a payload has one."""

from dataclasses import dataclass

from bpmn_events.domain import changes
from bpmn_events.domain.changes import ChangesCursor, LocatedChange
from bpmn_events.domain.events import WaitingEvent
from bpmn_events.domain.tasks import OpenTask
from bpmn_events.web.changes_cursors import encode_changes_cursor


@dataclass(frozen=True, slots=True)
class ChangeValue:
    """A change with its place. The cursor after it is encoded only if the document selects it."""

    place: ChangesCursor

    @property
    def cursor(self) -> str:
        return encode_changes_cursor(self.place)


@dataclass(frozen=True, slots=True)
class AddedEvent(ChangeValue):
    """An event that began to wait."""

    event: WaitingEvent


@dataclass(frozen=True, slots=True)
class RemovedEvent(ChangeValue):
    """An event that no longer waits. Without ``trigger_id``, it was cancelled."""

    event_id: str
    trigger_id: str | None


@dataclass(frozen=True, slots=True)
class AddedTrigger(ChangeValue):
    """A trigger, which is loaded by its id."""

    trigger_id: str


@dataclass(frozen=True, slots=True)
class AddedTask(ChangeValue):
    """A task that was opened."""

    task: OpenTask


@dataclass(frozen=True, slots=True)
class RemovedTask(ChangeValue):
    """A task that is no longer open."""

    task_id: str


def change_value(located: LocatedChange) -> ChangeValue:
    """Return the value for a change."""
    change, _, cursor = located
    match change:
        case changes.WaitingEventAdded(event):
            return AddedEvent(cursor, event)
        case changes.WaitingEventRemoved(event, _, trigger_id):
            return RemovedEvent(cursor, event.id, trigger_id)
        case changes.EventTriggerAdded(trigger_id):
            return AddedTrigger(cursor, trigger_id)
        case changes.OpenTaskAdded(task):
            return AddedTask(cursor, task)
        case changes.OpenTaskRemoved(task_id):
            return RemovedTask(cursor, task_id)
