"""The typed errors. Each describes an ``ErrorData`` with the domain error in ``describes``."""

from typing import Any, ClassVar

import strawberry

from bpmn_events.domain import errors
from bpmn_events.domain.errors import DomainError
from bpmn_events.web.gql.schema.enums import ErrorCode, EventNotFoundReason
from bpmn_events.web.gql.schema.typed_errors import ErrorData
from bpmn_events.web.gql.schema.types.lazy import LazyEventTrigger, LazyWaitingEvent


@strawberry.interface(
    name="Error",
    description="A typed error. The operation changed nothing, unless an EngineUnavailableError says otherwise.",
)
class TypedError:
    code: ErrorCode = strawberry.field(description="Stable code of the error, for programs.")
    message: str = strawberry.field(description="The reason in one sentence, for people. The wording may change.")

    describes: ClassVar[type[DomainError]]

    @classmethod
    def is_type_of(cls, value: Any, _info: object) -> bool:
        return isinstance(value, ErrorData) and isinstance(value.error, cls.describes)


@strawberry.interface(description="An object that the request names does not exist.")
class NotFoundError(TypedError):
    describes: ClassVar[type[DomainError]] = errors.NotFound


@strawberry.type(description="One reason why a payload is invalid.")
class PayloadViolation:
    path: str = strawberry.field(
        description="JSON Pointer (RFC 6901) to the value in the payload; empty for the whole payload."
    )
    keyword: str = strawberry.field(
        description="Violated JSON Schema keyword, such as `required`, or limit, such as `maxBytes`."
    )
    message: str = strawberry.field(description="The reason in words, for people.")


@strawberry.type(
    description="The payload is not a JSON object, exceeds a limit, or violates the event's `payloadSchema`."
)
class InvalidPayloadError(TypedError):
    describes = errors.InvalidPayload
    violations: list[PayloadViolation] = strawberry.field(description="All reasons, at least one.")


@strawberry.type(
    description="The request has no credential and requires one. (The response to an invalid credential is HTTP 401.)"
)
class UnauthorizedError(TypedError):
    describes = errors.Unauthorized


@strawberry.type(description="The caller's token lacks a permission or a lane.")
class ForbiddenError(TypedError):
    describes = errors.Forbidden
    required_permission: str = strawberry.field(
        description="Missing permission, such as `events:trigger`, or `lane:NAME` for a missing BPMN lane."
    )


@strawberry.type(description="No process model with this key is deployed.")
class ProcessModelNotFoundError(NotFoundError):
    describes = errors.ProcessModelNotFound
    process_model_key: strawberry.ID = strawberry.field(description="Key in the request.")


@strawberry.type(description="No process instance was started in this correlation.")
class CorrelationNotFoundError(NotFoundError):
    describes = errors.CorrelationNotFound
    correlation_id: strawberry.ID = strawberry.field(description="Correlation id in the request.")


@strawberry.type(description="No process instance with this id exists.")
class ProcessInstanceNotFoundError(NotFoundError):
    describes = errors.ProcessInstanceNotFound
    process_instance_id: strawberry.ID = strawberry.field(description="Id in the request.")


@strawberry.type(description="No such event is waiting.")
class EventNotFoundError(NotFoundError):
    describes = errors.EventNotFound
    event_id: strawberry.ID = strawberry.field(description="Event id or BPMN element id in the request.")
    reason: EventNotFoundReason = strawberry.field(description="Reason why the event is not waiting.")
    trigger: LazyEventTrigger | None = strawberry.field(
        description="The earlier trigger; null unless the event was already triggered."
    )


@strawberry.type(description="Several events wait at this BPMN element. Trigger one of them by its `id`.")
class EventAmbiguousError(TypedError):
    describes = errors.EventAmbiguous
    candidates: list[LazyWaitingEvent] = strawberry.field(
        description="The events at the element in the caller's lanes, longest waiting first; at most 100."
    )


@strawberry.type(
    description="The request conflicts with the current state, for example because its idempotency key was used for a "
    "different request."
)
class ConflictError(TypedError):
    describes = errors.Conflict
    retryable: bool = strawberry.field(description="True if the same request may succeed later.")


@strawberry.type(
    description="The process cannot continue. Nothing was changed: the event is still waiting, or the instance was not "
    "started."
)
class ProcessFailedError(TypedError):
    describes = errors.ProcessFailed
    element_id: str | None = strawberry.field(
        description="BPMN element id at which the process fails; null if no single element is the cause."
    )


@strawberry.type(
    description="The database or the engine cannot be used at the moment: it cannot be reached, does not respond in "
    "time, or has too much to do. Try again later."
)
class EngineUnavailableError(TypedError):
    describes = errors.EngineUnavailable
    retry_after_seconds: int | None = strawberry.field(
        description="Seconds after which another attempt makes sense; null if unknown."
    )
    outcome_unknown: bool = strawberry.field(
        description="True if a mutation may or may not have taken effect. The same request under the same idempotency "
        "key settles it. False if nothing was changed."
    )


@strawberry.type(
    description="One reason why a BPMN file cannot be deployed, or one part of a deployed file that nothing acts on."
)
class ModelIssue:
    element_id: str | None = strawberry.field(
        description="BPMN element id; null if the issue does not belong to one element."
    )
    line: int | None = strawberry.field(
        description="Line in the file, counted from 1; null if the issue does not belong to one line."
    )
    message: str = strawberry.field(description="The reason in words, for people.")


@strawberry.type(
    description="The BPMN file cannot be deployed: it is invalid, or has elements that the engine does not support."
)
class InvalidProcessModelError(TypedError):
    describes = errors.InvalidProcessModel
    issues: list[ModelIssue] = strawberry.field(description="All issues, at least one.")
