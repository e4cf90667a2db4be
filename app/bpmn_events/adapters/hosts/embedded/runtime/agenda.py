"""What is still to do in a step: tokens that move, and scopes to look at once none moves any more."""

from collections import deque
from dataclasses import dataclass

from bpmn_events.adapters.hosts.embedded.runtime.instance_context import InstanceContext
from bpmn_events.adapters.hosts.embedded.runtime.state import ScopeState


@dataclass(slots=True, eq=False)
class Move:
    """A token on its way to a node.

    ``flow_id`` is the sequence flow it takes, None where it takes none. ``clearings`` is how often its scope had been
    cleared when it left. ``is_deferred`` says that it has waited for all others to come to rest.
    """

    instance: InstanceContext
    scope: ScopeState
    node_id: str
    flow_id: str | None
    clearings: int
    is_deferred: bool = False


class Agenda:
    """Moves in the order they were made, then deferred moves, then touched scopes, the last one first."""

    def __init__(self) -> None:
        self._moves: deque[Move] = deque()
        self._deferred: deque[Move] = deque()
        self._clearings: dict[int, int] = {}
        self._touched: dict[int, tuple[InstanceContext, ScopeState]] = {}

    def move(self, instance: InstanceContext, scope: ScopeState, node_id: str, flow_id: str | None) -> None:
        """Send a token to a node."""
        self._moves.append(Move(instance, scope, node_id, flow_id, self._clearings.get(scope.id, 0)))

    def defer(self, move: Move) -> None:
        """Put the move off until no other token moves."""
        move.is_deferred = True
        self._deferred.append(move)

    def next_move(self) -> Move | None:
        """Take the next move off the agenda; None if no token moves."""
        if self._moves:
            return self._moves.popleft()
        return self._deferred.popleft() if self._deferred else None

    def forget_moves(self, scope: ScopeState) -> None:
        """Let every move that is under way in the scope come to nothing."""
        self._clearings[scope.id] = self._clearings.get(scope.id, 0) + 1

    def is_valid(self, move: Move) -> bool:
        """Return whether the scope of the move is still there, and was not cleared since."""
        return move.instance.is_alive(move.scope) and move.clearings == self._clearings.get(move.scope.id, 0)

    def touch(self, instance: InstanceContext, scope: ScopeState) -> None:
        """Remember to look whether the scope has completed, or one of its joins can fire."""
        self._touched[scope.id] = instance, scope

    def next_touched(self) -> tuple[InstanceContext, ScopeState] | None:
        """Take the next scope that is to be looked at; None if there is none."""
        return self._touched.popitem()[1] if self._touched else None
