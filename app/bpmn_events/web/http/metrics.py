"""Metrics of the server, which ``/metrics`` formats for Prometheus at each request."""

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    GCCollector,
    PlatformCollector,
    ProcessCollector,
    generate_latest,
)
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.registry import Collector
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute
from starlette.types import Scope

from bpmn_events.application.counters import Counters
from bpmn_events.domain.retries import RetryCounts
from bpmn_events.web.http.health import Liveness
from bpmn_events.web.http.observation.record import RequestRecord
from bpmn_events.web.http.operation import Operation, ResponseDescription
from bpmn_events.web.http.retry_counts import CountRetries, read_counts
from bpmn_events.web.http.routing import NO_ROUTE, ROUTE, EncodedRoute

_SECONDS = (0.001, 0.005, 0.025, 0.1, 0.5, 2.5)
_BATCHES = (1, 2, 4, 8, 16, 32, 64, 128, 256)
_METHODS = frozenset({"DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"})

_OPERATION = Operation(
    "metrics",
    "Metrics for Prometheus",
    "The metrics count from the start of the process, and each worker process has its own. Only `bpmn_events_retries` "
    "is read from the database.",
    [ResponseDescription("The metrics in the text format of Prometheus.", {"type": "string"}, media_type="text/plain")],
    tag="server",
)


class Histogram:
    """A histogram with fixed upper bounds, and the sum of its values."""

    def __init__(self, bounds: tuple[float, ...]) -> None:
        self._bounds = bounds
        self._counts = [0] * (len(bounds) + 1)
        self.sum = 0.0

    def add(self, value: float, count: int = 1) -> None:
        self._counts[bisect_left(self._bounds, value)] += count
        self.sum += value * count

    def buckets(self) -> list[tuple[str, float]]:
        """Return the cumulative count of each bucket, as (upper bound, count)."""
        names = [*(f"{bound:g}" for bound in self._bounds), "+Inf"]
        return [(name, sum(self._counts[: index + 1])) for index, name in enumerate(names)]


class RequestMetrics:
    """The HTTP requests since the process started: their number by method, route and status, and seconds by route."""

    def __init__(self) -> None:
        self.counts: Counter[tuple[str, str, int]] = Counter()
        self.seconds: dict[str, Histogram] = defaultdict(lambda: Histogram(_SECONDS))

    def observe(self, scope: Scope, _record: RequestRecord, status: int, seconds: float) -> None:
        """Count a request that has ended; an observer of the middleware."""
        self.add(scope["method"], scope.get(ROUTE, NO_ROUTE), status, seconds)

    def add(self, method: str, route: str, status: int, seconds: float) -> None:
        self.counts[method if method in _METHODS else "OTHER", route, status] += 1
        self.seconds[route].add(seconds)


class _Collector(Collector):
    def __init__(
        self, requests: RequestMetrics, counters: Counters, liveness: Liveness, refused: Mapping[int, int]
    ) -> None:
        self._requests = requests
        self._counters = counters
        self._liveness = liveness
        self._refused = refused
        self.retries: RetryCounts | None = None

    def collect(self) -> Iterator[Any]:
        yield self._request_counts()
        yield self._request_seconds()
        refused = {str(status): count for status, count in self._refused.items()}
        yield _counter("bpmn_events_http_refused", "Requests and connections refused by limits.", "status", refused)
        counters = self._counters
        yield _counter("bpmn_events_triggers", "Requests to trigger one event.", "outcome", counters.triggers)
        yield _counter("bpmn_events_event_triggers", "Events that were triggered.", "source", counters.records)
        yield self._batches()
        loops = GaugeMetricFamily("bpmn_events_loop_up", "Whether a background loop runs.", labels=["loop"])
        for name, alive in self._liveness().items():
            loops.add_metric([name], float(alive))
        yield loops
        if self.retries is not None:
            yield self._pending_retries(self.retries)

    @staticmethod
    def _pending_retries(counts: RetryCounts) -> GaugeMetricFamily:
        text = "Timers and deliveries that failed and are tried again, of all servers of the database."
        family = GaugeMetricFamily("bpmn_events_retries", text, labels=["kind"])
        family.add_metric(["timer"], counts.timers)
        family.add_metric(["delivery"], counts.deliveries)
        return family

    def _request_counts(self) -> CounterMetricFamily:
        family = CounterMetricFamily(
            "bpmn_events_http_requests", "Requests over HTTP.", labels=["method", "route", "status"]
        )
        for (method, route, status), count in self._requests.counts.items():
            family.add_metric([method, route, str(status)], count)
        return family

    def _request_seconds(self) -> HistogramMetricFamily:
        family = HistogramMetricFamily(
            "bpmn_events_http_request_seconds", "How long requests over HTTP took.", labels=["route"]
        )
        for route, histogram in self._requests.seconds.items():
            family.add_metric([route], histogram.buckets(), histogram.sum)
        return family

    def _batches(self) -> HistogramMetricFamily:
        histogram = Histogram(_BATCHES)
        for size, count in self._counters.batches.items():
            histogram.add(size, count)
        family = HistogramMetricFamily("bpmn_events_batch_commands", "Commands that shared one transaction.")
        family.add_metric([], histogram.buckets(), histogram.sum)
        return family


def _counter(name: str, text: str, label: str, counts: Mapping[str, int]) -> CounterMetricFamily:
    family = CounterMetricFamily(name, text, labels=[label])
    for value, count in counts.items():
        family.add_metric([value], count)
    return family


class Metrics:
    """The route ``/metrics``, and the request metrics that the server observes.

    ``refused`` counts by status the requests that never reached the application.
    """

    def __init__(
        self,
        counters: Counters,
        liveness: Liveness,
        refused: Mapping[int, int],
        count_retries: CountRetries | None = None,
    ) -> None:
        self.requests = RequestMetrics()
        self._count_retries = count_retries
        self._registry = CollectorRegistry()
        self._collector = _Collector(self.requests, counters, liveness, refused)
        self._registry.register(self._collector)
        for collector in (ProcessCollector, PlatformCollector, GCCollector):
            collector(registry=self._registry)

    def routes(self) -> list[BaseRoute]:
        return [EncodedRoute("/metrics", self.metrics, {"GET": _OPERATION})]

    async def metrics(self, request: Request) -> Response:
        """Return the current metrics."""
        self._collector.retries = await read_counts(self._count_retries)
        content = generate_latest(self._registry)  # not in a thread: the metrics would change while it reads them
        return Response(content, headers={"Cache-Control": "no-store", "Content-Type": CONTENT_TYPE_LATEST})
