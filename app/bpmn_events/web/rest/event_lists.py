"""Lists of waiting events of any length over plain HTTP: read and sent in portions, so that nobody else has to wait."""

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
from bpmn_events.web.rest.requests import NOT_STORED, json_answer

PORTION = MAX_PAGE


class StreamedEventList:
    """The list that one request asks for: ``limit`` None is everything behind ``offset``."""

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

    async def answer(self) -> Response:
        """The list in one piece if it is short, else as a stream.

        Raises:
            Unauthorized, Forbidden.
        """
        first = await self._portion(self._query.page)
        if self._is_last(first, len(first.items)):
            total = await self._total(first, len(first.items))
            return json_answer(EventListDocument([listed_event(event) for event in first.items], total))
        return StreamingResponse(self._stream(first), headers=NOT_STORED, media_type="application/json")

    async def _portion(self, page: PageRequest) -> Page[WaitingEvent]:
        limit = PORTION if page.limit is None else min(page.limit, PORTION)
        query = replace(self._query, page=replace(page, limit=limit))
        return await self._events(self._principal, query, check_filter=False)

    def _is_last(self, portion: Page[WaitingEvent], sent: int) -> bool:
        return not portion.has_next or sent == self._query.page.limit

    async def _total(self, last: Page[WaitingEvent], sent: int) -> int:
        """How many there are over all pages; who gets everything gets the number of just that."""
        if self._query.page.offset or last.has_next:
            return await self._events.count(self._principal, self._query.filter)
        return sent

    async def _stream(self, portion: Page[WaitingEvent]) -> AsyncIterator[bytes]:
        sent = len(portion.items)
        yield b'{"events":[' + _members(portion)
        while not self._is_last(portion, sent):
            limit = self._query.page.limit
            after = position_of(portion.items[-1], self._query.order)
            portion = await self._portion(PageRequest(None if limit is None else limit - sent, after))
            if portion.items:
                sent += len(portion.items)
                yield b"," + _members(portion)
        yield b'],"totalCount":%d}' % await self._total(portion, sent)


def _members(portion: Page[WaitingEvent]) -> bytes:
    return msgspec.json.encode([listed_event(event) for event in portion.items])[1:-1]
