"""The spans of requests and operations, over real HTTP with an exporter in memory."""

from typing import Any

import httpx
import pytest
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.trace import StatusCode

from tests.api.rest.client import trigger_path
from tests.api.tokens import token
from tests.delivery.models import BRITTLE
from tests.support.polling import block_until
from tests.support.wire import dialing
from tests.system.models import TWO_STEPS
from tests.system.tracing.cases import deploy_and_start, graphql, trigger
from tests.system.tracing.traced_server import CALLER_SPAN, TracedServer, new_trace_id, trace_of

TRIGGER_ROUTE = "/process_models/{process_model_key}/correlations/{correlation_id}/events/{event_id}/trigger"


def attributes(span: ReadableSpan) -> dict[str, Any]:
    return dict(span.attributes or {})


def test_request_over_rest(traced: TracedServer, trace_id: str) -> None:
    deploy_and_start(traced, TWO_STEPS, "two-steps", "rest/1")
    path = trigger_path("two-steps", "rest/1", "first")
    with traced.client(trace_id) as client:
        response = client.post(f"{path}?dry_run=false", headers={"X-Request-ID": "r-1"})
    instance = response.json()["processInstance"]["id"]
    trace = traced.trace(trace_id)
    (batch,) = trace.inside(trace.operation)
    assert trace.spans == [batch, trace.operation, trace.request]
    assert trace.request.name == f"POST {TRIGGER_ROUTE}"
    assert trace.request.parent is not None
    assert f"{trace.request.parent.span_id:016x}" == CALLER_SPAN
    assert attributes(trace.request) == {
        "http.request.method": "POST",
        "http.route": TRIGGER_ROUTE,
        "http.response.status_code": 200,
        "url.scheme": "http",
        "url.path": path,
        "client.address": "127.0.0.1",
        "bpmn_events.request_id": "r-1",
    }
    assert trace.operation.name == "trigger_event"
    assert attributes(trace.operation) == {
        "bpmn_events.process_model_key": "two-steps",
        "bpmn_events.correlation_id": "rest/1",
        "bpmn_events.process_instance_id": instance,
    }
    assert batch.name == "write batch"
    assert attributes(batch) == {
        "db.system.name": "sqlite",
        "bpmn_events.batch.commands": 1,
        "bpmn_events.batch.attempts": 1,
    }
    assert {span.status.status_code for span in trace.spans} == {StatusCode.UNSET}


def test_request_over_graphql(traced: TracedServer, trace_id: str) -> None:
    deploy_and_start(traced, TWO_STEPS, "two-steps", "graphql-1")
    query = """
    mutation TriggerFirst($input: TriggerEventInput!) { triggerEvent(input: $input) {
      ... on TriggerEventSuccess { processInstance { id } } } }
    """
    with traced.client(trace_id) as client:
        arguments = {"processModelKey": "two-steps", "correlationId": "graphql-1", "eventId": "first"}
        response = graphql(client, query, input=arguments)
    trace = traced.trace(trace_id)
    assert trace.request.name == "POST /graphql"
    assert trace.operation.name == "mutation TriggerFirst"
    assert attributes(trace.operation) == {
        "graphql.operation.type": "mutation",
        "graphql.operation.name": "TriggerFirst",
        "bpmn_events.process_model_key": "two-steps",
        "bpmn_events.correlation_id": "graphql-1",
        "bpmn_events.process_instance_id": response.json()["data"]["triggerEvent"]["processInstance"]["id"],
    }


def test_operation_without_a_name(traced: TracedServer, trace_id: str) -> None:
    with traced.client(trace_id) as client:
        graphql(client, "{ viewer { __typename } }")
    operation = traced.trace(trace_id).operation
    assert operation.name == "query {viewer}"
    assert attributes(operation) == {"graphql.operation.type": "query"}


def test_operation_with_many_commands(traced: TracedServer, trace_id: str) -> None:
    deploy_and_start(traced, TWO_STEPS, "two-steps")
    starts = [
        f'a{number}: startProcessInstance(input: {{processModelKey: "two-steps", correlationId: "m-{number:02}"}}) '
        "{ ... on StartProcessInstanceSuccess { processInstance { id } } }"
        for number in range(20)
    ]
    with traced.client(trace_id) as client:
        data = graphql(client, f"mutation {{ {' '.join(starts)} }}").json()["data"]
    instances = [started["processInstance"]["id"] for started in data.values()]
    trace = traced.trace(trace_id)
    found = attributes(trace.operation)
    assert found["bpmn_events.process_model_key"] == "two-steps"
    assert "bpmn_events.process_model_keys" not in found
    assert found["bpmn_events.correlation_id"] == "m-00"
    assert list(found["bpmn_events.correlation_ids"]) == [f"m-{number:02}" for number in range(16)]
    assert found["bpmn_events.process_instance_id"] == instances[0]
    assert list(found["bpmn_events.process_instance_ids"]) == instances[:16]
    assert len(trace.inside(trace.operation)) == 20


def test_model_and_instance_of_other_commands(traced: TracedServer) -> None:
    deployment, start = deploy_and_start(traced, TWO_STEPS, "two-steps", "other-1")
    assert attributes(traced.trace(deployment).operation)["bpmn_events.process_model_key"] == "two-steps"
    started = attributes(traced.trace(start).operation)
    assert started["bpmn_events.correlation_id"] == "other-1"

    message, termination = new_trace_id(), new_trace_id()
    with traced.client(message) as client:
        assert client.post("/messages/first/trigger?correlation_id=other-1").status_code == 200
    triggered = attributes(traced.trace(message).operation)
    assert triggered["bpmn_events.process_instance_id"] == started["bpmn_events.process_instance_id"]
    with traced.client(termination) as client:
        query = "mutation($id: ID!) { terminateProcessInstance(input: {processInstanceId: $id}) { __typename } }"
        assert "Success" in graphql(client, query, id=started["bpmn_events.process_instance_id"]).text
    terminated = attributes(traced.trace(termination).operation)
    assert terminated["bpmn_events.correlation_id"] == "other-1"


def test_refusal_is_no_failure(traced: TracedServer, trace_id: str) -> None:
    with traced.client(trace_id) as client:
        assert client.post(trigger_path("unknown", "c-é", "first")).status_code == 404
    trace = traced.trace(trace_id)
    assert attributes(trace.operation) == {
        "bpmn_events.process_model_key": "unknown",
        "bpmn_events.correlation_id": "c-é",
        "bpmn_events.error_code": "PROCESS_MODEL_NOT_FOUND",
    }
    assert attributes(trace.request)["bpmn_events.error_code"] == "PROCESS_MODEL_NOT_FOUND"
    assert {span.status.status_code for span in trace.spans} == {StatusCode.UNSET}


def test_missing_credential(traced: TracedServer, trace_id: str) -> None:
    with traced.client(trace_id, authorization="Bearer nonsense") as client:
        assert client.post(trigger_path("two-steps", "c", "first")).status_code == 401
    trace = traced.trace(trace_id)
    assert attributes(trace.operation) == {"bpmn_events.error_code": "UNAUTHORIZED"}


@pytest.mark.parametrize("protocol", ["graphql", "rest"])
def test_process_that_fails(traced: TracedServer, trace_id: str, protocol: str) -> None:
    deploy_and_start(traced, BRITTLE, "brittle", f"brittle-{protocol}")
    with traced.client(trace_id) as client:
        if protocol == "rest":
            response = client.post(trigger_path("brittle", "brittle-rest", "wait"), json={"amount": 2})
        else:
            response = trigger(client, "brittle", "brittle-graphql", "wait", {"amount": 2})
    assert "PROCESS_FAILED" in response.text
    trace = traced.trace(trace_id)
    for span in (trace.request, trace.operation):
        assert span.status.status_code is StatusCode.ERROR
        assert attributes(span)["error.type"] == attributes(span)["bpmn_events.error_code"] == "PROCESS_FAILED"


@pytest.mark.parametrize(
    "headers",
    [
        [],
        [("traceparent", "")],
        [("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7")],
        [("traceparent", "00-4BF92F3577B34DA6A3CE929D0E0E4736-00F067AA0BA902B7-01")],
        [("traceparent", "00-00000000000000000000000000000000-00f067aa0ba902b7-01")],
        [("traceparent", "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01")],
        [("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01")] * 2,
        [("traceparent", "a" * 5000)],
        [("traceparent", "caf\u00e9")],
    ],
    ids=["none", "empty", "short", "capitals", "zeros", "version", "two", "long", "accent"],
)
def test_without_a_valid_traceparent_a_trace_begins(
    traced: TracedServer, headers: list[tuple[str, str]], request: pytest.FixtureRequest
) -> None:
    request_id = f"no-parent-{request.node.callspec.id}"
    encoded = [(name.encode(), value.encode("latin-1")) for name, value in headers]
    response = httpx.get(f"{traced.address}/openapi.json", headers=[*encoded, (b"x-request-id", request_id.encode())])
    assert response.status_code == 200

    def spans() -> list[ReadableSpan]:
        return [
            span
            for span in traced.named("GET /openapi.json")
            if attributes(span)["bpmn_events.request_id"] == request_id
        ]

    block_until(lambda: bool(spans()))
    (span,) = spans()
    assert span.parent is None
    assert trace_of(span) != "4bf92f3577b34da6a3ce929d0e0e4736"


def test_tracestate_goes_on(traced: TracedServer, trace_id: str) -> None:
    with traced.client(trace_id) as client:
        client.get("/openapi.json", headers=[("tracestate", "vendor=1"), ("tracestate", "other=2")])
    context = traced.trace(trace_id).request.context
    assert context is not None
    assert dict(context.trace_state) == {"vendor": "1", "other": "2"}


def test_what_the_caller_does_not_sample_has_no_spans(traced: TracedServer, trace_id: str) -> None:
    deploy_and_start(traced, TWO_STEPS, "two-steps", "unsampled")
    later = new_trace_id()
    with traced.client(trace_id, flags="00") as client:
        assert "TriggerEventSuccess" in trigger(client, "two-steps", "unsampled", "first").text
    with traced.client(later) as client:
        trigger(client, "two-steps", "unsampled", "second")
    traced.trace(later)
    assert [span.name for span in traced.exporter.get_finished_spans() if trace_of(span) == trace_id] == []
    batches = [span for span in traced.named("write batch") if span.parent is None]
    assert batches == []


def test_probes_have_no_spans(traced: TracedServer, trace_id: str) -> None:
    later = new_trace_id()
    with traced.client(trace_id) as client:
        for path in ("/healthz", "/readyz", "/metrics"):
            assert client.get(path).status_code == 200
    with traced.client(later) as client:
        client.get("/openapi.json")
    traced.trace(later)
    assert [span.name for span in traced.exporter.get_finished_spans() if trace_of(span) == trace_id] == []


def test_path_without_a_route(traced: TracedServer, trace_id: str) -> None:
    with traced.client(trace_id) as client:
        assert client.request("PROPFIND", "/nowhere?secret=1").status_code == 404
    (span,) = traced.trace(trace_id).spans
    assert span.name == "HTTP"
    assert attributes(span)["http.request.method"] == "_OTHER"
    assert attributes(span)["url.path"] == "/nowhere"
    assert "http.route" not in attributes(span)


def test_spans_contain_no_secrets(traced: TracedServer, trace_id: str) -> None:
    deploy_and_start(traced, TWO_STEPS, "two-steps", "quiet")
    secret, credential = "sesame-4711", token()
    with traced.client(trace_id, authorization=f"Bearer {credential}") as client:
        trigger(client, "two-steps", "quiet", "first", {"password": secret})
        path = trigger_path("two-steps", "quiet", "second")
        client.post(path, params={"unknown": secret}, json={"password": secret}, headers={"X-Other": secret})
        client.get("/graphql", params={"query": "query($a: ID!) { node(id: $a) { id } }", "variables": secret})
    block_until(lambda: len([span for span in traced.exporter.get_finished_spans() if is_request(span, trace_id)]) == 3)
    spans = [span.to_json() for span in traced.exporter.get_finished_spans() if trace_of(span) == trace_id]
    assert len(spans) >= 5
    assert [span for span in spans if secret in span or credential in span or "$a" in span] == []


def is_request(span: ReadableSpan, trace_id: str) -> bool:
    return trace_of(span) == trace_id and span.name.startswith(("POST", "GET"))


def test_client_that_goes_away(traced: TracedServer, trace_id: str) -> None:
    head = (
        f"POST /graphql HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 100\r\n"
        f"traceparent: 00-{trace_id}-{CALLER_SPAN}-01\r\n\r\n"
    )
    with dialing(traced.address) as wire:
        wire.send(head.encode(), b"{")
    (span,) = traced.trace(trace_id).spans
    assert attributes(span)["http.response.status_code"] == 499
    assert span.status.status_code is StatusCode.UNSET
