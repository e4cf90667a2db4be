"""The problem documents: one JSON Schema for each kind of refusal."""

from collections.abc import Iterable
from typing import Any

from bpmn_events.domain.errors import (
    Conflict,
    CorrelationNotFound,
    DomainError,
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
    Unauthorized,
)
from bpmn_events.web.http.bodies import BodyTooLarge
from bpmn_events.web.http.problems import INTERNAL_ERROR, KINDS, problem_code, problem_type
from bpmn_events.web.representations import EventTriggerDocument, OpenTaskDocument, WaitingEventDocument

HTTP_PROBLEM = "HttpProblem"
UNEXPECTED_PROBLEM = "UnexpectedProblem"

_TEXT = {"type": "string"}
_NULLABLE_TEXT = {"type": ["string", "null"]}


def reference(name: str) -> dict[str, Any]:
    return {"$ref": f"#/components/schemas/{name}"}


def _list_of(document: type) -> dict[str, Any]:
    return {"type": "array", "items": reference(document.__name__)}


# The members each kind has besides those of every problem.
FACTS: dict[type[DomainError], dict[str, Any]] = {
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
}
# What the members above refer to.
FACT_DOCUMENTS = (PayloadViolation, EventTriggerDocument, WaitingEventDocument, OpenTaskDocument)


def problem_name(kind: type[DomainError]) -> str:
    return f"{kind.__name__}Problem"


def problem_schemas(kinds: Iterable[type[DomainError]]) -> dict[str, Any]:
    """The schema of each kind by its name, and of the two kinds that are no refusal of ours."""
    plain = {
        HTTP_PROBLEM: _problem({"const": "about:blank"}, {"type": "integer"}, {"type": "string"}, {}),
        UNEXPECTED_PROBLEM: _problem(
            {"const": problem_type(INTERNAL_ERROR)}, {"const": 500}, {"const": INTERNAL_ERROR}, {"errorId": _TEXT}
        ),
    }
    return plain | {problem_name(kind): _schema(kind) for kind in kinds}


def _schema(kind: type[DomainError]) -> dict[str, Any]:
    status, _ = KINDS[kind]
    code = problem_code(kind)
    name = "BODY_TOO_LARGE" if kind is BodyTooLarge else code
    return _problem({"const": problem_type(name)}, {"const": status}, {"const": code}, FACTS[kind])


def _problem(type_: Any, status: Any, code: Any, facts: dict[str, Any]) -> dict[str, Any]:
    members = {"type": type_, "title": _TEXT, "status": status, "detail": _TEXT, "code": code, **facts}
    message = {"type": "string", "description": "The same as `detail`; below `/api/consumer/v1` only."}
    return {"type": "object", "required": list(members), "properties": {**members, "message": message}}
