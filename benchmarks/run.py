"""A whole run of the benchmarks: measure, print the table, write the results."""

import os
import platform
import sys
import tempfile
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import msgspec

from benchmarks.access_log import access_log_us
from benchmarks.fan_out.delivery import fan_out
from benchmarks.feed.cost import feed_cost
from benchmarks.footprint import disk, memory, start_up
from benchmarks.plan import FULL, QUICK
from benchmarks.plot import svg
from benchmarks.report import markdown, targets_table
from benchmarks.scale import growth, scale
from benchmarks.targets import TARGETS, Results
from benchmarks.throughput import throughput

RESULTS = Path(__file__).parent / "results"
_LIBRARIES = ("strawberry-graphql", "graphql-core", "uvicorn", "starlette", "sqlalchemy")


def bench(output: Path | None, *, quick: bool) -> int:
    """Measure everything. Return 1 if a required target is missed, else 0. A quick run is too short and returns 0.

    ``output`` is the folder for the results. A quick run without a folder writes no results.
    """
    results = _measure(quick)
    print(targets_table(results))
    folder = output or (None if quick else RESULTS)
    if folder is not None:
        _write(results, folder)
        print(f"\nwritten to {folder}")
    missed = [
        target.name for target in TARGETS if target.is_measured(results) and not target.is_met(results, target.must)
    ]
    return 1 if missed and not quick else 0


def _measure(quick: bool) -> Results:
    size = QUICK if quick else FULL
    with tempfile.TemporaryDirectory(prefix="bpmn-events-bench-") as name:
        folder = Path(name)
        _say("starting")
        start_seconds = start_up(folder / "start", size)
        _say("triggers a second")
        samples = throughput(folder / "throughput", size)
        _say("growth of one instance")
        samples |= growth(folder / "growth", size)
        _say("change feed")
        samples |= feed_cost(folder / "feed", size)
        _say("access log")
        log_us = access_log_us(folder / "log", size)
        _say("disk and memory")
        disk_bytes = disk(folder / "disk", size)
        megabytes = memory(folder / "memory", size)
        _say(f"changes to {size.subscribers:,} subscribers")
        delivered = fan_out(folder / "fan-out", size)
        _say(f"{size.many:,} waiting events")
        samples |= scale(folder / "scale", size)
    return Results(
        taken=datetime.now(UTC).isoformat(timespec="seconds"),
        machine=f"{_processor()} ({os.cpu_count()} processors)",
        versions={"Python": platform.python_version()} | {library: version(library) for library in _LIBRARIES},
        quick=quick,
        samples=samples,
        disk_bytes=disk_bytes,
        idle_mb=megabytes["idle"],
        many_mb=megabytes["many"],
        start_seconds=start_seconds,
        access_log_us=log_us,
        fan_out=delivered,
    )


def _processor() -> str:
    """Return the name of the processor, or its architecture if the system has no name."""
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    except OSError:
        lines = []
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.processor() or platform.machine())


def _say(step: str) -> None:
    print(f"measuring: {step} …", file=sys.stderr, flush=True)


def _write(results: Results, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "results.json").write_bytes(msgspec.json.format(msgspec.json.encode(results)) + b"\n")
    (folder / "results.md").write_text(markdown(results), "utf-8")
    (folder / "throughput.svg").write_text(svg(results), "utf-8")
