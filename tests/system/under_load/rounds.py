"""Rounds of a test, which ``.ci/long`` repeats for a long time."""

import os
import time
from collections.abc import Iterator
from itertools import count

import pytest

_MINUTES = os.environ.get("SOAK_MINUTES")

# For tests that take about a minute. Each part of .ci/long that runs all tests sets SOAK_MINUTES to 0: one round.
in_long_runs = pytest.mark.skipif(_MINUTES is None, reason="runs in .ci/long only, where SOAK_MINUTES is set")


def rounds(minimum: int = 1) -> Iterator[int]:
    """Yield the number of each round, from 0: at least ``minimum``, and more until ``SOAK_MINUTES`` are over."""
    end = time.monotonic() + 60 * float(_MINUTES or 0)
    for number in count():
        if number >= minimum and time.monotonic() >= end:
            return
        yield number
