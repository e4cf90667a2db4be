"""Samples: the rate, processor time and latency of a server under one load."""

import os
import statistics
import subprocess
import sys
from collections.abc import Sequence

import msgspec

from benchmarks.load import Measurement, Plan, Request
from benchmarks.servers import Server, processors


class Sample(msgspec.Struct, frozen=True):
    """The figures of one load. ``rate`` is responses per second, ``cpu_us`` the server's processor time per request."""

    answers: int
    rate: float
    cpu_us: float
    p50_ms: float
    p99_ms: float


class BadResponses(Exception):
    """Requests of the load failed, so that its figures mean nothing."""


def measure(
    server: Server,
    requests: Sequence[Request],
    callers: int,
    marker: str = "",
    seconds: float = 60.0,
    rate: float = 0,
) -> tuple[Sample, list[int]]:
    """Send the requests, at most ``rate`` per second. Return the sample, and the numbers of those that succeeded.

    Raises:
        BadResponses: a response was not 200, or lacks the marker.
    """
    plan = Plan(server.port, callers, seconds, marker, server.token, list(requests), processors()[1], rate)
    before = server.cpu_seconds()
    output = subprocess.run(
        [sys.executable, "-m", "benchmarks.load"], input=msgspec.json.encode(plan), stdout=subprocess.PIPE, check=True
    ).stdout
    # Processor time is counted in ticks. A short run may take less than one, and must not count as zero.
    cpu = max(server.cpu_seconds() - before, 1 / os.sysconf("SC_CLK_TCK"))
    measurement = msgspec.json.decode(output, type=Measurement)
    if measurement.bad:
        raise BadResponses(
            f"{len(measurement.bad)} of {len(requests)} requests failed, the first with {measurement.first_bad}"
        )
    return _sample(measurement, cpu), measurement.good


def _sample(measurement: Measurement, cpu: float) -> Sample:
    latencies = sorted(measurement.latencies)
    answers = len(latencies)
    return Sample(
        answers=answers,
        rate=answers / measurement.seconds,
        cpu_us=cpu / answers * 1e6,
        p50_ms=latencies[answers // 2] * 1e3,
        p99_ms=latencies[answers * 99 // 100] * 1e3,
    )


def median(samples: Sequence[Sample]) -> Sample:
    """Return the median of each figure over the rounds."""
    medians = {
        name: statistics.median(getattr(sample, name) for sample in samples) for name in Sample.__struct_fields__
    }
    return msgspec.convert(medians, Sample, strict=False)
