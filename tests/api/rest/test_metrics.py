"""The metrics for Prometheus."""

from collections.abc import Sequence

import pytest
import pytest_asyncio
from httpx import ASGITransport, AsyncClient
from prometheus_client.parser import text_string_to_metric_families
from starlette.applications import Starlette
from starlette.requests import Request

from bpmn_events.application.tallies import Distribution, LocalCells
from bpmn_events.application.telemetry import Telemetry
from bpmn_events.application.writing.probe import WriteProbe
from bpmn_events.bootstrap import Runtime
from bpmn_events.domain.errors import EngineUnavailable
from bpmn_events.domain.events import WaitingEvent
from bpmn_events.domain.filters import WaitingEventQuery
from bpmn_events.domain.principal import SYSTEM
from bpmn_events.domain.retries import RetryCounts
from bpmn_events.web.asgi import WebOptions, build_app
from bpmn_events.web.gql.endpoint.endpoint import GraphQLEndpoint
from bpmn_events.web.http.health import Health
from bpmn_events.web.http.metrics import Metrics
from bpmn_events.web.http.monitoring.families import HistogramFamily
from bpmn_events.web.http.monitoring.gauges import Gauges
from tests.api.gql.client import ALL
from tests.api.gql.models import ORDER
from tests.api.rest.client import RestClient, start_case
from tests.api.retries import store_retries
from tests.api.tokens import token

pytestmark = pytest.mark.in_process


@pytest.fixture
def application(runtime: Runtime) -> Starlette:
    services, probe = runtime.services, WriteProbe(runtime.writer)
    liveness = {"timers": True, "changes": False}
    endpoint = GraphQLEndpoint(services)
    telemetry = Telemetry(runtime.counters.cells)
    return build_app(services, WebOptions(), endpoint, lambda: liveness, probe, telemetry=telemetry)


@pytest_asyncio.fixture
async def waiting(runtime: Runtime) -> dict[str, str]:
    return await start_case(runtime.services, ORDER, "order", "c-1")


async def read_metrics(client: RestClient) -> dict[str, float]:
    """Return the value of each sample by name and labels."""
    response = await client.get("/metrics")
    assert response.headers["content-type"].startswith("text/plain; version=")
    return parse(response.text)


def parse(text: str) -> dict[str, float]:
    return {
        f"{sample.name}{dict(sorted(sample.labels.items()))}": sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


async def test_triggers_by_outcome_and_source(ada: RestClient, waiting: dict[str, str]) -> None:
    await ada.trigger("order", "c-1", "ship", dry_run="true")
    for _ in range(2):
        await ada.trigger("order", "c-1", waiting["ship"])
    await ada.trigger("order", "c-1", "pay", {})
    metrics = await read_metrics(ada)
    for outcome in ("DRY_RUN", "TRIGGERED", "EVENT_NOT_FOUND", "INVALID_PAYLOAD"):
        assert metrics[f"bpmn_events_triggers_total{{'outcome': '{outcome}'}}"] == 1
    assert metrics["bpmn_events_event_triggers_total{'source': 'REST'}"] == 1


async def test_requests_by_route_and_status(ada: RestClient, anonymous: RestClient) -> None:
    path = "/process_models/{process_model_key}/events"
    for key in ("order", "a%2Fb"):
        await ada.get(path.replace("{process_model_key}", key))
    await anonymous.get(path)
    await ada.get("/nowhere")
    await ada.http.request("BREW", "/graphql")
    metrics = await read_metrics(ada)
    ok, unauthorized = ({"method": "GET", "route": path, "status": status} for status in ("200", "401"))
    assert metrics[f"bpmn_events_http_requests_total{ok}"] == 2
    assert metrics[f"bpmn_events_http_requests_total{unauthorized}"] == 1
    assert metrics["bpmn_events_http_requests_total{'method': 'GET', 'route': 'none', 'status': '404'}"] == 1
    assert metrics["bpmn_events_http_requests_total{'method': 'OTHER', 'route': '/graphql', 'status': '405'}"] == 1
    assert metrics[f"bpmn_events_http_request_seconds_count{{'route': '{path}'}}"] == 3


async def test_loops_batches_and_the_process(ada: RestClient, waiting: dict[str, str]) -> None:
    metrics = await read_metrics(ada)
    assert (metrics["bpmn_events_loop_up{'loop': 'timers'}"], metrics["bpmn_events_loop_up{'loop': 'changes'}"]) == (
        1,
        0,
    )
    assert metrics["bpmn_events_batch_commands_count{}"] == 3  # a deployment, a start, and the check of writing
    assert metrics["process_resident_memory_bytes{}"] > 0


async def test_retries_by_kind(ada: RestClient, runtime: Runtime, waiting: dict[str, str]) -> None:
    for events, expected in (([], (0, 0)), ((await everything(runtime)), (3, 6))):
        await store_retries(runtime.database, events)
        metrics = await read_metrics(ada)
        kinds = (metrics[f"bpmn_events_retries{{'kind': '{kind}'}}"] for kind in ("timer", "delivery"))
        assert tuple(kinds) == expected


async def everything(runtime: Runtime) -> Sequence[WaitingEvent]:
    return (await runtime.services.list_waiting_events(SYSTEM, WaitingEventQuery())).items


async def test_metrics_without_the_database() -> None:
    async def lose() -> RetryCounts:
        raise EngineUnavailable

    async def ping() -> None:
        raise EngineUnavailable

    cells, liveness = LocalCells(), {"timers": True}
    health = Health({"database": ping}, lambda: liveness)
    metrics = Metrics(cells, Gauges(cells, lambda: liveness, int), health, lose)
    response = await metrics.metrics(Request({"type": "http"}))
    values = parse(bytes(response.body).decode())
    assert not [name for name in values if name.startswith("bpmn_events_retries")]
    assert (values["bpmn_events_check_up{'check': 'database'}"], values["bpmn_events_loop_up{'loop': 'timers'}"]) == (
        0,
        1,
    )
    assert values["process_resident_memory_bytes{}"] > 0


def test_a_histogram_counts_up_to_each_bound() -> None:
    cells = LocalCells()
    distribution = Distribution(cells, "values", (1, 2.5))
    for value in (0.5, 1, 2, 3, 2.5, 2.5):
        distribution.add(value)
    samples = HistogramFamily("values", "Values.", (), (1, 2.5)).collect(cells.read()).samples
    buckets = [(sample.labels["le"], sample.value) for sample in samples if sample.name.endswith("_bucket")]
    assert buckets == [("1", 2), ("2.5", 5), ("+Inf", 6)]
    assert [sample.value for sample in samples if sample.name.endswith("_sum")] == [11.5]


async def test_an_exception_counts_with_the_status_of_its_response(runtime: Runtime, application: Starlette) -> None:
    async def fails(*_: object) -> None:
        raise RuntimeError("broken")

    runtime.database.read_store.waiting_events = fails  # type: ignore[method-assign, assignment]
    transport = ASGITransport(application)
    async with AsyncClient(transport=transport, base_url="http://test") as http:
        client = RestClient(http, token(ALL, ("*",), "ada"))
        assert (await client.get("/correlations/c/events")).status_code == 500
        labels = {"method": "GET", "route": "/correlations/{correlation_id}/events", "status": "500"}
        assert (await read_metrics(client))[f"bpmn_events_http_requests_total{labels}"] == 1
