"""JSON Schemas of the problem documents, one for each class of domain errors."""

from collections.abc import Iterable
from typing import Any

from bpmn_events.application.ports.response_budget import ResponseTooLarge
from bpmn_events.application.ports.tokens import KeysUnavailable
from bpmn_events.application.rate_limits import REQUESTS, TRIGGERS
from bpmn_events.domain.errors import (
    Conflict,
    CorrelationNotFound,
    DomainError,
    EngineUnavailable,
    EventAmbiguous,
    EventNotFound,
    EventNotFoundReason,
    Forbidden,
    InvalidArgument,
    InvalidPayload,
    PayloadViolation,
    ProcessFailed,
    ProcessModelNotFound,
    TaskAmbiguous,
    TaskNotFound,
    TooManyBodies,
    TooManyRequests,
    TooManySubscriptions,
    Unauthorized,
)
from bpmn_events.web.error_codes import INTERNAL_ERROR
from bpmn_events.web.http.bodies import BodyTooLarge
from bpmn_events.web.problem_documents import STATUS_AND_TITLE, problem_code, problem_type, problem_type_name
from bpmn_events.web.representations import EventTriggerDocument, OpenTaskDocument, WaitingEventDocument

HTTP_PROBLEM = "HttpProblem"
KEYS_PROBLEM = "IdentityProviderUnavailableProblem"
TOO_LARGE_PROBLEM = "ResponseTooLargeProblem"
UNEXPECTED_PROBLEM = "UnexpectedProblem"

_TEXT = {"type": "string"}
_RETRY_AFTER = {"type": "integer", "description": "The same as the header `Retry-After`."}
_NULLABLE_TEXT = {"type": ["string", "null"]}


def reference(name: str) -> dict[str, Any]:
    """Return a reference to the component schema of this name."""
    return {"$ref": f"#/components/schemas/{name}"}


def _list_of(document: type) -> dict[str, Any]:
    return {"type": "array", "items": reference(document.__name__)}


# The members of each problem document beyond those that all have (extension members in RFC 9457).
EXTENSION_MEMBERS: dict[type[DomainError], dict[str, Any]] = {
    InvalidPayload: {"violations": _list_of(PayloadViolation)},
    BodyTooLarge: {"violations": _list_of(PayloadViolation)},
    InvalidArgument: {"argument": _TEXT},
    Unauthorized: {},
    Forbidden: {"requiredPermission": _TEXT},
    ProcessModelNotFound: {"processModelKey": _TEXT},
    CorrelationNotFound: {"correlationId": _TEXT},
    EventNotFound: {
        "eventId": _TEXT,
        "reason": {"enum": [reason.value for reason in EventNotFoundReason]},
        "trigger": {"anyOf": [reference(EventTriggerDocument.__name__), {"type": "null"}]},
    },
    EventAmbiguous: {"elementId": _TEXT, "candidates": _list_of(WaitingEventDocument)},
    TaskNotFound: {"taskId": _TEXT},
    TaskAmbiguous: {"elementId": _TEXT, "candidates": _list_of(OpenTaskDocument)},
    Conflict: {"retryable": {"type": "boolean"}},
    ProcessFailed: {"elementId": _NULLABLE_TEXT},
    TooManyRequests: {
        "retryAfterSeconds": _RETRY_AFTER,
        "limit": {"enum": [REQUESTS, TRIGGERS]},
        "quota": {"type": "integer"},
        "windowSeconds": {"type": "integer"},
    },
    TooManySubscriptions: {"retryAfterSeconds": _RETRY_AFTER, "maxSubscriptions": {"type": "integer"}},
    TooManyBodies: {"retryAfterSeconds": _RETRY_AFTER, "maxBodies": {"type": "integer"}},
    EngineUnavailable: {
        "outcomeUnknown": {
            "type": "boolean",
            "description": "True if the request may or may not have taken effect. The same request under the same "
            "idempotency key settles it.",
        },
        "retryAfterSeconds": _RETRY_AFTER,
    },
}
RETRY_AFTER = {
    "Retry-After": {
        "description": "Seconds after which another attempt makes sense.",
        "schema": {"type": "integer"},
    }
}
RATE_LIMIT_FIELDS = {
    "RateLimit-Policy": {
        "description": 'Each rate limit, with its quota `q` in `w` seconds: `"requests";q=600;w=60`.',
        "schema": _TEXT,
    },
    "RateLimit": {
        "description": "What remains of each rate limit, and the seconds until all of it is restored: "
        '`"requests";r=0;t=60`.',
        "schema": _TEXT,
    },
}
# The headers of the responses with this status.
PROBLEM_HEADERS: dict[int, dict[str, Any]] = {
    STATUS_AND_TITLE[TooManyRequests][0]: {**RETRY_AFTER, **RATE_LIMIT_FIELDS},
    STATUS_AND_TITLE[EngineUnavailable][0]: RETRY_AFTER,
}
# The types that these members refer to.
MEMBER_DOCUMENTS = (PayloadViolation, EventTriggerDocument, WaitingEventDocument, OpenTaskDocument)


def problem_name(error_class: type[DomainError]) -> str:
    """Return the name of the component schema for the problem document of this error."""
    return f"{error_class.__name__}Problem"


def problem_schemas(error_classes: Iterable[type[DomainError]]) -> dict[str, Any]:
    """Return the schemas of these errors by name, and those of the errors that any operation may have."""
    general = {
        HTTP_PROBLEM: _problem_schema({"const": "about:blank"}, {"type": "integer"}, {"type": "string"}, {}),
        KEYS_PROBLEM: _problem_schema(
            {"const": problem_type(KeysUnavailable.code)},
            {"const": 503},
            {"const": KeysUnavailable.code},
            {"retryAfterSeconds": _RETRY_AFTER},
        ),
        TOO_LARGE_PROBLEM: _problem_schema(
            {"const": problem_type(ResponseTooLarge.code)}, {"const": 500}, {"const": ResponseTooLarge.code}, {}
        ),
        UNEXPECTED_PROBLEM: _problem_schema(
            {"const": problem_type(INTERNAL_ERROR)}, {"const": 500}, {"const": INTERNAL_ERROR}, {"errorId": _TEXT}
        ),
    }
    return general | {problem_name(error_class): _error_schema(error_class) for error_class in error_classes}


def _error_schema(error_class: type[DomainError]) -> dict[str, Any]:
    status, _ = STATUS_AND_TITLE[error_class]
    code = problem_code(error_class)
    extensions = EXTENSION_MEMBERS[error_class]
    return _problem_schema(
        {"const": problem_type(problem_type_name(error_class))}, {"const": status}, {"const": code}, extensions
    )


def _problem_schema(type_: Any, status: Any, code: Any, extensions: dict[str, Any]) -> dict[str, Any]:
    members = {"type": type_, "title": _TEXT, "status": status, "detail": _TEXT, "code": code, **extensions}
    message = {"type": "string", "description": "The same as `detail`; only under `/api/consumer/v1`."}
    return {"type": "object", "required": list(members), "properties": {**members, "message": message}}
