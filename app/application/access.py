"""The first two checks of every use case: is there a caller, and does it hold the permission."""

from app.domain.errors import Forbidden, Unauthorized
from app.domain.principal import Permission, Principal


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
