"""Table of the behaviours by kind of node. A new kind of node gets a line here."""

from collections.abc import Mapping

from bpmn_events.adapters.hosts.embedded.model.elements import NodeKind
from bpmn_events.adapters.hosts.embedded.runtime.behaviours import (
    activities,
    calls,
    errors,
    gateways,
    plain_events,
    scopes,
    throwing,
    waits,
)
from bpmn_events.adapters.hosts.embedded.runtime.step_context import Behaviour

BEHAVIOURS: Mapping[NodeKind, Behaviour] = {
    # events
    NodeKind.PASS: Behaviour(plain_events.pass_through),
    NodeKind.END: Behaviour(plain_events.end),
    NodeKind.TERMINATE_END: Behaviour(plain_events.terminate),
    NodeKind.ERROR_END: Behaviour(errors.end_with_error),
    NodeKind.ESCALATION_THROW: Behaviour(errors.escalate),
    NodeKind.MESSAGE_THROW: Behaviour(throwing.throw_event, enters_last=True),
    NodeKind.SIGNAL_THROW: Behaviour(throwing.throw_event, enters_last=True),
    NodeKind.LINK_THROW: Behaviour(plain_events.follow_link),
    NodeKind.CATCH: Behaviour(waits.enter_catch_event),
    NodeKind.BOUNDARY: Behaviour(),
    # gateways
    NodeKind.EXCLUSIVE_GATEWAY: Behaviour(gateways.enter_exclusive),
    NodeKind.PARALLEL_GATEWAY: Behaviour(gateways.enter_parallel),
    NodeKind.INCLUSIVE_GATEWAY: Behaviour(gateways.enter_inclusive),
    NodeKind.EVENT_GATEWAY: Behaviour(gateways.enter_event_based),
    # activities
    NodeKind.EMPTY_TASK: Behaviour(activities.enter, activities.complete, activities.complete),
    NodeKind.OPEN_TASK: Behaviour(activities.enter, activities.open_task, activities.complete),
    NodeKind.SCRIPT_TASK: Behaviour(activities.enter, activities.run_script, activities.complete),
    NodeKind.SEND_TASK: Behaviour(activities.enter, throwing.send, activities.complete, enters_last=True),
    NodeKind.RECEIVE_TASK: Behaviour(activities.enter, activities.receive, activities.complete),
    NodeKind.SUBPROCESS: Behaviour(activities.enter, scopes.open_subprocess, activities.complete),
    NodeKind.CALL_ACTIVITY: Behaviour(activities.enter, calls.call, activities.complete),
    NodeKind.EVENT_SUBPROCESS: Behaviour(complete=scopes.complete_event_subprocess),
}
