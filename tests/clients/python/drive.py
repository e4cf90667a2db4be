"""Drives a running server with the generated Python client: lists, triggers, and handles every member of the union.

It prints one line of JSON per answer to a trigger, for the test that started it.
"""

import json
import os
from typing import Any, TypeAlias, assert_never

from bpmn_events_client.client import BpmnEventsClient
from bpmn_events_client.deploy_process_model import DeployProcessModelDeployProcessModelDeployProcessModelSuccess
from bpmn_events_client.enums import WaitingEventGrouping
from bpmn_events_client.input_types import (
    DeployProcessModelInput,
    StartProcessInstanceInput,
    TriggerEventInput,
    WaitingEventFilter,
)
from bpmn_events_client.start_process_instance import (
    StartProcessInstanceStartProcessInstanceStartProcessInstanceSuccess,
)
from bpmn_events_client.trigger_event import (
    TriggerEventTriggerEventConflictError,
    TriggerEventTriggerEventCorrelationNotFoundError,
    TriggerEventTriggerEventEventAmbiguousError,
    TriggerEventTriggerEventEventNotFoundError,
    TriggerEventTriggerEventForbiddenError,
    TriggerEventTriggerEventInvalidPayloadError,
    TriggerEventTriggerEventProcessFailedError,
    TriggerEventTriggerEventProcessModelNotFoundError,
    TriggerEventTriggerEventTriggerEventSuccess,
    TriggerEventTriggerEventUnauthorizedError,
)
from bpmn_events_client.waiting_events import (
    WaitingEventsWaitingEventsWaitingEventConnection,
    WaitingEventsWaitingEventsWaitingEventConnectionNodes,
)

TriggerEventOutcome: TypeAlias = (
    TriggerEventTriggerEventTriggerEventSuccess
    | TriggerEventTriggerEventInvalidPayloadError
    | TriggerEventTriggerEventUnauthorizedError
    | TriggerEventTriggerEventForbiddenError
    | TriggerEventTriggerEventProcessModelNotFoundError
    | TriggerEventTriggerEventCorrelationNotFoundError
    | TriggerEventTriggerEventEventNotFoundError
    | TriggerEventTriggerEventEventAmbiguousError
    | TriggerEventTriggerEventConflictError
    | TriggerEventTriggerEventProcessFailedError
)


def visible_to(outcome: TriggerEventOutcome) -> str:
    """What the member says, each in its own words. A member that is not handled fails the type check."""
    match outcome:
        case TriggerEventTriggerEventTriggerEventSuccess():
            upcoming = ", ".join(each.element_id for each in outcome.next_waiting_events)
            return f"{outcome.process_instance.state.value}, next {upcoming}"
        case TriggerEventTriggerEventInvalidPayloadError():
            return ", ".join(f"{each.keyword} at {each.path or '/'}" for each in outcome.violations)
        case TriggerEventTriggerEventUnauthorizedError():
            return outcome.code.value
        case TriggerEventTriggerEventForbiddenError():
            return outcome.required_permission
        case TriggerEventTriggerEventProcessModelNotFoundError():
            return outcome.process_model_key
        case TriggerEventTriggerEventCorrelationNotFoundError():
            return outcome.correlation_id
        case TriggerEventTriggerEventEventNotFoundError():
            return f"{outcome.reason.value} by {outcome.trigger.triggered_by if outcome.trigger else 'nobody'}"
        case TriggerEventTriggerEventEventAmbiguousError():
            return ", ".join(candidate.element_id for candidate in outcome.candidates)
        case TriggerEventTriggerEventConflictError():
            return f"retryable {json.dumps(outcome.retryable)}"
        case TriggerEventTriggerEventProcessFailedError():
            return outcome.element_id or "nowhere in particular"
        case _:
            assert_never(outcome)


def only(
    items: list[WaitingEventsWaitingEventsWaitingEventConnectionNodes],
) -> WaitingEventsWaitingEventsWaitingEventConnectionNodes:
    (item,) = items
    return item


def connect(token: str | None) -> BpmnEventsClient:
    headers = {} if token is None else {"Authorization": f"Bearer {token}"}
    return BpmnEventsClient(url=os.environ["DRIVE_URL"], headers=headers)


def start(client: BpmnEventsClient, correlation_id: str) -> None:
    given = StartProcessInstanceInput(process_model_key="brittle", correlation_id=correlation_id)
    started = client.start_process_instance(given).start_process_instance
    assert isinstance(started, StartProcessInstanceStartProcessInstanceStartProcessInstanceSuccess), started


def waiting(
    client: BpmnEventsClient, correlation_id: str
) -> list[WaitingEventsWaitingEventsWaitingEventConnectionNodes]:
    listed = client.waiting_events(filter_=WaitingEventFilter(correlation_ids=[correlation_id])).waiting_events
    assert isinstance(listed, WaitingEventsWaitingEventsWaitingEventConnection), listed
    return listed.nodes


def say(client: BpmnEventsClient, event: TriggerEventInput, **changes: Any) -> None:
    outcome = client.trigger_event(event.model_copy(update=changes)).trigger_event
    print(json.dumps({"typename": outcome.typename__, "told": visible_to(outcome)}))


def read(client: BpmnEventsClient, event: WaitingEventsWaitingEventsWaitingEventConnectionNodes) -> None:
    """Every query: Pydantic checks that what the server really sends is what the models say."""
    answered = [
        client.viewer().viewer.typename__,
        client.waiting_event(event.id).waiting_event.typename__,
        client.waiting_events_page(first=1).waiting_events.typename__,
        client.process_models(first=1).process_models.typename__,
        client.process_model(event.process_model.key).process_model.typename__,
        client.correlation(event.correlation.id).correlation.typename__,
        client.event_history(first=5).event_triggers.typename__,
        client.open_tasks(first=5).open_tasks.typename__,
        client.waiting_event_stats(group_by=list(WaitingEventGrouping)).waiting_event_stats.typename__,
    ]
    assert not [each for each in answered if each.endswith("Error")], answered
    assert client.node(event.id).node
    assert client.process_instance(event.process_instance.id).node


def main() -> None:
    ada, reader, nobody = connect(os.environ["DRIVE_TOKEN"]), connect(os.environ["DRIVE_READER_TOKEN"]), connect(None)

    deployed = ada.deploy_process_model(DeployProcessModelInput(bpmn_xml=os.environ["DRIVE_BPMN"])).deploy_process_model
    assert isinstance(deployed, DeployProcessModelDeployProcessModelDeployProcessModelSuccess), deployed
    start(ada, "once")
    waits = only(waiting(ada, "once"))
    event = TriggerEventInput(
        process_model_key=waits.process_model.key,
        correlation_id=waits.correlation.id,
        event_id=waits.id,
        payload={"way": "right"},
    )
    say(nobody, event)
    say(reader, event)
    say(ada, event, process_model_key="elsewhere")
    say(ada, event, correlation_id="elsewhere")
    say(ada, event, payload={"way": 7})
    say(ada, event, payload={"way": "wrong"})
    say(ada, event, idempotency_key="a client")
    say(ada, event)

    start(ada, "twice")
    read(ada, only(waiting(ada, "twice")))
    say(ada, event, correlation_id="twice", event_id=waits.element_id, idempotency_key="a client")
    start(ada, "twice")
    say(ada, event, correlation_id="twice", event_id=waits.element_id)


if __name__ == "__main__":
    main()
