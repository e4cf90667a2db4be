"""Triggers and starts per second, and the rates of the floors, which respond without doing the work."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

from benchmarks import workloads
from benchmarks.load import Request
from benchmarks.plan import Size
from benchmarks.samples import Sample, measure, median
from benchmarks.servers import Server, floor, product
from benchmarks.verify import verify_triggers
from benchmarks.workloads import BULK, LINES, Event

FLOORS = {"bare": 4.0, "cached": 1.0, "plain": 0.25}  # the share of the load that takes about the same time
_CALLERS = {1: 0.2, 8: 0.5, 64: 1.0}


def throughput(folder: Path, size: Size) -> dict[str, Sample]:
    """Return the median sample of each load, by its name and number of callers."""
    rounds: dict[str, list[Sample]] = defaultdict(list)
    folder.mkdir()
    with ExitStack() as stack:
        server = stack.enter_context(product(folder))
        floors = {name: stack.enter_context(floor(name)) for name in FLOORS}
        workloads.deploy(server)
        _start(server, size.load, "warm-up")
        _warm_up(server, floors)
        for number in range(size.rounds):
            for name, sample in _round(server, floors, size, number):
                rounds[name].append(sample)
    return {name: median(samples) for name, samples in rounds.items()}


def _warm_up(server: Server, floors: dict[str, Server]) -> None:
    """Send a few requests to each server, so that its caches are filled."""
    requests = [workloads.trigger_over_graphql(event) for event in workloads.waiting(server, 50)]
    for target in (*floors.values(), server):
        measure(target, requests, 8)
    measure(server, [workloads.trigger_over_rest(event) for event in workloads.waiting(server, 50)], 8)
    measure(server, [workloads.graphql(workloads.LIST, {})] * 5, 1)


def _round(server: Server, floors: dict[str, Server], size: Size, number: int) -> Iterator[tuple[str, Sample]]:
    for callers, share in _CALLERS.items():
        load = int(size.load * share)
        yield from _floors(server, floors, callers, load)
        for protocol in ("graphql", "rest"):
            yield f"{protocol} {callers}", _trigger(server, protocol, callers, load)
    yield "bulk 1", _bulk(server, size.load, BULK, workloads.trigger_many, workloads.SUCCESS)
    yield "lines 1", _bulk(server, size.load, LINES, workloads.trigger_lines, '"TRIGGERED"')
    yield "start 64", _start(server, size.load, f"round-{number}")
    lists = [workloads.graphql(workloads.LIST, {})] * (4 * size.lists)
    yield "list 1", measure(server, lists, 1, '"WaitingEventConnection"')[0]


def _floors(server: Server, floors: dict[str, Server], callers: int, load: int) -> Iterator[tuple[str, Sample]]:
    """Measure the floors with the same requests that trigger events."""
    events = workloads.waiting(server, load)
    for name, share in FLOORS.items():
        requests = [workloads.trigger_over_graphql(event) for event in events] * max(1, round(share))
        yield f"{name} {callers}", measure(floors[name], requests[: int(load * share)], callers, workloads.SUCCESS)[0]


def _trigger(server: Server, protocol: str, callers: int, load: int) -> Sample:
    request = workloads.trigger_over_graphql if protocol == "graphql" else workloads.trigger_over_rest
    events = workloads.waiting(server, load)
    marker = workloads.SUCCESS if protocol == "graphql" else ""
    sample, good = measure(server, [request(event) for event in events], callers, marker)
    verify_triggers(server.database, {events[number].id for number in good})
    return sample


def _bulk(server: Server, load: int, count: int, request: Callable[[Sequence[Event]], Request], marker: str) -> Sample:
    """Measure one caller that triggers ``count`` events with each request. The figures are per request."""
    events = workloads.waiting(server, load - load % count)
    groups = [events[first : first + count] for first in range(0, len(events), count)]
    sample, good = measure(server, [request(group) for group in groups], 1, marker)
    verify_triggers(server.database, {event.id for number in good for event in groups[number]})
    return sample


def _start(server: Server, load: int, name: str) -> Sample:
    requests = [workloads.start(f"{name}-{number}") for number in range(load)]
    return measure(server, requests, 64, '"StartProcessInstanceSuccess"')[0]
