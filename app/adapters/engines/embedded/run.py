"""One advance of an execution: tokens move until every one of them waits (BPMN 2.0.2, chapter 13)."""

from collections import deque
from collections.abc import Mapping
from datetime import datetime
from typing import NoReturn

from app.adapters.engines.embedded import routing
from app.adapters.engines.embedded.expressions import ExpressionError
from app.adapters.engines.embedded.graph import Call, Kind, Node, Trigger, VariableMapping
from app.adapters.engines.embedded.propagation import throw_error, throw_escalation
from app.adapters.engines.embedded.running import RunningInstance
from app.adapters.engines.embedded.state import (
    ExecutionState,
    InstanceState,
    ScopeState,
    TokenState,
    WaitState,
)
from app.adapters.engines.embedded.timers import Schedule, TimerError
from app.application.ports import KnownModels, ModelNeeded
from app.domain import ids
from app.domain.errors import ProcessFailed
from app.domain.events import JsonObject
from app.domain.processes import ProcessInstanceState

MAX_STEPS = 10_000
CANCELLED_CALL = "the call activity that waited for it was cancelled"


class Run:
    """Holds the instances of one execution while their tokens move. Thrown away if anything fails."""

    def __init__(
        self, models: KnownModels, state: ExecutionState, variables: Mapping[str, JsonObject], now: datetime
    ) -> None:
        self.state = state
        self.now = now
        self._models = models
        self._moves: deque[tuple[RunningInstance, ScopeState, str, str | None]] = deque()
        self._steps = 0
        self.instances: dict[str, RunningInstance] = {}
        for instance in state.instances:
            self._track(instance, variables[instance.id])

    # --- entering from outside ---

    def begin(self, model_id: str, instance_id: str, start_element_id: str | None, variables: JsonObject) -> None:
        """Start the root instance and run to its first waiting points."""
        instance = self._start_instance(InstanceState(instance_id, model_id, []), variables)
        self._open_scope(instance, ScopeState(self._next()), start_element_id)
        self._settle()

    def trigger(self, wait_id: str, payload: JsonObject | None) -> bool:
        """Trigger one waiting event and run on; False if it does not wait."""
        for instance in list(self.instances.values()):
            for scope in list(instance.state.scopes):
                for wait in scope.waits:
                    if wait.id == wait_id:
                        self._accept(instance, wait, payload)
                        self._trigger_event_subprocess(instance, scope, wait)
                        self._settle()
                        return True
                for token in scope.tokens:
                    for wait in token.waits:
                        if wait.id == wait_id:
                            self._accept(instance, wait, payload)
                            self._trigger_token(instance, scope, token, wait)
                            self._settle()
                            return True
        return False

    @staticmethod
    def _accept(instance: RunningInstance, wait: WaitState, payload: JsonObject | None) -> None:
        variable = instance.graph.catch_elements[wait.element].payload_variable
        if variable is not None and payload is not None:
            payload = {variable: payload}
        instance.update(payload or {})

    # --- what a triggered event does ---

    def _trigger_token(self, instance: RunningInstance, scope: ScopeState, token: TokenState, wait: WaitState) -> None:
        node = instance.node(wait.element)
        if node.kind is Kind.BOUNDARY and not node.interrupting:
            self._rearm(token.waits, wait, instance, node)
        else:
            self.cancel_token(instance, scope, token)
        self.leave(instance, scope, node)

    def _trigger_event_subprocess(self, instance: RunningInstance, scope: ScopeState, wait: WaitState) -> None:
        start = instance.node(wait.element)
        if not start.interrupting:
            self._rearm(scope.waits, wait, instance, start)
        self.start_event_subprocess(instance, scope, start)

    def start_event_subprocess(self, instance: RunningInstance, scope: ScopeState, start: Node) -> None:
        """Run the handler a start event belongs to; an interrupting one ends whatever else its scope was doing."""
        handler = instance.node(start.scope or "")
        if start.interrupting:
            self.clear(instance, scope)
            scope.waits.clear()
        token = TokenState(self._next(), handler.id)
        scope.tokens.append(token)
        self._open_subprocess(instance, scope, token, handler, start.id)

    def _rearm(self, waits: list[WaitState], wait: WaitState, instance: RunningInstance, node: Node) -> None:
        """A non-interrupting event goes on waiting as a new occurrence; a timer only while its cycle lasts."""
        position = waits.index(wait)
        schedule = wait.schedule()
        following = schedule.next() if schedule is not None else None
        if schedule is not None and following is None:
            del waits[position]
        else:
            waits[position] = WaitState.create(ids.new_id(ids.WAITING_EVENT), node.id, self.now, following)

    # --- moving ---

    def _settle(self) -> None:
        """Move every token as far as it goes; then let joins fire and scopes complete, until nothing changes."""
        self._drain()
        while self._progress():
            self._drain()
        running = [instance for instance in self.instances.values() if instance.is_running]
        if running and not any(
            scope.waits or any(token.waits for token in scope.tokens)
            for instance in running
            for scope in instance.state.scopes
        ):
            self._fail_stuck(running)
        self.state.instances = [instance.state for instance in running]

    def _drain(self) -> None:
        while self._moves:
            instance, scope, node_id, flow_id = self._moves.popleft()
            if not instance.is_alive(scope):
                continue
            self._steps += 1
            if self._steps > MAX_STEPS:
                raise ProcessFailed(f"it took more than {MAX_STEPS} steps without waiting for anything", node_id)
            self._enter(instance, scope, instance.node(node_id), flow_id)

    def _progress(self) -> bool:
        """Fire one inclusive join, or complete one scope in which nothing is left. False if there is neither."""
        for instance in list(self.instances.values()):
            if not instance.is_running:
                continue
            for scope in instance.depth_first():
                join = routing.ready_inclusive_join(instance.graph, scope)
                if join is not None:
                    routing.take_one_each(scope, join)
                    self.leave(instance, scope, join)
                    return True
                if not scope.tokens and not scope.joins:
                    self._complete(instance, scope)
                    return True
        return False

    def _enter(self, instance: RunningInstance, scope: ScopeState, node: Node, flow_id: str | None) -> None:
        match node.kind:
            case Kind.PASS | Kind.EXCLUSIVE_GATEWAY:
                self.leave(instance, scope, node)
            case Kind.PARALLEL_GATEWAY | Kind.INCLUSIVE_GATEWAY:
                self._join(instance, scope, node, flow_id)
            case Kind.CATCH | Kind.RECEIVE_TASK:
                self._rest(instance, scope, node, (node.id, *node.boundary))
            case Kind.EVENT_GATEWAY:
                self._rest(instance, scope, node, tuple(flow.target for flow in node.outgoing))
            case Kind.SUBPROCESS:
                token = self._rest(instance, scope, node, node.boundary)
                self._open_subprocess(instance, scope, token, node, None)
            case Kind.CALL_ACTIVITY:
                self._call(instance, self._rest(instance, scope, node, node.boundary), scope, node)
            case Kind.LINK_THROW:
                self._moves.append((instance, scope, node.link_target or "", None))
            case Kind.END:
                pass
            case Kind.TERMINATE_END:
                self.clear(instance, scope)
            case Kind.ERROR_END:
                throw_error(self, instance, scope, node)
            case Kind.ESCALATION_THROW:
                throw_escalation(self, instance, scope, node)
            case Kind.BOUNDARY | Kind.EVENT_SUBPROCESS:
                raise AssertionError(f"no token moves to {node.id}")

    def leave(self, instance: RunningInstance, scope: ScopeState, node: Node) -> None:
        """Send tokens out of a node that is done."""
        try:
            flows = routing.chosen_flows(node, instance.variables)
        except ExpressionError as error:
            self._fail(node, str(error))
        for flow in flows:
            self._moves.append((instance, scope, flow.target, flow.id))

    def _join(self, instance: RunningInstance, scope: ScopeState, node: Node, flow_id: str | None) -> None:
        if len(node.incoming) < 2 or flow_id is None:
            return self.leave(instance, scope, node)
        arrived = scope.joins.setdefault(node.id, {})
        arrived[flow_id] = arrived.get(flow_id, 0) + 1
        if node.kind is Kind.PARALLEL_GATEWAY and len(arrived) == len(node.incoming):
            routing.take_one_each(scope, node)
            self.leave(instance, scope, node)
        return None

    def _rest(self, instance: RunningInstance, scope: ScopeState, node: Node, elements: tuple[str, ...]) -> TokenState:
        """Leave a token at the node, waiting for these elements (those among them that are waiting events)."""
        waits = [
            self._arm(instance, instance.node(element))
            for element in elements
            if instance.node(element).trigger is Trigger.WAIT
        ]
        token = TokenState(self._next(), node.id, waits)
        scope.tokens.append(token)
        return token

    def _arm(self, instance: RunningInstance, node: Node) -> WaitState:
        schedule: Schedule | None = None
        if node.timer is not None:
            try:
                schedule = node.timer.schedule(self.now, instance.variables)
            except (TimerError, ExpressionError) as error:
                self._fail(node, str(error))
        return WaitState.create(ids.new_id(ids.WAITING_EVENT), node.id, self.now, schedule)

    # --- scopes ---

    def _open_subprocess(
        self, instance: RunningInstance, scope: ScopeState, token: TokenState, node: Node, start: str | None
    ) -> None:
        inner = ScopeState(self._next(), node.id, scope.id, token.id)
        token.scope = inner.id
        self._open_scope(instance, inner, start)

    def _open_scope(self, instance: RunningInstance, scope: ScopeState, start: str | None) -> None:
        instance.add_scope(scope)
        layout = instance.graph.scopes[scope.element]
        for event_subprocess in layout.event_subprocesses:
            event = instance.node(instance.node(event_subprocess).start or "")
            if event.trigger is Trigger.WAIT:
                scope.waits.append(self._arm(instance, event))
        for node_id in (start,) if start is not None else layout.starts:
            self._moves.append((instance, scope, node_id, None))

    def _complete(self, instance: RunningInstance, scope: ScopeState) -> None:
        around = instance.parent_of(scope)
        if around is None:
            return self._complete_instance(instance)
        parent, owner = around
        instance.remove_scope(scope.id)
        parent.tokens.remove(owner)
        self.leave(instance, parent, instance.node(owner.node))
        return None

    def clear(self, instance: RunningInstance, scope: ScopeState) -> None:
        """End all activity in a scope, but not the scope."""
        for token in list(scope.tokens):
            self.cancel_token(instance, scope, token)
        scope.joins.clear()
        self._moves = deque(move for move in self._moves if move[1] is not scope)

    def cancel_token(self, instance: RunningInstance, scope: ScopeState, token: TokenState) -> None:
        """Remove a token with the subprocess or called instance it waits for."""
        scope.tokens.remove(token)
        if token.scope is not None and token.scope in instance.scopes:
            self.clear(instance, instance.scopes[token.scope])
            instance.remove_scope(token.scope)
        if token.called is not None:
            self.end_instance(self.instances[token.called], ProcessInstanceState.TERMINATED, CANCELLED_CALL)

    # --- instances ---

    def _call(self, instance: RunningInstance, token: TokenState, scope: ScopeState, node: Node) -> None:
        call = node.call
        assert call is not None, node.id
        if call.process_key not in self._models.latest:
            raise ModelNeeded(key=call.process_key)
        model_id = self._models.latest[call.process_key]
        if model_id is None:
            self._fail(node, f"the called process {call.process_key!r} is not deployed")
        token.called = ids.new_id(ids.PROCESS_INSTANCE)
        called = self._start_instance(
            InstanceState(token.called, model_id, [], instance.state.id, scope.id, token.id),
            self._mapped(node, call.inputs, instance.variables),
        )
        starts = called.graph.start_elements.values()
        plain = [start.element_id for start in starts if start.event_type is None]
        if starts and len(plain) != 1:
            self._fail(node, f"the called process {call.process_key!r} has no single plain start event")
        self._open_scope(called, ScopeState(self._next()), plain[0] if plain else None)

    def _complete_instance(self, instance: RunningInstance) -> None:
        state = instance.state
        self.end_instance(instance, ProcessInstanceState.COMPLETED)
        if state.parent is None:
            return
        parent, scope, token = self.caller_of(instance)
        node = parent.node(token.node)
        call = node.call or Call("")
        parent.update(self._mapped(node, call.outputs, instance.variables))
        token.called = None
        self.cancel_token(parent, scope, token)
        self.leave(parent, scope, node)

    def caller_of(self, instance: RunningInstance) -> tuple[RunningInstance, ScopeState, TokenState]:
        """The call activity's token that waits for a called instance."""
        parent = self.instances[instance.state.parent or ""]
        scope = parent.scopes[instance.state.caller_scope or 0]
        return parent, scope, next(token for token in scope.tokens if token.id == instance.state.caller)

    def end_instance(self, instance: RunningInstance, outcome: ProcessInstanceState, reason: str | None = None) -> None:
        """End an instance with everything it called; what it called is terminated."""
        if not instance.is_running:
            return
        called = [token.called for scope in instance.state.scopes for token in scope.tokens if token.called]
        instance.end(outcome, reason)
        for each in called:
            self.end_instance(self.instances[each], ProcessInstanceState.TERMINATED, CANCELLED_CALL)

    def _start_instance(self, state: InstanceState, variables: JsonObject) -> RunningInstance:
        instance = self._track(state, variables)
        instance.started = True
        return instance

    def _track(self, state: InstanceState, variables: JsonObject) -> RunningInstance:
        graph = self._models.by_id.get(state.model_id)
        if graph is None:
            raise ModelNeeded(model_id=state.model_id)
        instance = RunningInstance(state, graph, variables)  # type: ignore[arg-type]
        self.instances[state.id] = instance
        return instance

    # --- small things ---

    def _next(self) -> int:
        self.state.counter += 1
        return self.state.counter

    def _mapped(self, node: Node, mappings: tuple[VariableMapping, ...] | None, variables: JsonObject) -> JsonObject:
        try:
            return routing.mapped(mappings, variables)
        except ExpressionError as error:
            self._fail(node, str(error))

    def _fail(self, node: Node, reason: str) -> NoReturn:
        raise ProcessFailed(reason, node.id)

    def _fail_stuck(self, running: list[RunningInstance]) -> NoReturn:
        for instance in running:
            for scope in instance.state.scopes:
                for join, arrived in scope.joins.items():
                    missing = [flow.id for flow in instance.node(join).incoming if flow.id not in arrived]
                    raise ProcessFailed(
                        f"this join waits for a token on {', '.join(missing)}, and none can come any more", join
                    )
        raise ProcessFailed("nothing is left to wait for, and nothing can go on")
