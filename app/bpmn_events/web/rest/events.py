"""Routes that trigger one waiting event and list waiting events. They call the same use cases as GraphQL."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from bpmn_events.application.commands.trigger_event import TriggerEvent, TriggerOutcome
from bpmn_events.application.services import Services
from bpmn_events.domain.errors import (
    Conflict,
    CorrelationNotFound,
    EventAmbiguous,
    EventNotFound,
    InvalidArgument,
    InvalidPayload,
    ProcessFailed,
    ProcessModelNotFound,
)
from bpmn_events.domain.events import TriggerSource
from bpmn_events.domain.filters import WaitingEventFilter
from bpmn_events.domain.pages import DEFAULT_PAGE
from bpmn_events.domain.principal import Permission, Principal
from bpmn_events.web.http.authorized_route import AuthorizedRoute
from bpmn_events.web.http.operation import IDEMPOTENCY_KEY, PAYLOAD, Operation, Parameter, ResponseDescription
from bpmn_events.web.http.problems import CONSUMER_PREFIX
from bpmn_events.web.http.routing import path_parameter
from bpmn_events.web.representations import (
    EventListDocument,
    TriggerDocument,
    event_trigger,
    process_instance,
    waiting_event,
)
from bpmn_events.web.rest.consumer import operation_under
from bpmn_events.web.rest.event_lists import StreamedEventList
from bpmn_events.web.rest.requests import idempotency_key, limited_json_response, read_payload

_MODEL = "/process_models/{process_model_key}"
_CORRELATION = "/correlations/{correlation_id}"
_MAX_NUMBER = 2**31 - 1


_DRY_RUN = Parameter(
    "dry_run",
    "query",
    "Return the outcome that the trigger would have, and change nothing.",
    {"type": "boolean", "default": False},
)
_TRIGGER = Operation(
    "trigger_event",
    "Trigger one waiting event",
    "If several callers trigger the event at once, exactly one succeeds. The others receive an error that says so.",
    [ResponseDescription("The event was triggered, or would be without `dry_run`.", TriggerDocument)],
    Permission.EVENTS_TRIGGER,
    [IDEMPOTENCY_KEY, _DRY_RUN],
    PAYLOAD,
    [
        InvalidPayload,
        ProcessModelNotFound,
        CorrelationNotFound,
        EventNotFound,
        EventAmbiguous,
        Conflict,
        ProcessFailed,
    ],
)
_WHOLE_NUMBER = {"type": "integer", "minimum": 0, "maximum": _MAX_NUMBER}
_PAGE = [
    Parameter(
        "limit", "query", "The maximum number of events; 0 for no limit.", {**_WHOLE_NUMBER, "default": DEFAULT_PAGE}
    ),
    Parameter("offset", "query", "The number of events to skip.", {**_WHOLE_NUMBER, "default": 0}),
]


def _list_operation(name: str, scope: str) -> Operation:
    return Operation(
        name,
        f"List the waiting events of {scope}",
        "The events in the caller's lanes, longest waiting first. An unknown process model or correlation has none.",
        [ResponseDescription("One page of the list.", EventListDocument)],
        Permission.EVENTS_READ,
        _PAGE,
    )


class EventRoutes:
    """The routes for waiting events."""

    def __init__(self, services: Services, max_body_bytes: int) -> None:
        self._services = services
        self._max_body_bytes = max_body_bytes

    def routes(self) -> list[BaseRoute]:
        """Return every route twice: without a prefix, and under the prefix of the consumer API."""
        return [route for prefix in ("", CONSUMER_PREFIX) for route in self._routes(prefix)]

    def _routes(self, prefix: str) -> list[BaseRoute]:
        trigger = f"{prefix}{_MODEL}{_CORRELATION}/events/{{event_id}}/trigger"
        lists = {
            f"{_MODEL}{_CORRELATION}": _list_operation(
                "list_events_of_both", "a correlation's instances of a process model"
            ),
            _MODEL: _list_operation("list_events_of_model", "the instances of a process model"),
            _CORRELATION: _list_operation("list_events_of_correlation", "a correlation"),
        }
        tokens = self._services.tokens
        return [
            AuthorizedRoute(trigger, self.trigger, {"POST": operation_under(prefix, _TRIGGER)}, tokens),
            *(
                AuthorizedRoute(f"{prefix}{path}/events", self.list_events, {"GET": lists[path]}, tokens)
                for path in lists
            ),
        ]

    async def trigger(self, request: Request, principal: Principal) -> Response:
        """Trigger one waiting event with the request body as its payload."""
        outcome = await self._services.trigger_event(
            principal,
            TriggerEvent(
                process_model_key=path_parameter(request, "process_model_key"),
                correlation_id=path_parameter(request, "correlation_id"),
                event_id=path_parameter(request, "event_id"),
                payload=await read_payload(request, self._max_body_bytes),
                idempotency_key=idempotency_key(request),
                dry_run=_boolean(request, "dry_run"),
                source=TriggerSource.REST,
            ),
        )
        return limited_json_response(request, _trigger_document(outcome, principal))

    async def list_events(self, request: Request, principal: Principal) -> Response:
        """List the waiting events of a process model, a correlation, or both."""
        filter = WaitingEventFilter(
            process_model_keys=_path_filter(request, "process_model_key"),
            correlation_ids=_path_filter(request, "correlation_id"),
        )
        limit, offset = _whole_number(request, "limit", DEFAULT_PAGE) or None, _whole_number(request, "offset", 0)
        return await StreamedEventList(self._services.list_waiting_events, principal, filter, limit, offset).response()


def _trigger_document(outcome: TriggerOutcome, viewer: Principal) -> TriggerDocument:
    return TriggerDocument(
        trigger=None if outcome.trigger is None else event_trigger(outcome.trigger),
        process_instance=process_instance(outcome.process_instance, viewer),
        next_waiting_events=[waiting_event(event) for event in outcome.next_waiting_events],
        replayed=outcome.replayed,
    )


def _path_filter(request: Request, name: str) -> tuple[str, ...] | None:
    return (path_parameter(request, name),) if name in request.path_params else None


def _boolean(request: Request, name: str) -> bool:
    text = request.query_params.get(name)
    if text not in (None, "true", "false"):
        raise InvalidArgument(name, "is either true or false")
    return text == "true"


def _whole_number(request: Request, name: str, default: int) -> int:
    text = request.query_params.get(name)
    if text is None:
        return default
    number = int(text) if text.isascii() and text.isdecimal() and len(text) <= len(str(_MAX_NUMBER)) else -1
    if not 0 <= number <= _MAX_NUMBER:
        raise InvalidArgument(name, f"takes a whole number from 0 to {_MAX_NUMBER}")
    return number
