"""Samples: a load on a server, and what answering it took."""

import os
import statistics
import subprocess
import sys
from collections.abc import Sequence

import msgspec

from benchmarks.load import Measured, Plan, Request
from benchmarks.servers import Server, processors


class Sample(msgspec.Struct, frozen=True):
    """One load. Rates are answers a second, processor time is that of the server process."""

    answers: int
    rate: float
    cpu_us: float
    p50_ms: float
    p99_ms: float


class BadAnswers(Exception):
    """A server refused what it should have done; what it was slow at does not matter then."""


def measure(
    server: Server, requests: Sequence[Request], callers: int, marker: str = "", seconds: float = 60.0
) -> tuple[Sample, list[int]]:
    """The sample, and the numbers of the requests that were answered.

    Raises:
        BadAnswers: an answer was not 200, or lacks the marker.
    """
    plan = Plan(server.port, callers, seconds, marker, server.token, list(requests), processors()[1])
    before = server.cpu_seconds()
    output = subprocess.run(
        [sys.executable, "-m", "benchmarks.load"], input=msgspec.json.encode(plan), stdout=subprocess.PIPE, check=True
    ).stdout
    # Processor time is counted in ticks: a short run may take less than one.
    cpu = max(server.cpu_seconds() - before, 1 / os.sysconf("SC_CLK_TCK"))
    measured = msgspec.json.decode(output, type=Measured)
    if measured.bad:
        raise BadAnswers(f"{len(measured.bad)} of {len(requests)} requests failed, the first with {measured.first_bad}")
    return _sample(measured, cpu), measured.good


def _sample(measured: Measured, cpu: float) -> Sample:
    latencies = sorted(measured.latencies)
    answers = len(latencies)
    return Sample(
        answers=answers,
        rate=answers / measured.seconds,
        cpu_us=cpu / answers * 1e6,
        p50_ms=latencies[answers // 2] * 1e3,
        p99_ms=latencies[answers * 99 // 100] * 1e3,
    )


def median(samples: Sequence[Sample]) -> Sample:
    """Of each figure by itself, over the rounds."""
    middle = {name: statistics.median(getattr(sample, name) for sample in samples) for name in Sample.__struct_fields__}
    return msgspec.convert(middle, Sample, strict=False)
