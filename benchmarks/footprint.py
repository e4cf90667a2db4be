"""Disk space, memory and start-up time of the product."""

import os
import sqlite3
import statistics
import time
from contextlib import closing
from pathlib import Path

from benchmarks import workloads
from benchmarks.plan import Size
from benchmarks.samples import measure
from benchmarks.scale import prepare
from benchmarks.servers import Server, product


def disk(folder: Path, size: Size) -> float:
    """Return the bytes of the database file per simple waiting instance, with all rows, tables and indexes."""
    folder.mkdir()
    database = folder / "bpmn-events.db"
    with product(folder) as server:
        workloads.deploy(server)
    empty = _file_size(database)
    with product(folder) as server:
        measure(server, [workloads.start(f"case-{number}") for number in range(size.instances)], 64)
    return (_file_size(database) - empty) / size.instances


def _file_size(database: Path) -> int:
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return os.path.getsize(database)


def memory(folder: Path, size: Size) -> dict[str, float]:
    """Return the resident megabytes after the same work, with few (``idle``) and with many waiting events."""
    megabytes = {}
    for name, waiting in (("idle", 10), ("many", size.remembered)):
        prepare(folder / name, waiting, 300)
        with product(folder / name) as server:
            _work(server)
            megabytes[name] = server.rss() / 1e6
    return megabytes


def _work(server: Server) -> None:
    measure(server, [workloads.graphql(workloads.LIST, {"filter": filter}) for filter in workloads.FILTERS.values()], 1)
    measure(server, [workloads.trigger_over_graphql(event) for event in workloads.waiting(server, 200)], 8)


def start_up(folder: Path, size: Size) -> float:
    """Return the median seconds from the start of the process, in an empty folder, to its first response."""
    seconds = []
    for number in range(size.starts):
        data_folder = folder / f"{number}"
        data_folder.mkdir(parents=True)
        started = time.perf_counter()
        with product(data_folder) as server:
            server.graphql("{ viewer { __typename } }", {})
            seconds.append(time.perf_counter() - started)
    return statistics.median(seconds)
