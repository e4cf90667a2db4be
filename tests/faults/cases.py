"""A case: one correlation with an instance of WORK and one of KEEPER, and what callers can see of it."""

import asyncio
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass

from tests.faults.models import KEEPER, NOTED, WORK, ZEROS
from tests.system.client import DEPLOY, Client, Unavailable

_ATTEMPTS = 20
_PAUSE_SECONDS = 0.5

_START = """
mutation($input: StartProcessInstanceInput!) { startProcessInstance(input: $input) {
  __typename ... on StartProcessInstanceSuccess { processInstance { id } } ... on Error { message } } }
"""
_CORRELATION = """
query($id: ID!) { correlation(id: $id) {
  __typename
  ... on Correlation { processInstances(first: 100) { nodes {
    id state variables processModel { key }
    waitingEvents(first: 30) { nodes { id elementId } }
    openTasks(first: 30) { nodes { id elementId } }
  } } }
} }
"""
_TRIGGERED = """
query($id: ID!, $after: String) { eventTriggers(first: 500, after: $after, correlationId: $id) {
  ... on EventTriggerConnection { nodes { elementId eventId } pageInfo { hasNextPage endCursor } } } }
"""
_VERSION = "query($key: ID!) { processModel(key: $key) { ... on ProcessModel { version } } }"


@dataclass(frozen=True)
class CaseView:
    """The state of a case, as callers see it.

    Attributes:
        counters: how often each command has taken effect; ``instances``, ``terminated`` and ``versions`` count
            instances of WORK and versions of the extra model.
        triggers: how often each element was triggered according to the history.
        waiting: the waiting elements, and ``tasks`` the elements with open tasks, of running instances of WORK.
        ids: the id of the waiting event or open task at each element of the oldest instance of WORK.
        event_ids: the events of the history.
    """

    counters: Counter[str]
    triggers: Counter[str]
    waiting: list[str]
    tasks: list[str]
    ids: dict[str, str]
    event_ids: list[str]


@dataclass(frozen=True)
class Case:
    """One correlation, with the id of its instance of WORK."""

    id: str
    instance_id: str = ""

    @property
    def extra_key(self) -> str:
        return f"extra-{self.id}"

    async def view(self, client: Client) -> CaseView:
        """Read the state of the case, as soon as the server can read from its database."""
        for _ in range(_ATTEMPTS - 1):
            with suppress(Unavailable):
                return await self._view(client)
            await asyncio.sleep(_PAUSE_SECONDS)
        return await self._view(client)

    async def _view(self, client: Client) -> CaseView:
        counters: Counter[str] = Counter()
        waiting: list[str] = []
        tasks: list[str] = []
        ids: dict[str, str] = {}
        correlation = await client.graphql(_CORRELATION, id=self.id)
        if correlation["__typename"] == "EngineUnavailableError":
            raise Unavailable(correlation)
        nodes = correlation["processInstances"]["nodes"] if correlation["__typename"] == "Correlation" else []
        for node in nodes:
            counters.update({name: value for name, value in node["variables"].items() if name in {*ZEROS, NOTED}})
            if node["processModel"]["key"] == "work":
                counters["instances"] += 1
                counters["terminated"] += node["state"] == "TERMINATED"
                found = [*node["waitingEvents"]["nodes"], *node["openTasks"]["nodes"]]
                ids = {each["elementId"]: each["id"] for each in found} | ids
                waiting += [event["elementId"] for event in node["waitingEvents"]["nodes"]]
                tasks += [task["elementId"] for task in node["openTasks"]["nodes"]]
        version = await client.graphql(_VERSION, key=self.extra_key)
        counters["versions"] = version.get("version", 0)
        triggers = await client.list_all(_TRIGGERED, id=self.id)
        return CaseView(
            +counters,
            Counter(trigger["elementId"] for trigger in triggers),
            sorted(waiting),
            sorted(tasks),
            ids,
            [trigger["eventId"] for trigger in triggers],
        )


async def deploy_models(client: Client, work: str = WORK) -> None:
    for xml in (work, KEEPER):
        result = await client.graphql(DEPLOY, xml=xml)
        assert result["__typename"] == "DeployProcessModelSuccess", result


async def open_case(client: Client, correlation: str) -> Case:
    """Start the two instances of a case."""
    keeper = {"processModelKey": "keeper", "correlationId": correlation, "payload": {NOTED: 0}}
    work = {"processModelKey": "work", "correlationId": correlation, "payload": ZEROS}
    results = [await client.graphql(_START, input=arguments) for arguments in (keeper, work)]
    for result in results:
        assert result["__typename"] == "StartProcessInstanceSuccess", result
    return Case(correlation, results[1]["processInstance"]["id"])
