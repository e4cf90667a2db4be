"""Health, the index, and unknown paths."""

from collections.abc import Mapping

import httpx
import pytest
from starlette.applications import Starlette

from bpmn_events.adapters.storage.database import open_database
from bpmn_events.application.services import Services
from bpmn_events.bootstrap import Runtime
from bpmn_events.domain.filters import WaitingEventQuery
from bpmn_events.domain.principal import SYSTEM
from bpmn_events.web.http.health import Health
from tests.api.gql.models import ORDER
from tests.api.rest.client import RestClient, start_case
from tests.api.retries import store_retries

EVERYTHING = WaitingEventQuery()


class Loops:
    def __init__(self, **alive: bool) -> None:
        self.alive = alive

    def __call__(self) -> Mapping[str, bool]:
        return self.alive


async def ready(services: Services, loops: Loops) -> httpx.Response:
    application = Starlette(routes=Health({"database": services.read_store.ping}, loops).routes())
    async with httpx.AsyncClient(transport=httpx.ASGITransport(application), base_url="http://test") as client:
        return await client.get("/readyz")


async def test_process_is_up(anonymous: RestClient) -> None:
    response = await anonymous.get("/healthz")
    assert (response.status_code, response.json()) == (200, {"status": "ok"})


async def test_server_is_ready(anonymous: RestClient) -> None:
    response = await anonymous.get("/readyz")
    assert (response.status_code, response.json()["status"]) == (200, "ok")
    assert response.json()["checks"] == {"database": "ok", "writing": "ok", "timers": "ok"}
    assert response.json()["retries"] == {"timers": 0, "deliveries": 0}


async def test_retries_are_counted_and_leave_the_server_ready(anonymous: RestClient, runtime: Runtime) -> None:
    await start_case(runtime.services, ORDER, "order", "c-1")
    await store_retries(runtime.database, (await runtime.services.list_waiting_events(SYSTEM, EVERYTHING)).items)
    response = await anonymous.get("/readyz")
    assert (response.status_code, response.json()["status"]) == (200, "ok")
    assert response.json()["retries"] == {"timers": 3, "deliveries": 6}


async def test_dead_loop_is_shown(services: Services) -> None:
    response = await ready(services, Loops(timers=False, changes=True))
    assert response.status_code == 503
    assert response.json() == {
        "status": "unavailable",
        "checks": {"database": "ok", "timers": "failed", "changes": "ok"},
    }


async def test_lost_database_is_shown(services: Services, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Report a database without tables as failed."""
    empty = open_database(f"sqlite+aiosqlite:///{tmp_path_factory.mktemp('empty')}/empty.db")
    application = Starlette(routes=Health({"database": empty.read_store.ping}, Loops()).routes())
    async with httpx.AsyncClient(transport=httpx.ASGITransport(application), base_url="http://test") as client:
        response = await client.get("/readyz")
    await empty.close()
    assert (response.status_code, response.json()["checks"]) == (503, {"database": "failed"})


async def test_index_links_work(anonymous: RestClient) -> None:
    response = await anonymous.get("/")
    links = response.json()["links"]
    assert {(await anonymous.get(path)).status_code for path in links.values()} <= {200, 400, 406}
    page = await anonymous.http.get("/", headers={"Accept": "text/html,*/*"})
    assert page.headers["content-type"].startswith("text/html")
    assert all(f'href="{path}"' in page.text for path in links.values())


@pytest.mark.parametrize("path", ["/nothing", "/graphql/x", "/healthz/", "/process_models", "/process_models//events"])
async def test_unknown_path(anonymous: RestClient, path: str) -> None:
    response = await anonymous.get(path)
    assert (response.status_code, response.json()["type"], response.json()["code"]) == (404, "about:blank", "NOT_FOUND")


async def test_graphql_is_mounted(ada: RestClient) -> None:
    response = await ada.http.post("/graphql", json={"query": "{ __typename }"}, headers=ada.headers)
    assert response.json() == {"data": {"__typename": "Query"}}
