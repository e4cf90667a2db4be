"""The cost of a list and of a trigger by the number of waiting events, and by the length of an instance's history."""

import sqlite3
from collections import defaultdict
from collections.abc import Mapping
from contextlib import ExitStack, closing
from itertools import islice
from pathlib import Path

from benchmarks import workloads
from benchmarks.fill import MODELS, fill
from benchmarks.plan import Size
from benchmarks.samples import Sample, measure, median
from benchmarks.servers import Server, product
from benchmarks.verify import verify_triggers

_INSTANCES = 10
_FIRST_ROUNDS = 10


def prepare(folder: Path, waiting: int, instances: int) -> None:
    """Create a database with this number of waiting events, and this number of instances to trigger."""
    folder.mkdir(parents=True)
    with product(folder) as server:
        workloads.deploy(server, MODELS)
        measure(server, [workloads.start(f"own-{number}") for number in range(instances)], 64)
    fill(folder / "bpmn-events.db", waiting)


def scale(folder: Path, size: Size) -> dict[str, Sample]:
    """Return the median samples of triggers, and of lists by filter, with few and with many waiting events."""
    rounds: dict[str, list[Sample]] = defaultdict(list)
    counts = {"few": size.few, "many": size.many}
    for name, count in counts.items():
        prepare(folder / name, count, size.load)
    with ExitStack() as stack:
        servers = {name: stack.enter_context(product(folder / name)) for name in counts}
        for server in servers.values():
            _trigger(server, 100)
            _lists(server, {}, 5)
        for _ in range(size.rounds):
            for name, server in servers.items():
                rounds[f"trigger {name}"].append(_trigger(server, size.load))
            for filter_name, filter in islice(workloads.FILTERS.items(), size.filters):
                for name, server in servers.items():
                    rounds[f"list {filter_name} {name}"].append(_lists(server, filter, size.lists))
    return {name: median(samples) for name, samples in rounds.items()}


def _trigger(server: Server, load: int) -> Sample:
    events = workloads.waiting(server, load)
    sample, good = measure(server, [workloads.trigger_over_rest(event) for event in events], 64)
    verify_triggers(server.database, {events[number].id for number in good})
    return sample


def _lists(server: Server, filter: Mapping[str, object], count: int) -> Sample:
    requests = [workloads.graphql(workloads.LIST, {"filter": filter})] * count
    return measure(server, requests, 1, '"WaitingEventConnection"')[0]


def growth(folder: Path, size: Size) -> dict[str, Sample]:
    """Return the samples of triggers in early and in late rounds of a process that loops."""
    folder.mkdir()
    correlations = [f"loop-{number}" for number in range(_INSTANCES)]
    span = max(5, size.loop // 20)
    with product(folder) as server:
        workloads.deploy(server)
        measure(server, [workloads.start(correlation) for correlation in correlations], 1)

        def rounds(count: int) -> Sample:
            requests = [workloads.trigger_element(correlation) for correlation in correlations] * count
            return measure(server, requests, 1, workloads.SUCCESS)[0]

        rounds(_FIRST_ROUNDS)
        early = rounds(span)
        rounds(size.loop - _FIRST_ROUNDS - 2 * span)
        late = rounds(span)
        _check_rounds(server.database, size.loop * _INSTANCES)
    return {"loop early": early, "loop late": late}


def _check_rounds(database: Path, expected: int) -> None:
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        (stored,) = connection.execute("SELECT count(*) FROM event_triggers").fetchone()
    if stored != expected:
        raise RuntimeError(f"{expected} triggers were acknowledged, {stored} are stored")
