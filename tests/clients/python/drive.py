"""A program that lists and triggers events of a running server with the generated Python client.

It causes every member of the result union, and prints one line of JSON for each result to the test that started it.
"""

import asyncio
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


async def start(client: BpmnEventsClient, correlation_id: str) -> None:
    input_ = StartProcessInstanceInput(process_model_key="brittle", correlation_id=correlation_id)
    result = (await client.start_process_instance(input_)).start_process_instance
    assert isinstance(result, StartProcessInstanceStartProcessInstanceStartProcessInstanceSuccess), result


async def list_events(
    client: BpmnEventsClient, correlation_id: str
) -> list[WaitingEventsWaitingEventsWaitingEventConnectionNodes]:
    result = (await client.waiting_events(filter_=WaitingEventFilter(correlation_ids=[correlation_id]))).waiting_events
    assert isinstance(result, WaitingEventsWaitingEventsWaitingEventConnection), result
    return result.nodes


async def trigger(client: BpmnEventsClient, input_: TriggerEventInput, **changes: Any) -> None:
    """Trigger an event, and print the type and the description of the result."""
    outcome = (await client.trigger_event(input_.model_copy(update=changes))).trigger_event
    print(json.dumps({"typename": outcome.typename__, "description": describe(outcome)}))


async def execute_queries(
    client: BpmnEventsClient, event: WaitingEventsWaitingEventsWaitingEventConnectionNodes
) -> None:
    """Execute every query. Pydantic validates each response with the generated models."""
    typenames = [
        (await client.viewer()).viewer.typename__,
        (await client.waiting_event(event.id)).waiting_event.typename__,
        (await client.waiting_events_page(first=1)).waiting_events.typename__,
        (await client.process_models(first=1)).process_models.typename__,
        (await client.process_model(event.process_model.key)).process_model.typename__,
        (await client.correlation(event.correlation.id)).correlation.typename__,
        (await client.event_history(first=5)).event_triggers.typename__,
        (await client.open_tasks(first=5)).open_tasks.typename__,
        (await client.waiting_event_stats(group_by=list(WaitingEventGrouping))).waiting_event_stats.typename__,
    ]
    assert not [typename for typename in typenames if typename.endswith("Error")], typenames
    assert (await client.node(event.id)).node
    assert (await client.process_instance(event.process_instance.id)).node


async def main() -> None:
    ada = connect(os.environ["DRIVE_TOKEN"])
    reader = connect(os.environ["DRIVE_READER_TOKEN"])
    anonymous = connect(None)

    bpmn = DeployProcessModelInput(bpmn_xml=os.environ["DRIVE_BPMN"])
    deployed = (await ada.deploy_process_model(bpmn)).deploy_process_model
    assert isinstance(deployed, DeployProcessModelDeployProcessModelDeployProcessModelSuccess), deployed
    await start(ada, "once")
    event = only(await list_events(ada, "once"))
    input_ = TriggerEventInput(
        process_model_key=event.process_model.key,
        correlation_id=event.correlation.id,
        event_id=event.id,
        payload={"way": "right"},
    )
    await trigger(anonymous, input_)
    await trigger(reader, input_)
    await trigger(ada, input_, process_model_key="elsewhere")
    await trigger(ada, input_, correlation_id="elsewhere")
    await trigger(ada, input_, payload={"way": 7})
    await trigger(ada, input_, payload={"way": "wrong"})
    await trigger(ada, input_, idempotency_key="a client")
    await trigger(ada, input_)

    await start(ada, "twice")
    await execute_queries(ada, only(await list_events(ada, "twice")))
    await trigger(ada, input_, correlation_id="twice", event_id=event.element_id, idempotency_key="a client")
    await start(ada, "twice")
    await trigger(ada, input_, correlation_id="twice", event_id=event.element_id)


if __name__ == "__main__":
    asyncio.run(main())
