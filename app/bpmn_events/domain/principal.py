"""Who calls, and what they may do."""

from dataclasses import dataclass
from enum import StrEnum

ALL_LANES = "*"


class Permission(StrEnum):
    """What a token may allow; the values are the words of its ``permissions`` or ``scope`` claim."""

    EVENTS_READ = "events:read"
    EVENTS_TRIGGER = "events:trigger"
    PROCESSES_READ = "processes:read"
    PROCESSES_START = "processes:start"
    PROCESSES_DEPLOY = "processes:deploy"
    PROCESSES_TERMINATE = "processes:terminate"


@dataclass(frozen=True, slots=True)
class Principal:
    """The authenticated caller. ``lanes`` holds lane names, or ``"*"`` for every lane."""

    subject: str
    permissions: frozenset[str]
    lanes: frozenset[str]

    def may(self, permission: Permission) -> bool:
        return permission in self.permissions

    @property
    def sees_all_lanes(self) -> bool:
        return ALL_LANES in self.lanes

    def sees(self, lane: str | None) -> bool:
        """Whether what lies in this lane is visible; what lies in no lane is open to every reader."""
        return lane is None or self.sees_all_lanes or lane in self.lanes


# The server itself: fires timers and deploys the demo models.
SYSTEM = Principal("system", frozenset(Permission), frozenset({ALL_LANES}))
