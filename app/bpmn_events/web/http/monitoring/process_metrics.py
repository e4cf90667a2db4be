"""The metrics of the operating system and of Python about the server processes."""

from collections.abc import Iterable, Iterator, Sequence

from prometheus_client import CollectorRegistry, GCCollector, PlatformCollector, ProcessCollector
from prometheus_client.metrics_core import Metric

from bpmn_events.application.ports.cells import ProcessCells


def own_metrics() -> Iterator[Metric]:
    """Yield the metrics of this process."""
    registry = CollectorRegistry()
    for collector in (ProcessCollector, GCCollector, PlatformCollector):
        yield from collector(registry=registry).collect()


def worker_metrics(processes: Sequence[ProcessCells]) -> Iterable[Metric]:
    """Return the metrics of all processes that run, with the label ``worker``.

    Those of Python's garbage collector are missing: only the process itself could read them.
    """
    metrics: dict[str, Metric] = {metric.name: metric for metric in PlatformCollector(registry=None).collect()}
    for process in processes:
        if process.pid is not None:
            for metric in _read_process(process.pid):
                merged = metrics.setdefault(metric.name, Metric(metric.name, metric.documentation, metric.type))
                for sample in metric.samples:
                    merged.add_sample(sample.name, {**sample.labels, "worker": str(process.worker)}, sample.value)
    return metrics.values()


def _read_process(pid: int) -> Iterable[Metric]:
    return ProcessCollector(pid=lambda: pid, registry=None).collect()
