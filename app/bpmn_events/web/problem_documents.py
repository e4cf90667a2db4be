"""The problem documents of domain errors (RFC 9457), and the HTTP status of each."""

from dataclasses import asdict
from typing import Any

from bpmn_events.domain.errors import (
    Conflict,
    CorrelationNotFound,
    DomainError,
    EngineUnavailable,
    EventAmbiguous,
    EventNotFound,
    Forbidden,
    InvalidArgument,
    InvalidPayload,
    InvalidProcessModel,
    NotFound,
    ProcessFailed,
    ProcessInstanceNotFound,
    ProcessModelNotFound,
    TaskAmbiguous,
    TaskNotFound,
    TooManyBodies,
    TooManyRequests,
    TooManySubscriptions,
    Unauthorized,
)
from bpmn_events.web.error_codes import BAD_USER_INPUT
from bpmn_events.web.http.bodies import BodyTooLarge
from bpmn_events.web.representations import event_trigger, open_task, waiting_event

# The first class in an error's method resolution order that has an entry determines the status and title.
STATUS_AND_TITLE: dict[type[DomainError], tuple[int, str]] = {
    BodyTooLarge: (413, "The request body is too large"),
    InvalidPayload: (400, "The payload was refused"),
    InvalidProcessModel: (400, "The BPMN file cannot be deployed"),
    InvalidArgument: (400, "An argument was refused"),
    Unauthorized: (401, "A valid credential is needed"),
    Forbidden: (403, "The credential does not allow this"),
    ProcessModelNotFound: (404, "There is no such process model"),
    CorrelationNotFound: (404, "There is no such correlation"),
    ProcessInstanceNotFound: (404, "There is no such process instance"),
    EventNotFound: (404, "No such event waits"),
    EventAmbiguous: (409, "Several events match"),
    TaskNotFound: (404, "No such task is open"),
    TaskAmbiguous: (409, "Several tasks match"),
    Conflict: (409, "The request contradicts what is already there"),
    ProcessFailed: (500, "The process cannot go on"),
    TooManyRequests: (429, "The caller has used up a rate limit"),
    TooManySubscriptions: (429, "Too many subscriptions are open"),
    TooManyBodies: (429, "The caller sends too many bodies with many triggers"),
    EngineUnavailable: (503, "The database or the engine cannot be used"),
}

# The types of problems that have other members than another problem with the same code.
_TYPE_NAMES: dict[type[DomainError], str] = {
    BodyTooLarge: "BODY_TOO_LARGE",
    TooManySubscriptions: "TOO_MANY_SUBSCRIPTIONS",
    TooManyBodies: "TOO_MANY_BODIES",
}


def problem_document(error: DomainError) -> dict[str, Any]:
    """Return the problem document of a domain error."""
    status, title = STATUS_AND_TITLE[problem_class(error)]
    return {
        "type": problem_type(problem_type_name(type(error))),
        "title": title,
        "status": status,
        "detail": error.message,
        "code": problem_code(type(error)),
        **_extension_members(error),
    }


def problem_class(error: DomainError) -> type[DomainError]:
    """Return the class of the error, or its nearest base class, that has a status and title."""
    return next(cls for cls in type(error).__mro__ if cls in STATUS_AND_TITLE)


def problem_code(error_class: type[DomainError]) -> str:
    """Return the stable code of an error, for programs."""
    return BAD_USER_INPUT if issubclass(error_class, InvalidArgument) else error_class.code.value


def problem_type_name(error_class: type[DomainError]) -> str:
    """Return the name of the problem type of an error: its code, unless several errors share that."""
    return _TYPE_NAMES.get(error_class) or problem_code(error_class)


def problem_type(code: str) -> str:
    """Return the URI that identifies a problem type (RFC 9457, section 3.1.1)."""
    return f"urn:bpmn-events:problem:{code.lower().replace('_', '-')}"


def _extension_members(error: DomainError) -> dict[str, Any]:
    """Return the extension members (RFC 9457): the fields of the GraphQL type of the same error, and its element id."""
    match error:
        case InvalidPayload():
            return {"violations": [asdict(violation) for violation in error.violations]}
        case InvalidProcessModel():
            issues = error.issues
            return {"issues": [{"elementId": e.element_id, "line": e.line, "message": e.message} for e in issues]}
        case InvalidArgument():
            return {"argument": error.argument}
        case Forbidden():
            return {"requiredPermission": error.required_permission}
        case NotFound():
            return _not_found_members(error)
        case EventAmbiguous():
            candidates = [waiting_event(event) for event in error.candidates]
            return {"elementId": error.element_id, "candidates": candidates}
        case TaskAmbiguous():
            return {"elementId": error.element_id, "candidates": [open_task(task) for task in error.candidates]}
        case Conflict():
            return {"retryable": error.retryable}
        case ProcessFailed():
            return {"elementId": error.element_id}
        case EngineUnavailable():
            return _unavailable_members(error)
        case _:
            return {}


def _unavailable_members(error: EngineUnavailable) -> dict[str, Any]:
    match error:
        case TooManyRequests():
            return rate_limit_members(error)
        case TooManySubscriptions():
            return {"retryAfterSeconds": error.retry_after_seconds, "maxSubscriptions": error.limit}
        case TooManyBodies():
            return {"retryAfterSeconds": error.retry_after_seconds, "maxBodies": error.limit}
        case _:
            return {"outcomeUnknown": error.outcome_unknown, "retryAfterSeconds": error.retry_after_seconds}


def rate_limit_members(error: TooManyRequests) -> dict[str, Any]:
    """Return the facts about a used up rate limit, which GraphQL has in its extensions."""
    return {
        "retryAfterSeconds": error.retry_after_seconds,
        "limit": error.limit,
        "quota": error.quota,
        "windowSeconds": error.window_seconds,
    }


def _not_found_members(error: NotFound) -> dict[str, Any]:
    match error:
        case ProcessModelNotFound():
            return {"processModelKey": error.process_model_key}
        case CorrelationNotFound():
            return {"correlationId": error.correlation_id}
        case ProcessInstanceNotFound():
            return {"processInstanceId": error.process_instance_id}
        case EventNotFound():
            trigger = None if error.trigger is None else event_trigger(error.trigger)
            return {"eventId": error.event_id, "reason": error.reason.value, "trigger": trigger}
        case TaskNotFound():
            return {"taskId": error.task_id}
        case _:
            return {}
