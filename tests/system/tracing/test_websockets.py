"""The spans of operations over a WebSocket, which belong to the trace of its handshake."""

from opentelemetry.trace import StatusCode

from tests.system.live.sockets import WATCH, opened
from tests.system.models import TWO_STEPS
from tests.system.tracing.cases import deploy_and_start
from tests.system.tracing.test_requests import attributes
from tests.system.tracing.traced_server import CALLER_SPAN, TracedServer

TRIGGER = """mutation TriggerFirst($input: TriggerEventInput!) { triggerEvent(input: $input) { __typename } }"""


async def test_operations(traced: TracedServer, trace_id: str) -> None:
    deploy_and_start(traced, TWO_STEPS, "two-steps", "socket-1")
    headers = {"traceparent": f"00-{trace_id}-{CALLER_SPAN}-01", "X-Request-ID": "socket"}
    async with opened(traced.address, headers=headers) as socket:
        await socket.init()
        arguments = {"processModelKey": "two-steps", "correlationId": "socket-1", "eventId": "first"}
        await socket.execute(TRIGGER, input=arguments)
        await socket.subscribe(WATCH, filter={"correlationIds": ["nothing"]})
        assert (await socket.next())["__typename"] == "CorrelationNotFoundError"
    trace = traced.trace(trace_id)
    requests = {attributes(span)["bpmn_events.request_id"]: span for span in trace.spans if span.name.startswith("WEB")}
    assert list(requests) == ["socket/1", "socket/2"]
    for span in requests.values():
        assert span.name == "WEBSOCKET /graphql"
        assert span.parent is not None
        assert f"{span.parent.span_id:016x}" == CALLER_SPAN
    (mutation,) = trace.inside(requests["socket/1"])
    assert (mutation.name, attributes(mutation)["graphql.operation.type"]) == ("mutation TriggerFirst", "mutation")
    assert [span.name for span in trace.inside(mutation)] == ["write batch"]
    (subscription,) = trace.inside(requests["socket/2"])
    assert attributes(subscription)["bpmn_events.error_code"] == "CORRELATION_NOT_FOUND"
    assert {span.status.status_code for span in trace.spans} == {StatusCode.UNSET}
