"""Descriptions of HTTP operations: their parameters, bodies, responses and errors, as OpenAPI needs them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from bpmn_events.domain.errors import DomainError
from bpmn_events.domain.principal import Permission

JsonSchema: TypeAlias = Mapping[str, Any]
EVENT_STREAM = "text/event-stream"
JSON = "application/json"


@dataclass(frozen=True, slots=True)
class Parameter:
    """A query parameter or header, as plain text or as JSON. ``PATH_PARAMETERS`` describes those of the path.

    A query parameter whose schema is an array occurs once for each item. With ``is_credential``, it stands for the
    header Authorization.
    """

    name: str
    location: Literal["query", "header"]
    description: str
    schema: JsonSchema
    is_json: bool = False
    required: bool = False
    is_credential: bool = False


@dataclass(frozen=True, slots=True)
class ResponseDescription:
    """A response of an operation.

    ``content`` is a msgspec type, several of them, or a JSON Schema; or None if there is no body. ``alternatives`` has
    the contents of other media types, which clients prefer by the header ``Accept``.
    """

    description: str
    content: Any = None
    status: int = 200
    media_type: str = JSON
    alternatives: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Body:
    """The body of a request: JSON, or of one of the media types.

    ``is_limited`` is False if the body is read in parts, so that the server's limit of bodies is not meant for it.
    """

    description: str
    schema: JsonSchema
    required: bool = False
    media_types: Sequence[str] = (JSON,)
    is_limited: bool = True


@dataclass(frozen=True, slots=True)
class Operation:
    """The description of one method of a route.

    Attributes:
        name: The operation id, unique among all operations.
        permission: The permission that callers need; None if callers need no credential.
        errors: The domain errors, without those that follow from the other attributes: a missing credential or
            permission, an invalid parameter, a body that is too large or of another media type, a database that cannot
            be used, an unexpected error.
        problems: False if no error is reported as a problem document. ``responses`` then lists the errors, too.
    """

    name: str
    summary: str
    description: str
    responses: Sequence[ResponseDescription]
    permission: Permission | None = None
    parameters: Sequence[Parameter] = ()
    body: Body | None = None
    errors: Sequence[type[DomainError]] = ()
    tag: str = "events"
    problems: bool = True


PATH_PARAMETERS = {
    "process_model_key": "The key of the process model: its BPMN process id.",
    "correlation_id": "The id of the correlation, which identifies the business case.",
    "event_id": "The id of a waiting event (`eventId` in the lists), or the id of a BPMN element at which exactly one "
    "event waits.",
    "name": "The name of the message, signal or hook.",
    "task_id": "The id of an open task, or the id of a BPMN element with exactly one open task.",
}

TICKET = Parameter(
    "ticket",
    "query",
    "A ticket of `POST /events/tickets`, in place of the header Authorization. It is used up by the request.",
    {"type": "string"},
    is_credential=True,
)
PAYLOAD = Body(
    "The payload, a JSON object that satisfies the event's payload schema, if any. Without a body there is no payload.",
    {"type": "object"},
)
IDEMPOTENCY_KEY = Parameter(
    "Idempotency-Key",
    "header",
    "A key that the caller chooses. A repeated request with the same key receives the response of the first and "
    "changes nothing. A different request with the same key is a conflict.",
    {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]([ -~]*[!-~])?$"},
)
