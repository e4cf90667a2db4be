"""Table of the behaviors by kind of node. A new kind of node gets a line here."""

from collections.abc import Mapping

from bpmn_events.adapters.hosts.embedded.model.elements import NodeKind
from bpmn_events.adapters.hosts.embedded.runtime.behaviors import (
    activities,
    calls,
    compensation,
    data_outputs,
    errors,
    gateways,
    plain_events,
    scopes,
    throwing,
    waits,
)
from bpmn_events.adapters.hosts.embedded.runtime.step_context import Behavior

BEHAVIORS: Mapping[NodeKind, Behavior] = {
    # events
    NodeKind.START_WITH_DATA: Behavior(data_outputs.start_with_data),
    NodeKind.PASS: Behavior(plain_events.pass_through),
    NodeKind.END: Behavior(plain_events.end),
    NodeKind.TERMINATE_END: Behavior(plain_events.terminate),
    NodeKind.ERROR_END: Behavior(errors.end_with_error),
    NodeKind.ESCALATION_THROW: Behavior(errors.escalate),
    NodeKind.MESSAGE_THROW: Behavior(throwing.throw_event, enters_last=True),
    NodeKind.SIGNAL_THROW: Behavior(throwing.throw_event, enters_last=True),
    NodeKind.LINK_THROW: Behavior(plain_events.follow_link),
    NodeKind.COMPENSATION_THROW: Behavior(compensation.throw, complete=compensation.end_throw),
    NodeKind.CANCEL_END: Behavior(compensation.cancel, complete=compensation.end_cancel),
    NodeKind.CATCH: Behavior(waits.enter_catch_event),
    NodeKind.BOUNDARY: Behavior(),
    # gateways
    NodeKind.EXCLUSIVE_GATEWAY: Behavior(gateways.enter_exclusive),
    NodeKind.PARALLEL_GATEWAY: Behavior(gateways.enter_parallel),
    NodeKind.INCLUSIVE_GATEWAY: Behavior(gateways.enter_inclusive),
    NodeKind.EVENT_GATEWAY: Behavior(gateways.enter_event_based),
    # activities
    NodeKind.EMPTY_TASK: Behavior(activities.enter, activities.complete, activities.complete),
    NodeKind.OPEN_TASK: Behavior(activities.enter, activities.open_task, activities.complete),
    NodeKind.SCRIPT_TASK: Behavior(activities.enter, activities.run_script, activities.complete),
    NodeKind.SEND_TASK: Behavior(activities.enter, throwing.send, activities.complete, enters_last=True),
    NodeKind.RECEIVE_TASK: Behavior(activities.enter, activities.receive, activities.complete),
    NodeKind.SUBPROCESS: Behavior(activities.enter, scopes.open_subprocess, activities.complete),
    NodeKind.CALL_ACTIVITY: Behavior(activities.enter, calls.call, activities.complete),
    NodeKind.EVENT_SUBPROCESS: Behavior(complete=scopes.complete_event_subprocess),
}
