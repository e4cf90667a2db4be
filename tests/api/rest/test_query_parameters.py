"""Every route for events, messages, signals and tasks refuses query parameters that it does not know."""

from typing import Any

import pytest
from starlette.applications import Starlette

from bpmn_events.application.services import Services
from bpmn_events.domain.filters import TaskFilter, WaitingEventFilter, WaitingEventQuery
from bpmn_events.domain.pages import PageRequest
from bpmn_events.domain.principal import SYSTEM
from bpmn_events.web.http.authorized_route import AuthorizedRoute
from bpmn_events.web.http.problems import CONSUMER_PREFIX
from bpmn_events.web.http.routing import DescribedRoute
from tests.api.rest.client import RestClient, start_case
from tests.api.rest.conftest import CallerFactory
from tests.conformance.drawing import draw

MODEL = draw("""
start > split > event > end1
split > message > end2
split > signal > end3
split > person > end4
split > worker > end5
split: parallelGateway
event: receiveTask message=event
message: receiveTask message=paid
signal: intermediateCatchEvent signal=alarm
person: userTask
worker: serviceTask
""")
CASE = "/process_models/p/correlations/c-1"
CHANGES = [
    f"{CASE}/events/event/trigger",
    "/messages/paid/trigger",
    "/signals/alarm/trigger",
    f"{CASE}/user_tasks/person/finish",
    f"{CASE}/external_tasks/worker/finish",
    f"{CASE}/external_tasks/worker/bpmn_error",
    *(f"{CONSUMER_PREFIX}{path}" for path in ("/message/paid/trigger", "/signal/alarm/trigger")),
]
LISTS = ["/process_models/p/events", "/correlations/c-1/events", f"{CASE}/events"]
PLAIN = [("POST", path) for path in CHANGES] + [("GET", path) for path in LISTS]
WITHOUT_EFFECT = [("POST", "/events/tickets"), ("POST", "/events/trigger")]  # the latter with an empty body
STREAMS = [("GET", f"{path}/changes") for path in ("/events", *LISTS)]
ROUTES = [
    *PLAIN,
    *WITHOUT_EFFECT,
    *STREAMS,
    *((method, CONSUMER_PREFIX + path) for method, path in PLAIN if not path.startswith(CONSUMER_PREFIX)),
]
UNKNOWN = [
    ("correlationId=c-2", "correlationId"),
    ("Event_Type=TIMER", "Event_Type"),
    ("dryRun=true", "dryRun"),
    ("DRY_RUN=true", "DRY_RUN"),
    ("dry-run=true", "dry-run"),
    ("dry%5Frun%20=true", "dry_run "),
    ("Limit=1", "Limit"),
    ("idempotency_key=k", "idempotency_key"),
    ("=x", '""'),
    ("=", '""'),
    ("%00", "\x00"),
    ("a;b=1", "a;b"),
    ("process_model_key[]=p", "process_model_key[]"),
    ("&&x&&", "x"),
    ("x" * 5000, "x" * 64 + "…"),
    ("%F0%9F%98%80", "\U0001f600"),
    ("&".join(f"p{number}=1" for number in range(5000)), "p0"),
]


async def state(services: Services) -> set[str]:
    """Return the ids of everything that waits or is open."""
    query = WaitingEventQuery(filter=WaitingEventFilter(correlation_ids=("c-1",)))
    events = (await services.list_waiting_events(SYSTEM, query)).items
    tasks = (await services.list_open_tasks(SYSTEM, TaskFilter(), PageRequest())).items
    return {event.id for event in events} | {task.id for task in tasks}


async def request(client: RestClient, method: str, path: str, query: str) -> Any:
    body = b'{"errorCode": "E"}' if path.endswith("bpmn_error") else b""
    return await client.http.request(method, f"{path}?{query}", content=body, headers=client.headers)


def test_every_route_with_a_permission_is_tested(application: Starlette) -> None:
    routes = [route for route in application.routes if isinstance(route, DescribedRoute)]
    strict = [
        (method, route)
        for route in routes
        for method, operation in route.operations.items()
        if operation.permission is not None
    ]
    tested = {
        (method, route.described_path)
        for method, path in ROUTES
        for other, route in strict
        if method == other and isinstance(route, AuthorizedRoute) and route.path_regex.match(path)
    }
    assert tested == {(method, route.described_path) for method, route in strict}


async def test_the_openapi_document_describes_the_problem(application: Starlette, ada: RestClient) -> None:
    paths = (await ada.get("/openapi.json")).json()["paths"]
    for route in application.routes:
        if isinstance(route, AuthorizedRoute):
            for method in route.operations:
                problem = paths[route.described_path][method.lower()]["responses"]["400"]["content"]
                assert "#/components/schemas/InvalidArgumentProblem" in str(problem)


@pytest.mark.parametrize(("method", "path"), ROUTES)
async def test_an_unknown_parameter_is_refused_and_nothing_happens(
    services: Services, ada: RestClient, method: str, path: str
) -> None:
    await start_case(services, MODEL, "p", "c-1")
    before = await state(services)
    assert len(before) == 5
    for query, argument in UNKNOWN:
        response = await request(ada, method, path, query)
        problem = response.json()
        assert (response.status_code, problem["code"], problem["argument"]) == (400, "BAD_USER_INPUT", argument), query
        assert problem["detail"].startswith(f"{argument}: is not offered here")
        assert len(response.content) < 1000
    assert await state(services) == before
    # A stream would not end.
    accepted = await request(ada, "HEAD" if (method, path) in STREAMS else method, path, "&")
    assert accepted.status_code in (200, 201, 204)
    assert (await state(services) == before) is (method == "GET" or (method, path) in WITHOUT_EFFECT)


TRIGGER, SIGNAL, FINISH, LIST = CHANGES[0], CHANGES[2], CHANGES[3], LISTS[0]


@pytest.mark.parametrize(
    ("method", "path", "query", "reason"),
    [
        ("POST", TRIGGER, "dryRun=true", "the nearest query parameter is dry_run"),
        ("POST", TRIGGER, "simulate=true", "the query parameters are dry_run"),
        ("POST", TRIGGER, "correlation_id=c-2", "the query parameters are dry_run"),
        ("POST", TRIGGER, "idempotencyKey=k", "is not offered here as a query parameter; Idempotency-Key is a header"),
        ("POST", SIGNAL, "correlationId=c-1", "the nearest query parameter is correlation_id"),
        ("POST", SIGNAL, "corelation_id=c-1", "the nearest query parameter is correlation_id"),
        ("POST", SIGNAL, "processModelId=p", "the nearest query parameter is process_model_key"),
        ("POST", SIGNAL, "dry_run=true", "the query parameters are process_model_key and correlation_id"),
        ("POST", FINISH, "dry_run=true", "dry_run: is not offered here."),
        ("GET", LIST, "offest=1", "the nearest query parameter is offset"),
        ("GET", LIST, "lane=Sales", "the query parameters are limit and offset"),
        ("HEAD", LIST, "lane=Sales", ""),
        ("POST", CONSUMER_PREFIX + FINISH, "dry_run=true", "the query parameters are offset and limit"),
    ],
)
async def test_the_message_names_the_nearest_parameter_or_all(
    ada: RestClient, method: str, path: str, query: str, reason: str
) -> None:
    response = await request(ada, method, path, query)
    assert response.status_code == 400
    assert method == "HEAD" or reason in response.json()["detail"]


@pytest.mark.parametrize(("method", "path"), ROUTES)
async def test_the_credential_and_the_permission_come_first(
    anonymous: RestClient, caller: CallerFactory, method: str, path: str
) -> None:
    assert (await request(anonymous, method, path, "dryRun=true")).status_code == 401
    assert (await request(caller("processes:read"), method, path, "dryRun=true")).status_code == 403


@pytest.mark.parametrize("path", CHANGES)
async def test_it_comes_before_the_payload(ada: RestClient, path: str) -> None:
    response = await ada.send(f"{path}?dryRun=true", b"{", **{"Content-Type": "application/json"})
    assert (response.status_code, response.json()["argument"]) == (400, "dryRun")


@pytest.mark.parametrize("query", ["dry_run=true&dry_run=true", "dry_run=true&dry%5Frun=false", "dry_run&dry_run"])
async def test_a_parameter_is_given_once(services: Services, ada: RestClient, query: str) -> None:
    await start_case(services, MODEL, "p", "c-1")
    before = await state(services)
    problem = (await request(ada, "POST", TRIGGER, query)).json()
    assert (problem["code"], problem["detail"]) == ("BAD_USER_INPUT", "dry_run: was given more than once.")
    assert await state(services) == before


@pytest.mark.parametrize(
    "value", ["", "=", "=yes", "=1", "=True", "=TRUE", "=true%20", "=true;x=y", "=%74rue%00", "=null"]
)
async def test_a_dry_run_is_true_or_false(services: Services, ada: RestClient, value: str) -> None:
    await start_case(services, MODEL, "p", "c-1")
    before = await state(services)
    problem = (await request(ada, "POST", TRIGGER, f"dry_run{value}")).json()
    assert (problem["code"], problem["argument"]) == ("BAD_USER_INPUT", "dry_run")
    assert await state(services) == before


async def test_an_encoded_name_is_the_same_name(services: Services, ada: RestClient) -> None:
    await start_case(services, MODEL, "p", "c-1")
    before = await state(services)
    response = await request(ada, "POST", TRIGGER, "%64ry%5frun=%74rue")
    assert (response.status_code, response.json()["trigger"]) == (200, None)
    assert await state(services) == before


@pytest.mark.parametrize("query", ["correlation_id=%FF", "correlation_id=%C3", "correlation_id=%ED%A0%80", "%FF=c-1"])
async def test_parameters_are_utf8(services: Services, ada: RestClient, query: str) -> None:
    await start_case(services, MODEL, "p", "c-1")
    before = await state(services)
    problem = (await request(ada, "POST", SIGNAL, query)).json()
    assert (problem["status"], problem["code"]) == (400, "BAD_USER_INPUT")
    assert problem["detail"].endswith("is not percent-encoded UTF-8.")
    assert await state(services) == before


class TestConsumerClient:
    """Its published client appends ``offset=0&limit=0`` to the address of every request."""

    @pytest.mark.parametrize("path", CHANGES)
    async def test_its_parameters_are_accepted(self, services: Services, ada: RestClient, path: str) -> None:
        await start_case(services, MODEL, "p", "c-1")
        path = path if path.startswith(CONSUMER_PREFIX) else CONSUMER_PREFIX + path
        assert (await request(ada, "POST", path, "offset=0&limit=0")).status_code in (200, 204)

    @pytest.mark.parametrize("query", ["offset=0&limit=1", "offset=1", "limit=", "limit=0&limit=0"])
    async def test_other_values_would_have_no_effect(self, services: Services, ada: RestClient, query: str) -> None:
        await start_case(services, MODEL, "p", "c-1")
        response = await request(ada, "POST", f"{CONSUMER_PREFIX}/signals/alarm/trigger", query)
        assert (response.status_code, response.json()["code"]) == (400, "BAD_USER_INPUT")

    @pytest.mark.parametrize("path", [path for path in CHANGES if not path.startswith(CONSUMER_PREFIX)])
    async def test_without_the_prefix_they_are_unknown(self, ada: RestClient, path: str) -> None:
        response = await request(ada, "POST", path, "offset=0&limit=0")
        assert (response.status_code, response.json()["argument"]) == (400, "offset")


@pytest.mark.parametrize("path", ["/", "/healthz", "/readyz", "/metrics", "/openapi.json", "/graphiql/editor.js"])
async def test_other_routes_ignore_parameters(anonymous: RestClient, path: str) -> None:
    assert (await request(anonymous, "GET", path, "v=7&dryRun=true")).status_code == 200


async def test_graphql_ignores_parameters(ada: RestClient) -> None:
    response = await ada.http.get("/graphql?query={viewer{__typename}}&v=7", headers=ada.headers)
    assert response.json() == {"data": {"viewer": {"__typename": "Viewer"}}}
