"""The server in a thread of the test, with its spans in memory."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Thread

import httpx
import uvicorn
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind

from bpmn_events.adapters.auth.key_sets import SharedSecret
from bpmn_events.adapters.auth.tokens import JwtTokens
from bpmn_events.adapters.tracing.tracer import OpenTelemetryTracer
from bpmn_events.application.telemetry import Telemetry
from bpmn_events.bootstrap import build_asgi
from bpmn_events.config import load_settings
from bpmn_events.web.http.protocol.protocol import HttpProtocol
from tests.api.tokens import SECRET, token
from tests.support.polling import block_until

CALLER_SPAN = "00f067aa0ba902b7"


@dataclass(frozen=True)
class TracedServer:
    """The address of the server, and the spans that have ended."""

    address: str
    exporter: InMemorySpanExporter

    def client(self, trace_id: str, *, flags: str = "01", authorization: str | None = None) -> httpx.Client:
        """Return a client whose requests belong to this trace."""
        headers = {
            "Authorization": authorization or f"Bearer {token()}",
            "traceparent": f"00-{trace_id}-{CALLER_SPAN}-{flags}",
        }
        return httpx.Client(base_url=self.address, headers=headers, timeout=60)

    def trace(self, trace_id: str) -> "Trace":
        """Wait until the request of a trace has ended, and return its spans."""
        block_until(lambda: any(span.kind is SpanKind.SERVER for span in self._spans(trace_id)))
        return Trace(self._spans(trace_id))

    def named(self, name: str) -> list[ReadableSpan]:
        """Return the spans of this name, of all traces."""
        return [span for span in self.exporter.get_finished_spans() if span.name == name]

    def _spans(self, trace_id: str) -> list[ReadableSpan]:
        return [span for span in self.exporter.get_finished_spans() if trace_of(span) == trace_id]


@dataclass(frozen=True)
class Trace:
    """The spans of one trace, in the order in which they ended."""

    spans: list[ReadableSpan]

    @property
    def request(self) -> ReadableSpan:
        (span,) = [span for span in self.spans if span.kind is SpanKind.SERVER]
        return span

    @property
    def operation(self) -> ReadableSpan:
        (span,) = self.inside(self.request)
        return span

    def inside(self, parent: ReadableSpan) -> list[ReadableSpan]:
        """Return the spans that are directly inside this one."""
        return [span for span in self.spans if span.parent is not None and span.parent.span_id == id_of(parent)]


def id_of(span: ReadableSpan) -> int:
    assert span.context is not None
    return int(span.context.span_id)


def trace_of(span: ReadableSpan) -> str:
    assert span.context is not None
    return f"{span.context.trace_id:032x}"


def new_trace_id() -> str:
    return secrets.token_hex(16)


@contextmanager
def traced_server(database_url: str) -> Iterator[TracedServer]:
    """Run the server with its background loops, and yield it."""
    exporter = InMemorySpanExporter()
    provider = TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    application = build_asgi(
        load_settings(database_url=database_url),
        tokens=JwtTokens(SharedSecret(SECRET)),
        telemetry=Telemetry(tracer=OpenTelemetryTracer(provider)),
    )
    config = uvicorn.Config(application, port=0, http=HttpProtocol, ws="websockets-sansio", log_config=None)
    server = uvicorn.Server(config)
    thread = Thread(target=server.run)
    thread.start()
    try:
        block_until(lambda: server.started or not thread.is_alive())
        port = server.servers[0].sockets[0].getsockname()[1]
        yield TracedServer(f"http://127.0.0.1:{port}", exporter)
    finally:
        server.should_exit = True
        thread.join()
