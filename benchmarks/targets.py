"""The performance targets, and the results that are compared with them."""

from collections.abc import Callable
from dataclasses import dataclass

import msgspec

from benchmarks.fan_out.delivery import FanOut
from benchmarks.samples import Sample
from benchmarks.workloads import BULK, LINES


class Results(msgspec.Struct, frozen=True):
    """The results of one run, in the units of their names: bytes, megabytes (``mb``), seconds or microseconds."""

    taken: str
    machine: str
    versions: dict[str, str]
    quick: bool
    samples: dict[str, Sample]
    disk_bytes: float
    idle_mb: float
    many_mb: float
    start_seconds: float
    access_log_us: float
    fan_out: FanOut


@dataclass(frozen=True, slots=True)
class Target:
    """A target with a required and a desired bound: lower bounds if ``more`` is better, otherwise upper bounds.

    ``sample`` is the name of a sample that it needs, and that is not taken on every machine.
    """

    name: str
    value: Callable[[Results], float]
    must: float
    aim: float | None = None
    unit: str = ""
    more: bool = False
    sample: str | None = None

    def is_measured(self, results: Results) -> bool:
        return self.sample is None or self.sample in results.samples

    def is_met(self, results: Results, bound: float) -> bool:
        value = self.value(results)
        return value >= bound if self.more else value <= bound


def _rate(over: str, under: str) -> Callable[[Results], float]:
    return lambda results: results.samples[over].rate / results.samples[under].rate


def _cpu(over: str, under: str) -> Callable[[Results], float]:
    return lambda results: results.samples[over].cpu_us / results.samples[under].cpu_us


def _delivery_cpu(name: str) -> Callable[[Results], float]:
    return lambda results: results.fan_out.deliveries[name].cpu_us


def _delivery_ratio(kind: str) -> Callable[[Results], float]:
    return lambda results: _delivery_cpu(f"websocket {kind}")(results) / _delivery_cpu(f"strawberry {kind}")(results)


def _delivery_p99(name: str) -> Callable[[Results], float]:
    return lambda results: results.fan_out.deliveries[name].p99_ms


def _worst_list(results: Results) -> float:
    """Return the largest ratio, over all filters, of the processor time with many waiting events to that with few."""
    names = [name.removesuffix(" many") for name in results.samples if name.startswith("list ") and "many" in name]
    return max(_cpu(f"{name} many", f"{name} few")(results) for name in names)


def _feed(kind: str) -> Callable[[Results], float]:
    """Return the ratio of the processor time of a trigger with the change feed to that without, at most callers."""
    return lambda results: max(
        _cpu(f"{kind} feed on {callers}", f"{kind} feed off {callers}")(results) for callers in (1, 64)
    )


TARGETS = [
    Target(
        "GraphQL triggers/s at 64 callers ÷ cached Strawberry answering a constant",
        _rate("graphql 64", "cached 64"),
        must=0.6,
        aim=1.5,
        more=True,
    ),
    Target(
        "the same ÷ plain Strawberry answering a constant",
        _rate("graphql 64", "plain 64"),
        must=3,
        aim=8,
        more=True,
    ),
    Target(
        "p50 at 1 caller ÷ cached Strawberry's constant",
        lambda results: results.samples["graphql 1"].p50_ms / results.samples["cached 1"].p50_ms,
        must=3,
        aim=1,
    ),
    Target("REST triggers/s ÷ GraphQL triggers/s", _rate("rest 64", "graphql 64"), must=1, more=True),
    Target(
        "bulk of 100: CPU per trigger ÷ single",
        lambda results: results.samples["bulk 1"].cpu_us / BULK / results.samples["graphql 1"].cpu_us,
        must=0.8,
        aim=0.5,
    ),
    Target(
        "NDJSON body of 200: CPU per trigger ÷ triggerEvents",
        lambda results: results.samples["lines 1"].cpu_us / LINES / (results.samples["bulk 1"].cpu_us / BULK),
        must=1,
    ),
    Target(
        "list of 50 events with 12 fields and 3 nested objects: CPU",
        lambda results: results.samples["list 1"].cpu_us / 1e3,
        must=3,
        aim=0.3,
        unit="ms",
    ),
    Target("list with many waiting events ÷ with few, CPU, worst filter", _worst_list, must=2, aim=1.2),
    Target("trigger with many waiting events ÷ with few, CPU", _cpu("trigger many", "trigger few"), must=1.2),
    Target("trigger in the last rounds of a loop ÷ in the first, CPU", _cpu("loop late", "loop early"), must=1.5),
    Target("trigger with the change feed ÷ without, CPU, SQLite, 1 or 64 callers", _feed("sqlite"), must=1.05),
    Target(
        "trigger with the change feed ÷ without, CPU, PostgreSQL, 1 or 64 callers",
        _feed("postgresql"),
        must=1.05,
        sample="postgresql feed on 1",
    ),
    Target("disk per simple waiting instance", lambda results: results.disk_bytes / 1e3, must=4, aim=2, unit="kB"),
    Target(
        "memory with many waiting events, without idle",
        lambda results: results.many_mb - results.idle_mb,
        must=20,
        unit="MB",
    ),
    Target("access log, CPU per line", lambda results: results.access_log_us, must=15, unit="us"),
    Target("one change to 1,000 WebSockets: CPU per delivery", _delivery_cpu("websocket alone"), must=15, unit="us"),
    Target("one change: CPU per delivery ÷ Strawberry's own subscriptions", _delivery_ratio("alone"), must=0.13),
    Target(
        "20 changes at once to 1,000 WebSockets: CPU per delivery",
        _delivery_cpu("websocket joined"),
        must=2,
        aim=1,
        unit="us",
    ),
    Target("20 changes: CPU per delivery ÷ Strawberry's own subscriptions", _delivery_ratio("joined"), must=0.02),
    Target(
        "one change to 1,000 WebSockets: p99 from commit to socket",
        _delivery_p99("websocket alone"),
        must=250,
        unit="ms",
    ),
    Target(
        "1,000 subscribers with own filters, 500 triggers/s: p99 from commit to socket",
        _delivery_p99("websocket filtered"),
        must=250,
        unit="ms",
    ),
    Target(
        "memory of an idle WebSocket with a subscription",
        lambda results: results.fan_out.idle_bytes["websocket"] / 1e3,
        must=50,
        aim=30,
        unit="kB",
    ),
    Target("cold start to first answer", lambda results: results.start_seconds, must=2, aim=1, unit="s"),
]
