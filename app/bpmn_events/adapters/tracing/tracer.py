"""The tracer, with OpenTelemetry's SDK."""

import asyncio
from collections.abc import Mapping, Sequence
from threading import Thread

from opentelemetry.context import Context
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.trace import Link, SpanKind
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from bpmn_events.adapters.tracing.span import OpenTelemetrySpan, clean, recorded_span
from bpmn_events.application.ports.tracing import Span, Value

_PROPAGATOR = TraceContextTextMapPropagator()


class OpenTelemetryTracer:
    """Implements ``ports.tracing.Tracer``. ``provider`` decides which spans are recorded, and where they are sent."""

    def __init__(self, provider: TracerProvider) -> None:
        self._provider = provider
        self._tracer = provider.get_tracer("bpmn_events")

    def start_request(
        self, name: str, attributes: Mapping[str, Value], traceparent: Sequence[str], tracestate: Sequence[str]
    ) -> OpenTelemetrySpan:
        parent = Context()
        if len(traceparent) == 1:
            parent = _PROPAGATOR.extract({"traceparent": traceparent, "tracestate": tracestate}, parent)
        return OpenTelemetrySpan(self._tracer.start_span(name, parent, SpanKind.SERVER, _clean(attributes)))

    def start(
        self,
        name: str,
        attributes: Mapping[str, Value] | None = None,
        *,
        parent: Span | None = None,
        linked: Sequence[Span] = (),
    ) -> OpenTelemetrySpan:
        context = parent.context if isinstance(parent, OpenTelemetrySpan) else Context()
        others = [other for other in linked if isinstance(other, OpenTelemetrySpan)]
        links = [Link(other.span.get_span_context()) for other in others]
        started = self._tracer.start_span(name, context, attributes=_clean(attributes or {}), links=links)
        span = OpenTelemetrySpan(started)
        for other in others:
            if other is not parent:
                other.link(span)
        return span

    def current(self) -> OpenTelemetrySpan | None:
        return recorded_span()

    async def close(self, seconds: float) -> None:
        # A daemon, which does not keep a process alive whose collector does not respond.
        thread = Thread(target=self._provider.shutdown, name="close tracing", daemon=True)
        thread.start()
        await asyncio.to_thread(thread.join, seconds)


def _clean(attributes: Mapping[str, Value]) -> dict[str, Value]:
    return {name: clean(value) for name, value in attributes.items()}
