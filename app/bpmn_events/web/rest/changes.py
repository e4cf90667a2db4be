"""Routes that watch the waiting events: a stream of their changes as server-sent events."""

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from bpmn_events.application.changes.topic import TopicKind
from bpmn_events.application.services import Services
from bpmn_events.domain.changes import ChangesCursor
from bpmn_events.domain.errors import ChangesExpired, InvalidArgument, TooManySubscriptions
from bpmn_events.domain.filters import WaitingEventFilter
from bpmn_events.domain.principal import Permission, Principal
from bpmn_events.web.changes_cursors import decode_changes_cursor
from bpmn_events.web.http.accept import find_range, parse_accept
from bpmn_events.web.http.authorized_route import TicketRoute
from bpmn_events.web.http.operation import EVENT_STREAM, TICKET, Operation, Parameter, ResponseDescription
from bpmn_events.web.rest.change_stream import ChangeStream
from bpmn_events.web.rest.event_filters import CORRELATION_ID, OTHER_PARAMETERS, PROCESS_MODEL_KEY, event_filter
from bpmn_events.web.streams.pulse import Pulse
from bpmn_events.web.streams.response import StreamResponse

_MODEL = "/process_models/{process_model_key}"
_CORRELATION = "/correlations/{correlation_id}"
_LAST_EVENT_ID = Parameter(
    "Last-Event-ID",
    "header",
    "The `id` of the last event that the client has received: the stream goes on after it. It takes precedence over "
    "`after`.",
    {"type": "string"},
)
_AFTER = Parameter(
    "after",
    "query",
    "The `id` of an event, or the `changesCursor` of a list over GraphQL: the stream begins with the first change "
    "after it. If omitted, the stream begins now.",
    {"type": "string"},
)
_DESCRIPTION = (
    "A stream that does not end by itself. Its events are `added` (data: the waiting event), `removed` (data: "
    "`eventId`, `reason`, `triggerId`), `cursor` (data: `{}`) and `expired` (data: `{}`): the changes after the given "
    "cursor are no longer stored, so list again. The `id` of each event is the cursor after it. The first event is "
    "`cursor` or `expired`, with the cursor after which the stream begins. An unknown process model or correlation has "
    "no events."
)


def _operation(name: str, scope: str, *parameters: Parameter) -> Operation:
    return Operation(
        name,
        f"Watch the waiting events of {scope}",
        _DESCRIPTION,
        [ResponseDescription("The changes in the caller's lanes.", {"type": "string"}, media_type=EVENT_STREAM)],
        Permission.EVENTS_READ,
        [*parameters, *OTHER_PARAMETERS, _AFTER, _LAST_EVENT_ID, TICKET],
        errors=[TooManySubscriptions],
    )


_OPERATIONS = {
    "": _operation("watch_events", "all process models", PROCESS_MODEL_KEY, CORRELATION_ID),
    _MODEL: _operation("watch_events_of_model", "the instances of a process model", CORRELATION_ID),
    _CORRELATION: _operation("watch_events_of_correlation", "a correlation", PROCESS_MODEL_KEY),
    f"{_MODEL}{_CORRELATION}": _operation("watch_events_of_both", "a correlation's instances of a process model"),
}


class ChangeRoutes:
    """The routes for changes of waiting events."""

    def __init__(self, services: Services, pulse: Pulse) -> None:
        self._services = services
        self._pulse = pulse

    def routes(self) -> list[BaseRoute]:
        """Return the routes."""
        tokens, tickets = self._services.tokens, self._services.tickets
        return [
            TicketRoute(f"{path}/events/changes", self.watch, {"GET": operation}, tokens, tickets, _read)
            for path, operation in _OPERATIONS.items()
        ]

    async def watch(self, request: Request, principal: Principal) -> Response:
        """Send the changes of the events that match the filter, as they happen."""
        filter, after = _read(request)
        subscriptions = self._services.subscriptions
        has_expired = False
        try:
            watched = await subscriptions.check(principal, TopicKind.WAITING_EVENTS, filter, after, check_filter=False)
        except ChangesExpired:
            has_expired = True
            watched = await subscriptions.check(principal, TopicKind.WAITING_EVENTS, filter, None, check_filter=False)
        stream = ChangeStream(subscriptions, self._services.read_store, watched, has_expired=has_expired)
        return StreamResponse(stream, self._pulse, EVENT_STREAM, principal.expires_at, {"Vary": "Accept"})


def _read(request: Request) -> tuple[WaitingEventFilter, ChangesCursor | None]:
    """Return the filter of a stream, and the cursor after which it begins.

    Raises:
        HTTPException: 406, the client does not accept event streams.
        InvalidArgument: A parameter or header has a wrong value.
    """
    if find_range(parse_accept(", ".join(request.headers.getlist("accept"))), EVENT_STREAM) is None:
        raise HTTPException(406, f"The response is {EVENT_STREAM}, which the request does not accept.")
    return event_filter(request), _start(request)


def _start(request: Request) -> ChangesCursor | None:
    """Return the cursor after which the stream begins, or None if it begins now.

    Raises:
        InvalidArgument: It is no cursor of changes, or there are several.
    """
    last_ids = [text for text in request.headers.getlist(_LAST_EVENT_ID.name) if text]
    if len(last_ids) > 1:
        raise InvalidArgument(_LAST_EVENT_ID.name, "was sent more than once")
    if last_ids:
        return decode_changes_cursor(last_ids[0], _LAST_EVENT_ID.name)
    text = request.query_params.get(_AFTER.name)
    return None if text is None else decode_changes_cursor(text, _AFTER.name)
