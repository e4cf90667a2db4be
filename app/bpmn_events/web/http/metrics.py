"""Metrics of the server, which ``/metrics`` formats for Prometheus at each request."""

import asyncio
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute
from starlette.types import Scope

from bpmn_events.application.ports.cells import Cells
from bpmn_events.application.tallies import Distribution, Tally
from bpmn_events.domain.retries import RetryCounts
from bpmn_events.web.http.health import Health
from bpmn_events.web.http.monitoring.families import FAMILIES, REQUEST_BOUNDS
from bpmn_events.web.http.monitoring.gauges import Gauges
from bpmn_events.web.http.monitoring.process_metrics import own_metrics, worker_metrics
from bpmn_events.web.http.observation.record import RequestRecord
from bpmn_events.web.http.operation import Operation, ResponseDescription
from bpmn_events.web.http.retry_counts import CountRetries, read_counts
from bpmn_events.web.http.routing import NO_ROUTE, ROUTE, EncodedRoute

_METHODS = frozenset({"DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"})

_OPERATION = Operation(
    "metrics",
    "Metrics for Prometheus",
    "The metrics count from the start of the server, in all its worker processes together. `bpmn_events_retries` is "
    "read from the database, and `bpmn_events_check_up` from the checks of `/readyz`.",
    [ResponseDescription("The metrics in the text format of Prometheus.", {"type": "string"}, media_type="text/plain")],
    tag="server",
)


class RequestMetrics:
    """The HTTP requests since the process started: their number by method, route and status, and seconds by route."""

    def __init__(self, cells: Cells) -> None:
        self._counts: Tally[tuple[str, str, int]] = Tally(cells, "http_requests")
        self._seconds = Distribution(cells, "http_request_seconds", REQUEST_BOUNDS)

    def observe(self, scope: Scope, record: RequestRecord, status: int, seconds: float) -> None:
        """Count a request that has ended; an observer of the middleware.

        The handshake of a WebSocket is a request, but its connection lasts as long as the client likes, and so does a
        stream. ``SocketMetrics`` counts the operations over WebSockets.
        """
        route = scope.get(ROUTE, NO_ROUTE)
        if scope["type"] == "http":
            self.add(scope["method"], route, status, None if record.is_stream else seconds)
        elif scope["type"] == "websocket":
            self._counts.add(("GET", route, status))

    def add(self, method: str, route: str, status: int, seconds: float | None) -> None:
        self._counts.add((method if method in _METHODS else "OTHER", route, status))
        if seconds is not None:
            self._seconds.add(seconds, route)


class Metrics:
    """The route ``/metrics``, and the request metrics that the server observes.

    Args:
        cells: The numbers of this process, and of those that share them.
        gauges: Writes the gauges of this process.
        health: Runs the checks of the database.
        count_retries: Returns the numbers of retries; None to leave them out.
    """

    def __init__(self, cells: Cells, gauges: Gauges, health: Health, count_retries: CountRetries | None = None) -> None:
        self.requests = RequestMetrics(cells)
        self._cells = cells
        self._gauges = gauges
        self._health = health
        self._count_retries = count_retries

    def routes(self) -> list[BaseRoute]:
        return [EncodedRoute("/metrics", self.metrics, {"GET": _OPERATION})]

    async def metrics(self, request: Request) -> Response:
        """Return the current metrics."""
        retries, checks = await asyncio.gather(read_counts(self._count_retries), self._health.run_checks())
        self._gauges.refresh()
        registry = CollectorRegistry()
        registry.register(_Collected(self._collect(checks, retries)))
        return Response(
            generate_latest(registry), headers={"Cache-Control": "no-store", "Content-Type": CONTENT_TYPE_LATEST}
        )

    def _collect(self, checks: Mapping[str, bool], retries: RetryCounts | None) -> Iterator[Metric]:
        processes = self._cells.read()
        yield from (family.collect(processes) for family in FAMILIES)
        yield _gauge("check_up", "Whether a check of the database passes.", "check", checks)
        if retries is not None:
            text = "Timers and deliveries that failed and are tried again, of all servers of the database."
            yield _gauge("retries", text, "kind", {"timer": retries.timers, "delivery": retries.deliveries})
        yield from worker_metrics(processes) if self._cells.is_shared else own_metrics()


@dataclass(frozen=True, slots=True)
class _Collected(Collector):
    metrics: Iterable[Metric]

    def collect(self) -> Iterable[Metric]:
        return self.metrics


def _gauge(name: str, text: str, label: str, values: Mapping[str, float]) -> GaugeMetricFamily:
    family = GaugeMetricFamily(f"bpmn_events_{name}", text, labels=[label])
    for value, number in values.items():
        family.add_metric([value], number)
    return family
