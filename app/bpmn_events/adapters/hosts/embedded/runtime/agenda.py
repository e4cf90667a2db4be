"""Agenda of a step: the tokens that move, and the scopes to check when no token moves."""

from collections import deque
from dataclasses import dataclass
from typing import Any

from bpmn_events.adapters.hosts.embedded.runtime.instance_context import InstanceContext
from bpmn_events.adapters.hosts.embedded.runtime.state import ScopeState


@dataclass(slots=True, eq=False)
class Move:
    """A token on its way to a node.

    Attributes:
        flow_id: The sequence flow it takes; None if it takes none.
        clearings: How often its scope had been cleared when the move began.
        is_deferred: True once it has waited until no other token moved.
        local: The local variables of the completed activity, on the way to the activity that compensates it.
    """

    instance: InstanceContext
    scope: ScopeState
    node_id: str
    flow_id: str | None
    clearings: int
    is_deferred: bool = False
    local: dict[str, Any] | None = None


class Agenda:
    """Moves in the order they began, then deferred moves, then touched scopes, the last touched first."""

    def __init__(self) -> None:
        self._moves: deque[Move] = deque()
        self._deferred: deque[Move] = deque()
        self._clearings: dict[int, int] = {}
        self._touched: dict[int, tuple[InstanceContext, ScopeState]] = {}

    def move(self, instance: InstanceContext, scope: ScopeState, node_id: str, flow_id: str | None) -> None:
        """Send a token to a node."""
        self._moves.append(Move(instance, scope, node_id, flow_id, self._clearings.get(scope.id, 0)))

    def compensate(
        self, instance: InstanceContext, scope: ScopeState, node_id: str, local: dict[str, Any] | None
    ) -> None:
        """Send a token to an activity that compensates another one, with the local variables of that one."""
        self._moves.append(Move(instance, scope, node_id, None, self._clearings.get(scope.id, 0), local=local))

    def defer(self, move: Move) -> None:
        """Defer the move until no other token moves."""
        move.is_deferred = True
        self._deferred.append(move)

    def next_move(self) -> Move | None:
        """Remove and return the next move; None if no token moves."""
        if self._moves:
            return self._moves.popleft()
        return self._deferred.popleft() if self._deferred else None

    def invalidate_moves(self, scope: ScopeState) -> None:
        """Invalidate every move that has begun in the scope."""
        self._clearings[scope.id] = self._clearings.get(scope.id, 0) + 1

    def is_valid(self, move: Move) -> bool:
        """Return True if the scope of the move still exists, and has not been cleared since the move began."""
        return move.instance.is_alive(move.scope) and move.clearings == self._clearings.get(move.scope.id, 0)

    def touch(self, instance: InstanceContext, scope: ScopeState) -> None:
        """Mark the scope: it may have completed, or one of its joins may fire."""
        self._touched[scope.id] = instance, scope

    def next_touched(self) -> tuple[InstanceContext, ScopeState] | None:
        """Remove and return the next marked scope; None if there is none."""
        return self._touched.popitem()[1] if self._touched else None
