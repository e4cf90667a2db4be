"""Expected errors as types. Each describes a ``ErrorData`` with the domain error it names."""

from typing import Any, ClassVar

import strawberry

from bpmn_events.domain import errors
from bpmn_events.domain.errors import DomainError
from bpmn_events.web.gql.schema.enums import ErrorCode, EventNotFoundReason
from bpmn_events.web.gql.schema.typed_errors import ErrorData
from bpmn_events.web.gql.schema.types.lazy import LazyEventTrigger, LazyWaitingEvent


@strawberry.interface(name="Error", description="An expected refusal: nothing was changed.")
class TypedError:
    code: ErrorCode = strawberry.field(description="The stable name of the error, for programs.")
    message: str = strawberry.field(description="What is wrong, in one sentence for a person. The wording may change.")

    describes: ClassVar[type[DomainError]]

    @classmethod
    def is_type_of(cls, value: Any, _info: object) -> bool:
        return isinstance(value, ErrorData) and isinstance(value.error, cls.describes)


@strawberry.interface(description="Something that the request names does not exist.")
class NotFoundError(TypedError):
    describes: ClassVar[type[DomainError]] = errors.NotFound


@strawberry.type(description="One reason why a payload was refused.")
class PayloadViolation:
    path: str = strawberry.field(
        description="Where in the payload: a JSON Pointer (RFC 6901), empty for the payload as a whole."
    )
    keyword: str = strawberry.field(
        description="The JSON Schema keyword that is violated, such as `required`, or a limit, such as `maxBytes`."
    )
    message: str = strawberry.field(description="What is wrong there, for a person.")


@strawberry.type(description="The payload is no JSON object, exceeds a limit, or violates the event's payloadSchema.")
class InvalidPayloadError(TypedError):
    describes = errors.InvalidPayload
    violations: list[PayloadViolation] = strawberry.field(description="Every reason, at least one.")


@strawberry.type(description="No credential was sent, and this needs one. (A bad credential is answered by HTTP 401.)")
class UnauthorizedError(TypedError):
    describes = errors.Unauthorized


@strawberry.type(description="The caller's token does not allow this.")
class ForbiddenError(TypedError):
    describes = errors.Forbidden
    required_permission: str = strawberry.field(
        description="What the token lacks: a permission such as `events:trigger`, or `lane:NAME` for a BPMN lane."
    )


@strawberry.type(description="No process model with this key is deployed.")
class ProcessModelNotFoundError(NotFoundError):
    describes = errors.ProcessModelNotFound
    process_model_key: strawberry.ID = strawberry.field(description="The key that was asked for.")


@strawberry.type(description="No process instance was ever started under this correlation.")
class CorrelationNotFoundError(NotFoundError):
    describes = errors.CorrelationNotFound
    correlation_id: strawberry.ID = strawberry.field(description="The correlation that was asked for.")


@strawberry.type(description="There is no process instance with this id.")
class ProcessInstanceNotFoundError(NotFoundError):
    describes = errors.ProcessInstanceNotFound
    process_instance_id: strawberry.ID = strawberry.field(description="The id that was asked for.")


@strawberry.type(description="No such event waits.")
class EventNotFoundError(NotFoundError):
    describes = errors.EventNotFound
    event_id: strawberry.ID = strawberry.field(description="The event id or BPMN element id that was asked for.")
    reason: EventNotFoundReason = strawberry.field(description="Why it does not wait.")
    trigger: LazyEventTrigger | None = strawberry.field(
        description="Who was first; null unless the event was already triggered and the caller may see that."
    )


@strawberry.type(description="Several occurrences wait at this BPMN element: trigger one of them by its own id.")
class EventAmbiguousError(TypedError):
    describes = errors.EventAmbiguous
    candidates: list[LazyWaitingEvent] = strawberry.field(
        description="The occurrences in the caller's lanes, longest waiting first; at most 100."
    )


@strawberry.type(
    description="The request contradicts what is already there, such as an idempotency key used for another request."
)
class ConflictError(TypedError):
    describes = errors.Conflict
    retryable: bool = strawberry.field(description="Whether the very same request may succeed later.")


@strawberry.type(
    description="The process cannot go on. Nothing was changed: the event still waits, or the instance was not started."
)
class ProcessFailedError(TypedError):
    describes = errors.ProcessFailed
    element_id: str | None = strawberry.field(
        description="The BPMN element it fails at; null where it is none in particular."
    )


@strawberry.type(description="One reason why a BPMN file was refused.")
class ModelIssue:
    element_id: str | None = strawberry.field(description="The BPMN element; null where it is none in particular.")
    line: int | None = strawberry.field(
        description="The line in the file, counted from 1; null where it is none in particular."
    )
    message: str = strawberry.field(description="What is wrong there, for a person.")


@strawberry.type(description="The BPMN file cannot be deployed: it is invalid, or holds what the engine cannot run.")
class InvalidProcessModelError(TypedError):
    describes = errors.InvalidProcessModel
    issues: list[ModelIssue] = strawberry.field(description="Every reason found, at least one.")
