"""A client of a server process, with methods for GraphQL and REST."""

from dataclasses import dataclass
from typing import Any

import httpx

from tests.api.rest.client import trigger_path
from tests.api.tokens import token

DEPLOY = """
mutation($xml: String!) { deployProcessModel(input: {bpmnXml: $xml}) {
  __typename ... on Error { message } } }
"""
START = """
mutation($input: StartProcessInstanceInput!) { startProcessInstance(input: $input) {
  __typename ... on Error { message } } }
"""
TRIGGER = """
mutation($input: TriggerEventInput!) { triggerEvent(input: $input) {
  __typename
  ... on TriggerEventSuccess { replayed trigger { id eventId } nextWaitingEvents { elementId } }
  ... on EventNotFoundError { reason trigger { id } }
  ... on Error { code message }
} }
"""
WAITING = """
query($filter: WaitingEventFilter, $after: String) { waitingEvents(first: 500, after: $after, filter: $filter) {
  ... on WaitingEventConnection {
    nodes { id elementId correlation { id } } pageInfo { hasNextPage endCursor } } } }
"""
TRIGGERS = """
query($after: String) { eventTriggers(first: 500, after: $after) {
  ... on EventTriggerConnection {
    nodes { id eventId elementId source correlation { id } } pageInfo { hasNextPage endCursor } } } }
"""


class Unavailable(AssertionError):
    """The server could not read from its database. The argument is the response."""


@dataclass(frozen=True)
class Client:
    """A client whose token has all permissions and all lanes."""

    http: httpx.AsyncClient

    @classmethod
    def of(cls, address: str) -> "Client":
        headers = {"Authorization": f"Bearer {token()}"}
        return cls(httpx.AsyncClient(base_url=address, headers=headers, timeout=60))

    async def __aenter__(self) -> "Client":
        await self.http.__aenter__()
        return self

    async def __aexit__(self, *exc: Any) -> None:
        await self.http.__aexit__(*exc)

    async def graphql(self, query: str, **variables: Any) -> Any:
        """Execute an operation, and return the value of its only root field.

        Raises:
            Unavailable: The server cannot read from its database.
        """
        response = await self.http.post("/graphql", json={"query": query, "variables": variables})
        body = response.json()
        if "ENGINE_UNAVAILABLE" in [error["extensions"].get("code") for error in body.get("errors", [])]:
            raise Unavailable(body)
        assert "errors" not in body, body
        (value,) = body["data"].values()
        return value

    async def deploy_and_start(self, xml: str, key: str, *correlations: str) -> None:
        """Deploy a process model, and start one instance in each correlation."""
        assert (await self.graphql(DEPLOY, xml=xml))["__typename"] == "DeployProcessModelSuccess"
        for correlation in correlations:
            result = await self.graphql(START, input={"processModelKey": key, "correlationId": correlation})
            assert result["__typename"] == "StartProcessInstanceSuccess", result

    async def trigger(self, key: str, correlation: str, event: str, **optional: Any) -> Any:
        arguments = {"processModelKey": key, "correlationId": correlation, "eventId": event, **optional}
        return await self.graphql(TRIGGER, input=arguments)

    async def trigger_over_rest(self, key: str, correlation: str, event: str) -> httpx.Response:
        return await self.http.post(trigger_path(key, correlation, event))

    async def list_events(self, **filter: Any) -> list[dict[str, Any]]:
        """Return the waiting events on all pages."""
        return await self.list_all(WAITING, filter=filter)

    async def changes_cursor(self) -> str:
        """Return the cursor of now. A subscription after it has all changes, however late it begins."""
        query = "{ waitingEvents(first: 1) { ... on WaitingEventConnection { changesCursor } } }"
        return str((await self.graphql(query))["changesCursor"])

    async def list_triggers(self) -> list[dict[str, Any]]:
        """Return the event triggers on all pages, the latest first."""
        return await self.list_all(TRIGGERS)

    async def list_all(self, query: str, **variables: Any) -> list[dict[str, Any]]:
        """Return the nodes on all pages of a connection. The operation takes the cursor as ``$after``.

        Raises:
            Unavailable: As ``graphql``.
        """
        nodes: list[dict[str, Any]] = []
        after = None
        while True:
            page = await self.graphql(query, after=after, **variables)
            if "nodes" not in page:
                raise Unavailable(page)
            nodes += page["nodes"]
            if not page["pageInfo"]["hasNextPage"]:
                return nodes
            after = page["pageInfo"]["endCursor"]
