"""The workloads: one process model, and the requests that start, list and trigger its instances."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import orjson

from benchmarks.load import Request
from benchmarks.servers import Server

# After each trigger the process waits for the same message again, so that the number of waiting events is constant.
MODEL = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="urn:bpmn-events:benchmarks">
  <message id="M_payment" name="payment-received"/>
  <process id="order" name="Order" isExecutable="true">
    <laneSet id="lanes"><lane id="finance" name="Finance"><flowNodeRef>wait_for_payment</flowNodeRef></lane></laneSet>
    <startEvent id="begin"/>
    <sequenceFlow id="f1" sourceRef="begin" targetRef="again"/>
    <exclusiveGateway id="again"/>
    <sequenceFlow id="f2" sourceRef="again" targetRef="wait_for_payment"/>
    <intermediateCatchEvent id="wait_for_payment" name="Wait for payment">
      <messageEventDefinition id="d1" messageRef="M_payment"/>
    </intermediateCatchEvent>
    <sequenceFlow id="f3" sourceRef="wait_for_payment" targetRef="again"/>
  </process>
</definitions>
"""
KEY = "order"
BULK = 100  # triggers of one triggerEvents request
LINES = 200  # triggers of one NDJSON body
PAYLOAD = {"amount": 12, "customer": "ada"}

DEPLOY = """mutation Deploy($input: DeployProcessModelInput!) {
  deployProcessModel(input: $input) { __typename ... on DeployProcessModelSuccess { processModels { id } } }
}"""
START = """mutation Start($input: StartProcessInstanceInput!) {
  startProcessInstance(input: $input) { __typename ... on StartProcessInstanceSuccess { processInstance { id } } }
}"""
_RESULT = """__typename
    ... on TriggerEventSuccess {
      replayed
      trigger { id triggeredAt }
      processInstance { id state }
      nextWaitingEvents { id elementId eventType eventName }
    }
    ... on Error { code message }"""
TRIGGER = f"""mutation Trigger($input: TriggerEventInput!) {{
  triggerEvent(input: $input) {{
    {_RESULT}
  }}
}}"""
TRIGGER_MANY = f"""mutation TriggerMany($inputs: [TriggerEventInput!]!) {{
  triggerEvents(inputs: $inputs) {{
    results {{ {_RESULT} }}
  }}
}}"""
IDS = """query Ids($first: Int, $after: String) {
  waitingEvents(first: $first, after: $after, orderBy: WAITING_SINCE_DESC) {
    ... on WaitingEventConnection { nodes { id correlation { id } } pageInfo { endCursor hasNextPage } }
  }
}"""
# Twelve fields of each event, and three nested objects.
LIST = """query List($filter: WaitingEventFilter) {
  waitingEvents(first: 50, filter: $filter) {
    __typename
    ... on WaitingEventConnection {
      nodes {
        id elementId elementType name eventType eventName lane interrupting dueAt waitingSince viewerCanTrigger
        processModel { id key version name }
        processInstance { id state startedAt }
        correlation { id startedAt }
      }
      pageInfo { hasNextPage endCursor }
    }
  }
}"""

# Filters by name. Their values are those of ``benchmarks.fill``, each of which many events share.
FILTERS: dict[str, dict[str, Any]] = {
    "none": {},
    "processModelKeys": {"processModelKeys": [KEY]},
    "correlationIds": {"correlationIds": ["filler-7"]},
    "processInstanceIds": {"processInstanceIds": [f"pi_{7:032x}"]},
    "eventTypes": {"eventTypes": ["SIGNAL"]},
    "elementIds": {"elementIds": ["step_7"]},
    "eventNames": {"eventNames": ["message-7"]},
    "lanes": {"lanes": ["Lane 1"]},
    "waitingSinceBefore": {"waitingSinceBefore": "2030-01-01T00:00:00Z"},
    "dueBefore": {"dueBefore": "2110-01-01T00:00:00Z"},
    "search for an element": {"search": "payment 1"},
    "search for a correlation": {"search": "filler-7"},
    "search in vain": {"search": "nowhere to be found"},
}

SUCCESS = '"TriggerEventSuccess"'


@dataclass(frozen=True, slots=True)
class Event:
    """A waiting event to trigger."""

    id: str
    correlation_id: str


def graphql(query: str, variables: dict[str, Any]) -> Request:
    return Request("POST", "/graphql", orjson.dumps({"query": query, "variables": variables}).decode())


def trigger_over_graphql(event: Event) -> Request:
    return graphql(TRIGGER, {"input": _input(event)})


def trigger_over_rest(event: Event) -> Request:
    path = f"/process_models/{KEY}/correlations/{quote(event.correlation_id, safe='')}/events/{event.id}/trigger"
    return Request("POST", path, orjson.dumps(PAYLOAD).decode())


def trigger_many(events: Sequence[Event]) -> Request:
    return graphql(TRIGGER_MANY, {"inputs": [_input(event) for event in events]})


def trigger_lines(events: Sequence[Event]) -> Request:
    body = b"".join(orjson.dumps(_input(event)) + b"\n" for event in events)
    return Request("POST", "/events/trigger", body.decode(), "application/x-ndjson")


def trigger_element(correlation_id: str) -> Request:
    """Return a trigger by element id. Exactly one event must wait at the element."""
    return trigger_over_graphql(Event("wait_for_payment", correlation_id))


def start(correlation_id: str, key: str = KEY) -> Request:
    """Return a request that starts an instance."""
    return graphql(START, {"input": {"processModelKey": key, "correlationId": correlation_id, "payload": PAYLOAD}})


def _input(event: Event) -> dict[str, Any]:
    return {
        "processModelKey": KEY,
        "correlationId": event.correlation_id,
        "eventId": event.id,
        "payload": PAYLOAD,
    }


def key_of(number: int) -> str:
    """Return the key of the process model with this number, from 0."""
    return KEY if number == 0 else f"{KEY}_{number}"


def deploy(server: Server, models: int = 1) -> None:
    """Deploy ``models`` process models that differ in their key only."""
    for number in range(models):
        key = key_of(number)
        server.graphql(DEPLOY, {"input": {"bpmnXml": MODEL.replace(f'id="{KEY}"', f'id="{key}"')}})


def waiting(server: Server, count: int) -> list[Event]:
    """Return up to ``count`` waiting events, shortest waiting first."""
    events: list[Event] = []
    for page in _pages(server, min(count, 500)):
        events += [Event(node["id"], node["correlation"]["id"]) for node in page["nodes"]]
        if len(events) >= count:
            break
    return events[:count]


def _pages(server: Server, size: int) -> Iterator[dict[str, Any]]:
    after = None
    while True:
        page = server.graphql(IDS, {"first": size, "after": after})["waitingEvents"]
        yield page
        if not page["pageInfo"]["hasNextPage"]:
            return
        after = page["pageInfo"]["endCursor"]
