"""A program that lists and triggers events of a running server with the generated Python client.

It causes every member of the result union, and prints one line of JSON for each result to the test that started it.
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
    TriggerEventTriggerEventEngineUnavailableError,
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
    | TriggerEventTriggerEventEngineUnavailableError
)


def describe(outcome: TriggerEventOutcome) -> str:
    """Return a description made of the fields that only this member has. An unhandled member fails the type check."""
    match outcome:
        case TriggerEventTriggerEventTriggerEventSuccess():
            upcoming = ", ".join(event.element_id for event in outcome.next_waiting_events)
            return f"{outcome.process_instance.state.value}, next {upcoming}"
        case TriggerEventTriggerEventInvalidPayloadError():
            return ", ".join(f"{violation.keyword} at {violation.path or '/'}" for violation in outcome.violations)
        case TriggerEventTriggerEventUnauthorizedError():
            return outcome.code.value
        case TriggerEventTriggerEventForbiddenError():
            return outcome.required_permission
        case TriggerEventTriggerEventProcessModelNotFoundError():
            return outcome.process_model_key
        case TriggerEventTriggerEventCorrelationNotFoundError():
            return outcome.correlation_id
        case TriggerEventTriggerEventEventNotFoundError():
            return (
                f"{outcome.reason.value} by {outcome.trigger.triggered_by if outcome.trigger else 'an unknown caller'}"
            )
        case TriggerEventTriggerEventEventAmbiguousError():
            return ", ".join(candidate.element_id for candidate in outcome.candidates)
        case TriggerEventTriggerEventConflictError():
            return f"retryable {json.dumps(outcome.retryable)}"
        case TriggerEventTriggerEventProcessFailedError():
            return outcome.element_id or "unknown element"
        case TriggerEventTriggerEventEngineUnavailableError():
            return f"outcome unknown {json.dumps(outcome.outcome_unknown)}, again in {outcome.retry_after_seconds} s"
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
    input_ = StartProcessInstanceInput(process_model_key="brittle", correlation_id=correlation_id)
    result = client.start_process_instance(input_).start_process_instance
    assert isinstance(result, StartProcessInstanceStartProcessInstanceStartProcessInstanceSuccess), result


def list_events(
    client: BpmnEventsClient, correlation_id: str
) -> list[WaitingEventsWaitingEventsWaitingEventConnectionNodes]:
    result = client.waiting_events(filter_=WaitingEventFilter(correlation_ids=[correlation_id])).waiting_events
    assert isinstance(result, WaitingEventsWaitingEventsWaitingEventConnection), result
    return result.nodes


def trigger(client: BpmnEventsClient, input_: TriggerEventInput, **changes: Any) -> None:
    """Trigger an event, and print the type and the description of the result."""
    outcome = client.trigger_event(input_.model_copy(update=changes)).trigger_event
    print(json.dumps({"typename": outcome.typename__, "description": describe(outcome)}))


def execute_queries(client: BpmnEventsClient, event: WaitingEventsWaitingEventsWaitingEventConnectionNodes) -> None:
    """Execute every query. Pydantic validates each response with the generated models."""
    typenames = [
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
    assert not [typename for typename in typenames if typename.endswith("Error")], typenames
    assert client.node(event.id).node
    assert client.process_instance(event.process_instance.id).node


def main() -> None:
    ada = connect(os.environ["DRIVE_TOKEN"])
    reader = connect(os.environ["DRIVE_READER_TOKEN"])
    anonymous = connect(None)

    deployed = ada.deploy_process_model(DeployProcessModelInput(bpmn_xml=os.environ["DRIVE_BPMN"])).deploy_process_model
    assert isinstance(deployed, DeployProcessModelDeployProcessModelDeployProcessModelSuccess), deployed
    start(ada, "once")
    event = only(list_events(ada, "once"))
    input_ = TriggerEventInput(
        process_model_key=event.process_model.key,
        correlation_id=event.correlation.id,
        event_id=event.id,
        payload={"way": "right"},
    )
    trigger(anonymous, input_)
    trigger(reader, input_)
    trigger(ada, input_, process_model_key="elsewhere")
    trigger(ada, input_, correlation_id="elsewhere")
    trigger(ada, input_, payload={"way": 7})
    trigger(ada, input_, payload={"way": "wrong"})
    trigger(ada, input_, idempotency_key="a client")
    trigger(ada, input_)

    start(ada, "twice")
    execute_queries(ada, only(list_events(ada, "twice")))
    trigger(ada, input_, correlation_id="twice", event_id=event.element_id, idempotency_key="a client")
    start(ada, "twice")
    trigger(ada, input_, correlation_id="twice", event_id=event.element_id)


if __name__ == "__main__":
    main()
