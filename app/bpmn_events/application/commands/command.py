"""The base of every command, and the checks that need no look at what is stored."""

import hashlib
from dataclasses import dataclass
from typing import Any, ClassVar, Generic, NamedTuple, TypeVar

import msgspec

from bpmn_events.domain.access import require
from bpmn_events.domain.errors import InvalidArgument
from bpmn_events.domain.events import ElementAddress
from bpmn_events.domain.idempotency import IdempotencyKey
from bpmn_events.domain.ids import MAX_LENGTH, is_storable, is_valid_id
from bpmn_events.domain.payload import PayloadLimits, check_size, checked_payload
from bpmn_events.domain.principal import Permission, Principal

MAX_FREE_TEXT = 2000

R = TypeVar("R")

_sorted = msgspec.json.Encoder(order="sorted")


class CommandTargets(NamedTuple):
    """What a command addresses; a part that is None or empty addresses nothing of its kind.

    A batch reads all of it, and locks the executions behind it, before it handles its first command. The
    ``element_id`` of ``event`` and ``task`` may also be the id of one occurrence.
    """

    event: ElementAddress | None = None
    task: ElementAddress | None = None
    process_instance_id: str | None = None
    process_model_keys: tuple[str, ...] = ()


NO_TARGETS = CommandTargets()


class Command(Generic[R]):
    """A request to change something, as its caller made it. Subclasses are frozen dataclasses of its arguments.

    ``permission`` is what its caller needs. ``operation`` names the scope of its idempotency keys. An ``exclusive``
    command shares no batch: it sees, as written, what the commands before it decided. ``outcome_type`` is the type of
    its outcome, of which a replay is made from the stored JSON.
    """

    __slots__ = ()

    permission: ClassVar[Permission]
    operation: ClassVar[str]
    exclusive: ClassVar[bool] = False
    outcome_type: ClassVar[type[Any]]

    @property
    def targets(self) -> CommandTargets:
        """What it addresses. A command that finds its targets by itself has none, and is exclusive."""
        return NO_TARGETS

    @property
    def idempotency_key(self) -> str | None:
        """The caller's key; of requests under the same key, one is done."""
        return None

    @property
    def payload(self) -> Any:
        """What a process is given, as the caller sent it; None where there is none."""
        return None

    @property
    def identity(self) -> tuple[Any, ...]:
        """What two requests under one key have in common exactly when they ask for the same."""
        return ()

    def check(self) -> None:
        """Check the form of the arguments besides key and payload.

        Raises:
            InvalidArgument: one has a value that no request can have.
        """

    def is_replayable(self, outcome: R) -> bool:
        """Whether this outcome is stored, so that a repeated request gets it instead of being tried again."""
        return True

    def as_replay(self, outcome: R, principal: Principal) -> R:
        """Return a stored outcome as that of a repeated request, without what its caller no longer sees."""
        return outcome


C = TypeVar("C", bound=Command[Any])
C_co = TypeVar("C_co", bound=Command[Any], covariant=True)


@dataclass(frozen=True, slots=True)
class Submission(Generic[C_co]):
    """A command that its caller may make, and whose arguments have the form they must have.

    ``digest`` tells whether another request under the same ``key`` asks for the same.
    """

    principal: Principal
    command: C_co
    key: IdempotencyKey | None = None
    digest: bytes = b""


def submission(principal: Principal | None, command: C, limits: PayloadLimits) -> Submission[C]:
    """Check a command without a look at what is stored: the first checks of the contract's order.

    Raises:
        Unauthorized, Forbidden: nobody is authenticated, or the caller lacks the permission.
        InvalidArgument: an argument has a value that no request can have.
        InvalidPayload: the payload is no JSON object, or exceeds a limit.
    """
    principal = require(principal, command.permission)
    key = command.idempotency_key
    check_text("idempotency_key", key)
    payload = checked_payload(command.payload, limits)
    if payload is not None:
        check_size(msgspec.json.encode(payload), limits)
    command.check()
    if key is None:
        return Submission(principal, command)
    digest = hashlib.sha256(_sorted.encode(command.identity)).digest()
    return Submission(principal, command, IdempotencyKey(principal.subject, command.operation, key), digest)


def check_text(argument: str, text: str | None) -> None:
    """Raise ``InvalidArgument`` for a text that is empty, too long, or holds control characters."""
    if text is not None and not is_valid_id(text):
        raise InvalidArgument(argument, f"takes 1 to {MAX_LENGTH} printable characters")


def check_free_text(argument: str, text: str | None) -> None:
    """Raise ``InvalidArgument`` for a text for people that no database can hold, or that is too long."""
    if text is not None and (len(text) > MAX_FREE_TEXT or not is_storable(text)):
        raise InvalidArgument(argument, f"takes at most {MAX_FREE_TEXT} characters, none of them NUL")
