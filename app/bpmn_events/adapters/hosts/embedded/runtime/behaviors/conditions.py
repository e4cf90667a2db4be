"""Conditional events: evaluated when variables have changed and no token moves (BPMN 2.0.2, section 10.5.5).

An event is triggered when its condition becomes true, or if the condition is true when the event begins to wait. If the
event keeps waiting, its condition must become false before it is triggered again. A condition on a missing variable is
not true.
"""

from bpmn_events.adapters.hosts.embedded.model.elements import NodeKind
from bpmn_events.adapters.hosts.embedded.runtime.behaviors import catching, waits
from bpmn_events.adapters.hosts.embedded.runtime.instance_context import InstanceContext
from bpmn_events.adapters.hosts.embedded.runtime.listeners import Listener
from bpmn_events.adapters.hosts.embedded.runtime.step_context import StepContext

CONDITIONS_PER_STEP = 10


def trigger_conditional_events(context: StepContext) -> bool:
    """Trigger every event whose condition has become true; return False if there is none."""
    if not context.dirty_instances:
        return False
    triggered = False
    dirty = [instance for _, instance in sorted(context.dirty_instances.items())]
    for instance in dirty:
        context.dirty_instances.pop(instance.number, None)
        if instance.is_running:
            triggered |= _trigger(context, instance)
    return triggered


def _trigger(context: StepContext, instance: InstanceContext) -> bool:
    waits_seen, conditional = 0, []
    for scope, token, wait in instance.waits():
        waits_seen += 1
        if instance.node(wait.element).condition is not None:
            conditional.append(Listener(instance, scope, token, wait))
    context.budget.count_size(waits_seen)
    context.budget.charge(len(conditional) // CONDITIONS_PER_STEP)
    became_true = [listener for listener in conditional if _has_become_true(context, listener)]
    for listener in became_true:
        if context.listeners.is_waiting(listener):
            catching.trigger_internally(context, listener, None)
    return bool(became_true)


def _has_become_true(context: StepContext, listener: Listener) -> bool:
    """Return True if the condition was not true when last evaluated and is now; store its new value."""
    instance, wait = listener.instance, listener.wait
    node = instance.node(wait.element)
    token = None if node.kind is NodeKind.BOUNDARY else listener.token
    was_true = wait.held
    wait.held = waits.is_condition_true(context, instance, listener.scope, token, node)
    return wait.held and not was_true
