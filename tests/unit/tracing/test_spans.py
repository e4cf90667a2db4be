"""Values of attributes, and the messages of an exporter without a collector."""

import logging

import pytest
from opentelemetry.exporter.otlp.proto.common.trace_encoder import encode_spans
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from bpmn_events.adapters.tracing.outage_log import PAUSE_SECONDS, OncePerPause
from bpmn_events.adapters.tracing.span import MAX_CHARACTERS
from bpmn_events.adapters.tracing.tracer import OpenTelemetryTracer
from bpmn_events.application.tracing.errors import failure_type
from bpmn_events.domain.errors import EngineUnavailable, ProcessFailed, TooManyRequests, Unauthorized


def test_values_can_be_sent_and_are_short() -> None:
    exporter = InMemorySpanExporter()
    provider = TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    span = OpenTelemetryTracer(provider).start("name", {"first": "a\ud800"})
    span.set("set", "\udfff")
    span.set("none", None)
    span.set("number", 2**40)
    span.add("id", "é" * 1000)
    span.add("id", "b")
    span.add("id", "b")
    span.end()
    (ended,) = exporter.get_finished_spans()
    assert dict(ended.attributes or {}) == {
        "first": "a?",
        "set": "?",
        "number": 2**40,
        "id": "é" * MAX_CHARACTERS,
        "ids": ("é" * MAX_CHARACTERS, "b"),
    }
    assert encode_spans([ended]).SerializeToString()


def test_the_span_before_is_current_again_after_the_end() -> None:
    tracer = OpenTelemetryTracer(TracerProvider(shutdown_on_exit=False))
    assert tracer.current() is None
    outer = tracer.start("outer")
    inner = tracer.start("inner", parent=outer)
    assert tracer.current() is inner
    assert inner.trace_id == outer.trace_id
    inner.end()
    assert tracer.current() is outer
    outer.end()
    assert tracer.current() is None


def test_exporter_logs_once_a_minute() -> None:
    now = 0.0
    once = OncePerPause(lambda: now)
    record = logging.makeLogRecord({})
    assert [once.filter(record), once.filter(record)] == [True, False]
    now = PAUSE_SECONDS - 1
    assert not once.filter(record)
    now = PAUSE_SECONDS
    assert [once.filter(record), once.filter(record)] == [True, False]


@pytest.mark.parametrize(
    ("error", "failure"),
    [
        (EngineUnavailable(), "ENGINE_UNAVAILABLE"),
        (ProcessFailed("it waits for nothing"), "PROCESS_FAILED"),
        (TooManyRequests(), None),
        (Unauthorized(), None),
        (LookupError(), "LookupError"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_only_failures_of_the_server_are_failures(error: Exception, failure: str | None) -> None:
    assert failure_type(error) == failure
