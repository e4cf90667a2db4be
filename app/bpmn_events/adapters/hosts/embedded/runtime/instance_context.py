"""Process instances during one step: their scopes, tokens and variables."""

from collections import ChainMap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from bpmn_events.adapters.hosts.embedded.model.elements import Node
from bpmn_events.adapters.hosts.embedded.model.graph import ProcessGraph
from bpmn_events.adapters.hosts.embedded.runtime.state import InstanceState, ScopeState, TokenState, WaitState
from bpmn_events.domain.events import JsonObject
from bpmn_events.domain.processes import ProcessInstanceState


@dataclass(slots=True, eq=False)
class InstanceContext:
    """An instance with its graph and variables.

    Attributes:
        variables: The variables. Until ``changed`` they are those of the caller, which never change.
        depth: The number of instances in the chain of callers.
        number: Its number in the execution, in the order in which the instances started.
        dirty: The instances of the execution whose variables or conditional events changed after their conditions were
            last evaluated, by number.
        rekeyed: The ids of waiting events whose correlation keys changed.
    """

    state: InstanceState
    graph: ProcessGraph
    variables: JsonObject
    number: int
    dirty: "dict[int, InstanceContext]"
    depth: int = 0
    started: bool = False
    changed: bool = False
    rekeyed: set[str] = field(default_factory=set)
    outcome: ProcessInstanceState = ProcessInstanceState.RUNNING
    end_reason: str | None = None

    @property
    def scopes(self) -> dict[int, ScopeState]:
        return self.state.scopes

    @property
    def is_running(self) -> bool:
        return self.outcome is ProcessInstanceState.RUNNING

    def node(self, node_id: str) -> Node:
        return self.graph.nodes[node_id]

    def is_alive(self, scope: ScopeState) -> bool:
        return self.outcome is ProcessInstanceState.RUNNING and scope.id in self.state.scopes

    def parent_of(self, scope: ScopeState) -> tuple[ScopeState, TokenState] | None:
        """Return the enclosing scope, and the token in it that owns the scope; None for the process itself."""
        if scope.parent is None:
            return None
        parent = self.state.scopes[scope.parent]
        return parent, parent.tokens[scope.owner or 0]

    def waits(self) -> Iterator[tuple[ScopeState, TokenState | None, WaitState]]:
        """Yield each waiting event with its scope and token; the token is None for an event subprocess's start.

        These are plain tuples, because there may be ten thousand events and most steps look for one.
        """
        for scope in self.scopes.values():
            for wait in scope.waits:
                yield scope, None, wait
            for token in scope.tokens.values():
                for wait in token.waits:
                    yield scope, token, wait

    # --- variables ---

    def visible_variables(self, scope: ScopeState, token: TokenState | None = None) -> Mapping[str, Any]:
        """Return the variables visible at the token, or in the scope; inner variables hide outer ones."""
        local = self._local(scope, token)
        return ChainMap(*local, self.variables) if local else self.variables

    def assign(self, values: Mapping[str, Any], scope: ScopeState, token: TokenState | None = None) -> None:
        """Set each variable at the innermost level that has it, else in the process itself."""
        if not values:
            return
        local = self._local(scope, token)
        if not local:
            return self.update(values)
        for name, value in values.items():
            layer = next((layer for layer in local if name in layer), None)
            if layer is None:
                self.update({name: value})
            else:
                layer[name] = value
                self.mark_dirty()
        return None

    def update(self, variables: Mapping[str, Any]) -> None:
        """Set variables of the process itself."""
        if not variables:
            return
        if self.changed:
            self.variables.update(variables)
        else:
            self.variables = {**self.variables, **variables}
        self.changed = True
        if self.graph.has_conditions:  # as ``mark_dirty``, without a call
            self.dirty[self.number] = self

    def mark_dirty(self) -> None:
        """Let the conditions of the instance be evaluated when no token moves."""
        if self.graph.has_conditions:
            self.dirty[self.number] = self

    def _local(self, scope: ScopeState, token: TokenState | None) -> list[dict[str, Any]]:
        local = [token.local] if token is not None and token.local is not None else []
        scopes = self.state.scopes
        while scope.parent is not None:
            parent = scopes[scope.parent]
            owner = parent.tokens[scope.owner or 0]
            if owner.local is not None:
                local.append(owner.local)
            scope = parent
        return local
