"""The changes of waiting events as server-sent events (HTML Standard, section 9.2)."""

from collections.abc import Awaitable, Collection, Mapping, Sequence

import msgspec

from bpmn_events.application.ports.read_store import ReadStore
from bpmn_events.domain.changes import ChangesCursor, LocatedChange, WaitingEventAdded, WaitingEventRemoved
from bpmn_events.domain.events import WaitingEvent
from bpmn_events.domain.principal import Permission, Principal
from bpmn_events.domain.processes import ProcessModel
from bpmn_events.web.changes_cursors import encode_changes_cursor
from bpmn_events.web.representations import (
    AddedEventDocument,
    EventRemovalReason,
    RemovedEventDocument,
    waiting_event,
)

# How long a browser waits before it connects again, in milliseconds.
RETRY = b"retry: 2000\n"
HEARTBEAT = b":\n\n"
_NO_DATA = b"{}"


class ChangeEvents:
    """The encoder of changes, for callers with the same lanes and permissions as the viewer."""

    def __init__(self, read_store: ReadStore, viewer: Principal) -> None:
        self._read_store = read_store
        self._viewer = viewer

    def encode(self, changes: Sequence[LocatedChange]) -> Sequence[bytes] | Awaitable[Sequence[bytes]]:
        """Return an event for each change: ``added`` or ``removed``."""
        model_ids = {change.event.process_model_id for change, _, _ in changes if isinstance(change, WaitingEventAdded)}
        return self._read_and_encode(changes, model_ids) if model_ids else self._encode_all(changes, {})

    async def _read_and_encode(self, changes: Sequence[LocatedChange], model_ids: Collection[str]) -> Sequence[bytes]:
        return self._encode_all(changes, await self._read_store.models_by_id(model_ids))

    def _encode_all(self, changes: Sequence[LocatedChange], models: Mapping[str, ProcessModel]) -> Sequence[bytes]:
        return [self._encode(located, models) for located in changes]

    def _encode(self, located: LocatedChange, models: Mapping[str, ProcessModel]) -> bytes:
        match located.change:
            case WaitingEventAdded(event):
                added = self._added(event, models.get(event.process_model_id))
                return server_sent_event("added", located.cursor, msgspec.json.encode(added))
            case WaitingEventRemoved(event, _, trigger_id):
                reason = EventRemovalReason.CANCELLED if trigger_id is None else EventRemovalReason.TRIGGERED
                removed = RemovedEventDocument(event.id, reason, trigger_id)
                return server_sent_event("removed", located.cursor, msgspec.json.encode(removed))
            case other:
                raise TypeError(other)

    def _added(self, event: WaitingEvent, model: ProcessModel | None) -> AddedEventDocument:
        """Return the document of an event. Its model version is gone only if its process instance is, too."""
        return AddedEventDocument(
            **msgspec.structs.asdict(waiting_event(event)),
            payload_schema=None if model is None else model.catch_elements[event.element_id].payload_schema,
            viewer_can_trigger=self._viewer.may(Permission.EVENTS_TRIGGER) and self._viewer.sees(event.lane),
        )


def server_sent_event(name: str, cursor: ChangesCursor, data: bytes = _NO_DATA) -> bytes:
    """Return an event whose id is a cursor.

    It has data in any case: clients ignore an event without, and some ignore its id, too. JSON has no line breaks.
    """
    return b"event: %b\nid: %b\ndata: %b\n\n" % (name.encode(), encode_changes_cursor(cursor).encode(), data)
