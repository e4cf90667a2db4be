"""Interpreter of one step: moves tokens until every token waits (BPMN 2.0.2, chapter 13)."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from bpmn_events.adapters.hosts.embedded.engine_port import LoadedModels, StepLimit
from bpmn_events.adapters.hosts.embedded.runtime.agenda import Move
from bpmn_events.adapters.hosts.embedded.runtime.behaviors import (
    activities,
    calls,
    catching,
    compensation,
    conditions,
    errors,
    gateways,
    scopes,
)
from bpmn_events.adapters.hosts.embedded.runtime.behaviors.table import BEHAVIORS
from bpmn_events.adapters.hosts.embedded.runtime.instance_context import InstanceContext
from bpmn_events.adapters.hosts.embedded.runtime.state import ExecutionState, InstanceState, ScopeState
from bpmn_events.adapters.hosts.embedded.runtime.step_context import StepContext
from bpmn_events.application.ports.payload_schemas import PayloadSchemas
from bpmn_events.domain.errors import ProcessFailed
from bpmn_events.domain.events import JsonObject
from bpmn_events.domain.tasks import BpmnError


class Interpreter:
    """Takes one step: an event from outside with all its consequences. The caller discards a step that fails."""

    def __init__(
        self,
        models: LoadedModels,
        schemas: PayloadSchemas,
        state: ExecutionState,
        variables: Mapping[str, JsonObject],
        now: datetime,
        limit: StepLimit,
    ) -> None:
        self.context = StepContext(models, schemas, state, variables, now, limit, BEHAVIORS)

    # --- events from outside ---

    def begin(self, model_id: str, instance_id: str, start_element_id: str | None, variables: JsonObject) -> None:
        """Start the root instance and run it to its first wait states."""
        instance = self.context.start_instance(InstanceState(instance_id, model_id), variables)
        scopes.open_process(self.context, instance, start_element_id)
        self._settle()

    def trigger(self, wait_id: str, payload: JsonObject | None) -> bool:
        """Trigger one waiting event and settle; return False if it no longer waits."""
        listener = self.context.listeners.find(wait_id)
        if listener is not None:
            catching.trigger(self.context, listener, payload)
            self._settle()
        return listener is not None

    def finish_task(self, task_id: str, result: JsonObject) -> bool:
        """Finish one open task and settle; return False if it is no longer open."""
        task = activities.find_open_task(self.context, task_id)
        if task is not None:
            activities.finish_task(self.context, *task, result)
            self._settle()
        return task is not None

    def throw_error(self, task_id: str, error: BpmnError, variables: JsonObject) -> bool:
        """End one open task with a BPMN error and settle; return False if it is no longer open."""
        task = activities.find_open_task(self.context, task_id)
        if task is not None:
            instance, scope, token = task
            thrown = errors.ThrownError(error.code, token.node, error.message, variables)
            errors.throw_error(self.context, instance, scope, thrown, token)
            self._settle()
        return task is not None

    # --- settling ---

    def _settle(self) -> None:
        """Move every token to its next wait state.

        When no token moves, trigger the events whose condition became true, then fire joins and complete scopes. Stop
        when nothing changes.
        """
        context = self.context
        while True:
            if (move := context.agenda.next_move()) is not None:
                self._enter(move)
            elif not conditions.trigger_conditional_events(context) and not self._progress():
                break
        running = [instance for instance in context.instances.values() if instance.is_running]
        if running:
            _check_not_stuck(running)
        context.state.instances = [instance.state for instance in running]

    def _enter(self, move: Move) -> None:
        context, instance, scope = self.context, move.instance, move.scope
        if not context.agenda.is_valid(move):
            return
        context.budget.charge(1, move.node_id)
        context.agenda.touch(instance, scope)
        node = instance.node(move.node_id)
        if node.refusal is not None and not _was_entered_before(move):
            context.fail(node, node.refusal)
        behavior = context.behaviors[node.kind]
        # A loop opens at once; its occurrences are deferred instead.
        if behavior.enters_last and not move.is_deferred and (node.loop is None or scope.is_loop):
            context.agenda.defer(move)
        else:
            behavior.enter(context, move, node)

    def _progress(self) -> bool:
        """Fire one inclusive join or complete one empty scope; return False if there is neither."""
        while (touched := self.context.agenda.next_touched()) is not None:
            instance, scope = touched
            if not instance.is_alive(scope):
                continue
            if scope.joins and gateways.fire_inclusive_join(self.context, instance, scope):
                return True
            if not scope.tokens and not scope.joins and not scope.is_loop:
                self._complete_scope(instance, scope)
                return True
        return False

    def _complete_scope(self, instance: InstanceContext, scope: ScopeState) -> None:
        if scope.pending is not None:
            compensation.proceed(self.context, instance, scope)
        elif scope.parent is None:
            calls.complete_instance(self.context, instance)
        else:
            scopes.complete_subprocess(self.context, instance, scope)


def _was_entered_before(move: Move) -> bool:
    """Return True for an occurrence of a loop that has begun, and for the event that began an event subprocess."""
    instance, scope = move.instance, move.scope
    return scope.is_loop or (scope.element is not None and instance.node(scope.element).start == move.node_id)


def _check_not_stuck(instances: Sequence[InstanceContext]) -> None:
    """Check that something in the execution waits: without that, it could never end.

    What waits in one instance can end another: a boundary event of a call activity cancels the called instance.

    Raises:
        ProcessFailed: Nothing waits.
    """
    for instance in instances:
        for scope in instance.scopes.values():
            if scope.waits:
                return
            for token in scope.tokens.values():
                if token.waits or token.task is not None:
                    return
    for instance in instances:
        for scope in instance.scopes.values():
            for join, arrived in scope.joins.items():
                missing = [flow.id for flow in instance.node(join).incoming if flow.id not in arrived]
                raise ProcessFailed(
                    f"this join waits for a token on {', '.join(missing)}, and none can come any more", join
                )
    raise ProcessFailed("nothing is left to wait for, and nothing can go on")
