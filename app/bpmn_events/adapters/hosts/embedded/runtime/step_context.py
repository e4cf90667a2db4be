"""Context of one step: its data, and the operations that the behaviors of all nodes share.

The module imports no behavior. It looks up the behavior of a node in the table that the interpreter passes in.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NoReturn

from bpmn_events.adapters.hosts.embedded.engine_port import LoadedModels, MissingModel, StepLimit
from bpmn_events.adapters.hosts.embedded.expressions.expression import Expression, ExpressionError
from bpmn_events.adapters.hosts.embedded.expressions.values import DATA_TYPES
from bpmn_events.adapters.hosts.embedded.model.elements import Node, NodeKind, VariableMapping
from bpmn_events.adapters.hosts.embedded.runtime import routing
from bpmn_events.adapters.hosts.embedded.runtime.agenda import Agenda, Move
from bpmn_events.adapters.hosts.embedded.runtime.budget import Budget
from bpmn_events.adapters.hosts.embedded.runtime.instance_context import InstanceContext
from bpmn_events.adapters.hosts.embedded.runtime.journal import Journal
from bpmn_events.adapters.hosts.embedded.runtime.listeners import Listeners
from bpmn_events.adapters.hosts.embedded.runtime.state import ExecutionState, InstanceState, ScopeState, TokenState
from bpmn_events.application.ports.payload_schemas import PayloadSchemas
from bpmn_events.domain.errors import ProcessFailed
from bpmn_events.domain.events import JsonObject
from bpmn_events.domain.processes import ProcessInstanceState

CANCELLED_CALL = "the call activity that waited for it was cancelled"


class StepContext:
    """One step of an execution in progress. The caller drops it if anything fails."""

    def __init__(
        self,
        models: LoadedModels,
        schemas: PayloadSchemas,
        state: ExecutionState,
        variables: Mapping[str, JsonObject],
        now: datetime,
        limit: StepLimit,
        behaviors: Mapping[NodeKind, "Behavior"],
    ) -> None:
        self.models = models
        self.schemas = schemas
        self.state = state
        self.now = now
        self.behaviors = behaviors
        self.agenda = Agenda()
        self.budget = Budget(now, limit)
        self.journal = Journal()
        self.instances: dict[str, InstanceContext] = {}
        self.dirty_instances: dict[int, InstanceContext] = {}
        self.listeners = Listeners(self.instances, self.journal)
        for instance in state.instances:
            self._track(instance, variables[instance.id])

    # --- activities ---

    def begin(self, instance: InstanceContext, scope: ScopeState, token: TokenState, node: Node) -> None:
        """Begin the work of the activity that the token is at."""
        self.behaviors[node.kind].begin(self, instance, scope, token, node)

    def complete(self, instance: InstanceContext, scope: ScopeState, token: TokenState, node: Node) -> None:
        """Complete the activity that the token is at, after its work is done."""
        self.behaviors[node.kind].complete(self, instance, scope, token, node)

    # --- tokens ---

    def move(self, instance: InstanceContext, scope: ScopeState, node_id: str, flow_id: str | None = None) -> None:
        """Send a token to a node."""
        self.agenda.move(instance, scope, node_id, flow_id)

    def leave(self, instance: InstanceContext, scope: ScopeState, node: Node) -> None:
        """Send tokens along the outgoing sequence flows of a node that is done."""
        try:
            flows = routing.select_flows(node, instance.visible_variables(scope), self.budget)
        except ExpressionError as error:
            self.fail(node, str(error))
        for flow in flows:
            if flow.refusal is not None:
                raise ProcessFailed(flow.refusal, flow.id)
            self.agenda.move(instance, scope, flow.target, flow.id)

    def cancel_token(self, instance: InstanceContext, scope: ScopeState, token: TokenState) -> None:
        """Remove a token with its waiting events, its open task, and its subprocess or called instance."""
        del scope.tokens[token.id]
        self.agenda.touch(instance, scope)
        self.journal.drop_token(instance.state.id, token)
        inner = None if token.scope is None else instance.scopes.get(token.scope)
        if inner is not None:
            if inner.pending:  # what an interrupted compensation has not reached can still be compensated
                scope.completed = inner.pending + scope.completed
            self.clear_scope(instance, inner)
            self.close_scope(instance, inner)
        if token.called is not None:
            self.end_instance(self.instances[token.called], ProcessInstanceState.TERMINATED, CANCELLED_CALL)

    def next_id(self) -> int:
        """Return a new id for a token or scope, unique in the execution."""
        self.state.counter += 1
        return self.state.counter

    # --- scopes ---

    def clear_scope(self, instance: InstanceContext, scope: ScopeState) -> None:
        """Cancel every token and move in a scope; the scope itself stays open."""
        for token in list(scope.tokens.values()):
            self.budget.tick(1)
            self.cancel_token(instance, scope, token)
        scope.joins.clear()
        self.agenda.invalidate_moves(scope)

    def close_scope(self, instance: InstanceContext, scope: ScopeState) -> None:
        """Remove an empty scope with the waiting start events of its event subprocesses."""
        self.drop_waits(instance, scope)
        del instance.scopes[scope.id]

    def drop_token_waits(self, instance: InstanceContext, token: TokenState) -> None:
        """Cancel the events that the token waits for."""
        for wait in token.waits:
            self.journal.drop(instance.state.id, wait)
        token.waits.clear()

    def drop_waits(self, instance: InstanceContext, scope: ScopeState) -> None:
        """Cancel the waiting start events of the scope's event subprocesses."""
        for wait in scope.waits:
            self.journal.drop(instance.state.id, wait)
        scope.waits.clear()

    # --- instances ---

    def start_instance(self, state: InstanceState, variables: JsonObject) -> InstanceContext:
        """Add a new instance to the execution, without tokens, and return its context.

        Raises:
            MissingModel: Its model must be loaded first.
        """
        instance = self._track(state, variables)
        instance.started = True
        return instance

    def _track(self, state: InstanceState, variables: JsonObject) -> InstanceContext:
        graph = self.models.by_id.get(state.model_id)
        if graph is None:
            raise MissingModel(model_id=state.model_id)
        depth = self.instances[state.parent].depth + 1 if state.parent in self.instances else 0
        number = len(self.instances)
        instance = InstanceContext(state, graph, variables, number, self.dirty_instances, depth)  # type: ignore[arg-type]
        self.instances[state.id] = instance
        return instance

    def end_instance(self, instance: InstanceContext, outcome: ProcessInstanceState, reason: str | None = None) -> None:
        """End an instance with the outcome, and terminate every instance it called."""
        if not instance.is_running:
            return
        instance.outcome, instance.end_reason = outcome, reason
        called = []
        for scope in instance.scopes.values():
            self.drop_waits(instance, scope)
            for token in scope.tokens.values():
                self.journal.drop_token(instance.state.id, token)
                if token.called is not None:
                    called.append(token.called)
        instance.scopes.clear()
        for called_id in called:
            self.end_instance(self.instances[called_id], ProcessInstanceState.TERMINATED, CANCELLED_CALL)

    # --- expressions: an expression without a value fails the process ---

    def apply_mappings(
        self, node: Node, mappings: Sequence[VariableMapping] | None, variables: Mapping[str, Any]
    ) -> JsonObject:
        """Return the variables that result from the mappings, like ``routing.apply_mappings``."""
        try:
            return routing.apply_mappings(mappings, variables, self.budget)
        except ExpressionError as error:
            self.fail(node, str(error))

    def evaluate(self, node: Node, expression: Expression, variables: Mapping[str, Any]) -> Any:
        """Return the value of an expression of the node."""
        try:
            value = expression.evaluate(variables, self.budget)
        except ExpressionError as error:
            self.fail(node, str(error))
        if type(value) in DATA_TYPES:
            self.budget.keep(value)
        return value

    def event_name(self, node: Node, variables: Mapping[str, Any]) -> str | None:
        """Return the name of the message or signal of the node."""
        if node.computed_name is None:
            return node.event_name
        try:
            name = node.computed_name.evaluate(variables, self.budget)
        except ExpressionError as error:
            self.fail(node, f"its event has no name: {error}")
        self.budget.keep(name)
        return name

    def is_true(self, node: Node, condition: Expression, variables: Mapping[str, Any]) -> bool:
        """Return True if the condition of the node is true."""
        try:
            return condition.is_true(variables, self.budget)
        except ExpressionError as error:
            self.fail(node, str(error))

    def fail(self, node: Node, reason: str) -> NoReturn:
        """Raise ``ProcessFailed``: the process cannot go on at the node."""
        raise ProcessFailed(reason, node.id)


def _no_entry(_context: StepContext, _move: Move, node: Node) -> None:
    raise AssertionError(f"no token moves to {node.id}")


def _no_activity(
    _context: StepContext, _instance: InstanceContext, _scope: ScopeState, _token: TokenState, node: Node
) -> None:
    raise AssertionError(f"{node.id} is no activity")


@dataclass(frozen=True, slots=True)
class Behavior:
    """The functions that handle tokens at one kind of node.

    Attributes:
        enter: Handles a token that moves to the node.
        begin: Begins the work of the activity that the token is at.
        complete: Completes the activity after its work is done.
        enters_last: True if a token enters the node only when no other token moves.
    """

    enter: Callable[[StepContext, Move, Node], None] = _no_entry
    begin: Callable[[StepContext, InstanceContext, ScopeState, TokenState, Node], None] = _no_activity
    complete: Callable[[StepContext, InstanceContext, ScopeState, TokenState, Node], None] = _no_activity
    enters_last: bool = False
