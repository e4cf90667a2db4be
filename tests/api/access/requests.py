"""Every request that addresses one event, trigger or task, by its id or by its element or name."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx

from tests.api.access.callers import Caller
from tests.api.access.read_checks import PREFIXES
from tests.api.tokens import token

_EVENT_ERRORS = """
  ... on EventNotFoundError { eventId reason trigger { id } }
  ... on ForbiddenError { requiredPermission }
  ... on Error { code message }"""
_EVENT_RESULT = f"""{{ __typename
  ... on TriggerEventSuccess {{ replayed }}
  ... on EventAmbiguousError {{ candidates {{ id }} }} {_EVENT_ERRORS} }}"""
_TASK_RESULT = """{ __typename
  ... on TaskAmbiguousError { candidates { id } }
  ... on TaskNotFoundError { taskId }
  ... on ForbiddenError { requiredPermission }
  ... on Error { code message } }"""
_SENT_RESULT = """{ __typename
  ... on TriggerByNameSuccess { triggers { id } startedProcessInstances { id } pending replayed }
  ... on ForbiddenError { requiredPermission }
  ... on Error { code message } }"""
_LIST = "{ totalCount nodes { id } edges { cursor node { id } } pageInfo { hasNextPage endCursor } }"
_TASK_MUTATIONS = (
    ("finishUserTask", "FinishUserTaskInput", "userTaskId"),
    ("finishExternalTask", "FinishExternalTaskInput", "externalTaskId"),
    ("throwBpmnError", "ThrowBpmnErrorInput", "externalTaskId"),
)
# It violates the schema of an event, which must not be reached.
_PAYLOAD = {"amount": "much"}


@dataclass(frozen=True)
class Target:
    """What a request addresses: an id or an element in a correlation. ``name`` makes idempotency keys unique."""

    key: str
    case: str
    target: str
    name: str

    @property
    def address(self) -> dict[str, Any]:
        return {"processModelKey": self.key, "correlationId": self.case}


@dataclass(frozen=True)
class Request:
    """A GraphQL operation, or without ``variables`` a plain HTTP request to the path ``text``."""

    text: str
    variables: dict[str, Any] | None = None
    headers: tuple[tuple[str, str], ...] = ()
    payload: Any = None

    async def send(self, http: httpx.AsyncClient, caller: Caller) -> tuple[int, dict[str, str], str]:
        """Return the status, the headers and the text of the response."""
        credential = token(sorted(caller.permissions), sorted(caller.lanes), "bob")
        headers = {"Authorization": f"Bearer {credential}", **dict(self.headers)}
        if self.variables is None:
            response = await http.post(self.text, json=self.payload, headers=headers)
        else:
            body = {"query": self.text, "variables": self.variables}
            response = await http.post("/graphql", json=body, headers=headers)
        return response.status_code, dict(response.headers), response.text


def reads(identifier: str) -> Iterator[Request]:
    """Yield the requests that read something by its id."""
    for field in (
        "node(id: $id) { __typename id }",
        f"waitingEvent(id: $id) {{ __typename ... on WaitingEvent {{ id viewerCanTrigger }} {_EVENT_ERRORS} }}",
        f"eventTriggers(eventId: $id) {{ __typename ... on EventTriggerConnection {_LIST} }}",
    ):
        yield Request(f"query($id: ID!) {{ {field} }}", {"id": identifier})


def triggers(target: Target) -> Iterator[Request]:
    """Yield the requests that trigger an event."""
    one = f"mutation($input: TriggerEventInput!) {{ triggerEvent(input: $input) {_EVENT_RESULT} }}"
    several = (
        f"mutation($inputs: [TriggerEventInput!]!) {{ triggerEvents(inputs: $inputs) {{ results {_EVENT_RESULT} }} }}"
    )
    event = {**target.address, "eventId": target.target, "payload": _PAYLOAD}
    key = {"idempotencyKey": target.name}
    for more in ({}, {"dryRun": True}, {"payload": None}, key, key):
        yield Request(one, {"input": {**event, **more}})
    yield Request(several, {"inputs": [event, {**event, "dryRun": True}]})
    for prefix in PREFIXES:
        path = f"{prefix}/process_models/{target.key}/correlations/{target.case}/events/{target.target}/trigger"
        yield Request(path, payload=_PAYLOAD)
        yield Request(f"{path}?dry_run=true", payload=_PAYLOAD)
        yield Request(path, headers=(("Idempotency-Key", f"{target.name}:{prefix}"),), payload=_PAYLOAD)


def finishes(target: Target) -> Iterator[Request]:
    """Yield the requests that finish a task or end it with a BPMN error."""
    for mutation, input_type, argument in _TASK_MUTATIONS:
        document = f"mutation($input: {input_type}!) {{ {mutation}(input: $input) {_TASK_RESULT} }}"
        task = {**target.address, argument: target.target}
        if mutation == "throwBpmnError":
            task["errorCode"] = "E"
        for more in ({}, {"idempotencyKey": f"{target.name} {mutation}"}):
            yield Request(document, {"input": {**task, **more}})
    for prefix in PREFIXES:
        path = f"{prefix}/process_models/{target.key}/correlations/{target.case}"
        for segment, action in (
            ("user_tasks", "finish"),
            ("external_tasks", "finish"),
            ("external_tasks", "bpmn_error"),
        ):
            body = {"errorCode": "E"} if action == "bpmn_error" else _PAYLOAD
            yield Request(f"{path}/{segment}/{target.target}/{action}", payload=body)


def sends(kind: str, name: str, case: str) -> Iterator[Request]:
    """Yield the requests that send a message or a signal by name, to one correlation and to all."""
    mutation = f"trigger{kind.capitalize()}"
    document = f"mutation($input: TriggerByNameInput!) {{ {mutation}(input: $input) {_SENT_RESULT} }}"
    for more in ({}, {"correlationId": case}, {"correlationId": case, "processModelKey": "desk"}):
        yield Request(document, {"input": {"name": name, "payload": _PAYLOAD, **more}})
        yield Request(document, {"input": {"name": name, "idempotencyKey": f"{name} {len(more)}", **more}})
    for prefix in PREFIXES:
        yield Request(f"{prefix}/{kind}s/{name}/trigger?correlation_id={case}", payload=_PAYLOAD)
        yield Request(f"{prefix}/{kind}s/{name}/trigger", payload=_PAYLOAD)


def lists(case: str, element_id: str) -> Iterator[Request]:
    """Yield the requests that list or count what waits at an element, or in a correlation."""
    filter = f'{{correlationIds: ["{case}"], elementIds: ["{element_id}"]}}'
    for field in (
        f"waitingEvents(filter: {filter}) {{ __typename ... on WaitingEventConnection {_LIST} }}",
        f"waitingEventStats(filter: {filter}, groupBy: [LANE, ELEMENT]) {{ __typename ... on WaitingEventStats {{"
        " totalCount oldestWaitingSince truncated groups { lane elementId count } } }",
    ):
        yield Request(f"{{ {field} }}", {})
