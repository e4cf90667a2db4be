"""Responses are limited in bytes, except for lists."""

from collections.abc import AsyncIterator

import httpx
import pytest_asyncio

from bpmn_events.application.commands.deploy_model import DeployModel
from bpmn_events.application.commands.start_instance import StartInstance
from bpmn_events.application.services import Services
from bpmn_events.application.writing.probe import WriteProbe
from bpmn_events.bootstrap import Runtime
from bpmn_events.domain.principal import SYSTEM
from bpmn_events.web.asgi import WebOptions, build_app
from bpmn_events.web.gql.endpoint.endpoint import GraphQLEndpoint
from tests.api.rest.client import ALL, RestClient
from tests.api.tokens import token
from tests.conformance.drawing import draw

LIMIT = 10_000
STEPS = """
start > One > Work > Three > end
One: receiveTask message=one
Work: userTask
Three: receiveTask message=three
"""


@pytest_asyncio.fixture
async def limited(runtime: Runtime) -> AsyncIterator[RestClient]:
    options, probe = WebOptions(max_response_bytes=LIMIT), WriteProbe(runtime.writer)
    endpoint = GraphQLEndpoint(runtime.services)
    application = build_app(runtime.services, options, endpoint, lambda: {"timers": True}, probe)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(application), base_url="http://test") as http:
        yield RestClient(http, token(ALL, ("*",), "ada"))


async def start(services: Services, count: int, text: str) -> None:
    await services.deploy_model(SYSTEM, DeployModel(draw(STEPS)))
    for number in range(count):
        await services.start_instance(SYSTEM, StartInstance("p", f"c-{number}", payload={"text": text}))


async def test_a_larger_response_is_a_problem_although_the_request_took_effect(
    services: Services, limited: RestClient
) -> None:
    await start(services, 1, "x" * LIMIT)
    case = "/process_models/p/correlations/c-0"
    for path in (f"{case}/events/One/trigger", f"{case}/user_tasks/Work/finish", "/messages/three/trigger"):
        response = await limited.http.post(path, json={"more": "y" * LIMIT}, headers=limited.headers)
        document = response.json()
        assert (response.status_code, document["code"]) == (500, "RESPONSE_TOO_LARGE"), path
        assert document["type"] == "urn:bpmn-events:problem:response-too-large"
        assert f"larger than the {LIMIT} bytes" in document["detail"]
    response = await limited.http.get(f"{case}/events", headers=limited.headers)
    assert response.json() == {"events": [], "totalCount": 0}


async def test_lists_have_no_limit(services: Services, limited: RestClient) -> None:
    await start(services, 50, "short")
    response = await limited.http.get("/process_models/p/events", headers=limited.headers)
    assert response.status_code == 200
    assert len(response.content) > LIMIT
    assert len(response.json()["events"]) == 50
