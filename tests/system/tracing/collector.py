"""A collector in a thread of the test: it receives OTLP over HTTP and decodes it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import KeyValue
from opentelemetry.proto.trace.v1.trace_pb2 import Span


@dataclass
class Collector:
    """The spans that have arrived, with the attributes of their resources and the headers of the requests."""

    address: str = ""
    spans: list[tuple[dict[str, str], Span]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)

    def receive(self, body: bytes) -> None:
        """Add the spans of a request."""
        for resource_spans in ExportTraceServiceRequest.FromString(body).resource_spans:
            resource = {each.key: each.value.string_value for each in resource_spans.resource.attributes}
            self.spans += [(resource, span) for scope in resource_spans.scope_spans for span in scope.spans]

    def named(self, name: str) -> list[Span]:
        return [span for _, span in self.spans if span.name == name]


def text_attribute(attributes: Any, name: str) -> str:
    """Return the text of the attribute."""
    (value,) = [each.value.string_value for each in attributes if isinstance(each, KeyValue) and each.key == name]
    return value


@contextmanager
def running_collector(port: int = 0) -> Iterator[Collector]:
    """Yield a collector that listens on this port, or on a free one."""
    collector = Collector()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            collector.receive(self.rfile.read(int(self.headers["Content-Length"])))
            collector.headers.append({"path": self.path, **self.headers})
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_arguments: Any) -> None:
            """Log nothing."""

    with ThreadingHTTPServer(("127.0.0.1", port), Handler) as server:
        collector.address = f"http://127.0.0.1:{server.server_port}"
        thread = Thread(target=server.serve_forever)
        thread.start()
        try:
            yield collector
        finally:
            server.shutdown()
            thread.join()
