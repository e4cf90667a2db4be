"""The view with a line for each change, as text or as JSON, for pipes, files and programs."""

import asyncio
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any, Protocol

import msgspec

from bpmn_events.application.queries.list_waiting_events import ListWaitingEvents
from bpmn_events.cli.caller import CLI
from bpmn_events.cli.tables import event_cells, printable
from bpmn_events.cli.watching.following import Batch
from bpmn_events.cli.watching.output import Output
from bpmn_events.cli.watching.views import PAUSE_SECONDS
from bpmn_events.domain.changes import ChangesCursor, LocatedChange, WaitingEventAdded, WaitingEventRemoved
from bpmn_events.domain.errors import EngineUnavailable
from bpmn_events.domain.events import WaitingEvent
from bpmn_events.domain.filters import WaitingEventFilter, WaitingEventOrder, WaitingEventQuery, position_of
from bpmn_events.domain.instants import instant
from bpmn_events.domain.pages import MAX_PAGE, Page, PageRequest
from bpmn_events.web.changes_cursors import encode_changes_cursor
from bpmn_events.web.representations import EventRemovalReason, waiting_event

_ORDER = WaitingEventOrder.WAITING_SINCE_ASC


class Format(Protocol):
    """Turns events and changes into lines. An empty text is no line."""

    def listed(self, event: WaitingEvent) -> str:
        """Return the line for an event of the list."""
        ...

    def reached(self, cursor: ChangesCursor) -> str:
        """Return the line that only says how far the reader has got: after a list, and after a quiet while."""
        ...

    def changed(self, located: LocatedChange) -> str:
        """Return the line for a change."""
        ...

    def expired(self) -> str:
        """Return the line before a further list."""
        ...


class Lines:
    """A line for each event that waits, and then for each change."""

    def __init__(
        self, format: Format, output: Output, list_waiting_events: ListWaitingEvents, filter: WaitingEventFilter
    ) -> None:
        self._format = format
        self._output = output
        self._list_waiting_events = list_waiting_events
        self._filter = filter
        self._check_filter = True

    async def show_all(self) -> ChangesCursor:
        """Implement ``View``."""
        cursor = None
        async for page in self._pages():
            await self._output.write("".join(map(self._format.listed, page.items)))
            cursor = cursor or page.changes_cursor
        assert cursor is not None
        await self._output.write(self._format.reached(cursor))
        return cursor

    async def show(self, batch: Batch) -> None:
        """Implement ``View``."""
        lines = map(self._format.changed, batch.changes) if batch.changes else [self._format.reached(batch.cursor)]
        await self._output.write("".join(lines))

    async def expire(self) -> None:
        """Implement ``View``."""
        print("bpmn-events: changes are missing; the waiting events are listed again", file=sys.stderr, flush=True)
        await self._output.write(self._format.expired())

    async def _pages(self) -> AsyncIterator[Page[WaitingEvent]]:
        """Yield all pages. The first one has a cursor.

        After an outage it goes on with the page that failed. A second list instead would not show which events of the
        first one were removed in between.
        """
        request = PageRequest(limit=MAX_PAGE, with_changes_cursor=True)
        while True:
            try:
                page = await self._list_waiting_events(
                    CLI, WaitingEventQuery(request, self._filter, _ORDER), check_filter=self._check_filter
                )
            except EngineUnavailable:
                await asyncio.sleep(PAUSE_SECONDS)
                continue
            self._check_filter = False
            yield page
            if not page.has_next:
                return
            request = PageRequest(limit=MAX_PAGE, after=position_of(page.items[-1], _ORDER))


class JsonLines:
    """JSON objects as the change stream of the plain HTTP API has them.

    The events of a list have no cursor: a program that has read a part of it has to begin again. The line after the
    list has one, and so has every change. After a quiet while, a line with a cursor alone replaces cursors that would
    expire.
    """

    def listed(self, event: WaitingEvent) -> str:
        return _json(change="added", event=waiting_event(event), cursor=None)

    def reached(self, cursor: ChangesCursor) -> str:
        return _json(change="cursor", cursor=encode_changes_cursor(cursor))

    def changed(self, located: LocatedChange) -> str:
        cursor = encode_changes_cursor(located.cursor)
        match located.change:
            case WaitingEventAdded(event):
                return _json(change="added", event=waiting_event(event), cursor=cursor)
            case WaitingEventRemoved(event, _, trigger_id):
                reason = EventRemovalReason.CANCELLED if trigger_id is None else EventRemovalReason.TRIGGERED
                return _json(change="removed", eventId=event.id, reason=reason, triggerId=trigger_id, cursor=cursor)
            case _:
                return ""

    def expired(self) -> str:
        return _json(change="expired")


class TextLines:
    """The time, the change, and the columns of the table that do not change."""

    def listed(self, event: WaitingEvent) -> str:
        return _text(event.waiting_since, "added", event)

    def reached(self, cursor: ChangesCursor) -> str:
        return ""

    def changed(self, located: LocatedChange) -> str:
        at = instant(located.cursor.at)
        match located.change:
            case WaitingEventAdded(event):
                return _text(at, "added", event)
            case WaitingEventRemoved(event, _, trigger_id):
                return _text(at, "cancelled" if trigger_id is None else "triggered", event)
            case _:
                return ""

    def expired(self) -> str:
        return ""


def _json(**members: Any) -> str:
    return msgspec.json.encode(members).decode() + "\n"


def _text(at: datetime, change: str, event: WaitingEvent) -> str:
    time = at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return "  ".join([time, f"{change:9}", *map(printable, event_cells(event))]) + "\n"
