"""The base class of commands, and the checks of a command that need no stored data."""

import hashlib
import json
from dataclasses import dataclass
from typing import Any, ClassVar, Generic, NamedTuple, TypeVar

import msgspec

from bpmn_events.domain.access import require
from bpmn_events.domain.errors import InvalidArgument
from bpmn_events.domain.events import ElementAddress, JsonObject
from bpmn_events.domain.idempotency import IdempotencyKey
from bpmn_events.domain.ids import MAX_LENGTH, is_storable, is_valid_id
from bpmn_events.domain.origin import Origin
from bpmn_events.domain.payload import PayloadLimits, check_payload, check_size, is_surely_valid
from bpmn_events.domain.principal import Permission, Principal
from bpmn_events.domain.tasks import TaskType

MAX_FREE_TEXT = 2000
_LARGE_BYTES = 4096

R = TypeVar("R")

_canonical_json = msgspec.json.Encoder(order="sorted")


class CommandTargets(NamedTuple):
    """The objects that a command addresses. None or an empty tuple means no object of that kind.

    A batch locks and reads the targets of all its commands before it handles the first command. The ``element_id`` of
    ``event`` and ``task`` may also be the id of one occurrence. Of the tasks at an element, only those of the
    ``task_types`` are meant. ``correlation_id`` is a correlation that the command may add an instance to.
    """

    event: ElementAddress | None = None
    task: ElementAddress | None = None
    task_types: frozenset[TaskType] = frozenset(TaskType)
    process_instance_id: str | None = None
    process_model_keys: tuple[str, ...] = ()
    correlation_id: str | None = None
    start_timer_id: str | None = None


NO_TARGETS = CommandTargets()


class Command(Generic[R]):
    """A request to change something, with the arguments as the caller sent them.

    Subclasses are frozen dataclasses of the arguments.

    Attributes:
        permission: The permission that the caller needs.
        operation: The name of the operation in the records of idempotency keys.
        exclusive: True if the command shares no batch, because it must read the writes of the commands before it.
        outcome_type: The type of the outcome, into which a replay decodes the stored JSON.
    """

    __slots__ = ()

    permission: ClassVar[Permission]
    operation: ClassVar[str]
    exclusive: ClassVar[bool] = False
    outcome_type: ClassVar[type[Any]]

    @property
    def targets(self) -> CommandTargets:
        """The targets. A command that finds its targets only in the transaction has none, and is exclusive."""
        return NO_TARGETS

    @property
    def idempotency_key(self) -> str | None:
        """The caller's idempotency key, or None. Requests under the same key take effect once."""
        return None

    @property
    def payload(self) -> Any:
        """The payload for the process, as the caller sent it, or None if there is none."""
        return None

    @property
    def identity(self) -> tuple[Any, ...]:
        """The arguments that identify the request under its idempotency key.

        Two requests under one key are the same request exactly if their identities are equal.
        """
        return ()

    def check(self) -> None:
        """Check the form of the arguments other than idempotency key and payload.

        Raises:
            InvalidArgument: An argument has a value that no request can have.
        """

    def is_replayable(self, outcome: R) -> bool:
        """Return True if the outcome is stored for replays; otherwise a repeated request is executed again."""
        return True

    def as_replay(self, outcome: R, principal: Principal) -> R:
        """Return the stored outcome for a repeated request, without items in lanes that the principal may not see."""
        return outcome


C = TypeVar("C", bound=Command[Any])
C_co = TypeVar("C_co", bound=Command[Any], covariant=True)


@dataclass(frozen=True, slots=True)
class Submission(Generic[C_co]):
    """A command of a principal that holds its permission, with arguments of the right form.

    Attributes:
        digest: The SHA-256 digest of the command's identity; empty if there is no ``key``.
        origin: The request that the command came in; None if it came in none.
    """

    principal: Principal
    command: C_co
    key: IdempotencyKey | None = None
    digest: bytes = b""
    origin: Origin | None = None


def check_command(
    principal: Principal | None, command: C, limits: PayloadLimits, origin: Origin | None = None
) -> Submission[C]:
    """Return the command as a submission, after the checks that need no stored data.

    The order of the checks is part of the contract: see docs/architecture.md.

    Raises:
        Unauthorized: There is no authenticated principal.
        Forbidden: The principal lacks the command's permission.
        InvalidArgument: An argument has a value that no request can have.
        InvalidPayload: The payload is not a JSON object, or exceeds a limit.
    """
    principal = require(principal, command.permission)
    key = command.idempotency_key
    check_text("idempotency_key", key)
    _check_payload(command.payload, limits)
    command.check()
    if key is None:
        return Submission(principal, command, origin=origin)
    digest = hashlib.sha256(_canonical_json.encode(command.identity)).digest()
    return Submission(principal, command, IdempotencyKey(principal.subject, command.operation, key), digest, origin)


def _check_payload(payload: Any, limits: PayloadLimits) -> None:
    """Check the size first, and the form of a large payload by its bytes, which takes a twentieth of the time."""
    if isinstance(payload, dict):
        try:
            encoded = msgspec.json.encode(payload)
        except (RecursionError, ValueError, OverflowError, TypeError):
            pass  # ``check_payload`` names the reason
        else:
            check_size(encoded, limits)
            if len(encoded) > _LARGE_BYTES and is_surely_valid(encoded, limits) and _is_finite(payload, encoded):
                return
    check_payload(payload, limits)


def _is_finite(payload: JsonObject, encoded: bytes) -> bool:
    """Return True if all numbers are finite: msgspec encodes others as null."""
    if b"null" not in encoded:
        return True
    try:
        json.dumps(payload, allow_nan=False)
    except ValueError:
        return False
    return True


def check_text(argument: str, text: str | None) -> None:
    """Raise ``InvalidArgument`` if a text is empty, longer than 255 characters, or has control characters."""
    if text is not None and not is_valid_id(text):
        raise InvalidArgument(argument, f"takes 1 to {MAX_LENGTH} printable characters")


def check_free_text(argument: str, text: str | None) -> None:
    """Raise ``InvalidArgument`` if a text for people is longer than ``MAX_FREE_TEXT``, or no database can store it."""
    if text is not None and (len(text) > MAX_FREE_TEXT or not is_storable(text)):
        raise InvalidArgument(argument, f"takes at most {MAX_FREE_TEXT} characters, none of them NUL")
