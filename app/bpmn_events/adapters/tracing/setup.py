"""Creation of the tracer of a server process from the environment variables of OpenTelemetry."""

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import SERVICE_NAME, OTELResourceDetector, Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

from bpmn_events.adapters.tracing.outage_log import quieten_exporter
from bpmn_events.adapters.tracing.tracer import OpenTelemetryTracer

_DEFAULTS = Resource({SERVICE_NAME: "bpmn-events"})


def open_tracer() -> OpenTelemetryTracer:
    """Return a tracer that sends its spans in batches from a thread, as OTLP over HTTP.

    The SDK reads its settings from the environment, such as ``OTEL_EXPORTER_OTLP_ENDPOINT``.

    Raises:
        ValueError: One of them is invalid.
    """
    # ``Resource.create`` prefers its argument to the environment.
    resource = Resource.create(_DEFAULTS.merge(OTELResourceDetector().detect()).attributes)
    quieten_exporter()
    provider = TracerProvider(resource=resource, shutdown_on_exit=False)
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    return OpenTelemetryTracer(provider)
