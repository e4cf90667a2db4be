"""The view for people: a table that is always current."""

import asyncio
import logging
import time
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime

from bpmn_events.application.queries.list_waiting_events import ListWaitingEvents
from bpmn_events.application.waiting import wait_at_most
from bpmn_events.cli.caller import CLI
from bpmn_events.cli.tables import event_table, printable
from bpmn_events.cli.watching.following import Batch
from bpmn_events.cli.watching.screen import Screen
from bpmn_events.domain.changes import ChangesCursor, LocatedChange, WaitingEventAdded, WaitingEventRemoved
from bpmn_events.domain.errors import EngineUnavailable
from bpmn_events.domain.events import WaitingEvent
from bpmn_events.domain.filters import WaitingEventFilter, WaitingEventQuery
from bpmn_events.domain.pages import Page, PageRequest

_SECOND = 1.0  # ages are shown in seconds
_MIN_PAUSE_SECONDS = 0.2
# Reading takes at most a fifth of the time, also where counting takes long.
_PAUSE_PER_READING = 4
_LINES_AROUND = 3  # the title, the headings, and the message at the bottom


class LiveTable(logging.Handler):
    """The table of the command ``events``, read again when something has changed.

    If more events wait than there are lines, it shows those that wait longest and those that wait shortest. It also
    shows the last record of the log, such as an outage of the database.
    """

    def __init__(self, screen: Screen, list_waiting_events: ListWaitingEvents, filter: WaitingEventFilter) -> None:
        super().__init__(logging.WARNING)
        self._screen = screen
        self._list_waiting_events = list_waiting_events
        self._filter = filter
        self._since = _local_time()
        self._counts: Counter[str] = Counter()
        self._oldest: Sequence[WaitingEvent] = ()
        self._newest: Sequence[WaitingEvent] = ()
        self._total = 0
        self._message = ""
        self._is_checked = False
        self._is_outdated = True
        self._pause_seconds = _MIN_PAUSE_SECONDS
        self._wake = asyncio.Event()

    async def show_all(self) -> ChangesCursor:
        """Implement ``View``."""
        page = await self._page(PageRequest(limit=1, with_changes_cursor=True), check_filter=not self._is_checked)
        self._is_checked = True
        self.refresh()
        assert page.changes_cursor is not None
        return page.changes_cursor

    async def show(self, batch: Batch) -> None:
        """Implement ``View``."""
        if batch.changes:
            self._counts.update(map(_kind, batch.changes))
            self.refresh()

    async def expire(self) -> None:
        """Implement ``View``."""

    def emit(self, record: logging.LogRecord) -> None:
        """Implement ``logging.Handler``."""
        self._message = f"{_local_time()}  {printable(record.getMessage())}"

    def refresh(self) -> None:
        """Read and draw again soon."""
        self._is_outdated = True
        self._wake.set()

    async def run(self) -> None:
        """Draw until cancelled, from the first list on, or from the first message if that comes before."""
        while not (self._is_checked or self._message):
            self._wake.clear()  # a change of the terminal's size sets it, too
            await self._wait(_SECOND)
        while True:
            self._wake.clear()
            if self._is_checked and self._is_outdated:
                await self._read()
            await self._screen.draw(self._frame())
            await asyncio.sleep(self._pause_seconds)
            await self._wait(max(_SECOND - self._pause_seconds, 0))

    async def _wait(self, seconds: float) -> None:
        """Wait for a reason to draw again, at most this long."""
        await wait_at_most(self._wake, seconds)

    async def _read(self) -> None:
        """Read the rows that fit, and count. If the database cannot be used, the old rows stay until it can."""
        started = time.monotonic()
        self._is_outdated = False
        rows = max(self._screen.size.lines - _LINES_AROUND, 3)
        try:
            page = await self._page(PageRequest(limit=rows))
            if not page.has_next:
                self._oldest, self._newest, self._total = page.items, (), len(page.items)
            else:
                last = (rows - 1) // 2
                newest = await self._page(PageRequest(limit=last, backward=True))
                total = await self._list_waiting_events.count(CLI, self._filter)
                self._oldest, self._newest = page.items[: rows - 1 - last], newest.items
                self._total = max(total, len(self._oldest) + last)
        except EngineUnavailable:
            self._is_outdated = True
        self._pause_seconds = max(_MIN_PAUSE_SECONDS, _PAUSE_PER_READING * (time.monotonic() - started))

    async def _page(self, request: PageRequest, *, check_filter: bool = False) -> Page[WaitingEvent]:
        query = WaitingEventQuery(request, self._filter)
        return await self._list_waiting_events(CLI, query, check_filter=check_filter)

    def _frame(self) -> list[str]:
        if not self._is_checked:
            return [f"{_local_time()}  The waiting events cannot be listed yet.", self._message]
        counts = ", ".join(f"{self._counts[kind]} {kind}" for kind in ("added", "triggered", "cancelled"))
        wait = "1 event waits" if self._total == 1 else f"{self._total} events wait"
        title = f"{_local_time()}  {wait}; since {self._since}: {counts}"
        table = event_table([*self._oldest, *self._newest], datetime.now(UTC)).split("\n")
        hidden = self._total - len(self._oldest) - len(self._newest)
        if hidden:
            table.insert(1 + len(self._oldest), f"… {hidden} more …")
        return [title, *table, self._message]


def _kind(located: LocatedChange) -> str:
    match located.change:
        case WaitingEventAdded():
            return "added"
        case WaitingEventRemoved(_, _, trigger_id):
            return "cancelled" if trigger_id is None else "triggered"
    return ""


def _local_time() -> str:
    return time.strftime("%H:%M:%S")
