"""Principals, their permissions, and tickets."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

ALL_LANES = "*"


class Permission(StrEnum):
    """A permission that a token can grant. The value is a word of its ``permissions`` or ``scope`` claim."""

    EVENTS_READ = "events:read"
    EVENTS_TRIGGER = "events:trigger"
    PROCESSES_READ = "processes:read"
    PROCESSES_START = "processes:start"
    PROCESSES_DEPLOY = "processes:deploy"
    PROCESSES_TERMINATE = "processes:terminate"


@dataclass(frozen=True, slots=True)
class Principal:
    """The authenticated caller.

    Attributes:
        lanes: The names of the lanes it may see; ``"*"`` stands for every lane.
        expires_at: The end of its credential, in seconds since 1970; None if it has none. Requests end before long, so
            only streams look at it.
    """

    subject: str
    permissions: frozenset[str]
    lanes: frozenset[str]
    expires_at: float | None = field(default=None, compare=False)

    def may(self, permission: Permission) -> bool:
        """Return True if the principal holds the permission."""
        return permission in self.permissions

    @property
    def sees_all_lanes(self) -> bool:
        """True if the principal may see every lane."""
        return ALL_LANES in self.lanes

    def sees(self, lane: str | None) -> bool:
        """Return True if the principal may see the lane. Elements outside any lane are open to every principal."""
        return lane is None or self.sees_all_lanes or lane in self.lanes


@dataclass(frozen=True, slots=True)
class Ticket:
    """A credential for one request, in place of the principal's own one.

    ``hash`` identifies it. Only its caller knows the ticket itself.
    """

    hash: str
    principal: Principal
    expires_at: datetime


# The server itself, which fires timers and deploys the demo models.
SYSTEM = Principal("system", frozenset(Permission), frozenset({ALL_LANES}))
