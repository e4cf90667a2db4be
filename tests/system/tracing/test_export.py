"""Server processes send their spans to a collector, and need none to work."""

import json
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.api.rest.client import trigger_path
from tests.support.polling import wait_until
from tests.support.postgres import PostgresServer
from tests.support.server import ServerProcess, running
from tests.system.client import Client
from tests.system.models import TWO_STEPS
from tests.system.tracing.collector import Collector, running_collector, text_attribute
from tests.system.tracing.traced_server import CALLER_SPAN, new_trace_id

# So long that nothing is sent before the server stops.
NEVER = {"OTEL_BSP_SCHEDULE_DELAY": "3600000"}
TRACING = {"TRACING": "true"}


@pytest.fixture
def collector() -> Iterator[Collector]:
    with running_collector() as collector:
        yield collector


async def trigger_first(address: str, trace_id: str = "") -> None:
    async with Client.of(address) as client:
        await client.deploy_and_start(TWO_STEPS, "two-steps", "c-1")
        headers = {"traceparent": f"00-{trace_id}-{CALLER_SPAN}-01"} if trace_id else {}
        response = await client.http.post(trigger_path("two-steps", "c-1", "first"), headers=headers)
        assert response.status_code == 200


async def test_spans_arrive_when_the_server_stops_at_the_latest(collector: Collector, tmp_path: Path) -> None:
    variables = {
        **NEVER,
        "OTEL_EXPORTER_OTLP_ENDPOINT": collector.address,
        "OTEL_EXPORTER_OTLP_HEADERS": "api-key=k1",
        "OTEL_RESOURCE_ATTRIBUTES": "deployment.environment.name=test",
    }
    trace_id = new_trace_id()
    server = ServerProcess(tmp_path, settings={**TRACING, "LOG_FORMAT": "json"}, variables=variables)
    with running(server):
        await trigger_first(server.address, trace_id)
        assert collector.spans == []
        assert server.stop() == 0
    spans = {span.name: span for _, span in collector.spans if span.trace_id.hex() == trace_id}
    request = spans["POST /process_models/{process_model_key}/correlations/{correlation_id}/events/{event_id}/trigger"]
    assert request.parent_span_id.hex() == CALLER_SPAN
    assert spans["trigger_event"].parent_span_id == request.span_id
    assert spans["write batch"].parent_span_id == spans["trigger_event"].span_id
    assert [link.span_id for link in spans["write batch"].links] == [spans["trigger_event"].span_id]
    assert text_attribute(spans["trigger_event"].attributes, "bpmn_events.correlation_id") == "c-1"
    assert {(each["path"], each["api-key"]) for each in collector.headers} == {("/v1/traces", "k1")}
    (resource,) = {tuple(sorted(resource.items())) for resource, _ in collector.spans}
    assert dict(resource)["service.name"] == "bpmn-events"
    assert dict(resource)["deployment.environment.name"] == "test"

    lines = [json.loads(line) for line in server.output.splitlines() if line.startswith("{")]
    logged = [line for line in lines if line.get("trace_id") == trace_id]
    assert {line["logger"] for line in logged} == {"bpmn_events.access", "bpmn_events.audit"}
    assert {line["request_id"] for line in logged} == {
        text_attribute(request.attributes, "bpmn_events.request_id"),
    }


async def test_name_of_the_service_and_sampler(collector: Collector, tmp_path: Path) -> None:
    variables = {
        **NEVER,
        "OTEL_EXPORTER_OTLP_ENDPOINT": collector.address,
        "OTEL_SERVICE_NAME": "orders",
        "OTEL_TRACES_SAMPLER": "parentbased_always_off",
    }
    trace_id = new_trace_id()
    with running(ServerProcess(tmp_path, settings=TRACING, variables=variables)) as server:
        await trigger_first(server.address, trace_id)
        assert server.stop() == 0
    assert {resource["service.name"] for resource, _ in collector.spans} == {"orders"}
    assert {span.trace_id.hex() for _, span in collector.spans} == {trace_id}


async def test_workers_send_spans_each(collector: Collector, postgres_server: PostgresServer, tmp_path: Path) -> None:
    settings = {**TRACING, "DATABASE_URL": postgres_server.create_database(), "WORKERS": "2"}
    variables = {"OTEL_BSP_SCHEDULE_DELAY": "100", "OTEL_EXPORTER_OTLP_ENDPOINT": collector.address}

    async def both_have_sent() -> bool:
        deletions = [resource for resource, span in collector.spans if span.name == "delete expired records"]
        return len({resource["service.instance.id"] for resource in deletions}) == 2

    with running(ServerProcess(tmp_path, settings=settings, variables=variables)) as server:
        await wait_until(both_have_sent)
        assert server.stop() == 0
    systems = {text_attribute(batch.attributes, "db.system.name") for batch in collector.named("write batch")}
    assert systems == {"postgresql"}


@contextmanager
def closed_port() -> Iterator[str]:
    """Yield an address at which nothing listens."""
    with socket.socket() as reserved:
        reserved.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{reserved.getsockname()[1]}"


@contextmanager
def silent_port() -> Iterator[str]:
    """Yield an address that accepts connections and never responds."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"


@pytest.mark.parametrize("address", [closed_port, silent_port], ids=["closed", "silent"])
async def test_requests_need_no_collector(address: Any, tmp_path: Path) -> None:
    settings = {**TRACING, "SHUTDOWN_SECONDS": "1"}
    with address() as endpoint:
        variables = {
            "OTEL_BSP_SCHEDULE_DELAY": "10",
            "OTEL_BSP_MAX_QUEUE_SIZE": "8",
            "OTEL_BSP_MAX_EXPORT_BATCH_SIZE": "4",
            "OTEL_EXPORTER_OTLP_ENDPOINT": endpoint,
            "OTEL_EXPORTER_OTLP_TIMEOUT": "100000",
        }
        with running(ServerProcess(tmp_path, settings=settings, variables=variables)) as server:
            await trigger_first(server.address)
            async with Client.of(server.address) as client:
                for _ in range(50):
                    assert [each["elementId"] for each in await client.list_events()] == ["second"]
            assert server.stop() == 0
    assert "Traceback" not in server.output
    assert server.output.count("opentelemetry.exporter") <= 2
