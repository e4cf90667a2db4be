"""What is said of one operation: the words, the parameters, and every answer it can give."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from bpmn_events.domain.errors import DomainError
from bpmn_events.domain.principal import Permission

JsonSchema: TypeAlias = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Parameter:
    """A query parameter or header, as plain text or as JSON. Those in the path are in ``PATH_PARAMETERS``."""

    name: str
    place: Literal["query", "header"]
    description: str
    schema: JsonSchema
    is_json: bool = False
    required: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """A successful answer. ``content`` is a msgspec type or a JSON Schema; None has no body."""

    description: str
    content: Any = None
    status: int = 200
    media_type: str = "application/json"


@dataclass(frozen=True, slots=True)
class Body:
    """The body of a request, always JSON."""

    description: str
    schema: JsonSchema
    required: bool = False


@dataclass(frozen=True, slots=True)
class Operation:
    """``name`` is unique among the operations; ``permission`` None is open to everybody.

    ``refusals`` are the domain errors besides those that follow from the rest: a missing credential or permission, a
    refused parameter, a body that is too large or of another kind, and what nobody expects. ``problems`` false says
    that none of them is answered by a problem document: the answers then say everything.
    """

    name: str
    summary: str
    description: str
    answers: Sequence[Answer]
    permission: Permission | None = None
    parameters: Sequence[Parameter] = ()
    body: Body | None = None
    refusals: Sequence[type[DomainError]] = ()
    tag: str = "events"
    problems: bool = True


PATH_PARAMETERS = {
    "process_model_key": "The key of the process model: its BPMN process id.",
    "correlation_id": "The business case: the id it was started under.",
    "event_id": "The id of a waiting event (`eventId` in the lists), or a BPMN element id where exactly one occurrence "
    "waits.",
    "name": "The name of the message or signal.",
    "task_id": "The id of an open task, or a BPMN element id where exactly one task is open.",
}

PAYLOAD = Body(
    "The payload, a JSON object; no body stands for none. Where the event has a payload schema, it must satisfy that.",
    {"type": "object"},
)
IDEMPOTENCY_KEY = Parameter(
    "Idempotency-Key",
    "header",
    "A key of the caller's choice. A repeated request with the same key is answered like the first and changes "
    "nothing; another request with it is a conflict.",
    {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]([ -~]*[!-~])?$"},
)
