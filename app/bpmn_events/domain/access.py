"""Is there a caller, does it hold the permission, and what of that which lies in lanes may it see."""

from collections.abc import Iterable
from itertools import islice
from typing import Protocol, TypeVar

from bpmn_events.domain.errors import Forbidden, Unauthorized
from bpmn_events.domain.principal import Permission, Principal

# An answer tells of no more waiting events, and of no more open tasks.
MAX_NEXT_ITEMS = 100


class HasLane(Protocol):
    """What may lie in a lane."""

    @property
    def lane(self) -> str | None: ...


L = TypeVar("L", bound=HasLane)


def require(principal: Principal | None, permission: Permission) -> Principal:
    """The caller, once it is known to hold the permission.

    Raises:
        Unauthorized: nobody is authenticated.
        Forbidden: the caller lacks the permission.
    """
    if principal is None:
        raise Unauthorized
    if not principal.may(permission):
        raise Forbidden(permission)
    return principal


def require_lane(principal: Principal, lane: str | None) -> None:
    """Raises ``Forbidden`` with ``lane:NAME`` unless the caller sees the lane."""
    if not principal.sees(lane):
        raise Forbidden(f"lane:{lane}")


def visible_to(found: Iterable[L], principal: Principal) -> tuple[L, ...]:
    """What an answer tells the caller of these: those in its lanes, and not too many."""
    return tuple(islice((each for each in found if principal.sees(each.lane)), MAX_NEXT_ITEMS))
