"""The delivery of changes to many subscribers: its cost, its delay, and the memory of a subscription."""

import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import msgspec
import orjson

from benchmarks import workloads
from benchmarks.fan_out.watchers import EVENT_STREAM, WEBSOCKET, Arrivals, WatchPlan
from benchmarks.http import post
from benchmarks.load import Request
from benchmarks.plan import Size
from benchmarks.samples import Sample, measure
from benchmarks.servers import Server, processors, product, strawberry

SUBSCRIPTION = """subscription Changes($filter: WaitingEventFilter) {
  waitingEventChanges(filter: $filter) {
    __typename
    ... on WaitingEventAdded {
      event { id elementId elementType name eventType eventName lane waitingSince dueAt }
      cursor
    }
    ... on WaitingEventRemoved { eventId reason cursor }
    ... on Error { code message }
  }
}"""
# The share of the subscribers and of the deliveries that takes about the same time.
_SERVERS: dict[str, tuple[Callable[..., AbstractContextManager[Server]], str, float]] = {
    "websocket": (product, WEBSOCKET, 1.0),
    "event stream": (product, EVENT_STREAM, 1.0),
    "strawberry": (strawberry, WEBSOCKET, 0.2),
}
# A trigger removes an event, and adds the next one.
CHANGES_OF_A_TRIGGER = 2
JOINED = 10
TRIGGERS_PER_SECOND = 500
_CALLERS = 64
# Long enough that a change is not joined with the next one, and that a server is idle in between.
_PAUSE_SECONDS = 0.1
_PATIENCE_SECONDS = 300.0


class Delivery(msgspec.Struct, frozen=True):
    """The delivery of changes. ``cpu_us`` is the server's processor time per delivered change.

    The latencies are those from the commit to the socket of a subscriber.
    """

    changes: int
    cpu_us: float
    p50_ms: float
    p99_ms: float


class FanOut(msgspec.Struct, frozen=True):
    """The deliveries by name, and the bytes of an idle connection with a subscription by transport."""

    deliveries: dict[str, Delivery]
    idle_bytes: dict[str, float]


class ChangesMissing(Exception):
    """Not all changes arrived at all subscribers."""


class Watchers:
    """A process with subscriptions to one server."""

    def __init__(self, process: "subprocess.Popen[bytes]", server: Server, count: int) -> None:
        self._process = process
        self._server = server
        self.count = count

    def deliver(self, changes: int, cause: Callable[[], object], cause_seconds: float) -> Delivery:
        """Call ``cause``, wait until the changes have arrived, and return their delivery.

        ``cause_seconds`` is the processor time that the cause takes without subscribers.

        Raises:
            ChangesMissing: Not all of them arrived.
        """
        before = self._server.cpu_seconds()
        cause()
        arrivals = self.wait(changes)
        if arrivals.changes != changes:
            raise ChangesMissing(f"{arrivals.changes} of {changes} changes arrived")
        latencies = sorted(arrivals.latencies)
        # Processor time is counted in ticks.
        cpu = max(self._server.cpu_seconds() - before - cause_seconds, 1 / os.sysconf("SC_CLK_TCK"))
        return Delivery(
            changes=changes,
            cpu_us=cpu / changes * 1e6,
            p50_ms=latencies[len(latencies) // 2] * 1e3,
            p99_ms=latencies[len(latencies) * 99 // 100] * 1e3,
        )

    def wait(self, changes: int) -> Arrivals:
        """Wait until so many changes have arrived."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{changes}\n".encode())
        self._process.stdin.flush()
        return msgspec.json.decode(self._process.stdout.readline(), type=Arrivals)


@contextmanager
def watching(server: Server, transport: str, filters: Sequence[Mapping[str, Any]]) -> Iterator[Watchers]:
    """Subscribe with each of the filters, over a connection of its own."""
    requests = [orjson.dumps({"query": SUBSCRIPTION, "variables": {"filter": filter}}).decode() for filter in filters]
    plan = WatchPlan(server.port, server.token, transport, requests, processors()[1])
    process = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.fan_out.watchers"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        process.stdin.write(msgspec.json.encode(plan) + b"\n")
        process.stdin.flush()
        if process.stdout.readline() != b"ready\n":
            raise ConnectionError("the watchers could not subscribe")
        time.sleep(1)
        yield Watchers(process, server, len(filters))
        process.stdin.close()
        process.wait(_PATIENCE_SECONDS)
    finally:
        process.kill()


def fan_out(folder: Path, size: Size) -> FanOut:
    """Return the deliveries of the product, and of Strawberry's own handler over the same schema."""
    _raise_file_limit()
    folder.mkdir()
    deliveries: dict[str, Delivery] = {}
    idle_bytes = {}
    for name, (start, transport, share) in _SERVERS.items():
        subscribers, repetitions = (max(1, int(share * number)) for number in (size.subscribers, size.deliveries))
        own = folder / name
        own.mkdir()
        with start(own, **_settings(size)) as server:
            causes = _Causes(server, repetitions)
            before = server.rss()
            with watching(server, transport, [{}] * subscribers) as watchers:
                idle_bytes[name] = (server.rss() - before) / subscribers
                alone, joined = zip(*(causes.deliver(watchers) for _ in range(size.rounds)), strict=True)
        deliveries |= {f"{name} alone": _median(alone), f"{name} joined": _median(joined)}
    deliveries["websocket filtered"] = _filtered(folder / "filtered", size)
    return FanOut(deliveries, idle_bytes)


def _settings(size: Size) -> dict[str, str]:
    return {
        "BPMN_EVENTS_MAX_CONNECTIONS": str(2 * size.subscribers + _CALLERS),
        "BPMN_EVENTS_MAX_SUBSCRIPTIONS_PER_CALLER": str(2 * size.subscribers),
    }


class _Causes:
    """Causes of changes that are delivered to all watchers: alone, or joined with others of the same transaction."""

    def __init__(self, server: Server, repetitions: int) -> None:
        self._server = server
        self._repetitions = repetitions
        self._starts = count()
        workloads.deploy(server)
        for _ in range(JOINED):
            self._start()
        for cause in (self._one_by_one, self._together):  # fills the caches
            cause()
        self._alone_seconds, self._joined_seconds = map(self._cpu_seconds, (self._one_by_one, self._together))

    def deliver(self, watchers: Watchers) -> tuple[Delivery, Delivery]:
        """Return the deliveries of changes that come alone, and of joined ones."""
        changes = self._repetitions * watchers.count
        return (
            watchers.deliver(changes, self._one_by_one, self._alone_seconds),
            watchers.deliver(changes * JOINED * CHANGES_OF_A_TRIGGER, self._together, self._joined_seconds),
        )

    def _cpu_seconds(self, cause: Callable[[], None]) -> float:
        before = self._server.cpu_seconds()
        cause()
        return self._server.cpu_seconds() - before

    def _one_by_one(self) -> None:
        for _ in range(self._repetitions):
            self._start()
            time.sleep(_PAUSE_SECONDS)

    def _together(self) -> None:
        for _ in range(self._repetitions):
            self._post(workloads.trigger_many(workloads.waiting(self._server, JOINED)))
            time.sleep(_PAUSE_SECONDS)

    def _start(self) -> None:
        self._post(workloads.start(f"start-{next(self._starts)}"))

    def _post(self, request: Request) -> None:
        post(self._server.port, request.path, orjson.loads(request.body), self._server.token)


def _filtered(folder: Path, size: Size) -> Delivery:
    """Deliver to subscribers each of which watches one correlation or one process model of its own.

    Events are triggered meanwhile. The processor time is that of the triggers with subscribers less that without.
    """
    folder.mkdir()
    half = size.subscribers // 2
    keys = [workloads.KEY] * half + [workloads.key_of(number + 1) for number in range(half)]
    cases = [(key, f"case-{number}") for number, key in enumerate(keys)]
    filters = [{"correlationIds": [correlation]} for _, correlation in cases[:half]]
    filters += [{"processModelKeys": [key]} for key, _ in cases[half:]]
    with product(folder, switched=False, **_settings(size)) as server:
        workloads.deploy(server, half + 1)
        measure(server, [workloads.start(correlation, key) for key, correlation in cases], _CALLERS)

        def trigger() -> Sample:
            requests = [_trigger(*case) for case in cases] * size.trigger_rounds
            return measure(server, requests, _CALLERS, rate=TRIGGERS_PER_SECOND)[0]

        trigger()
        without = trigger()
        with watching(server, WEBSOCKET, filters) as watchers:
            changes = without.answers * CHANGES_OF_A_TRIGGER
            return watchers.deliver(changes, trigger, without.cpu_us * without.answers / 1e6)


def _trigger(key: str, correlation: str) -> Request:
    path = f"/process_models/{key}/correlations/{correlation}/events/wait_for_payment/trigger"
    return Request("POST", path, orjson.dumps(workloads.PAYLOAD).decode())


def _median(deliveries: Sequence[Delivery]) -> Delivery:
    medians = {
        name: statistics.median(getattr(delivery, name) for delivery in deliveries)
        for name in Delivery.__struct_fields__
    }
    return msgspec.convert(medians, Delivery, strict=False)


def _raise_file_limit() -> None:
    """Let this process, and those that it starts, open as many files as the system allows without a privilege."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
