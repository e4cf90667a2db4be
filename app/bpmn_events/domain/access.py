"""Access rules: the permissions a principal holds and the lanes it may see."""

from collections.abc import Iterable
from itertools import islice
from typing import Protocol, TypeVar

from bpmn_events.domain.errors import Forbidden, Unauthorized
from bpmn_events.domain.principal import Permission, Principal

# One response lists at most this many next waiting events, and at most this many next open tasks.
MAX_NEXT_ITEMS = 100


class HasLane(Protocol):
    """An object with an optional BPMN lane, such as a waiting event or an open task."""

    @property
    def lane(self) -> str | None: ...


L = TypeVar("L", bound=HasLane)


def require(principal: Principal | None, permission: Permission) -> Principal:
    """Return the authenticated principal if it holds the permission.

    Raises:
        Unauthorized: There is no authenticated principal.
        Forbidden: The principal lacks the permission.
    """
    if principal is None:
        raise Unauthorized
    if not principal.may(permission):
        raise Forbidden(permission)
    return principal


def require_lane(principal: Principal, lane: str | None) -> None:
    """Raise ``Forbidden`` with the permission ``lane:NAME`` unless the principal may see the lane."""
    if not principal.sees(lane):
        raise Forbidden(f"lane:{lane}")


def visible_to(items: Iterable[L], principal: Principal) -> tuple[L, ...]:
    """Return the first ``MAX_NEXT_ITEMS`` of the items whose lane the principal may see."""
    return tuple(islice((item for item in items if principal.sees(item.lane)), MAX_NEXT_ITEMS))
