"""What every use case that can be repeated checks first, without a look at what is stored."""

import hashlib
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

import msgspec

from bpmn_events.application.ports.write_set import IdempotencyKey
from bpmn_events.domain.access import require
from bpmn_events.domain.errors import InvalidArgument
from bpmn_events.domain.ids import MAX_LENGTH, is_storable, is_usable
from bpmn_events.domain.payload import PayloadLimits, check_size, checked_payload
from bpmn_events.domain.principal import Permission, Principal

MAX_PROSE = 2000

_sorted = msgspec.json.Encoder(order="sorted")


class Repeatable(Protocol):
    """A request that may come again."""

    @property
    def idempotency_key(self) -> str | None: ...

    @property
    def asks_for(self) -> tuple[Any, ...]:
        """What two requests have in common exactly when they ask for the same."""
        ...


R = TypeVar("R", bound=Repeatable)


@dataclass(frozen=True, slots=True)
class Command(Generic[R]):
    """A request whose caller may make it, and whose payload has the form of one.

    ``digest`` tells whether another request under the same ``key`` asks for the same.
    """

    principal: Principal
    request: R
    key: IdempotencyKey | None
    digest: bytes


def checked_command(
    principal: Principal | None,
    permission: Permission,
    operation: str,
    request: R,
    payload: Any,
    limits: PayloadLimits,
) -> Command[R]:
    """The first checks of the contract's order. Keys are the caller's own, and of one operation each.

    Raises:
        Unauthorized, Forbidden: nobody is authenticated, or the caller lacks the permission.
        InvalidArgument: the idempotency key is empty, too long, or holds control characters.
        InvalidPayload: it is no JSON object, or exceeds a limit.
    """
    principal = require(principal, permission)
    key = request.idempotency_key
    check_text("idempotency_key", key)
    checked_payload(payload, limits)
    check_size(msgspec.json.encode(payload), limits)
    if key is None:
        return Command(principal, request, None, b"")
    digest = hashlib.sha256(_sorted.encode(request.asks_for)).digest()
    return Command(principal, request, IdempotencyKey(principal.subject, operation, key), digest)


def check_text(argument: str, text: str | None) -> None:
    """Raises ``InvalidArgument`` for a text that is empty, too long, or holds control characters."""
    if text is not None and not is_usable(text):
        raise InvalidArgument(argument, f"takes 1 to {MAX_LENGTH} printable characters")


def check_prose(argument: str, text: str | None) -> None:
    """Raises ``InvalidArgument`` for a text for people that no database can hold, or that is too long."""
    if text is not None and (len(text) > MAX_PROSE or not is_storable(text)):
        raise InvalidArgument(argument, f"takes at most {MAX_PROSE} characters, none of them NUL")
