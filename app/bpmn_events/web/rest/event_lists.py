"""Lists of waiting events over plain HTTP, read and sent in chunks so that a long list blocks no other request."""

from collections.abc import AsyncIterator
from dataclasses import replace

import msgspec
from starlette.responses import Response, StreamingResponse

from bpmn_events.application.queries.list_waiting_events import ListWaitingEvents
from bpmn_events.domain.events import WaitingEvent
from bpmn_events.domain.filters import WaitingEventFilter, WaitingEventQuery, position_of
from bpmn_events.domain.pages import MAX_PAGE, Page, PageRequest
from bpmn_events.domain.principal import Principal
from bpmn_events.web.representations import EventListDocument, listed_event
from bpmn_events.web.rest.requests import NO_STORE, json_response

CHUNK_SIZE = MAX_PAGE


class StreamedEventList:
    """The list of waiting events for one request. ``limit`` None means all events after ``offset``."""

    def __init__(
        self,
        events: ListWaitingEvents,
        principal: Principal,
        filter: WaitingEventFilter,
        limit: int | None,
        offset: int,
    ) -> None:
        self._events = events
        self._principal = principal
        self._query = WaitingEventQuery(PageRequest(limit=limit, offset=offset), filter)

    async def response(self) -> Response:
        """Return the list, as a stream if it has more than one chunk.

        Raises:
            Forbidden: The principal may not read events.
        """
        first = await self._read_chunk(self._query.page)
        if self._is_last(first, len(first.items)):
            total = await self._total(first, len(first.items))
            return json_response(EventListDocument([listed_event(event) for event in first.items], total))
        return StreamingResponse(self._stream(first), headers=NO_STORE, media_type="application/json")

    async def _read_chunk(self, page: PageRequest) -> Page[WaitingEvent]:
        limit = CHUNK_SIZE if page.limit is None else min(page.limit, CHUNK_SIZE)
        query = replace(self._query, page=replace(page, limit=limit))
        return await self._events(self._principal, query, check_filter=False)

    def _is_last(self, chunk: Page[WaitingEvent], sent: int) -> bool:
        return not chunk.has_next or sent == self._query.page.limit

    async def _total(self, last: Page[WaitingEvent], sent: int) -> int:
        """Return the number of events on all pages, without a count query if all of them were sent."""
        if self._query.page.offset or last.has_next:
            return await self._events.count(self._principal, self._query.filter)
        return sent

    async def _stream(self, chunk: Page[WaitingEvent]) -> AsyncIterator[bytes]:
        sent = len(chunk.items)
        yield b'{"events":[' + _members(chunk)
        while not self._is_last(chunk, sent):
            limit = self._query.page.limit
            after = position_of(chunk.items[-1], self._query.order)
            chunk = await self._read_chunk(PageRequest(None if limit is None else limit - sent, after))
            if chunk.items:
                sent += len(chunk.items)
                yield b"," + _members(chunk)
        yield b'],"totalCount":%d}' % await self._total(chunk, sent)


def _members(chunk: Page[WaitingEvent]) -> bytes:
    return msgspec.json.encode([listed_event(event) for event in chunk.items])[1:-1]
