"""Responses are limited in bytes, and the server does not read what a response cannot contain."""

from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest
import pytest_asyncio
from sqlalchemy import Engine, event

from bpmn_events.adapters.auth.key_sets import SharedSecret
from bpmn_events.adapters.auth.tokens import JwtTokens
from bpmn_events.application.commands.deploy_model import DeployModel
from bpmn_events.application.commands.start_instance import StartInstance
from bpmn_events.application.commands.trigger_event import TriggerEvent
from bpmn_events.application.services import Services
from bpmn_events.bootstrap import build
from bpmn_events.config import load_settings
from bpmn_events.domain.principal import SYSTEM
from bpmn_events.web.gql.endpoint.endpoint import GraphQLEndpoint
from bpmn_events.web.gql.execution.limits import GraphQLLimits
from tests.api.gql.client import ALL, GraphQLClient
from tests.api.tokens import SECRET, token
from tests.conformance.drawing import draw

LIMIT = 100_000
LONG = "ä" * 20_000  # 40,000 bytes
STEPS = "start > One > Two > end\nOne: receiveTask message=one\nTwo: receiveTask message=two"
MODELS = "{ processModels(first: 20) { ... on ProcessModelConnection { nodes { key %s } } } }"
EVENTS = "{ waitingEvents(first: 20) { ... on WaitingEventConnection { nodes { processInstance { id %s } } } } }"
TRIGGERS = "{ eventTriggers(first: 20) { ... on EventTriggerConnection { nodes { id %s } } } }"
INSTANCES = """{ correlation(id: "c-1") { ... on Correlation {
  processInstances(first: 20) { nodes { id %s triggers(first: 5) { nodes { id %s } } } } } } }"""


@pytest_asyncio.fixture
async def limited(services: Services, compile_at_execution: int | None) -> AsyncIterator[GraphQLClient]:
    endpoint = GraphQLEndpoint(
        services, limits=GraphQLLimits(max_response_bytes=LIMIT), compile_at_execution=compile_at_execution
    )
    async with httpx.AsyncClient(transport=httpx.ASGITransport(endpoint), base_url="http://test") as http:
        yield GraphQLClient(http, token(ALL, ("*",), "ada"))


async def deploy(services: Services, *keys: str, padding: str = "") -> None:
    for key in keys:
        await services.deploy_model(SYSTEM, DeployModel(draw(STEPS, key) + f"<!--{padding}-->"))


async def start(services: Services, count: int, text: str) -> None:
    for _ in range(count):
        await services.start_instance(SYSTEM, StartInstance("p", "c-1", payload={"text": text}))


@contextmanager
def reads_of_files() -> Iterator[list[str]]:
    """Collect the statements that read BPMN files, and not only their sizes."""
    seen: list[str] = []

    def record(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if statement.startswith("SELECT process_models.id, process_models.bpmn_xml"):
            seen.append(statement)

    event.listen(Engine, "before_cursor_execute", record)
    try:
        yield seen
    finally:
        event.remove(Engine, "before_cursor_execute", record)


def assert_too_large(body: dict[str, Any]) -> None:
    (error,) = body["errors"]
    assert error["extensions"] == {"code": "RESPONSE_TOO_LARGE"}
    assert f"larger than the {LIMIT} bytes" in error["message"]
    assert body["data"] is None


async def test_large_files_are_not_read_for_a_response_that_is_too_large(
    services: Services, limited: GraphQLClient
) -> None:
    await deploy(services, "a", "b", "c", padding=LONG)
    with reads_of_files() as reads:
        response = await limited(MODELS % "bpmnXml")
    assert_too_large(response.body)
    assert (response.status, reads) == (200, [])
    await deploy(services, "d")
    page = (await limited(MODELS % "")).data["processModels"]["nodes"]
    assert [model["key"] for model in page] == ["a", "b", "c", "d"]
    one = '{ processModel(key: "a") { ... on ProcessModel { bpmnXml } } }'
    with reads_of_files() as reads:
        assert LONG in (await limited(one)).data["processModel"]["bpmnXml"]
    assert len(reads) == 1


async def test_a_file_counts_as_often_as_it_is_selected(services: Services, limited: GraphQLClient) -> None:
    await deploy(services, "a", padding="x" * 40_000)
    twice = " ".join(f"f{number}: bpmnXml" for number in range(2))
    assert len((await limited(MODELS % twice)).data["processModels"]["nodes"]) == 1
    assert_too_large((await limited(MODELS % f"{twice} bpmnXml")).body)


async def test_files_do_not_count_if_they_are_only_compiled(limited: GraphQLClient, database_url: str) -> None:
    """Another server has deployed them, so this one has to read them for their start events."""
    other = build(load_settings(database_url=database_url), tokens=JwtTokens(SharedSecret(SECRET)))
    async with other.open() as services:
        await deploy(services, "a", "b", "c", padding=LONG)
    models = (await limited(MODELS % "startEvents { elementId }")).data["processModels"]["nodes"]
    assert [model["startEvents"] for model in models] == [[{"elementId": "start"}]] * 3


async def test_start_events_are_limited(services: Services, limited: GraphQLClient) -> None:
    starts = "".join(f"b{number} > Work\nb{number}: startEvent\n" for number in range(200))
    await services.deploy_model(SYSTEM, DeployModel(draw(f"{starts}Work > end\nWork: userTask\n", "a")))
    lists = [f"f{number}: startEvents {{ elementId }}" for number in range(1 + LIMIT // (200 * 50))]
    (model,) = (await limited(MODELS % " ".join(lists[:-1]))).data["processModels"]["nodes"]
    assert len(model["f0"]) == 200
    assert_too_large((await limited(MODELS % " ".join(lists))).body)


@pytest.mark.parametrize("query", [EVENTS % "variables", INSTANCES % ("variables", "")], ids=["by id", "nested"])
async def test_variables_are_limited(services: Services, limited: GraphQLClient, query: str) -> None:
    await deploy(services, "p")
    await start(services, 2, LONG)
    assert "RESPONSE_TOO_LARGE" not in str((await limited(query)).body)
    assert str((await limited(query)).data).count(LONG) == 2
    await start(services, 1, LONG)
    assert_too_large((await limited(query)).body)
    assert len((await limited(EVENTS % "state")).data["waitingEvents"]["nodes"]) == 3
    nested = (await limited(INSTANCES % ("state", ""))).data["correlation"]["processInstances"]["nodes"]
    assert {node["state"] for node in nested} == {"RUNNING"}


@pytest.mark.parametrize("query", [TRIGGERS % "payload", INSTANCES % ("", "payload")], ids=["list", "nested"])
async def test_payloads_are_limited(services: Services, limited: GraphQLClient, query: str) -> None:
    await deploy(services, "p")
    await start(services, 3, "short")
    waiting = await limited("{ waitingEvents { ... on WaitingEventConnection { nodes { id } } } }")
    first, second, third = (node["id"] for node in waiting.data["waitingEvents"]["nodes"])
    for event_id in (first, second):
        await services.trigger_event(SYSTEM, TriggerEvent("p", "c-1", event_id, {"text": LONG}))
    assert str((await limited(query)).data).count(LONG) == 2
    await services.trigger_event(SYSTEM, TriggerEvent("p", "c-1", third, {"text": LONG}))
    assert_too_large((await limited(query)).body)
    assert len((await limited(TRIGGERS % "eventId")).data["eventTriggers"]["nodes"]) == 3


async def test_a_trigger_without_a_payload_has_none(services: Services, limited: GraphQLClient) -> None:
    await deploy(services, "p")
    await start(services, 1, "short")
    await services.trigger_event(SYSTEM, TriggerEvent("p", "c-1", "One"))
    (trigger,) = (await limited(TRIGGERS % "payload")).data["eventTriggers"]["nodes"]
    assert trigger["payload"] is None


async def test_a_mutation_whose_response_is_too_large_takes_effect(services: Services, limited: GraphQLClient) -> None:
    await deploy(services, "p")
    await start(services, 1, "short")
    selection = " ".join(f"v{number}: variables" for number in range(4))
    mutation = """mutation($payload: JSON, $key: String) { triggerEvent(input: {
      processModelKey: "p", correlationId: "c-1", eventId: "One", payload: $payload, idempotencyKey: $key
    }) { ... on TriggerEventSuccess { replayed processInstance { id %s } } } }"""
    payload = {"text": "x" * 40_000}
    assert_too_large((await limited(mutation % selection, payload=payload, key="k")).body)
    assert (await limited(mutation % "", payload=payload, key="k")).data["triggerEvent"]["replayed"] is True


async def test_a_response_of_many_small_values_is_limited(services: Services, limited: GraphQLClient) -> None:
    await deploy(services, "p")
    await start(services, 100, "short")
    query = "{ waitingEvents(first: 100) { ... on WaitingEventConnection { nodes { %s } } } }"
    assert len((await limited(query % "id")).data["waitingEvents"]["nodes"]) == 100
    assert_too_large((await limited(query % " ".join(f"a{number}: id" for number in range(49)))).body)


async def test_the_media_type_of_graphql_has_the_same_response(services: Services, limited: GraphQLClient) -> None:
    await deploy(services, "a", "b", "c", padding=LONG)
    response = await limited.post({"query": MODELS % "bpmnXml"}, Accept="application/graphql-response+json")
    assert_too_large(response.body)
    assert response.status == 200
