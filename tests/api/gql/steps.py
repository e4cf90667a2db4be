"""Steps that most tests share: deploy a model, start instances, trigger and list events."""

from typing import Any

from tests.api.gql.client import GraphQLClient
from tests.api.gql.models import ORDER

PAGE = "pageInfo { hasNextPage hasPreviousPage startCursor endCursor }"
DEPLOY = """
mutation($xml: String!) { deployProcessModel(input: {bpmnXml: $xml}) {
  __typename
  ... on DeployProcessModelSuccess { processModels { id key version name } }
  ... on InvalidProcessModelError { code message issues { elementId line message } }
  ... on Error { code message }
} }
"""
START = """
mutation($input: StartProcessInstanceInput!) { startProcessInstance(input: $input) {
  __typename
  ... on StartProcessInstanceSuccess { replayed processInstance { id state correlation { id } } }
  ... on InvalidPayloadError { violations { path keyword message } }
  ... on Error { code message }
} }
"""
TRIGGER = """
mutation($input: TriggerEventInput!) { triggerEvent(input: $input) {
  __typename
  ... on TriggerEventSuccess {
    replayed
    trigger { id eventId elementId source payload triggeredBy idempotencyKey }
    processInstance { id state endedAt variables }
    nextWaitingEvents { id elementId processInstance { id state } processModel { key } }
  }
  ... on InvalidPayloadError { violations { path keyword message } }
  ... on ForbiddenError { requiredPermission }
  ... on ProcessModelNotFoundError { processModelKey }
  ... on CorrelationNotFoundError { correlationId }
  ... on EventNotFoundError { eventId reason trigger { triggeredBy } }
  ... on EventAmbiguousError { candidates { id elementId } }
  ... on ConflictError { retryable }
  ... on ProcessFailedError { elementId }
  ... on Error { code message }
} }
"""
WAITING = """
query($filter: WaitingEventFilter, $first: Int) { waitingEvents(filter: $filter, first: $first) {
  __typename
  ... on WaitingEventConnection { nodes { id elementId } totalCount }
  ... on Error { code message }
} }
"""


async def deploy(client: GraphQLClient, xml: str) -> dict[str, Any]:
    result = (await client(DEPLOY, xml=xml)).data["deployProcessModel"]
    assert result["__typename"] == "DeployProcessModelSuccess", result
    return dict(result["processModels"][0])


async def start(client: GraphQLClient, key: str, correlation: str | None = None, **more: Any) -> dict[str, Any]:
    input = {"processModelKey": key, "correlationId": correlation, **more}
    result = (await client(START, input=input)).data["startProcessInstance"]
    assert result["__typename"] == "StartProcessInstanceSuccess", result
    return dict(result["processInstance"])


async def start_orders(client: GraphQLClient, count: int) -> None:
    """Start ``count`` orders in the correlations c0, c1 and so on."""
    await deploy(client, ORDER)
    for number in range(count):
        await start(client, "order", f"c{number}")


async def trigger(client: GraphQLClient, key: str, correlation: str, event: str, **more: Any) -> dict[str, Any]:
    """Trigger the event and return the result, a success or a typed error."""
    input = {"processModelKey": key, "correlationId": correlation, "eventId": event, **more}
    return dict((await client(TRIGGER, input=input)).data["triggerEvent"])


async def waiting(client: GraphQLClient, **filter: Any) -> dict[str, str]:
    """Return the ids of the waiting events by element id."""
    result = (await client(WAITING, filter=filter, first=500)).data["waitingEvents"]
    assert result["__typename"] == "WaitingEventConnection", result
    return {node["elementId"]: node["id"] for node in result["nodes"]}
