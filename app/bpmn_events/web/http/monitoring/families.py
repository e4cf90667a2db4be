"""The families of metrics whose numbers are in cells. docs/rest.md explains them, with the others."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.metrics_core import Metric

from bpmn_events.application.counters import BATCH_BOUNDS
from bpmn_events.application.ports.cells import ProcessCells

REQUEST_BOUNDS = (0.001, 0.005, 0.025, 0.1, 0.5, 2.5)
_PREFIX = "bpmn_events_"

Labels = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Family:
    """A family of metrics.

    Attributes:
        name: The name of its cells; the metric has a prefix, and a counter the suffix ``_total``.
        text: The description for people.
        labels: The names of its labels.
    """

    name: str
    text: str
    labels: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class CounterFamily(Family):
    """Counts, which all processes have added to, also those that have ended."""

    def collect(self, processes: Iterable[ProcessCells]) -> Metric:
        """Return the metric of all processes."""
        metric = CounterMetricFamily(_PREFIX + self.name, self.text, labels=self.labels)
        for labels, numbers in _combine(self.name, processes, sum).items():
            metric.add_metric(labels, numbers[0])
        return metric


@dataclass(frozen=True, slots=True)
class GaugeFamily(Family):
    """Values of the processes that run, combined into one."""

    combine: Callable[[Iterable[float]], float] = sum

    def collect(self, processes: Iterable[ProcessCells]) -> Metric:
        """Return the metric of all processes."""
        metric = GaugeMetricFamily(_PREFIX + self.name, self.text, labels=self.labels)
        running = [process for process in processes if process.pid is not None]
        for labels, numbers in _combine(self.name, running, self.combine).items():
            metric.add_metric(labels, numbers[0])
        return metric


@dataclass(frozen=True, slots=True)
class HistogramFamily(Family):
    """The distributions of values, of all processes."""

    bounds: Sequence[float] = ()

    def collect(self, processes: Iterable[ProcessCells]) -> Metric:
        """Return the metric of all processes."""
        metric = HistogramMetricFamily(_PREFIX + self.name, self.text, labels=self.labels)
        names = [*(f"{bound:g}" for bound in self.bounds), "+Inf"]
        for labels, (*counts, total) in _combine(self.name, processes, sum).items():
            metric.add_metric(labels, list(zip(names, accumulate(counts), strict=True)), total)
        return metric


def _combine(
    name: str, processes: Iterable[ProcessCells], combine: Callable[[Iterable[float]], float]
) -> dict[Labels, list[float]]:
    """Return the combined numbers of each combination of labels."""
    rows: dict[Labels, list[Sequence[float]]] = {}
    for labels, numbers in _numbers(name, processes):
        rows.setdefault(labels, []).append(numbers)
    return {labels: [combine(column) for column in zip(*row, strict=True)] for labels, row in rows.items()}


def _numbers(name: str, processes: Iterable[ProcessCells]) -> Iterator[tuple[Labels, Sequence[float]]]:
    for process in processes:
        for (family, *labels), numbers in process.numbers.items():
            if family == name:
                yield tuple(labels), numbers


FAMILIES: tuple[CounterFamily | GaugeFamily | HistogramFamily, ...] = (
    CounterFamily("http_requests", "Requests over HTTP.", ("method", "route", "status")),
    HistogramFamily("http_request_seconds", "How long requests over HTTP took.", ("route",), REQUEST_BOUNDS),
    CounterFamily("http_refused", "Requests and connections refused by limits.", ("status",)),
    CounterFamily("websocket_operations", "GraphQL operations over WebSockets.", ("type", "outcome")),
    CounterFamily("websocket_closes", "WebSockets that were closed.", ("code",)),
    CounterFamily("triggers", "Requests to trigger one event.", ("outcome",)),
    CounterFamily("event_triggers", "Events that were triggered.", ("source",)),
    HistogramFamily("batch_commands", "Commands that shared one transaction.", (), BATCH_BOUNDS),
    CounterFamily("rate_limited", "Requests and triggers above the limit of their caller.", ("limit",)),
    CounterFamily("hook_deliveries", "Deliveries of webhooks.", ("hook", "outcome")),
    GaugeFamily("queued_commands", "Commands that wait to be written."),
    GaugeFamily("streams", "Open streams.", ("transport",)),
    GaugeFamily("subscriptions", "Open subscriptions."),
    GaugeFamily("loop_up", "Whether a background loop runs, in every worker.", ("loop",), min),
)
