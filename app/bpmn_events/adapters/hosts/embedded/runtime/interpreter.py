"""One advance of an execution: tokens move until every one of them waits (BPMN 2.0.2, chapter 13)."""

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, NoReturn

from bpmn_events.adapters.hosts.embedded.expressions.expression import ExpressionError
from bpmn_events.adapters.hosts.embedded.model.elements import ACTIVITIES, THROWS, Kind, Node, Trigger, VariableMapping
from bpmn_events.adapters.hosts.embedded.runtime import routing
from bpmn_events.adapters.hosts.embedded.runtime.behaviours import activities, conditions, throwing
from bpmn_events.adapters.hosts.embedded.runtime.behaviours import calls as calling
from bpmn_events.adapters.hosts.embedded.runtime.behaviours import correlation as conversation
from bpmn_events.adapters.hosts.embedded.runtime.behaviours import waits as waiting
from bpmn_events.adapters.hosts.embedded.runtime.behaviours.errors import Raised, throw_error, throw_escalation
from bpmn_events.adapters.hosts.embedded.runtime.budget import Budget
from bpmn_events.adapters.hosts.embedded.runtime.instance_context import RunningInstance
from bpmn_events.adapters.hosts.embedded.runtime.journal import Journal
from bpmn_events.adapters.hosts.embedded.runtime.listeners import Listeners, Place
from bpmn_events.adapters.hosts.embedded.runtime.state import ExecutionState, InstanceState, ScopeState, TokenState
from bpmn_events.application.ports.engine import KnownModels, ModelNeeded
from bpmn_events.application.ports.payload_schemas import PayloadSchemas
from bpmn_events.domain.errors import ProcessFailed
from bpmn_events.domain.events import JsonObject
from bpmn_events.domain.processes import ProcessInstanceState
from bpmn_events.domain.tasks import BpmnError

CANCELLED_CALL = "the call activity that waited for it was cancelled"

# An instance and scope, the node a token moves to, the flow it takes, and the scope's count of clearings when it left.
Move = tuple[RunningInstance, ScopeState, str, str | None, int]


class Run:
    """Holds the instances of one execution while their tokens move. Thrown away if anything fails."""

    def __init__(
        self,
        models: KnownModels,
        schemas: PayloadSchemas,
        state: ExecutionState,
        variables: Mapping[str, JsonObject],
        now: datetime,
    ) -> None:
        self.state = state
        self.schemas = schemas
        self.now = now
        self.models = models
        self.journal = Journal()
        self.listeners = Listeners()
        self.instances: dict[str, RunningInstance] = {}
        self._moves: deque[Move] = deque()
        self._throws: deque[Move] = deque()
        self._clearings: dict[int, int] = {}
        self._touched: dict[int, tuple[RunningInstance, ScopeState]] = {}
        self.budget = Budget()
        for instance in state.instances:
            self._track(instance, variables[instance.id])

    # --- entering from outside ---

    def begin(self, model_id: str, instance_id: str, start_element_id: str | None, variables: JsonObject) -> None:
        """Start the root instance and run to its first waiting points."""
        instance = self.start_instance(InstanceState(instance_id, model_id), variables)
        self.open_process(instance, start_element_id)
        self._settle()

    def trigger(self, wait_id: str, payload: JsonObject | None) -> bool:
        """Trigger one waiting event and run on; False if it does not wait."""
        place = next((place for place in self.places() if place[3].id == wait_id), None)
        if place is None:
            return False
        waiting.trigger(self, place, payload)
        self._settle()
        return True

    def finish_task(self, task_id: str, result: JsonObject) -> bool:
        """Finish one open task and run on; False if it is not open."""
        task = activities.open_task(self, task_id)
        if task is not None:
            activities.finish_task(self, *task, result)
            self._settle()
        return task is not None

    def throw_error(self, task_id: str, error: BpmnError, variables: JsonObject) -> bool:
        """End one open task with an error and run on; False if it is not open."""
        task = activities.open_task(self, task_id)
        if task is not None:
            instance, scope, token = task
            throw_error(self, instance, scope, Raised(error.code, token.node, error.message, variables), token)
            self._settle()
        return task is not None

    def places(self) -> Iterator[Place]:
        """Everything that waits; without a token where it is the start of an event subprocess."""
        for instance in self.instances.values():
            for scope in instance.scopes.values():
                for wait in scope.waits:
                    yield instance, scope, None, wait
                for token in scope.tokens.values():
                    for wait in token.waits:
                        yield instance, scope, token, wait

    # --- moving ---

    def _settle(self) -> None:
        """Move every token as far as it goes. Where none can move any more: let what was thrown be caught, then what
        became true, then let joins fire and scopes complete, until nothing changes.
        """
        while True:
            if self._moves:
                self._enter(*self._moves.popleft())
            elif self._throws:
                self._enter(*self._throws.popleft(), is_due=True)
            elif not conditions.fire(self) and not self._progress():
                break
        running = [instance for instance in self.instances.values() if instance.is_running]
        for instance in running:
            routing.check_not_stuck(instance)
        self.state.instances = [instance.state for instance in running]

    def _progress(self) -> bool:
        """Fire one inclusive join, or complete one scope in which nothing is left. False if there is neither."""
        while self._touched:
            _, (instance, scope) = self._touched.popitem()
            if not instance.is_alive(scope):
                continue
            join = routing.ready_inclusive_join(instance.graph, scope)
            if join is not None:
                routing.take_one_each(scope, join)
                self.touch(instance, scope)
                self.leave(instance, scope, join)
                return True
            if not scope.tokens and not scope.joins and not scope.is_loop:
                self._complete(instance, scope)
                return True
        return False

    def touch(self, instance: RunningInstance, scope: ScopeState) -> None:
        """Remember to look whether the scope has completed, or one of its joins can fire."""
        self._touched[scope.id] = instance, scope

    def move(self, instance: RunningInstance, scope: ScopeState, node_id: str, flow_id: str | None = None) -> None:
        """Send a token to a node."""
        self._moves.append((instance, scope, node_id, flow_id, self.clearings(scope)))

    def clearings(self, scope: ScopeState) -> int:
        """How often the scope was cleared: what was under way in it before is no more."""
        return self._clearings.get(scope.id, 0)

    def _enter(
        self,
        instance: RunningInstance,
        scope: ScopeState,
        node_id: str,
        flow_id: str | None,
        clearings: int,
        is_due: bool = False,
    ) -> None:
        if not instance.is_alive(scope) or clearings != self.clearings(scope):
            return
        self.budget.charge(1, node_id)
        self.touch(instance, scope)
        node = instance.node(node_id)
        if node.kind in THROWS and not is_due and (node.loop is None or scope.is_loop):
            self._throws.append((instance, scope, node_id, flow_id, clearings))
        elif node.kind in ACTIVITIES:
            activities.enter(self, instance, scope, node)
        else:
            self._pass(instance, scope, node, flow_id)

    def _pass(self, instance: RunningInstance, scope: ScopeState, node: Node, flow_id: str | None) -> None:
        match node.kind:
            case Kind.PASS | Kind.EXCLUSIVE_GATEWAY:
                self.leave(instance, scope, node)
            case Kind.PARALLEL_GATEWAY | Kind.INCLUSIVE_GATEWAY:
                self._join(instance, scope, node, flow_id)
            case Kind.CATCH:
                self.rest(instance, scope, node, (node.id,))
            case Kind.EVENT_GATEWAY:
                self.rest(instance, scope, node, tuple(flow.target for flow in node.outgoing))
            case Kind.LINK_THROW:
                self.move(instance, scope, node.link_target or "")
            case Kind.END:
                pass
            case Kind.TERMINATE_END:
                self.clear(instance, scope)
            case Kind.ERROR_END:
                throw_error(self, instance, scope, Raised(node.code, node.id, node.message))
            case Kind.ESCALATION_THROW:
                throw_escalation(self, instance, scope, node)
            case Kind.MESSAGE_THROW | Kind.SIGNAL_THROW:
                throwing.throw(self, instance, scope, node)
            case _:
                raise AssertionError(f"no token moves to {node.id}")

    def leave(self, instance: RunningInstance, scope: ScopeState, node: Node) -> None:
        """Send tokens out of a node that is done."""
        try:
            flows = routing.chosen_flows(node, instance.visible(scope), self.now)
        except ExpressionError as error:
            self.fail(node, str(error))
        for flow in flows:
            self.move(instance, scope, flow.target, flow.id)

    def _join(self, instance: RunningInstance, scope: ScopeState, node: Node, flow_id: str | None) -> None:
        if len(node.incoming) < 2 or flow_id is None:
            return self.leave(instance, scope, node)
        arrived = scope.joins.setdefault(node.id, {})
        arrived[flow_id] = arrived.get(flow_id, 0) + 1
        if node.kind is Kind.PARALLEL_GATEWAY and len(arrived) == len(node.incoming):
            routing.take_one_each(scope, node)
            self.leave(instance, scope, node)
        return None

    def rest(
        self, instance: RunningInstance, scope: ScopeState, node: Node, elements: Sequence[str], token_id: int = 0
    ) -> TokenState:
        """Leave a token at the node, waiting for these elements (those among them that are waiting events)."""
        token = TokenState(token_id or self.next_number(), node.id)
        scope.tokens[token.id] = token
        self.arm(instance, scope, token, elements)
        return token

    def arm(self, instance: RunningInstance, scope: ScopeState, token: TokenState, elements: Sequence[str]) -> None:
        """Let a token wait for these elements (those among them that are waiting events)."""
        for element in elements:
            node = instance.node(element)
            if node.trigger is Trigger.WAIT:
                token.waits.append(waiting.arm(self, instance, scope, node, token))

    # --- activities ---

    def finish(
        self, instance: RunningInstance, scope: ScopeState, token: TokenState, values: Mapping[str, Any]
    ) -> None:
        """Complete an activity that brought these values."""
        activities.finish(self, instance, scope, token, values)

    def complete(self, instance: RunningInstance, scope: ScopeState, token: TokenState, node: Node) -> None:
        """Complete an activity."""
        activities.complete(self, instance, scope, token, node)

    # --- scopes ---

    def open_process(self, instance: RunningInstance, start: str | None) -> None:
        """Begin a process: at that start element, else at its only plain start event, else where nothing leads to."""
        starts = instance.graph.start_elements
        plain = [each.element_id for each in starts.values() if each.event_type is None]
        if start is None and starts:
            if len(plain) != 1:
                raise ProcessFailed(f"the process {instance.graph.key!r} has no single plain start event")
            start = plain[0]
        elif start is not None and start not in starts:
            raise ProcessFailed(f"the process {instance.graph.key!r} has no start event {start!r}")
        scope = ScopeState(self.next_number())
        if start is None or instance.node(start).kind is Kind.PASS:
            self.open_scope(instance, scope, start)
        else:  # a catch event or receive task that begins the process has happened already
            self.open_scope(instance, scope, "")
            self.leave(instance, scope, instance.node(start))
        if start is not None:
            conversation.note_start(instance, starts[start], self.now)

    def open_subprocess(
        self, instance: RunningInstance, scope: ScopeState, token: TokenState, node: Node, start: str | None
    ) -> None:
        """Begin the subprocess that a token rests at, at its start event or at another."""
        inner = ScopeState(self.next_number(), node.id, scope.id, token.id)
        token.scope = inner.id
        self.open_scope(instance, inner, start)

    def open_scope(self, instance: RunningInstance, scope: ScopeState, start: str | None) -> None:
        """Arm the event subprocesses of a scope and send its first tokens; to no node where ``start`` is empty."""
        instance.scopes[scope.id] = scope
        self.touch(instance, scope)
        layout = instance.graph.scopes[scope.element]
        for event_subprocess in layout.event_subprocesses:
            event = instance.node(instance.node(event_subprocess).start or "")
            if event.trigger is Trigger.WAIT:
                scope.waits.append(waiting.arm(self, instance, scope, event, None))
        for node_id in layout.starts if start is None else (start,):
            if node_id:
                self.move(instance, scope, node_id)

    def start_event_subprocess(self, instance: RunningInstance, scope: ScopeState, start: Node) -> None:
        """Run the handler a start event belongs to; an interrupting one ends whatever else its scope was doing."""
        handler = instance.node(start.scope or "")
        if start.interrupting:
            self.clear(instance, scope)
            self._drop_waits(instance, scope)
        token = TokenState(self.next_number(), handler.id)
        scope.tokens[token.id] = token
        self.open_subprocess(instance, scope, token, handler, start.id)

    def _complete(self, instance: RunningInstance, scope: ScopeState) -> None:
        around = instance.parent_of(scope)
        if around is None:
            return calling.complete_instance(self, instance)
        parent, owner = around
        self._remove_scope(instance, scope)
        owner.scope = None
        node = instance.node(owner.node)
        if node.kind is Kind.EVENT_SUBPROCESS:
            self.cancel_token(instance, parent, owner)
        else:
            activities.complete(self, instance, parent, owner, node)
        return None

    def clear(self, instance: RunningInstance, scope: ScopeState) -> None:
        """End all activity in a scope, but not the scope."""
        for token in list(scope.tokens.values()):
            self.cancel_token(instance, scope, token)
        scope.joins.clear()
        self._clearings[scope.id] = self.clearings(scope) + 1

    def cancel_token(self, instance: RunningInstance, scope: ScopeState, token: TokenState) -> None:
        """Remove a token with what it waits for: events, its task, the subprocess or called instance."""
        del scope.tokens[token.id]
        self.touch(instance, scope)
        self.journal.drop_token(instance.state.id, token)
        inner = None if token.scope is None else instance.scopes.get(token.scope)
        if inner is not None:
            self.clear(instance, inner)
            self._remove_scope(instance, inner)
        if token.called is not None:
            self.end_instance(self.instances[token.called], ProcessInstanceState.TERMINATED, CANCELLED_CALL)

    def _remove_scope(self, instance: RunningInstance, scope: ScopeState) -> None:
        self._drop_waits(instance, scope)
        del instance.scopes[scope.id]

    def _drop_waits(self, instance: RunningInstance, scope: ScopeState) -> None:
        for wait in scope.waits:
            self.journal.drop(instance.state.id, wait)
        scope.waits.clear()

    # --- instances ---

    def start_instance(self, state: InstanceState, variables: JsonObject) -> RunningInstance:
        instance = self._track(state, variables)
        instance.started = True
        return instance

    def _track(self, state: InstanceState, variables: JsonObject) -> RunningInstance:
        graph = self.models.by_id.get(state.model_id)
        if graph is None:
            raise ModelNeeded(model_id=state.model_id)
        depth = self.instances[state.parent].depth + 1 if state.parent in self.instances else 0
        instance = RunningInstance(state, graph, variables, depth)  # type: ignore[arg-type]
        self.instances[state.id] = instance
        return instance

    def end_instance(self, instance: RunningInstance, outcome: ProcessInstanceState, reason: str | None = None) -> None:
        """End an instance with everything it called; what it called is terminated."""
        if not instance.is_running:
            return
        instance.outcome, instance.end_reason = outcome, reason
        called = []
        for scope in instance.scopes.values():
            self._drop_waits(instance, scope)
            for token in scope.tokens.values():
                self.journal.drop_token(instance.state.id, token)
                if token.called is not None:
                    called.append(token.called)
        instance.scopes.clear()
        for each in called:
            self.end_instance(self.instances[each], ProcessInstanceState.TERMINATED, CANCELLED_CALL)

    # --- small things ---

    def next_number(self) -> int:
        self.state.counter += 1
        return self.state.counter

    def mapped(
        self, node: Node, mappings: Sequence[VariableMapping] | None, variables: Mapping[str, Any]
    ) -> JsonObject:
        """As ``routing.mapped``; what cannot be mapped fails the process."""
        try:
            return routing.mapped(mappings, variables, self.now)
        except ExpressionError as error:
            self.fail(node, str(error))

    def fail(self, node: Node, reason: str) -> NoReturn:
        raise ProcessFailed(reason, node.id)
