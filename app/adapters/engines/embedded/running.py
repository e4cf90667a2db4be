"""Running instances during one advance: where their scopes and tokens are, and how they end."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from app.adapters.engines.embedded.graph import Node, ProcessGraph
from app.adapters.engines.embedded.state import InstanceState, ScopeState, TokenState
from app.domain.events import JsonObject
from app.domain.processes import ProcessInstanceState


@dataclass(slots=True, eq=False)
class RunningInstance:
    """An instance with its graph and variables. Variables are replaced, never changed in place."""

    state: InstanceState
    graph: ProcessGraph
    variables: JsonObject
    started: bool = False
    changed: bool = False
    outcome: ProcessInstanceState = ProcessInstanceState.RUNNING
    end_reason: str | None = None
    scopes: dict[int, ScopeState] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.scopes = {scope.id: scope for scope in self.state.scopes}

    @property
    def is_running(self) -> bool:
        return self.outcome is ProcessInstanceState.RUNNING

    def node(self, node_id: str) -> Node:
        return self.graph.nodes[node_id]

    def is_alive(self, scope: ScopeState) -> bool:
        return self.is_running and scope.id in self.scopes

    def add_scope(self, scope: ScopeState) -> None:
        self.scopes[scope.id] = scope
        self.state.scopes.append(scope)

    def remove_scope(self, scope_id: int) -> ScopeState:
        scope = self.scopes.pop(scope_id)
        self.state.scopes.remove(scope)
        return scope

    def parent_of(self, scope: ScopeState) -> tuple[ScopeState, TokenState] | None:
        """The scope around a subprocess and the token that owns it there; None for the process itself."""
        if scope.parent is None:
            return None
        parent = self.scopes[scope.parent]
        return parent, next(token for token in parent.tokens if token.id == scope.owner)

    def update(self, variables: JsonObject) -> None:
        if variables:
            self.variables = {**self.variables, **variables}
            self.changed = True

    def end(self, outcome: ProcessInstanceState, reason: str | None = None) -> None:
        self.outcome, self.end_reason = outcome, reason
        self.scopes.clear()
        self.state.scopes.clear()

    def depth_first(self) -> Iterator[ScopeState]:
        """The scopes, inner ones before those around them: a scope is always added after the one it lies in."""
        return iter(self.state.scopes[::-1])
