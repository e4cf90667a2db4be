"""The results as Markdown: the targets, then every sample."""

from collections.abc import Iterator

from benchmarks.fan_out.delivery import CHANGES_OF_A_TRIGGER, JOINED, TRIGGERS_PER_SECOND
from benchmarks.plan import FULL, QUICK
from benchmarks.targets import TARGETS, Results, Target


def targets_table(results: Results) -> str:
    """Return a table of the targets: the measured value, the required value and the desired value of each."""
    lines = ["| measure | measured | must | | aim | |", "|---|---:|---:|---|---:|---|"]
    return "\n".join([*lines, *(_target_line(target, results) for target in TARGETS if target.is_measured(results))])


def _target_line(target: Target, results: Results) -> str:
    sign = "≥" if target.more else "≤"
    cells = [target.name, _figure(target.value(results), target.unit)]
    for bound in (target.must, target.aim):
        if bound is None:
            cells += ["", ""]
        else:
            cells += [f"{sign} {_figure(bound, target.unit)}", "met" if target.is_met(results, bound) else "**missed**"]
    return f"| {' | '.join(cells)} |"


def _figure(value: float, unit: str) -> str:
    digits = f"{value:.0f}" if value >= 100 else f"{value:.3g}"
    return f"{digits} {unit}".rstrip()


def markdown(results: Results) -> str:
    """Return the whole report."""
    size = QUICK if results.quick else FULL
    versions = ", ".join(f"{name} {version}" for name, version in results.versions.items())
    return "\n".join(
        [
            "# Benchmark results",
            "",
            f"Taken {results.taken} on {results.machine}; {versions}. One server process on SQLite, "
            f"`synchronous=FULL`, one processor for it and the others for the load. Medians of {size.rounds} "
            "interleaved rounds. Every acknowledged trigger was found in the database afterwards. "
            f"Few are {size.few:,} waiting events, many {size.many:,} ({size.remembered:,} for memory). "
            "How it is measured: [docs/performance.md](../../docs/performance.md).",
            "",
            targets_table(results),
            "",
            "`bare` is an ASGI application that answers a constant; `plain` and `cached` are Strawberry answering a "
            "constant of the shape of triggerEvent's answer, without and with its own caches. The number is that of "
            "the callers; a bulk request triggers 100 events. `feed on` and `feed off` are triggers over GraphQL at "
            "one server that writes the change feed in every other round. CPU is processor time of the "
            "server per request.",
            "",
            "| load | answers/s | CPU | p50 | p99 |",
            "|---|---:|---:|---:|---:|",
            *_sample_lines(results),
            "",
            f"Changes to {size.subscribers:,} subscribers, a fifth of them for `strawberry`: Strawberry's own handler "
            "for WebSockets over the same schema. Alone: one change at a time, to all of them. Joined: the "
            f"{JOINED * CHANGES_OF_A_TRIGGER} changes of one transaction. Filtered: each subscriber receives the "
            f"changes of one correlation or model of its own, while {TRIGGERS_PER_SECOND} events are triggered per "
            "second. CPU is processor time of the server per change and subscriber, without that for the causes of the "
            "changes. The times are those from the commit to the socket of the subscriber. The memory of an idle "
            f"connection with a subscription: {_idle(results)}.",
            "",
            "| changes | delivered | CPU | p50 | p99 |",
            "|---|---:|---:|---:|---:|",
            *_delivery_lines(results),
            "",
        ]
    )


def _sample_lines(results: Results) -> Iterator[str]:
    for name, sample in results.samples.items():
        figures = f"{sample.cpu_us:,.0f} \N{MICRO SIGN}s | {sample.p50_ms:.2f} ms | {sample.p99_ms:.2f} ms"
        yield f"| {name} | {sample.rate:,.0f} | {figures} |"


def _delivery_lines(results: Results) -> Iterator[str]:
    for name, delivery in results.fan_out.deliveries.items():
        cpu = f"{delivery.cpu_us:,.1f} \N{MICRO SIGN}s"
        yield f"| {name} | {delivery.changes:,} | {cpu} | {delivery.p50_ms:.0f} ms | {delivery.p99_ms:.0f} ms |"


def _idle(results: Results) -> str:
    return ", ".join(f"{size / 1e3:.0f} kB ({name})" for name, size in results.fan_out.idle_bytes.items())
