"""Table of the behaviours by kind of node. A new kind of node gets a line here."""

from collections.abc import Mapping

from bpmn_events.adapters.hosts.embedded.model.elements import Kind
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

BEHAVIOURS: Mapping[Kind, Behaviour] = {
    # events
    Kind.PASS: Behaviour(plain_events.pass_through),
    Kind.END: Behaviour(plain_events.end),
    Kind.TERMINATE_END: Behaviour(plain_events.terminate),
    Kind.ERROR_END: Behaviour(errors.end_with_error),
    Kind.ESCALATION_THROW: Behaviour(errors.escalate),
    Kind.MESSAGE_THROW: Behaviour(throwing.throw_event, enters_last=True),
    Kind.SIGNAL_THROW: Behaviour(throwing.throw_event, enters_last=True),
    Kind.LINK_THROW: Behaviour(plain_events.follow_link),
    Kind.CATCH: Behaviour(waits.enter_catch_event),
    Kind.BOUNDARY: Behaviour(),
    # gateways
    Kind.EXCLUSIVE_GATEWAY: Behaviour(gateways.enter_exclusive),
    Kind.PARALLEL_GATEWAY: Behaviour(gateways.enter_parallel),
    Kind.INCLUSIVE_GATEWAY: Behaviour(gateways.enter_inclusive),
    Kind.EVENT_GATEWAY: Behaviour(gateways.enter_event_based),
    # activities
    Kind.EMPTY_TASK: Behaviour(activities.enter, activities.complete, activities.complete),
    Kind.OPEN_TASK: Behaviour(activities.enter, activities.open_task, activities.complete),
    Kind.SCRIPT_TASK: Behaviour(activities.enter, activities.run_script, activities.complete),
    Kind.SEND_TASK: Behaviour(activities.enter, throwing.send, activities.complete, enters_last=True),
    Kind.RECEIVE_TASK: Behaviour(activities.enter, activities.receive, activities.complete),
    Kind.SUBPROCESS: Behaviour(activities.enter, scopes.open_subprocess, activities.complete),
    Kind.CALL_ACTIVITY: Behaviour(activities.enter, calls.call, activities.complete),
    Kind.EVENT_SUBPROCESS: Behaviour(complete=scopes.complete_event_subprocess),
}
