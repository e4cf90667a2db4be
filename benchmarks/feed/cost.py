"""The cost of the change feed: the same triggers with and without it, at the same server."""

import signal
from collections import defaultdict
from contextlib import suppress
from pathlib import Path

from benchmarks import workloads
from benchmarks.feed.switch import OFF, ON
from benchmarks.plan import Size
from benchmarks.samples import Sample, measure, median
from benchmarks.servers import Server, product
from tests.support.postgres import running_server

_STATES = {"off": OFF, "on": ON}
_SHARES = {1: 0.2, 64: 1.0}


def feed_cost(folder: Path, size: Size) -> dict[str, Sample]:
    """Return the median samples of triggers with the feed ``on`` and ``off``, by database and number of callers.

    Without PostgreSQL on this machine, there are those of SQLite only.
    """
    samples = _feed_cost("sqlite", folder / "sqlite", size)
    with suppress(FileNotFoundError), running_server() as postgres:
        url = postgres.create_database()
        samples |= _feed_cost("postgresql", folder / "postgresql", size, BPMN_EVENTS_DATABASE_URL=url)
    return samples


def _feed_cost(kind: str, folder: Path, size: Size, **settings: str) -> dict[str, Sample]:
    rounds: dict[str, list[Sample]] = defaultdict(list)
    folder.mkdir(parents=True)
    with product(folder, switched=True, **settings) as server:
        workloads.deploy(server)
        measure(server, [workloads.start(f"case-{number}") for number in range(size.load)], 64)
        _trigger(server, 64, size.load // 2)
        for number in range(2 * size.rounds):
            for callers, share in _SHARES.items():
                for state in sorted(_STATES, reverse=bool(number % 2)):
                    _switch(server, _STATES[state])
                    sample = _trigger(server, callers, int(size.load * share))
                    rounds[f"{kind} feed {state} {callers}"].append(sample)
    return {name: median(samples) for name, samples in rounds.items()}


def _switch(server: Server, state: signal.Signals) -> None:
    server.process.send_signal(state)
    server.graphql("{ __typename }", {})  # the handler has run when the server responds


def _trigger(server: Server, callers: int, load: int) -> Sample:
    requests = [workloads.trigger_over_graphql(event) for event in workloads.waiting(server, load)]
    return measure(server, requests, callers, workloads.SUCCESS)[0]
