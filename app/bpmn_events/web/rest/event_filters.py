"""The filter of waiting events as query parameters."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any

import msgspec
from starlette.requests import Request

from bpmn_events.domain.errors import InvalidArgument
from bpmn_events.domain.events import EventType
from bpmn_events.domain.filters import WaitingEventFilter
from bpmn_events.web.http.operation import Parameter
from bpmn_events.web.http.routing import path_parameter

_Instant = Annotated[datetime, msgspec.Meta(tz=True)]
_TEXTS = {"type": "array", "items": {"type": "string"}}
_INSTANT = {"type": "string", "format": "date-time"}

# The ones that may be part of the path instead.
PROCESS_MODEL_KEY = Parameter("process_model_key", "query", "Events in these process models, any version.", _TEXTS)
CORRELATION_ID = Parameter("correlation_id", "query", "Events in these correlations.", _TEXTS)
OTHER_PARAMETERS = (
    Parameter("process_instance_id", "query", "Events in these process instances.", _TEXTS),
    Parameter(
        "event_type",
        "query",
        "Events of these types.",
        {"type": "array", "items": {"enum": [event_type.value for event_type in EventType]}},
    ),
    Parameter("element_id", "query", "Events at these BPMN elements.", _TEXTS),
    Parameter("event_name", "query", "Events that wait for messages or signals with these names.", _TEXTS),
    Parameter("lane", "query", "Events in these lanes.", _TEXTS),
    Parameter("waiting_since_before", "query", "Events that began to wait before this instant.", _INSTANT),
    Parameter("due_before", "query", "Timers that are due before this instant.", _INSTANT),
    Parameter(
        "search",
        "query",
        "Events with this text in the element's name, the element id, the event's name, the correlation id or the "
        "process model's key. Case is ignored.",
        {"type": "string"},
    ),
)


def event_filter(request: Request) -> WaitingEventFilter:
    """Return the filter in the path and the query of a request. An omitted parameter is no condition.

    Raises:
        InvalidArgument: A value is not one of the parameter's type.
    """
    return WaitingEventFilter(
        process_model_keys=_targets(request, PROCESS_MODEL_KEY.name),
        correlation_ids=_targets(request, CORRELATION_ID.name),
        process_instance_ids=_texts(request, "process_instance_id"),
        event_types=_event_types(request, "event_type"),
        element_ids=_texts(request, "element_id"),
        event_names=_texts(request, "event_name"),
        lanes=_texts(request, "lane"),
        waiting_since_before=_instant(request, "waiting_since_before"),
        due_before=_instant(request, "due_before"),
        search=request.query_params.get("search") or None,
    )


def _targets(request: Request, name: str) -> tuple[str, ...] | None:
    return (path_parameter(request, name),) if name in request.path_params else _texts(request, name)


def _texts(request: Request, name: str) -> tuple[str, ...] | None:
    return tuple(dict.fromkeys(request.query_params.getlist(name))) or None


def _event_types(request: Request, name: str) -> tuple[EventType, ...] | None:
    texts: Sequence[str] = _texts(request, name) or ()
    try:
        return tuple(map(EventType, texts)) or None
    except ValueError:
        raise InvalidArgument(name, f"is one of {', '.join(EventType)}") from None


def _instant(request: Request, name: str) -> datetime | None:
    text: Any = request.query_params.get(name)
    try:
        return None if text is None else msgspec.convert(text, _Instant)
    except msgspec.ValidationError:
        reason = "takes an RFC 3339 instant with an offset, such as 2026-01-31T12:00:00Z"
        raise InvalidArgument(name, reason) from None
